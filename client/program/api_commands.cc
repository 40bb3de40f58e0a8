// aweber-client accounts | get | post
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <set>
#include <utility>

#include "base/text/json.h"
#include "client/program/cli.h"
#include "client/program/commands.h"
#include "client/program/interrupts.h"

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

struct Answer {
  ApiReply reply;
  Json json;  // null when the body is empty: 201 answers with Location and nothing else
};

Outcome<Answer> CallOnce(Session& session, const ApiCall& call, std::stop_token stop) {
  auto reply = session.Call(call, std::move(stop));
  if (!reply) return reply.error();
  Answer answer{std::move(*reply), Json()};
  if (answer.reply.body.empty()) return answer;
  auto json = answer.reply.AsJson();
  if (!json) return json.error();
  answer.json = std::move(*json);
  return answer;
}

Outcome<Answer> CallOnce(const ApiFlags& flags, const ApiCall& call) {
  auto context = CommandContext::Make(*flags.common);
  if (!context) return context.error();
  const Interrupts interrupts;
  return CallOnce((*context)->session(), call, interrupts.stop_token());
}

int Print(const ApiFlags& flags, const Answer& answer) {
  const auto& [reply, json] = answer;
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

// "accounts" as well as "/accounts".
std::string WithSlash(const std::string& url) {
  const bool relative = url.find(':') == url.npos && !url.starts_with('/');
  return relative ? "/" + url : url;
}

// Follows next_collection_link, which is absolute; Session refuses one that leaves the API.
int Get(const ApiFlags& flags) {
  auto context = CommandContext::Make(*flags.common);
  if (!context) return Fail(flags, context.error());
  const Interrupts interrupts;
  ApiCall call{.url = WithSlash(flags.url)};
  std::set<std::string> visited;
  while (visited.insert(call.url).second) {
    const auto answer = CallOnce((*context)->session(), call, interrupts.stop_token());
    if (!answer) return Fail(flags, answer.error());
    Print(flags, *answer);
    const auto next = JsonString(answer->json, "next_collection_link");
    if (!flags.all_pages || !next) return kExitOk;
    call.url = *next;
  }
  return Fail(flags, MakeFailure(FailureKind::kInvalidResponse, "api.invalid_response",
                                 "next_collection_link leads back to a page that was read; stopped "
                                 "there"));
}

int Accounts(const ApiFlags& flags) {
  const auto answer = CallOnce(flags, {.url = "/accounts"});
  if (!answer) return Fail(flags, answer.error());
  const Json* entries = JsonMember(answer->json, "entries");
  if (flags.common->json || entries == nullptr || !entries->is_array()) {
    return Print(flags, *answer);
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
  const auto answer = CallOnce(flags, MakeApiCall("POST", WithSlash(flags.url), members, form));
  if (!answer) return Fail(flags, answer.error());
  return Print(flags, *answer);
}

using Run = int (*)(const ApiFlags&);

std::pair<CLI::App*, std::shared_ptr<ApiFlags>> AddApiCommand(CLI::App& app, const char* name,
                                                              const char* help, Run run,
                                                              int* status) {
  CLI::App* command = app.add_subcommand(name, help);
  auto flags = std::make_shared<ApiFlags>();
  flags->common = AddCommonFlags(*command);
  command
      ->add_option(
          "--max-wait", flags->common->max_wait,
          "Seconds to wait when AWeber says when to come back; 60 sits out its rate limit.")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->callback([flags, run, status] { *status = run(*flags); });
  return {command, flags};
}

constexpr const char* kPostExample =
    "  aweber-client post /accounts/1/lists/2/subscribers email=ann@example.test name=Ann\n"
    "  aweber-client post /accounts/1/lists/2/subscribers --data "
    "'{\"email\":\"a@b.test\",\"tags\":[\"x\"]}'";

}  // namespace

void AddApiCommands(CLI::App& app, int* status) {
  AddApiCommand(app, "accounts", "List the connected accounts.", Accounts, status);
  auto [get, get_flags] = AddApiCommand(app, "get", "GET a path or link.", Get, status);
  get->add_option("URL", get_flags->url,
                  "\"/accounts\", \"/1.0/accounts\", or an absolute link the API gave.")
      ->required();
  get->add_flag("--all", get_flags->all_pages,
                "Follow next_collection_link to the end; a page a document.");
  auto [post, post_flags] = AddApiCommand(app, "post", "POST to a path or link.", Post, status);
  post->add_option("URL", post_flags->url, "\"/accounts/1/lists/2/subscribers\".")->required();
  post->add_option("--data", post_flags->json_body,
                   "A JSON object; a form where AWeber wants one.");
  post->footer(kPostExample);
  post->add_option("FIELD", post_flags->fields, "NAME=VALUE ..., texts that join --data.");
}

}  // namespace aweber::client
