// Rules as JSON in the shape of a scenario's server.rules, so that what is shown can be loaded.
#include <fmt/format.h>

#include "base/text/json.h"
#include "mockserver/admin/show.h"
#include "mockserver/faults/fault_fields.h"

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

// The members that the file gave, or that the loader put in.
Json ShowFault(const Fault& fault) {
  const FaultRow& row = RowOf(fault.kind);
  Json members = Json::object();
  for (const FaultMember& member : row.members) {
    const std::string name(member.name);
    if (member.type == FaultMember::Type::kHeaders) {
      for (const auto& [header, value] : fault.headers.fields()) members[name][header] = value;
    }
    const FaultField* const field = FindFaultField(member.name);
    if (field == nullptr) continue;
    if (field->text != nullptr) {
      SetIf(members, name.c_str(), fault.*field->text);
    } else if (const int value = fault.*field->integer;
               member.required || value != Fault().*field->integer) {
      members[name] = member.type == FaultMember::Type::kDuration ? Json(fmt::format("{}ms", value))
                                                                  : Json(value);
    }
  }
  ShowTokenMutations(fault, members);
  ShowRedirectTampers(fault, members);
  members["phase"] = PhaseName(fault.phase);
  return {{std::string(row.name), members}};
}

}  // namespace

Json ShowRule(const Rule& rule) {
  Json shown = Json::object();
  if (!rule.id.empty()) shown["id"] = rule.id;
  shown["on"] = ShowSelector(rule.on);
  if (!rule.during.empty()) shown["during"] = rule.during;
  if (rule.when.nth > 0) shown["when"]["nth"] = rule.when.nth;
  if (rule.when.every > 0) shown["when"]["every"] = rule.when.every;
  if (rule.when.probability < 1) shown["when"]["probability"] = rule.when.probability;
  if (rule.when.first > 0) shown["times"] = rule.when.first;
  shown["then"] = Json::array();
  for (const Fault& fault : rule.then) shown["then"].push_back(ShowFault(fault));
  return shown;
}

}  // namespace aweber::mock
