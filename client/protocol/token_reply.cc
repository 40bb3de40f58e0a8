// Judges of what the token and revocation endpoints answer.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "base/text/ascii.h"
#include "base/text/json.h"
#include "client/protocol/protocol.h"
#include "client/protocol/reply.h"

namespace aweber::client {
namespace {

constexpr JsonLimits kTokenReplyLimits{.max_bytes = 1u << 20, .max_depth = 32};
constexpr std::string_view kTokenEndpoint = "the token endpoint";

Failure Invalid(std::string_view what) {
  return MakeFailure(
      FailureKind::kInvalidResponse, "token.invalid_response",
      fmt::format("{} answered something that is not a token: {}", kTokenEndpoint, what));
}

// RFC 6749 §5.1: expires_in is only recommended. What is not a positive number of seconds (a word,
// null, zero, a negative) counts as not given: the API's 401 then says when the token has ended.
std::optional<std::chrono::seconds> ReadLife(const Json& json) {
  const Json* member = JsonMember(json, "expires_in");
  if (member == nullptr) return std::nullopt;
  double seconds = 0;
  if (member->is_number()) {
    seconds = member->get<double>();
  } else if (member->is_string()) {
    const auto text = member->get<std::string>();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  }
  if (!std::isfinite(seconds) || seconds < 1) return std::nullopt;
  return std::chrono::seconds(
      static_cast<std::int64_t>(std::min(seconds, static_cast<double>(kLongestLife.count()))));
}

// RFC 6749 App. A.12, A.17: VSCHAR; a space besides could not be sent in a header (RFC 6750 §2.1).
bool IsTokenText(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// RFC 6749 §7.1: a token of a type we do not understand must not be used. AWeber's published traces
// lack token_type altogether, which can only mean the bearer tokens it documents.
Outcome<void> CheckType(const Json& json) {
  const Json* type = JsonMember(json, "token_type");
  if (type == nullptr || type->is_null()) return {};
  if (!type->is_string()) return Invalid("token_type is not a string");
  const auto text = type->get<std::string>();
  if (EqualsIgnoreCase(text, "bearer")) return {};
  return MakeFailure(FailureKind::kUnsupportedTokenType, "token.unsupported_type",
                     fmt::format("{} gave a token of type '{}'; only bearer tokens can be used",
                                 kTokenEndpoint, Harmless(text, 40)));
}

Failure Refused(const HttpResponse& response, const ProviderWords& words, bool refreshing) {
  // AWeber answers a dead refresh token, like a dead code, 400 invalid_request; RFC 6749 §5.2 has
  // invalid_grant. Both mean that the customer must log in again.
  const bool dead = words.code == "invalid_grant" || words.code == "invalid_request";
  Failure failure;
  failure.kind = refreshing && dead ? FailureKind::kReauthorize : FailureKind::kProviderError;
  failure.code = refreshing && dead ? "token.reauthorize" : "token.refused";
  std::string_view cure = "see the provider's words";
  if (refreshing && dead) {
    cure = "the refresh token is no longer good; log in again";
  } else if (dead) {
    cure = "the code is used, expired, or for another redirect URI; log in again";
  } else if (words.code == "invalid_client" || words.code == "BadRequestError") {
    cure = "check client id and client secret, and that the app is of this type";
  }
  failure.http_status = response.status;
  failure.provider_code = words.code;
  failure.provider_text = words.text;
  failure.message = fmt::format("{} refused: {}{}{} ({})", kTokenEndpoint, words.code,
                                words.text.empty() ? "" : ": ", words.text, cure);
  return failure;
}

Outcome<Json> ReadObject(const HttpResponse& response) {
  if (response.body.starts_with("\xEF\xBB\xBF")) {
    return Invalid("the JSON begins with a byte order mark (RFC 8259 §8.1)");
  }
  auto json = ParseJson(response.body, kTokenReplyLimits);
  // The reader's words may quote a member's name: only the sort of error is passed on.
  if (!json) return Invalid(fmt::format("unreadable JSON ({})", json.error().code));
  if (!json->is_object()) return Invalid("the JSON is not an object");
  return std::move(*json);
}

}  // namespace

Outcome<TokenSet> JudgeTokenReply(const HttpResponse& response, const TokenContext& context) {
  const bool refreshing = context.previous != nullptr;
  const ProviderWords words = ReadProviderWords(response.body);
  if (response.status != 200) {
    // RFC 6749 §5.2 has errors in 400 and 401; whatever else happens is HTTP's business. A redirect
    // is an error: following it would carry credentials to another place.
    if (words.found && response.status >= 400 && response.status < 500 && response.status != 429) {
      return Refused(response, words, refreshing);
    }
    return HttpFailure("token.http", kTokenEndpoint, response, context.sent_at);
  }
  auto json = ReadObject(response);
  if (!json) return json.error();
  if (JsonMember(*json, "error") != nullptr) {
    if (words.found) return Refused(response, words, refreshing);
    return Invalid("it has an 'error' that cannot be read");
  }
  if (auto type = CheckType(*json); !type) return type.error();

  TokenSet token;
  token.access_token = JsonString(*json, "access_token").value_or("");
  if (!IsTokenText(token.access_token)) return Invalid("access_token is absent or not a token");
  if (const Json* refresh = JsonMember(*json, "refresh_token");
      refresh != nullptr && !refresh->is_null()) {
    if (!refresh->is_string()) return Invalid("refresh_token is not a string");
    token.refresh_token = refresh->get<std::string>();
  }
  if (token.refresh_token.empty() && refreshing) {
    token.refresh_token = context.previous->refresh_token;  // RFC 6749 §6: none new, keep the old
  }
  // RFC 6749 §5.1: scope is given when it differs from what was asked for.
  token.scope = JsonString(*json, "scope")
                    .value_or(refreshing ? context.previous->scope : context.asked_scope);
  token.issued_at = context.sent_at;
  token.expires_in = ReadLife(*json);
  return token;
}

Outcome<void> JudgeRevokeReply(const HttpResponse& response, UnixTime now) {
  if (IsSuccess(response.status)) return {};  // RFC 7009 §2.2: 200 for unknown tokens as well
  const ProviderWords words = ReadProviderWords(response.body);
  if (words.found && (response.status == 400 || response.status == 401)) {
    Failure failure =
        MakeFailure(FailureKind::kProviderError, "revoke.refused",
                    fmt::format("the revocation endpoint refused: {} {}", words.code, words.text));
    failure.http_status = response.status;
    failure.provider_code = words.code;
    failure.provider_text = words.text;
    return failure;
  }
  // RFC 7009 §2.2.1: after a 503 the token must be taken to exist still.
  return HttpFailure("revoke.http", "the revocation endpoint (the token may still live)", response,
                     now);
}

}  // namespace aweber::client
