#include "conformance/explore/flow_scenario.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text/json.h"
#include "conformance/explore/yaml_text.h"
#include "mockserver/scenario/loader.h"

namespace aweber::conformance::explore {
namespace {

void Replace(std::string& text, std::string_view what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
    at += with.size();
  }
}

// The JSON of a table's row, with the session and the action put in.
Json RowJson(std::string_view row, const Action& action, std::size_t number) {
  std::string text(row);
  const std::string other(1, action.session == 'A' ? 'B' : 'A');
  Replace(text, "$OTHER", other);
  Replace(text, "${OTHER", "${" + other);
  Replace(text, "$N", std::to_string(number + 1));
  return *ParseJson(text);  // a test reads every row
}

bool AsksClient(ActionKind kind) {
  switch (kind) {
    case ActionKind::kAuthorize:
    case ActionKind::kCallback:
    case ActionKind::kCall:
    case ActionKind::kRefresh:
    case ActionKind::kToken:
    case ActionKind::kRevoke:
    case ActionKind::kTwoCalls:
      return true;
    default:
      return false;
  }
}

Json StepOf(const Action& action, std::size_t number) {
  const Way& way = Ways()[action.way];
  const std::string session(1, action.session);
  if (way.kind == ActionKind::kTwoCalls) {
    Json call = {{"path", "/accounts"}};
    if (session != "A") call["session"] = session;
    const Json step = Json::object({{"call", call}});
    return Json::object({{"parallel", Json::object({{"steps", Json::array({step, step})}})}});
  }
  Json members = RowJson(way.members, action, number);
  if (session != "A") members["session"] = session;
  const std::string op(ActionName(way.kind));
  if (members.empty()) return op;
  if (way.kind == ActionKind::kCall && members.size() == 1)
    return Json::object({{op, members["path"]}});
  if (way.kind == ActionKind::kConsent && members.size() == 1 && members.contains("decision")) {
    return Json::object({{op, members["decision"]}});
  }
  if (way.kind == ActionKind::kAdvance && members.size() == 1)
    return Json::object({{op, members["by"]}});
  return Json::object({{op, members}});
}

// What the API does meets a good token only: one that is over is answered 401 first, as at AWeber.
Json ApiSelector(const Behaviour& behaviour) {
  const bool is_401 =
      behaviour.effect == Effect::kUnauthorized || behaviour.effect == Effect::kExpiredOnce;
  if (is_401) return "api";
  return {{"endpoint", "api"}, {"token_state", behaviour.short_life ? "expired" : "live"}};
}

Json SelectorOf(const Action& action) {
  const Behaviour& behaviour = Behaviours()[action.behaviour];
  switch (behaviour.where) {
    case Where::kAuthorize:
      return {{"endpoint", "authorize"}, {"method", "GET"}};
    case Where::kDecision:
      return "decision";
    case Where::kToken:
      return {{"endpoint", "token"},
              {"grant",
               action.kind() == ActionKind::kCallback ? "authorization_code" : "refresh_token"}};
    case Where::kRevoke:
      return "revoke";
    case Where::kApi:
    case Where::kNowhere:
      break;
  }
  return ApiSelector(behaviour);
}

void AddRule(const Action& action, std::size_t number, const std::string& label, Json& rules) {
  const Behaviour& behaviour = Behaviours()[action.behaviour];
  Json rule = {{"on", SelectorOf(action)}, {"during", label}};
  if (behaviour.once) rule["times"] = 1;
  rule["then"] = RowJson(behaviour.then, action, number);
  rules.push_back(std::move(rule));
}

// The first label of an action, and where it makes two steps, the other.
struct StepLabels {
  std::vector<std::string> first, second;
};

Json ServerOf(const Flow& flow, const StepLabels& labels) {
  // Enough for every call that a flow may make.
  Json client = {{"scopes", {"account.read", "list.read", "subscriber.read", "subscriber.write"}}};
  Json settings = Json::object(), rules = Json::array();
  for (const std::size_t row : flow.world) {
    const Variation& variation = Variations()[row];
    client.update(*ParseJson(variation.client));
    settings.update(*ParseJson(variation.settings));
    if (!variation.rule.empty()) rules.push_back(*ParseJson(variation.rule));
  }
  bool two_calls = false;
  for (std::size_t i = 0; i < flow.actions.size(); ++i) {
    two_calls |= flow.actions[i].kind() == ActionKind::kTwoCalls;
    if (flow.actions[i].behaviour == 0) continue;
    for (const std::string& label : {labels.first[i], labels.second[i]}) {
      if (!label.empty()) AddRule(flow.actions[i], i, label, rules);
    }
  }
  // Who refreshes twice at the same time needs the time to do so.
  if (two_calls) {
    rules.push_back({{"on", {{"endpoint", "token"}, {"grant", "refresh_token"}}},
                     {"then", Json::object({{"delay", "60ms"}})}});
  }
  Json server = {{"client", client}};
  if (!settings.empty()) server["settings"] = settings;
  if (!rules.empty()) server["rules"] = rules;
  return server;
}

std::set<std::string_view> NeedsOf(const Flow& flow) {
  std::set<std::string_view> needs;
  for (const std::size_t row : flow.world) needs.insert(Variations()[row].need);
  for (const Action& action : flow.actions) needs.insert(Ways()[action.way].need);
  needs.erase("");
  return needs;
}

StepLabels Label(const Flow& flow) {
  std::map<std::string, int> counts;
  const auto next = [&](const std::string& op) {
    const int count = ++counts[op];
    return count == 1 ? op : fmt::format("{}#{}", op, count);
  };
  StepLabels labels;
  for (const Action& action : flow.actions) {
    const std::string own = next(std::string(ActionName(action.kind())));
    const bool two = action.kind() == ActionKind::kTwoCalls;
    labels.first.push_back(two ? next("call") : own);
    labels.second.push_back(two ? next("call") : "");
  }
  return labels;
}

}  // namespace

