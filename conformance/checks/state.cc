// Checks of the state parameter as sent (what a client does with one that comes back: callback.cc).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/text/base64.h"
#include "base/text/hex.h"
#include "conformance/checks/families.h"
#include "conformance/checks/verdicts.h"
#include "conformance/checks/wire.h"

namespace aweber::conformance {
namespace {

constexpr std::string_view kStates = "state values";

Judgement StatePresent(const CaseView& view) {
  Tally tally("authorization requests");
  for (const auto& request : AuthorizationUrls(view)) {
    const bool pkce = request.query.GetOr("code_challenge_method") == "S256" &&
                      !request.Get("code_challenge").empty();
    const bool state = !request.Get("state").empty();
    tally.Add(state || pkce ? Fine()
                            : Wrong("expected a state parameter (or PKCE with S256); neither is "
                                    "there, so a forged callback cannot be told from a real one"),
              request.sequence);
  }
  return tally.Close("were protected against forged callbacks");
}

// --- guessable -------------------------------------------------------------------------------

// The most that a text of these characters can hold. An alphabet is assumed as large as the
// characters allow, so that what is called short is short for certain.
double MostBits(std::string_view text) {
  bool upper = false, lower = false, hex = true, digits = true, other = false;
  std::size_t length = 0;
  for (const char c : text) {
    if (c == '-' || c == '_') continue;  // separators of UUIDs, or two of base64url's characters
    ++length;
    const bool digit = c >= '0' && c <= '9';
    digits = digits && digit;
    hex = hex && IsHexDigit(c);
    lower = lower || (c >= 'a' && c <= 'z');
    upper = upper || (c >= 'A' && c <= 'Z');
    other = other || !(digit || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
  }
  if (other) return static_cast<double>(text.size()) * std::log2(94);
  if (digits) return static_cast<double>(length) * std::log2(10);
  if (hex && !(upper && lower)) return static_cast<double>(length) * 4;
  if (upper && lower) return static_cast<double>(text.size()) * 6;
  return static_cast<double>(text.size()) * std::log2(38);
}

bool AllDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Seconds, milliseconds, microseconds or nanoseconds since 1970, within a day of the request.
bool IsTimeOfDay(std::string_view text, const JournalEntry& entry) {
  if (!AllDigits(text) || text.size() < 9 || text.size() > 19) return false;
  double seconds = 0;
  for (const char c : text) seconds = seconds * 10 + (c - '0');
  for (std::size_t extra = text.size() > 10 ? text.size() - 10 : 0; extra > 0; --extra) {
    seconds /= 10;
  }
  const auto near = [&](UnixTime time) {
    const double then = static_cast<double>(time.time_since_epoch().count()) / 1e6;
    return std::abs(seconds - then) < 86'400;
  };
  return near(entry.real_time) || near(entry.virtual_time);
}

// xxxxxxxx-xxxx-1xxx-...: made of the time and a network address (RFC 9562 §5.1).
bool IsTimeUuid(std::string_view text) {
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-') return false;
  return text[14] == '1' || text[14] == '6';
}

// Two users' values alike but for a few characters: one user can guess the other's.
bool NearlyAlike(std::string_view a, std::string_view b) {
  if (a == b || a.size() != b.size() || a.size() < 12) return false;
  std::size_t different = 0;
  for (std::size_t i = 0; i < a.size(); ++i) different += a[i] != b[i] ? 1 : 0;
  return different <= 4;
}

// RFC 6749 §10.10, to which §10.12 refers: the probability of a guess is at most 2^-128.
constexpr double kBits = 128;

Judgement StateUnguessable(const CaseView& view) {
  Tally tally(kStates);
  const auto requests = AuthorizationUrls(view);
  for (const auto& request : requests) {
    const auto state = request.Get("state");
    if (state.empty()) continue;
    Remark remark = Fine();
    if (request.entry && IsTimeOfDay(state, *request.entry)) {
      remark = Wrong("state is the time of day, which anybody knows");
    } else if (IsTimeUuid(state)) {
      remark = Wrong("state is a UUID made of the time, not of random bits");
    } else if (MostBits(state) + 1e-6 < kBits) {
      remark = Wrong(fmt::format(
          "state is too short to be unguessable: {} characters hold {:.0f} bits at most, expected "
          "128 or more",
          state.size(), std::floor(MostBits(state))));
    }
    for (const auto& other : requests) {
      if (other.session == request.session || other.session.empty()) continue;
      if (!NearlyAlike(state, other.Get("state"))) continue;
      remark = Wrong("two users' states differ in a few characters only, as a counter's do");
    }
    tally.Add(remark, request.sequence);
  }
  return tally.Close("were long enough and neither a time nor a counter");
}

// --- fresh -----------------------------------------------------------------------------------

// States under which two different codes were redeemed: the client took the same one twice.
std::set<std::string> RedeemedTwice(const CaseView& view) {
  std::map<std::string, std::set<std::string>> codes;
  const auto exchanges = TokenRequests(view);
  for (const auto& redirect : IssuedRedirects(view)) {
    const auto code = redirect.query.GetOr("code");
    const auto state = redirect.query.GetOr("state");
    if (code.empty() || state.empty() || !redirect.entry->fault.empty()) continue;
    const bool redeemed =
        std::any_of(exchanges.begin(), exchanges.end(),
                    [&](const BackRequest& request) { return request.Get("code") == code; });
    if (redeemed) codes[state].insert(code);
  }
  std::set<std::string> twice;
  for (const auto& [state, redeemed] : codes) {
    if (redeemed.size() > 1) twice.insert(state);
  }
  return twice;
}

// States that came back in a callback and were sent again afterwards.
std::set<std::string> ReissuedAfterUse(const CaseView& view) {
  std::set<std::string> used, reissued;
  for (const auto& step : view.steps) {
    const auto mark = step.op == "callback" ? step.sent_url.find('?') : step.produced_url.find('?');
    const auto& url = step.op == "callback" ? step.sent_url : step.produced_url;
    if (mark == std::string::npos) continue;
    const auto state = ParseForm(std::string_view(url).substr(mark + 1)).GetOr("state");
    if (state.empty()) continue;
    if (step.op == "callback" && step.reply == StepObservation::Reply::kOk) used.insert(state);
    if (step.op == "authorize" && used.count(state) > 0) reissued.insert(state);
  }
  return reissued;
}

// The same state in another case: of another user, or of whomever where it is for one use.
const EarlierValue* SentEarlier(const CaseView& view, const AuthorizationUrl& request,
                                bool one_time) {
  for (const auto& earlier : view.earlier) {
    if (earlier.name != "state" || earlier.value != request.Get("state")) continue;
    if (one_time || earlier.session != request.session) return &earlier;
  }
  return nullptr;
}

// The guide and RFC 6749 §10.12 allow a hash of the session: the same user may have the same state
// again. RFC 9700 §2.1 asks for one-time values.
Judgement StateFresh(const CaseView& view) {
  const bool one_time = view.profile == "rfc9700";
  std::set<std::string> spent;
  if (one_time) {
    spent = RedeemedTwice(view);
    spent.merge(ReissuedAfterUse(view));
  }
  Tally tally(kStates);
  std::map<std::string, std::string> first_session;
  for (const auto& request : AuthorizationUrls(view)) {
    const auto state = request.Get("state");
    if (state.empty()) continue;
    const auto [known, is_new] = first_session.emplace(state, request.session);
    Remark remark = Silent();  // a single value shows nothing yet
    const auto* const earlier = SentEarlier(view, request, one_time);
    if (spent.count(state) > 0) {
      remark = Wrong("a state that had been used was accepted or sent again");
    } else if (earlier != nullptr) {
      remark =
          Wrong(fmt::format("user {} was given the state that user {} had had in another case "
                            "of the run",
                            request.session, earlier->session));
    } else if (is_new) {
      if (first_session.size() > 1) remark = Fine();
    } else if (known->second != request.session && request.from_step) {
      remark = Wrong(
          fmt::format("users {} and {} were given the same state", known->second, request.session));
    }
    tally.Add(remark, request.sequence);
  }
  return tally.Close("were different from the others");
}

// --- private and portable --------------------------------------------------------------------

bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

// name@domain.tld, somewhere in the text.
bool HasEmailAddress(std::string_view text) {
  for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    if (at == 0 || !IsWord(text[at - 1])) continue;
    auto end = at + 1;
    while (end < text.size() && (IsWord(text[end]) || text[end] == '-' || text[end] == '.')) ++end;
    const auto domain = text.substr(at + 1, end - at - 1);
    const auto dot = domain.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || domain.size() - dot < 3) continue;
    return true;
  }
  return false;
}

bool IsText(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t'; });
}

// The text, and what it says once the usual wrapping is off. Random bytes say nothing.
std::vector<std::string> Readings(const std::string& text) {
  std::vector<std::string> readings = {text};
  const auto add = [&](const std::optional<std::string>& decoded) {
    if (decoded && IsText(*decoded)) readings.push_back(*decoded);
  };
  add(FormDecode(text));
  // A JSON Web Token, or payload.signature: each part by itself.
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const auto end = std::min(text.find('.', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    add(Base64UrlDecode(part));
    add(Base64Decode(part));
    begin = end + 1;
  }
  return readings;
}

std::optional<std::string> SensitiveIn(const std::string& text, const CaseView& view) {
  for (const auto& reading : Readings(text)) {
    if (view.client_secret.size() >= 8 && reading.find(view.client_secret) != std::string::npos) {
      return "the client secret";
    }
    for (const auto& secret : view.secrets) {
      if (secret.size() >= 8 && reading.find(secret) != std::string::npos) return "a secret";
    }
    if (HasEmailAddress(reading)) return "an e-mail address";
  }
  return std::nullopt;
}

Judgement StatePrivate(const CaseView& view) {
  Tally tally("authorization requests");
  for (const auto& request : AuthorizationUrls(view)) {
    Remark remark = Silent();
    for (const std::string name : {"state", "scope"}) {
      const auto value = request.Get(name);
      if (value.empty() || remark.verdict == Verdict::kViolation) continue;
      const auto found = SensitiveIn(value, view);
      remark =
          found
              ? Wrong(fmt::format("{} contains {} in plain (or merely encoded) text", name, *found))
              : Fine();
    }
    tally.Add(remark, request.sequence);
  }
  return tally.Close("had no personal data or secret in state and scope");
}

constexpr std::size_t kPortableLength = 128;

Judgement StatePortable(const CaseView& view) {
  Tally tally(kStates);
  for (const auto& request : AuthorizationUrls(view)) {
    const auto state = request.Get("state");
    if (state.empty()) continue;
    // Characters that mean something else once the value is encoded once too often or too rarely.
    const auto bad = std::find_if(state.begin(), state.end(), [](char c) {
      return c <= 0x20 || c >= 0x7f ||
             std::string_view("+%&#\"<>\\^`").find(c) != std::string::npos;
    });
    Remark remark = Fine();
    if (state.size() > kPortableLength) {
      remark = Wrong(fmt::format("state has {} characters, expected {} at most", state.size(),
                                 kPortableLength));
    } else if (bad != state.end()) {
      remark =
          Wrong(fmt::format("state has a character that does not survive sloppy encoding, "
                            "byte 0x{:02X}",
                            static_cast<unsigned char>(*bad)));
    }
    tally.Add(remark, request.sequence);
  }
  return tally.Close("were short and safe in a URL");
}

}  // namespace

std::vector<Check> StateChecks() {
  using enum Level;
  return {
      {.id = "az-state-present",
       .statement = "The authorization request has a state, or PKCE where the server supports it.",
       .levels = By(kShould, kMust, kMust),
       .source = "RFC 6749 §10.12; RFC 9700 §2.1; AWeber guide, step 1",
       .seen = Seen::kWire,
       .why = "Without it an attacker can log a customer into the attacker's AWeber account.",
       .fix = "Make 16 random bytes, keep them in the user's session, send them as state.",
       .judge = StatePresent,
       .note = "AWeber's guide presents state as optional, so aweber warns; RFC 6749 §10.12 "
               "requires protection against forged callbacks, RFC 9700 §2.1 accepts PKCE for it."},
      {.id = "az-state-unguessable",
       .statement = "state is neither short, nor the time, nor a counter.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.12, §10.10; AWeber guide, step 1",
       .seen = Seen::kWire,
       .why = "A value an attacker can guess protects as well as none.",
       .fix = "Use at least 128 bits from a cryptographic random source, as base64url or hex.",
       .judge = StateUnguessable,
       .note = "Only what is certain is called guessable: the bits counted are the most that a "
               "text of its length and characters can hold."},
      {.id = "az-state-fresh",
       .statement = "Each user, and each attempt, has another state.",
       .levels = By(kGuide, kMust, kMust),
       .source = "RFC 9700 §2.1; RFC 6749 §10.12; AWeber guide, step 1",
       .seen = Seen::kWire,
       .why = "A state shared between users lets one finish the other's authorization.",
       .fix = "Make a new state for every authorization URL and forget it after use.",
       .judge = StateFresh,
       .note = "The guide and RFC 6749 allow a hash of the session, so there only values shared by "
               "two users are wrong; rfc9700 wants one-time values."},
      {.id = "az-state-private",
       .statement = "state and scope carry no secret and no personal data in plain text.",
       .levels = Everywhere(kShould),
       .source = "RFC 6749 §10.8",
       .seen = Seen::kWire,
       .why = "Both are stored in browser histories and in logs.",
       .fix = "Put a random key into state and keep the data in the session it names.",
       .judge = StatePrivate},
      {.id = "az-state-portable",
       .statement = "state is safe in a URL and has at most 128 characters.",
       .levels = Everywhere(kInterop),
       .source = "practice (OpenID Foundation conformance suite)",
       .seen = Seen::kWire,
       .why = "A state that comes back altered makes a good callback look forged.",
       .fix = "Use base64url without padding, or hex.",
       .judge = StatePortable,
       .verified = false,
       .note = "No RFC limits the length or the characters beyond VSCHAR (RFC 6749 Appendix A.5); "
               "the limit of 128 characters is our judgement."},
  };
}

}  // namespace aweber::conformance
