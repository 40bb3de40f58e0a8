// Checks of what the client does with the token endpoint's answer.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text/diff.h"
#include "base/text/json.h"
#include "conformance/checks/families.h"
#include "conformance/checks/holding.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"

namespace aweber::conformance {
namespace {

// The client lived with an answer of this kind: its step said ok, or the token was used.
template <typename Trait>
Judgement LivesWith(const CaseView& view, std::string_view what, Trait trait) {
  Tally tally("token answers");
  const auto issued = TokenResponses(view);
  for (const auto& tokens : issued) {
    if (tokens.access_token.empty() || !trait(tokens)) continue;
    const auto* step = AskedBy(view, *tokens.entry);
    const auto sequence = tokens.entry->sequence;
    if (WasTaken(view, tokens)) {
      tally.Add(Fine(), sequence);
    } else if (step && step->reply == ReplyKind::kErr && IsPlainAnswer(tokens) &&
               !FailedToConnect(view, *step)) {
      tally.Add(Wrong(fmt::format("step {}: the answer {}; expected the client to take it, it "
                                  "failed ({})",
                                  step->label, what, step->err_kind)),
                sequence);
    }
  }
  return tally.Close(fmt::format("in which the answer {} were accepted", what));
}

Judgement UnknownInReplyIgnored(const CaseView& view) {
  return LivesWith(view, "has members beyond the standard ones", [](const TokenResponse& tokens) {
    const std::set<std::string> known = {"access_token", "token_type", "expires_in",
                                         "refresh_token", "scope"};
    for (const auto& [name, value] : tokens.members.items()) {
      if (known.count(name) == 0) return true;
    }
    return false;
  });
}

Judgement TypeCase(const CaseView& view) {
  return LivesWith(view, "spells bearer in other letters", [](const TokenResponse& tokens) {
    const auto type = JsonString(tokens.members, "token_type").value_or("");
    return EqualsIgnoreCase(type, "bearer") && type != "bearer";
  });
}

Judgement ExpiresOptional(const CaseView& view) {
  return LivesWith(view, "has no expires_in", [](const TokenResponse& tokens) {
    return JsonMember(tokens.members, "expires_in") == nullptr;
  });
}

Judgement RefreshOptional(const CaseView& view) {
  return LivesWith(view, "has no refresh_token", [](const TokenResponse& tokens) {
    return JsonMember(tokens.members, "refresh_token") == nullptr;
  });
}

Judgement ScopeChanged(const CaseView& view) {
  std::set<std::string> asked;
  for (const auto& request : AuthorizationUrls(view)) {
    for (auto& scope : SplitWords(request.Get("scope"))) asked.insert(scope);
  }
  return LivesWith(view, "grants other scopes than were asked for",
                   [&](const TokenResponse& tokens) {
                     const auto scope = JsonString(tokens.members, "scope");
                     if (!scope) return false;
                     const auto words = SplitWords(*scope);
                     return std::set<std::string>(words.begin(), words.end()) != asked;
                   });
}

// --- expires_in ------------------------------------------------------------------------------

// Readable as a number of seconds, though not as RFC 6749 §5.1 writes it.
bool IsOddButReadable(const Json& value) {
  if (value.is_number_float()) return std::isfinite(value.get<double>());
  if (value.is_number_integer()) return value > 0 && !IsOrdinaryLifetime(value);
  if (!value.is_string()) return false;  // null is no number: taking or refusing it are both fair
  const auto text = value.get<std::string>();
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

Judgement ExpiresTolerant(const CaseView& view) {
  Tally tally("answers with an odd expires_in");
  for (const auto& tokens : TokenResponses(view)) {
    const auto* value = JsonMember(tokens.members, "expires_in");
    const auto* step = AskedBy(view, *tokens.entry);
    if (!value || IsOrdinaryLifetime(*value) || !step) continue;
    const auto sequence = tokens.entry->sequence;
    if (step->reply == ReplyKind::kErr && IsOddButReadable(*value) && HasBearerToken(tokens)) {
      tally.Add(Wrong(fmt::format("step {}: expires_in is {}; expected the client to take it, it "
                                  "failed ({})",
                                  step->label, DumpJson(*value).substr(0, 40), step->err_kind)),
                sequence);
    } else if (step->reply == ReplyKind::kErr && step->err_kind == "internal") {
      tally.Add(Wrong(fmt::format("step {}: expires_in is {}; the client broke down over it",
                                  step->label, DumpJson(*value).substr(0, 40))),
                sequence);
    } else if (step->reply == ReplyKind::kOk || step->reply == ReplyKind::kErr) {
      tally.Add(Fine(), sequence);  // refusing what is no number of seconds is sound, too
    }
  }
  return tally.Close("did no harm");
}

// --- type, size, errors ----------------------------------------------------------------------

// A client may put the end early, to refresh in time, but not late. Both clocks are this machine's.
constexpr std::int64_t kEarly = 300, kLate = 60, kYear = 366 * 86'400;

Remark ExpiryFits(const StepObservation& step, std::int64_t expires_at,
                  const TokenResponse& tokens) {
  const auto life = JsonInt(tokens.members, "expires_in");
  if (!life || *life <= 0 || *life > kYear) return Silent();  // an odd one is another check's
  const std::int64_t earliest = ToUnixSeconds(tokens.entry->real_time) + *life;
  const std::int64_t latest = ToUnixSeconds(tokens.entry->finished_real_time) + *life;
  if (expires_at >= earliest - std::max(kEarly, *life / 4) && expires_at <= latest + kLate) {
    return Fine();
  }
  return Wrong(
      fmt::format("step {}: the token's answer said expires_in {}, the client counts on "
                  "{} seconds",
                  step.label, *life, expires_at - earliest + *life));
}

// What the wire tells where one grant's token lives longer than the one before: who keeps the old
// expiry renews a token that has long to live, unasked and unrefused.
void AddEarlyRenewals(const CaseView& view, const std::vector<TokenResponse>& issued,
                      Tally& tally) {
  const auto refreshes = RefreshRequests(view);
  const auto calls = ApiCalls(view);
  for (std::size_t i = 1; i < issued.size(); ++i) {
    const JournalEntry& before = *issued[i - 1].entry;
    const JournalEntry& entry = *issued[i].entry;
    const auto old_life = JsonInt(issued[i - 1].members, "expires_in");
    const auto life = JsonInt(issued[i].members, "expires_in");
    if (!old_life || !life || *old_life >= *life || *life > kYear) continue;
    if (before.facts.grant_label != entry.facts.grant_label) continue;
    const auto renewed =
        std::find_if(refreshes.begin(), refreshes.end(), [&](const BackRequest& request) {
          return request.sequence() > entry.sequence &&
                 request.entry->facts.grant_label == entry.facts.grant_label;
        });
    const std::uint64_t end = renewed == refreshes.end() ? UINT64_MAX : renewed->sequence();
    bool refused = false;
    const ApiCall* used = nullptr;
    for (const ApiCall& call : calls) {
      if (call.sequence() <= entry.sequence || call.sequence() > end) continue;
      refused |= call.entry->status / 100 != 2;
      if (call.Token() == issued[i].access_token && used == nullptr) used = &call;
    }
    if (renewed == refreshes.end()) {
      if (used != nullptr && !refused) tally.Add(Fine(), used->sequence());
      continue;
    }
    // Who refreshed beside the one that brought this token, or after its death, had not seen it.
    if (Concurrent(view, entry.sequence, renewed->sequence())) continue;
    if (KilledAt(view, entry.sequence)) continue;
    // Who keeps the refresh token alone renews first.
    if (RestartedBetween(view, entry.sequence, renewed->sequence())) continue;
    const auto* const step = AskedBy(view, *renewed->entry);
    const Micros lived = std::max<Micros>(renewed->entry->virtual_time - entry.virtual_time,
                                          renewed->entry->real_time - entry.real_time);
    const std::int64_t left =
        *life - std::chrono::duration_cast<std::chrono::seconds>(lived).count();
    const bool told = step == nullptr || step->op == "refresh" || refused;
    if (told || left <= std::max(kEarly, *life / 4)) continue;
    tally.Add(
        Wrong(fmt::format("step {}: a token with {} of its {} seconds left was refreshed; the "
                          "one before lived {}",
                          step->label, left, *life, *old_life)),
        renewed->sequence());
  }
}

Judgement ExpiresLatest(const CaseView& view) {
  Tally tally("expiries that the driver names");
  const auto issued = TokenResponses(view);
  AddEarlyRenewals(view, issued, tally);
  for (const auto& step : view.steps) {
    if (step.reply != ReplyKind::kOk) continue;
    const auto* member = JsonMember(step.ok, "token");
    const auto& holder = step.op == "token" || member == nullptr ? step.ok : *member;
    const auto access = JsonString(holder, "access_token");
    const auto expires_at = JsonInt(holder, "expires_at");
    if (!access || access->empty() || !expires_at) continue;
    for (const auto& tokens : issued) {
      if (tokens.access_token != *access) continue;
      tally.Add(ExpiryFits(step, *expires_at, tokens), 0);
    }
  }
  return tally.Close("are those of the token's own answer");
}

Judgement TypeUnknown(const CaseView& view) {
  Tally tally("tokens of an unknown type");
  const auto calls = ApiCalls(view);
  for (const auto& tokens : TokenResponses(view)) {
    const auto type = JsonString(tokens.members, "token_type").value_or("");
    // None at all is AWeber's own variant; whether to live with it is not judged here.
    if (type.empty() || EqualsIgnoreCase(type, "bearer") || tokens.access_token.empty()) continue;
    const auto sequence = tokens.entry->sequence;
    const auto used = std::find_if(calls.begin(), calls.end(), [&](const ApiCall& call) {
      return call.sequence() > sequence && call.Token() == tokens.access_token;
    });
    if (used != calls.end()) {
      tally.Add(Wrong(fmt::format("a token of type {} was used as a bearer token", type)),
                Evidence{sequence, used->sequence()});
      continue;
    }
    const bool refused =
        std::any_of(view.steps.begin(), view.steps.end(), [&](const StepObservation& step) {
          return step.last_sequence >= sequence && step.reply == ReplyKind::kErr;
        });
    if (refused) tally.Add(Fine(), sequence);
  }
  return tally.Close("were not used");
}

constexpr std::size_t kBigToken = 4096;

Judgement Size(const CaseView& view) {
  Tally tally("big tokens");
  const auto calls = ApiCalls(view);
  const auto refreshes = TokenRequests(view);
  for (const auto& tokens : TokenResponses(view)) {
    const auto sequence = tokens.entry->sequence;
    const auto judge = [&](const std::string& issued, const std::string& sent,
                           std::uint64_t where) {
      // Another token altogether is no cut one.
      if (sent.empty() || sent.substr(0, 16) != issued.substr(0, 16)) return;
      tally.Add(sent == issued
                    ? Fine()
                    : Wrong("the token was changed: " + DescribeDifference(issued, sent)),
                where);
    };
    if (tokens.access_token.size() >= kBigToken) {
      for (const auto& call : calls) {
        if (call.sequence() > sequence) judge(tokens.access_token, call.Token(), call.sequence());
      }
    }
    if (tokens.refresh_token.size() >= kBigToken) {
      for (const auto& request : refreshes) {
        if (request.sequence() > sequence) {
          judge(tokens.refresh_token, request.Get("refresh_token"), request.sequence());
        }
      }
    }
    const bool big = std::max(tokens.access_token.size(), tokens.refresh_token.size()) >= kBigToken;
    const auto* step = AskedBy(view, *tokens.entry);
    if (big && step && step->reply == ReplyKind::kErr && IsPlainAnswer(tokens) &&
        !FailedToConnect(view, *step)) {
      tally.Add(Wrong(fmt::format("step {}: a token of {} characters was refused ({})", step->label,
                                  std::max(tokens.access_token.size(), tokens.refresh_token.size()),
                                  step->err_kind)),
                sequence);
    }
  }
  return tally.Close("came back whole");
}

// What no client can take for success: another status, or 200 without an access token.
bool IsFailure(const JournalEntry& entry) {
  if (entry.state != mock::EntryState::kAnswered || !ClientSaw(entry)) return true;
  if (entry.status != 200) return true;
  auto body = std::string_view(entry.response_body);
  if (body.rfind("\xEF\xBB\xBF", 0) == 0) body.remove_prefix(3);
  if (entry.response_headers.Has("Content-Encoding")) return false;
  const auto json = ParseJson(body);
  if (!json.ok()) return json.error().code == "json.invalid";
  return JsonString(*json, "access_token").value_or("").empty();
}

Judgement ErrorClass(const CaseView& view) {
  Tally tally("failed token requests");
  for (const auto& step : view.steps) {
    // A call may go on with the token that it had, so that it says something only when it fails.
    const bool calls = step.op == "call";
    if (!calls && step.op != "callback" && step.op != "refresh") continue;
    const JournalEntry* last = nullptr;
    for (const auto& request : TokenRequests(view)) {
      if (During(step, *request.entry)) last = request.entry;
    }
    if (!last || !IsFailure(*last)) continue;
    if (step.reply == ReplyKind::kErr) tally.Add(Fine(), last->sequence);
    if (step.reply == ReplyKind::kOk && !calls) {
      tally.Add(Wrong(fmt::format("step {}: the token request failed (status {}{}{}), the client "
                                  "answered ok",
                                  step.label, last->status, last->error.empty() ? "" : ", ",
                                  last->error)),
                last->sequence);
    }
  }
  return tally.Close("were reported as failures");
}

}  // namespace

std::vector<Check> TokenResponseChecks() {
  using enum Level;
  return {
      {.id = "tr-unknown-ignored",
       .statement = "Unknown members of the token answer are ignored.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §5.1",
       .seen = Seen::kProvoked,
       .why = "The server may add one any day.",
       .fix = "Read the members you know and leave the others alone.",
       .judge = UnknownInReplyIgnored},
      {.id = "tr-type-case",
       .statement = "token_type is compared without case.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §5.1",
       .seen = Seen::kProvoked,
       .why = "AWeber writes bearer, others Bearer or BEARER.",
       .fix = "Lower-case it before comparing.",
       .judge = TypeCase},
      {.id = "tr-type-unknown",
       .statement = "A token of an unknown type is not used.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §7.1",
       .seen = Seen::kProvoked,
       .why = "It would be sent in a way that does not protect it.",
       .fix = "Refuse a token_type other than bearer.",
       .judge = TypeUnknown},
      {.id = "tr-expires-optional",
       .statement = "The client works without expires_in.",
       .levels = Everywhere(kInterop),
       .source = "RFC 6749 §5.1",
       .seen = Seen::kProvoked,
       .why = "It is only recommended; a 401 tells as well that the token has expired.",
       .fix = "Treat it as unknown and rely on the 401.",
       .judge = ExpiresOptional},
      {.id = "tr-expires-tolerant",
       .statement = "An odd expires_in (a string, a fraction, a huge number) does not break it.",
       .levels = Everywhere(kInterop),
       .source = "our judgement; cf. RFC 6749 §5.1",
       .seen = Seen::kProvoked,
       .why = "Servers do send \"3600\"; an overflow turns a good token into an expired one.",
       .fix = "Parse carefully, clamp, and treat what cannot be read as absent.",
       .judge = ExpiresTolerant,
       .verified = false,
       .note = "The RFC defines a number of seconds; tolerance beyond that is our judgement."},
      {.id = "tr-expires-latest",
       .statement = "The expiry that is kept is the one that came with the token.",
       .levels = Everywhere(kInterop),
       .source = "our judgement; cf. RFC 6749 §5.1",
       .seen = Seen::kReport,
       .why = "AWeber's hour became two; a constant, or the expiry of the token before, is wrong.",
       .fix = "Store now + expires_in with every answer that brings an access token.",
       .judge = ExpiresLatest,
       .verified = false,
       .note = "Judged in every case where the driver names expires_at beside the token; it may be "
               "early by five minutes or a quarter of the time. Seen on the wire as well, where a "
               "token that outlives the one before is renewed long before its end."},
      {.id = "tr-refresh-optional",
       .statement = "The client works without a refresh token.",
       .levels = Everywhere(kInterop),
       .source = "RFC 6749 §5.1",
       .seen = Seen::kProvoked,
       .why = "It is optional; the customer can authorize again later.",
       .fix = "Store what came and ask for authorization when the token has expired.",
       .judge = RefreshOptional},
      {.id = "tr-scope-changed",
       .statement = "Another scope than the one asked for is accepted.",
       .levels = Everywhere(kInterop),
       .source = "RFC 6749 §3.3, §5.1",
       .seen = Seen::kProvoked,
       .why = "The customer may grant less; the server tells by scope in the answer.",
       .fix = "Store the granted scope and offer what it allows.",
       .judge = ScopeChanged},
      {.id = "tr-size",
       .statement = "Tokens of 8 KiB are stored and sent whole.",
       .levels = Everywhere(kShould),
       .source = "RFC 6749 §5.1",
       .seen = Seen::kProvoked,
       .why = "A token column of 255 characters cuts a signed token in silence.",
       .fix = "Make no assumption about the size; store tokens as text without a limit.",
       .judge = Size},
      {.id = "tr-error-class",
       .statement = "A failed token request is reported as a failure.",
       .levels = Everywhere(kInterop),
       .source = "RFC 6749 §5.2",
       .seen = Seen::kProvoked,
       .why = "A swallowed error shows up an hour later, somewhere else.",
       .fix = "Look at the status and at error before reading tokens.",
       .judge = ErrorClass},
  };
}

}  // namespace aweber::conformance
