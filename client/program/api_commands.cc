// aweber-client accounts | get | post
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "base/json.h"
#include "client/program/cli.h"
#include "client/program/commands.h"

namespace aweber::client {
namespace {

struct ApiFlags {
  std::shared_ptr<CommonFlags> common;
  std::string url;
  std::string json_body;
  std::vector<std::string> fields;
  bool all_pages = false;
};

int Fail(const ApiFlags& flags, const Failure& failure) {
  return ReportFailure(failure, flags.common->json);
}

Outcome<ApiReply> CallOnce(const ApiFlags& flags, const ApiCall& call, Json* out) {
  auto workplace = Workplace::Make(*flags.common);
  if (!workplace) return workplace.error();
  auto reply = (*workplace)->session().Call(call);
  if (!reply) return reply;
  if (reply->body.empty()) return reply;  // 201 answers with Location and nothing else
  auto json = reply->AsJson();
  if (!json) return json.error();
  *out = std::move(*json);
  return reply;
}

int Print(const ApiFlags& flags, const ApiReply& reply, const Json& json) {
  if (!json.is_null()) {
    fmt::print("{}\n", flags.common->json ? DumpJson(json) : DumpJsonPretty(json));
    return kExitOk;
  }
  const std::string location = Harmless(reply.headers.GetOr("Location"));
  if (flags.common->json) {
    fmt::print("{}\n", DumpJson({{"status", reply.status}, {"location", location}}));
  } else {
    fmt::print("HTTP {}{}{}\n", reply.status, location.empty() ? "" : ", created ", location);
  }
  return kExitOk;
}

// Follows next_collection_link, which is absolute; Session refuses one that leaves the API.
int Get(const ApiFlags& flags) {
  ApiCall call{.url = flags.url};
  while (true) {
    Json json;
    const auto reply = CallOnce(flags, call, &json);
    if (!reply) return Fail(flags, reply.error());
    Print(flags, *reply, json);
    const auto next = JsonString(json, "next_collection_link");
    if (!flags.all_pages || !next) return kExitOk;
    call.url = *next;
  }
}

int Accounts(const ApiFlags& flags) {
  Json json;
  const auto reply = CallOnce(flags, {.url = "/accounts"}, &json);
  if (!reply) return Fail(flags, reply.error());
  const Json* entries = JsonMember(json, "entries");
  if (flags.common->json || entries == nullptr || !entries->is_array()) {
    return Print(flags, *reply, json);
  }
  fmt::print("{:<12} {:<30} {}\n", "ACCOUNT", "COMPANY", "LISTS");
  for (const Json& entry : *entries) {
    fmt::print("{:<12} {:<30} {}\n", JsonInt(entry, "id").value_or(0),
               Harmless(JsonString(entry, "company").value_or("-"), 30),
               Harmless(JsonString(entry, "lists_collection_link").value_or("-")));
  }
  return kExitOk;
}

int Post(const ApiFlags& flags) {
  Json members = Json::object();
  if (!flags.json_body.empty()) {
    auto parsed = ParseJson(flags.json_body);
    if (!parsed || !parsed->is_object()) {
      return Fail(
          flags, MakeFailure(FailureKind::kOther, "config.invalid", "--data is not a JSON object"));
    }
    members = std::move(*parsed);
  }
  for (const std::string& field : flags.fields) {
    const std::size_t equals = field.find('=');
    if (equals == field.npos || equals == 0) {
      return Fail(flags, MakeFailure(FailureKind::kOther, "config.invalid",
                                     fmt::format("field '{}' is not NAME=VALUE", field)));
    }
    members[field.substr(0, equals)] = field.substr(equals + 1);
  }
  const bool form = flags.common->token_in == "body";
  Json json;
  const auto reply = CallOnce(flags, MakeApiCall("POST", flags.url, members, form), &json);
  if (!reply) return Fail(flags, reply.error());
  return Print(flags, *reply, json);
}

using Run = int (*)(const ApiFlags&);

std::pair<CLI::App*, std::shared_ptr<ApiFlags>> AddApiCommand(CLI::App& app, const char* name,
                                                              const char* help, Run run,
                                                              int* status) {
  CLI::App* command = app.add_subcommand(name, help);
  auto flags = std::make_shared<ApiFlags>();
  flags->common = AddCommonFlags(*command);
  command->callback([flags, run, status] { *status = run(*flags); });
  return {command, flags};
}

}  // namespace

void AddApiCommands(CLI::App& app, int* status) {
  AddApiCommand(app, "accounts", "list the connected accounts", Accounts, status);
  auto [get, get_flags] = AddApiCommand(app, "get", "GET a path or link", Get, status);
  get->add_option("URL", get_flags->url, "\"/accounts\", or an absolute link the API gave")
      ->required();
  get->add_flag("--all", get_flags->all_pages, "follow next_collection_link to the end");
  auto [post, post_flags] = AddApiCommand(app, "post", "POST to a path or link", Post, status);
  post->add_option("URL", post_flags->url, "\"/accounts/1/lists/2/subscribers\"")->required();
  post->add_option("--data", post_flags->json_body, "a JSON object; a form where AWeber wants one");
  post->add_option("FIELD", post_flags->fields, "NAME=VALUE ...");
}

}  // namespace aweber::client
