#include <fmt/format.h>

#include <algorithm>

#include "base/text/json.h"
#include "mockserver/admin/body_reader.h"
#include "mockserver/admin/path_hint.h"
#include "mockserver/admin/reply.h"
#include "mockserver/admin/route.h"
#include "mockserver/admin/show.h"
#include "mockserver/model/redirect_uri.h"
#include "mockserver/model/scopes.h"
#include "mockserver/scenario/loader.h"

namespace aweber::mock::routes {
namespace {

constexpr const char* kUploaded = "request body";

// What a message calls the body; the loader wants a file name.
HttpResponse BadScenario(const Error& error) { return AdminError(error, 422); }

Json ShowScenario(const Scenario& scenario) {
  return {{"id", scenario.id},          {"title", scenario.title}, {"why", scenario.why},
          {"tags", scenario.tags},      {"spec", scenario.spec},   {"needs", scenario.needs},
          {"control", scenario.control}};
}

Json InPlay(Space& space) {
  Json rules = Json::array();
  for (const RuleState& state : space.Rules()) {
    if (state.from_scenario) rules.push_back(ShowRuleState(state));
  }
  const std::string id = space.scenario_id();
  return {{"id", id.empty() ? Json(nullptr) : Json(id)}, {"rules", rules}};
}

HttpResponse PlayNow(AdminCall& call, const Scenario& scenario) {
  const Result<RegisteredClient> client = call.context.server.Play(*call.space, scenario);
  if (!client.ok()) return BadScenario(client.error());
  Json answer = InPlay(*call.space);
  answer["client"] = ShowClient(*client);
  call.context.events.Publish(call.space->name(), "scenario", DumpJson(answer));
  return AdminJson(answer);
}

// {"id": "..."} names a known scenario; anything else is a scenario file.
std::optional<std::string> NamedScenario(const std::string& body) {
  const Result<Json> json = ParseJson(body);
  if (!json.ok() || !json->is_object() || json->size() != 1) return std::nullopt;
  return JsonString(*json, "id");
}

void PublishFaults(AdminCall& call) {
  // That they changed, not what they are: there may be thousands, and whoever cares asks.
  const Json count = {{"count", call.space->Rules().size()}};
  call.context.events.Publish(call.space->name(), "faults", DumpJson(count));
}

}  // namespace

HttpResponse GetSettings(AdminCall& call) {
  const Json values = SettingsToJson(call.space->settings());
  Json switches = Json::array();
  for (const SettingInfo& info : AllSettings()) {
    Json one = {{"name", info.name},
                {"value", values.value(info.name, Json())},
                {"type", info.type},
                {"meaning", info.meaning},
                {"provenance", info.provenance}};
    if (!info.values.empty()) one["values"] = info.values;
    switches.push_back(std::move(one));
  }
  return AdminJson({{"profile", ProfileName(call.space->settings().profile)},
                    {"settings", values},
                    {"switches", switches}});
}

HttpResponse PutSettings(AdminCall& call) {
  if (!call.body.is_object())
    return AdminError(400, "invalid_body", "the body must be a JSON object");
  Settings settings = call.space->settings();
  if (const auto applied = ReadSwitches(settings, call.body); !applied.ok()) {
    return AdminError(applied.error());
  }
  call.space->SetSettings(settings);
  return GetSettings(call);
}

HttpResponse ListClients(AdminCall& call) {
  Json list = Json::array();
  for (const RegisteredClient& client : call.space->clients()) list.push_back(ShowClient(client));
  return AdminJson({{"clients", list}});
}

HttpResponse PutClient(AdminCall& call) {
  BodyReader body(call.body);
  body.Require("id");
  body.Require("redirect_uris");
  RegisteredClient client;
  client.id = body.String("id").value_or("");
  const std::optional<std::string> secret = body.String("secret");
  client.secret = secret.value_or("");
  const std::string type = body.String("type").value_or("confidential");
  if (type != "confidential" && type != "public") {
    body.Fail("type", "\"type\" is \"confidential\" or \"public\"");
  }
  client.is_public = type == "public";
  client.name = body.String("name").value_or(client.name);
  client.redirect_uris = body.Strings("redirect_uris").value_or(std::vector<std::string>{});
  if (const auto problem = RedirectUriProblem(client.redirect_uris)) {
    body.Fail("redirect_uris", "\"redirect_uris\": " + *problem);
  }
  client.scopes = body.Scopes("scopes").value_or(AllScopeNames());
  if (client.is_public && !client.secret.empty()) {
    body.Fail("secret", "a public client has no secret (RFC 6749 §2.1)");
  }
  if (auto refusal = body.Finish()) return *refusal;
  // No answer shows a secret, so who changes what was listed cannot send it back: it stays.
  bool has_secret = secret.has_value() || client.is_public;
  for (const RegisteredClient& known : call.space->clients()) {
    if (secret || known.id != client.id || known.is_public != client.is_public) continue;
    client.secret = known.secret;
    has_secret = true;
  }
  if (!has_secret) {
    return AdminError(400, "invalid_body",
                      "a confidential client that is not known yet needs a \"secret\" (\"\" is one "
                      "too), or is of the \"type\" \"public\"",
                      "secret");
  }
  const auto clients = call.space->clients();
  const bool known = std::any_of(clients.begin(), clients.end(),
                                 [&](const auto& one) { return one.id == client.id; });
  if (!known && clients.size() >= call.context.server.options().limits.clients) {
    return AdminAtLimit("clients", call.context.server.options().limits.clients,
                        "use a new space for more");
  }
  const Json shown = ShowClient(client);
  call.space->AddClient(std::move(client));
  return AdminJson(shown, 201);
}

HttpResponse ListScenarios(AdminCall& call) {
  Json list = Json::array();
  for (const Scenario& scenario : call.context.scenarios.All()) {
    list.push_back(ShowScenario(scenario));
  }
  return AdminJson({{"scenarios", list}});
}

HttpResponse ReloadScenarios(AdminCall& call) {
  const ScenarioLibrary::Reloaded reloaded = call.context.scenarios.Reload();
  return AdminJson(
      {{"loaded", reloaded.loaded}, {"changed", reloaded.changed}, {"errors", reloaded.errors}},
      reloaded.errors.empty() ? 200 : 422);
}

HttpResponse GetScenario(AdminCall& call) { return AdminJson(InPlay(*call.space)); }

HttpResponse PutScenario(AdminCall& call) {
  if (const auto id = NamedScenario(call.request.body)) {
    const auto scenario = call.context.scenarios.Find(*id);
    if (scenario) return PlayNow(call, *scenario);
    const std::string near = call.context.scenarios.Nearest(*id);
    return AdminError(404, "scenario.unknown",
                      fmt::format("no scenario \"{}\"{}; GET /api/v1/scenarios lists them", *id,
                                  near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)),
                      "id");
  }
  const auto parsed = ParseScenario(call.request.body, kUploaded);
  if (!parsed.ok()) return BadScenario(parsed.error());
  if (parsed->size() != 1) {
    return AdminError(422, "scenario.matrix",
                      "a scenario with a matrix cannot be played whole; upload one variant");
  }
  return PlayNow(call, parsed->front());
}

