#include "mockserver/admin/show.h"

#include <algorithm>

#include "base/text/json.h"
#include "mockserver/journal/json.h"

namespace aweber::mock {

namespace {

// Rounded up: whoever puts the clock there finds it expired.
std::int64_t ExpirySeconds(UnixTime at) { return ToUnixSeconds(at + Micros(999'999)); }

}  // namespace

Json ShowExpiry(const Expiry& expiry) {
  return {{"label", expiry.label}, {"kind", expiry.kind}, {"at", ExpirySeconds(expiry.at)}};
}

Json ShowToken(const TokenInfo& token, bool reveal) {
  Json shown = {
      {"label", token.label},
      {"kind", token.kind},
      {"client_id", token.client_id},
      {"username", token.username},
      {"grant", token.grant_label},
      {"parent", token.parent.empty() ? Json(nullptr) : Json(token.parent)},
      {"generation", token.generation},
      {"scopes", token.scopes},
      {"state", token.state},
      {"issued_at", ToUnixSeconds(token.issued_at)},
      {"expires_at", token.expires_at ? Json(ExpirySeconds(*token.expires_at)) : Json(nullptr)}};
  if (reveal) shown["value"] = token.value;
  return shown;
}

Json ShowClient(const RegisteredClient& client) {
  return {{"id", client.id},
          {"type", client.is_public ? "public" : "confidential"},
          {"name", client.name},
          {"redirect_uris", client.redirect_uris},
          {"scopes", client.scopes}};
}

Json ShowRuleState(const RuleState& state) {
  Json shown = ShowRule(state.rule);
  shown["from"] = state.from_scenario ? "scenario" : "admin";
  shown["seen"] = state.seen;
  shown["acted"] = state.acted;
  const std::uint64_t limit = state.rule.when.first;
  shown["remaining"] = limit == 0 ? Json(nullptr) : Json(limit - std::min(limit, state.acted));
  return shown;
}

Json ShowEntry(Space& space, const JournalEntry& entry) {
  const Redactor redactor = space.MakeRedactor();
  return EntryToJson(entry, &redactor);
}

}  // namespace aweber::mock
