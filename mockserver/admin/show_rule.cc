// Rules as JSON in the shape of a scenario's server.rules, so that what is shown can be loaded.
#include <fmt/format.h>

#include "mockserver/admin/show.h"

namespace aweber::mock {
namespace {

void SetIf(Json& object, const char* name, const std::optional<std::string>& value) {
  if (value && !value->empty()) object[name] = *value;
}

Json ShowSelector(const Selector& on) {
  Json shown = Json::object();
  shown["endpoint"] = on.endpoint ? EndpointName(*on.endpoint) : "any";
  SetIf(shown, "grant", on.grant);
  SetIf(shown, "client_id", on.client_id);
  SetIf(shown, "method", on.method);
  SetIf(shown, "path", on.path);
  SetIf(shown, "token_state", on.token_state);
  return shown;
}

void ShowTokenMutations(const Fault& fault, Json& members) {
  for (const TokenMutation& change : fault.token) {
    switch (change.kind) {
      case TokenMutation::Kind::kSet:
        members["set"][change.member] = change.value;
        break;
      case TokenMutation::Kind::kRemove:
        members["remove"].push_back(change.member);
        break;
      case TokenMutation::Kind::kRotate:
        members["rotate"].push_back(change.member);
        break;
      case TokenMutation::Kind::kKeep:
        members["keep"].push_back(change.member);
        break;
    }
  }
}

void ShowRedirectTampers(const Fault& fault, Json& members) {
  for (const RedirectTamper& change : fault.redirect) {
    switch (change.kind) {
      case RedirectTamper::Kind::kSet:
        members["set"][change.name] = change.value;
        break;
      case RedirectTamper::Kind::kAdd:
        members["add"][change.name] = change.value;
        break;
      case RedirectTamper::Kind::kRemove:
        members["remove"].push_back(change.name);
        break;
      case RedirectTamper::Kind::kOrder:
        members["order"] = change.order;
        break;
    }
  }
}

Json ShowFault(const Fault& fault) {
  Json members = Json::object();
  SetIf(members, "error", fault.error);
  SetIf(members, "description", fault.description);
  SetIf(members, "uri", fault.uri);
  if (fault.kind != "token_mutation" && fault.kind != "redirect_tamper" && fault.status != 0) {
    members["status"] = fault.status;
  }
  for (const auto& [name, value] : fault.headers.fields()) members["headers"][name] = value;
  SetIf(members, "content_type", fault.content_type);
  SetIf(members, "body", fault.body);
  SetIf(members, "location", fault.location);
  if (fault.kind == "retry_after" && fault.retry_after_s >= 0) {
    members["seconds"] = fault.retry_after_s;
  }
  if (fault.delay_ms > 0) members["by"] = fmt::format("{}ms", fault.delay_ms);
  const bool counts_bytes = fault.kind == "truncate" || fault.kind == "content_length";
  if (counts_bytes || (fault.kind == "dribble" && fault.bytes > 0)) members["bytes"] = fault.bytes;
  SetIf(members, "name", fault.gate);
  if (fault.gate_size > 0) members["size"] = fault.gate_size;
  SetIf(members, "certificate", fault.tls);
  ShowTokenMutations(fault, members);
  ShowRedirectTampers(fault, members);
  members["phase"] = fault.phase == Phase::kAfter ? "after" : "before";
  return {{fault.kind, members}};
}

}  // namespace

Json ShowRule(const Rule& rule) {
  Json shown = Json::object();
  if (!rule.id.empty()) shown["id"] = rule.id;
  shown["on"] = ShowSelector(rule.on);
  if (rule.when.nth > 0) shown["when"]["nth"] = rule.when.nth;
  if (rule.when.every > 0) shown["when"]["every"] = rule.when.every;
  if (rule.when.probability < 1) shown["when"]["probability"] = rule.when.probability;
  if (rule.when.first > 0) shown["times"] = rule.when.first;
  shown["then"] = Json::array();
  for (const Fault& fault : rule.then) shown["then"].push_back(ShowFault(fault));
  return shown;
}

}  // namespace aweber::mock