HttpResponse DeleteScenario(AdminCall& call) {
  call.space->StopPlaying();
  call.context.events.Publish(call.space->name(), "scenario", DumpJson(InPlay(*call.space)));
  return AdminNoContent();
}

HttpResponse ValidateScenario(AdminCall& call) {
  const auto parsed = ParseScenario(call.request.body, kUploaded);
  if (!parsed.ok()) return BadScenario(parsed.error());
  Json list = Json::array();
  for (const Scenario& scenario : *parsed) list.push_back(ShowScenario(scenario));
  return AdminJson({{"valid", true}, {"scenarios", list}});
}

HttpResponse ListFaults(AdminCall& call) {
  Json rules = Json::array();
  for (const RuleState& state : call.space->Rules()) rules.push_back(ShowRuleState(state));
  return AdminJson({{"faults", rules}});
}

HttpResponse AddFault(AdminCall& call) {
  // One rule or a list of them, in the shape of a scenario's server.rules.
  Result<std::vector<Rule>> rules = ParseRules(call.request.body, kUploaded);
  if (!rules.ok()) return BadScenario(rules.error());
  if (rules->empty()) return AdminError(400, "invalid_body", "the list of rules is empty");
  if (call.space->Rules().size() + rules->size() > call.context.server.options().limits.faults) {
    return AdminAtLimit("faults", call.context.server.options().limits.faults,
                        "DELETE /api/v1/faults/ID or POST /api/v1/reset makes room");
  }
  Json ids = Json::array(), warnings = Json::array();
  for (Rule& rule : *rules) {
    if (std::string hint = PathHint(rule); !hint.empty()) warnings.push_back(std::move(hint));
    ids.push_back(call.space->AddFault(std::move(rule)));
  }
  PublishFaults(call);
  Json answer = {{"id", ids.front()}, {"ids", ids}};
  if (!warnings.empty()) answer["warnings"] = std::move(warnings);
  return AdminJson(answer, 201);
}

HttpResponse DeleteFault(AdminCall& call) {
  const std::string& id = call.path["id"];
  if (!call.space->RemoveFault(id)) {
    return AdminError(404, "fault.unknown",
                      fmt::format("no fault \"{}\"; GET /api/v1/faults lists them", id));
  }
  PublishFaults(call);
  return AdminNoContent();
}

HttpResponse ListGates(AdminCall& call) {
  Json gates = Json::array();
  for (const GateState& gate : call.space->Gates()) {
    gates.push_back({{"name", gate.name}, {"waiting", gate.waiting}, {"open", gate.open}});
  }
  return AdminJson({{"gates", gates}});
}

HttpResponse ReleaseGate(AdminCall& call) {
  const std::string& name = call.path["name"];
  for (const GateState& gate : call.space->Gates()) {
    if (gate.name != name) continue;
    return AdminJson({{"name", name}, {"released", call.space->ReleaseGate(name)}});
  }
  return AdminError(404, "gate.unknown", fmt::format("no gate \"{}\" has been reached", name));
}

}  // namespace aweber::mock::routes
