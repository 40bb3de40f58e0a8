#include "mockserver/program/config_file.h"

#include <fmt/format.h>

#include "base/os/file.h"
#include "base/text/yaml.h"
#include "mockserver/model/redirect_uri.h"
#include "mockserver/model/scopes.h"
#include "mockserver/model/space_state.h"
#include "mockserver/model/webhook_check.h"

namespace aweber::mock {
namespace {

std::string PlaceOfName(const std::string& path, YamlMark mark, const std::string& name) {
  return fmt::format("{}:{}:{}: {}", path, mark.line, mark.column, name);
}

Json ScalarToJson(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kBool:
      return node.bool_value;
    case YamlNode::Kind::kInt:
      return node.int_value;
    case YamlNode::Kind::kFloat:
      return node.float_value;
    case YamlNode::Kind::kNull:
      return nullptr;
    default:
      return node.scalar;
  }
}

Status ReadClient(const YamlDocument& document, const YamlNode& node, ConfigFile& out) {
  YamlMapReader reader(document, node, "a client");
  reader.Require("id");
  reader.Require("redirect_uris");
  RegisteredClient client;
  client.id = reader.String("id").value_or("");
  client.secret = reader.String("secret").value_or("");
  client.is_public = reader.OneOf("type", {"confidential", "public"}) == "public";
  client.name = reader.String("name").value_or(client.name);
  client.redirect_uris = reader.StringList("redirect_uris");
  if (const auto problem = RedirectUriProblem(client.redirect_uris)) {
    reader.Fail(reader.Child("redirect_uris")->mark, "redirect_uris: " + *problem);
  }
  const bool has_scopes = reader.Child("scopes") != nullptr;
  client.scopes = has_scopes ? reader.StringList("scopes") : AllScopeNames();
  if (client.is_public != client.secret.empty()) {
    reader.Fail(node.mark, "a confidential client has a secret, a public one has none");
  }
  out.clients.push_back(std::move(client));
  return reader.Finish();
}

Status ReadLogin(const YamlDocument& document, const YamlNode& node, ConfigFile& out) {
  YamlMapReader reader(document, node, "an account");
  reader.Require("username");
  reader.Require("password");
  UserAccount account;
  account.username = reader.String("username").value_or("");
  account.password = reader.String("password").value_or("");
  account.developer = reader.Bool("developer").value_or(false);
  account.account_id = reader.Int("account_id").value_or(0);
  account.company = reader.String("company").value_or("");
  out.accounts.push_back(std::move(account));
  return reader.Finish();
}

// After the clients: one of them is who it is for.
Status ReadWebhook(const YamlDocument& document, const YamlNode& node, ConfigFile& out) {
  YamlMapReader reader(document, node, "a webhook");
  reader.Require("url");
  WebhookSubscription wanted;
  wanted.url = reader.String("url").value_or("");
  wanted.client_id = reader.String("client_id").value_or("");
  wanted.callback = reader.String("callback").value_or("");
  wanted.key = reader.String("key").value_or("");
  wanted.events = reader.StringList("events");
  const bool anywhere = reader.Bool("anywhere").value_or(false);
  const auto problems =
      CompleteWebhook(wanted, anywhere, out.clients.empty() ? BuiltInClients() : out.clients);
  for (const WebhookProblem& one : problems) {
    const YamlNode* member = reader.Child(one.member);
    reader.Fail(member == nullptr ? node.mark : member->mark,
                fmt::format("{} {}", one.member, one.message));
  }
  out.webhooks.push_back(std::move(wanted));
  return reader.Finish();
}

template <typename Read>
Status ReadEach(const YamlDocument& document, const YamlNode* list, ConfigFile& out, Read read) {
  if (list == nullptr) return {};
  for (const YamlNode& item : list->items) {
    if (Status status = read(document, item, out); !status.ok()) return status;
  }
  return {};
}

}  // namespace

Result<ConfigFile> ReadConfigFile(const std::string& path, const std::vector<std::string>& names) {
  const Result<std::string> text = ReadFile(path, 1u << 20);
  if (!text.ok()) return text.error();
  const Result<YamlDocument> document = ParseYaml(*text, path);
  if (!document.ok()) return document.error();
  ConfigFile file;
  YamlMapReader reader(*document, document->root(), "the configuration");
  for (const std::string& name : names) {
    const YamlNode* node = reader.Child(name);
    if (node == nullptr) continue;
    if (!node->IsScalar()) reader.Fail(node->mark, fmt::format("{} must be a scalar", name));
    file.scalars.push_back({name, PlaceOfName(path, node->mark, name), node->scalar});
  }
  const YamlNode* settings = reader.Map("settings");
  const YamlNode* clients = reader.Sequence("clients");
  const YamlNode* accounts = reader.Sequence("accounts");
  const YamlNode* webhooks = reader.Sequence("webhooks");
  if (Status status = reader.Finish(); !status.ok()) return status.error();
  if (settings != nullptr) {
    for (const YamlNode::Member& member : settings->members) {
      file.settings.push_back(
          {member.key,
           {PlaceOfName(path, member.key_mark, member.key), ScalarToJson(member.value)}});
    }
  }
  if (Status s = ReadEach(*document, clients, file, ReadClient); !s.ok()) return s.error();
  if (Status s = ReadEach(*document, accounts, file, ReadLogin); !s.ok()) return s.error();
  if (Status s = ReadEach(*document, webhooks, file, ReadWebhook); !s.ok()) return s.error();
  return file;
}

}  // namespace aweber::mock
