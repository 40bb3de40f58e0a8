// The `server` part of a scenario: the registered client, settings, rules.
#include <fmt/format.h>

#include "base/text/json.h"
#include "mockserver/model/redirect_uri.h"
#include "mockserver/scenario/parse.h"
#include "mockserver/settings.h"

namespace aweber::mock::internal {
namespace {

Status ReadClient(const YamlDocument& document, const YamlNode& node, ScenarioClient& out) {
  YamlMapReader reader(document, node, "client");
  if (auto type = reader.OneOf("type", {"confidential", "public"})) out.type = *type;
  if (auto uri = reader.String("redirect_uri")) {
    out.redirect_uri = *uri;
    if (const auto problem = RedirectUriProblem({*uri})) {
      reader.Fail(reader.Child("redirect_uri")->mark, "redirect_uri: " + *problem);
    }
  }
  if (reader.Child("scopes") != nullptr) out.scopes = reader.StringList("scopes");
  if (auto secret = reader.OneOf("secret", {"plain", "hostile", "empty"})) out.secret = *secret;
  out.told_client_id = reader.String("told_client_id");
  out.told_client_secret = reader.String("told_client_secret");
  out.told_redirect_uri = reader.String("told_redirect_uri");
  out.authorize_query = reader.String("authorize_query").value_or("");
  return reader.Finish();
}

Status ReadSettings(const YamlDocument& document, const YamlNode& node, Json& out) {
  Settings scratch = SettingsFor(Profile::kAWeber);
  for (const YamlNode::Member& member : node.members) {
    Json value = YamlToJson(member.value);
    // The settings' own message names the values that it takes and the nearest name.
    if (Status status = ApplySetting(scratch, member.key, value); !status.ok()) {
      return document.ErrorAt(member.key_mark, "scenario.setting", status.error().message);
    }
    out[member.key] = std::move(value);
  }
  return {};
}

}  // namespace

Status ReadServer(const YamlDocument& document, const YamlNode& node, ScenarioServer& out) {
  YamlMapReader reader(document, node, "server");
  const YamlNode* client = reader.Map("client");
  const YamlNode* settings = reader.Map("settings");
  const YamlNode* rules = reader.Sequence("rules");
  if (Status status = reader.Finish(); !status.ok()) return status;
  if (client != nullptr) {
    if (Status status = ReadClient(document, *client, out.client); !status.ok()) return status;
  }
  if (settings != nullptr) {
    if (Status s = ReadSettings(document, *settings, out.settings); !s.ok()) return s;
  }
  return rules == nullptr ? Status() : ReadRules(document, *rules, out.rules);
}

}  // namespace aweber::mock::internal
