#include "client/protocol/token_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text/json.h"

namespace aweber::client {
namespace {

constexpr std::int64_t kLatestMs = 253'402'300'799'999;  // the end of the year 9999

std::int64_t ToMs(UnixTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

std::optional<UnixTime> TokenSet::ExpiresAt() const {
  if (!expires_in) return std::nullopt;
  return issued_at + *expires_in;
}

bool TokenSet::Expired(UnixTime now) const {
  const auto end = ExpiresAt();
  return end && now >= *end;
}

bool TokenSet::ShouldRenew(UnixTime now, std::chrono::seconds skew) const {
  const auto end = ExpiresAt();
  if (!end) return false;
  // expires_in counts whole seconds: nearer than that nobody knows the end.
  const Micros tenth = std::max<Micros>(Micros(*expires_in) / 10, std::chrono::seconds(1));
  const Micros margin = std::min<Micros>(skew, tenth);
  return now >= *end - margin;
}

Json TokenToJson(const TokenSet& token) {
  Json json = {{"access_token", token.access_token}, {"token_type", token.token_type}};
  if (!token.refresh_token.empty()) json["refresh_token"] = token.refresh_token;
  if (!token.scope.empty()) json["scope"] = token.scope;
  json["issued_at_ms"] = ToMs(token.issued_at);
  if (token.expires_in) json["expires_in"] = token.expires_in->count();
  if (!token.refused.empty()) json["refused"] = token.refused;
  if (token.revoking) json["revoking"] = true;
  if (token.rest_until) json["rest_until_ms"] = ToMs(*token.rest_until);
  return json;
}

Outcome<TokenSet> TokenFromJson(const Json& json) {
  TokenSet token;
  const auto corrupt = [](std::string why) {
    return MakeFailure(FailureKind::kInternal, "store.corrupt", std::move(why));
  };
  const auto access = JsonString(json, "access_token");
  const auto issued = JsonInt(json, "issued_at_ms");
  if (!access || access->empty() || !issued) {
    return corrupt("stored token lacks access_token or issued_at_ms");
  }
  const auto life = JsonInt(json, "expires_in");
  if (*issued < 0 || *issued > kLatestMs || life.value_or(0) < 0 ||
      life.value_or(0) > kLongestLife.count()) {
    return corrupt("stored token was issued, or expires, at an impossible time");
  }
  token.access_token = *access;
  token.issued_at = UnixTime(std::chrono::milliseconds(*issued));
  token.refresh_token = JsonString(json, "refresh_token").value_or("");
  token.token_type = JsonString(json, "token_type").value_or("bearer");
  token.scope = JsonString(json, "scope").value_or("");
  token.refused = JsonString(json, "refused").value_or("");
  token.revoking = JsonBool(json, "revoking").value_or(false);
  if (life) token.expires_in = std::chrono::seconds(*life);
  if (const auto rest = JsonInt(json, "rest_until_ms"); rest && *rest >= 0 && *rest <= kLatestMs) {
    token.rest_until = UnixTime(std::chrono::milliseconds(*rest));
  }
  return token;
}

std::string MaskSecret(std::string_view secret) {
  if (secret.empty()) return "(none)";
  const std::size_t shown = secret.size() >= 16 ? 4 : 0;
  return fmt::format("{}...({})", secret.substr(0, shown), secret.size());
}

}  // namespace aweber::client