std::optional<std::size_t> ActionLabelled(const Flow& flow, std::string_view label) {
  if (label.empty()) return std::nullopt;
  const StepLabels labels = Label(flow);
  for (std::size_t i = 0; i < flow.actions.size(); ++i) {
    if (labels.first[i] == label || labels.second[i] == label) return i;
  }
  return std::nullopt;
}

std::string ScenarioText(const Flow& flow, const ClientTraits& client, const Wording& wording) {
  const StepLabels labels = Label(flow);
  Model model(client, TraitsOf(flow.world));
  Json steps = Json::array(), replies = Json::object();
  bool refuses = false;
  for (std::size_t i = 0; i < flow.actions.size(); ++i) {
    const Action& action = flow.actions[i];
    steps.push_back(StepOf(action, i));
    const Expected expected = model.Do(action);
    if (!AsksClient(action.kind())) continue;
    refuses |= expected == Expected::kRefused;
    const char* const word = expected == Expected::kOk        ? "ok"
                             : expected == Expected::kRefused ? "refused"
                                                              : "any";
    for (const std::string& label : {labels.first[i], labels.second[i]}) {
      if (!label.empty()) replies[label] = word;
    }
  }
  Json document = {{"id", wording.id},
                   {"title", wording.title},
                   {"why", wording.why},
                   {"tags", Json::array({"explored"})}};
  Json needs = Json::array();
  for (const std::string_view need : NeedsOf(flow)) needs.push_back(need);
  if (!needs.empty()) document["needs"] = needs;
  if (!wording.profile.empty()) document["profiles"] = Json::array({wording.profile});
  if (refuses || wording.leans) document["control"] = kControl;
  document["server"] = ServerOf(flow, labels);
  document["steps"] = steps;
  Json expect = {{"client", replies}};
  if (refuses) expect["requires"] = Json::array({Json::object({{"seen", "authorize"}})});
  if (!wording.checks.empty()) expect["checks"] = wording.checks;
  document["expect"] = expect;
  return YamlText(document);
}

Result<mock::Scenario> ToScenario(const Flow& flow, const ClientTraits& client,
                                  const Wording& wording) {
  auto loaded = mock::ParseScenario(ScenarioText(flow, client, wording), wording.id + ".yaml");
  if (!loaded) return loaded.error();
  return std::move(loaded->front());
}

}  // namespace aweber::conformance::explore
