// Checks of what the client does with a callback. Each takes the deliveries it is about by what was
// delivered, not by the scenario's name, and leaves the others to the other checks.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text/diff.h"
#include "base/text/uri.h"
#include "conformance/checks/families.h"
#include "conformance/checks/holding.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"

namespace aweber::conformance {
namespace {

enum class StateCase { kNone, kOwn, kMissing, kVariant, kOtherSession, kMismatch };

// Alike but for case, spaces, or a missing or added end: what a sloppy comparison lets pass.
bool IsVariant(const std::string& sent, const std::string& expected) {
  if (EqualsIgnoreCase(sent, expected)) return true;
  const bool sent_longer = sent.size() > expected.size();
  const auto& longer = sent_longer ? sent : expected;
  const auto& shorter = sent_longer ? expected : sent;
  return shorter.size() * 2 >= longer.size() && longer.find(shorter) != std::string::npos;
}

StateCase Classify(const CallbackFacts& callback) {
  if (callback.own_states.empty()) return StateCase::kNone;  // the client uses none
  if (callback.sent.Count("state") > 1 || callback.sent.Count("code") > 1) return StateCase::kNone;
  if (callback.state.empty()) {
    // The latest authorization request had none: what is missing is its own.
    const bool sent =
        callback.authorize == nullptr || QueryFields(callback.authorize->produced_url).Has("state");
    return sent ? StateCase::kMissing : StateCase::kNone;
  }
  if (callback.StateIsOwn()) return StateCase::kOwn;
  const auto& others = callback.other_states;
  if (std::find(others.begin(), others.end(), callback.state) != others.end()) {
    return StateCase::kOtherSession;
  }
  for (const auto& own : callback.own_states) {
    if (IsVariant(callback.state, own)) return StateCase::kVariant;
  }
  return StateCase::kMismatch;
}

bool IsError(const CallbackFacts& callback) { return !callback.error.empty(); }

template <typename Applies>
Judgement EachRefusal(const CaseView& view, std::string_view subject, std::string_view what,
                      Applies applies) {
  Tally tally(subject);
  for (const auto& callback : Callbacks(view)) {
    if (!applies(callback)) continue;
    tally.Add(MustRefuse(view, callback, what), ExchangesOf(view, callback));
  }
  return tally.Close("were refused, and no token request was sent");
}

Judgement ForState(const CaseView& view, StateCase wanted, std::string_view what) {
  return EachRefusal(view, "callbacks", what, [&](const CallbackFacts& callback) {
    return !IsError(callback) && Classify(callback) == wanted;
  });
}

Judgement StateMismatch(const CaseView& view) {
  return ForState(view, StateCase::kMismatch, "the callback's state is not the one sent");
}

Judgement StateMissing(const CaseView& view) {
  return ForState(view, StateCase::kMissing, "the callback has no state, one was sent");
}

Judgement StateExact(const CaseView& view) {
  return ForState(view, StateCase::kVariant,
                  "the callback's state differs from the one sent in case or length");
}

Judgement StateBound(const CaseView& view) {
  return ForState(view, StateCase::kOtherSession,
                  "the callback's state belongs to another user's session");
}

// The same callback once more, after the first was accepted and without a new authorization.
Judgement StateSingleUse(const CaseView& view) {
  Tally tally("replayed callbacks");
  const auto callbacks = Callbacks(view);
  for (const auto& again : callbacks) {
    if (IsError(again) || Classify(again) != StateCase::kOwn) continue;
    const auto first = std::find_if(callbacks.begin(), callbacks.end(), [&](const auto& other) {
      return other.index < again.index && other.step->session == again.step->session &&
             other.state == again.state && other.authorize == again.authorize &&
             other.step->reply == ReplyKind::kOk;
    });
    if (first == callbacks.end()) continue;
    const auto exchanges = ExchangesOf(view, again);
    if (!exchanges.empty()) {
      tally.Add(Wrong(fmt::format("step {}: a state that had been used was accepted again and the "
                                  "code exchanged",
                                  again.step->label)),
                exchanges);
    } else if (again.step->reply == ReplyKind::kErr) {
      tally.Add(Fine(), 0);
    }
    // ok, but nothing was sent: the client may well say "already connected".
  }
  return tally.Close("were refused, and no token request was sent");
}

bool StateAllowsReading(const CallbackFacts& callback) {
  const auto state = Classify(callback);
  return state == StateCase::kOwn || callback.own_states.empty();
}

Judgement ErrorStops(const CaseView& view) {
  return EachRefusal(view, "error callbacks", "the server answered with an error",
                     [](const CallbackFacts& callback) {
                       return IsError(callback) && StateAllowsReading(callback);
                     });
}

// An error with a wrong state is somebody else's: it must not be believed.
Judgement ErrorState(const CaseView& view) {
  Tally tally("error callbacks with a wrong state");
  const auto callbacks = Callbacks(view);
  for (const auto& forged : callbacks) {
    const auto state = Classify(forged);
    if (!IsError(forged) || state == StateCase::kOwn || state == StateCase::kNone) continue;
    auto remark = MustRefuse(view, forged, "an error came with a state that is not the one sent");
    const bool over = std::any_of(callbacks.begin(), callbacks.end(), [&](const auto& earlier) {
      return earlier.index < forged.index && earlier.authorize == forged.authorize &&
             earlier.step->reply == ReplyKind::kOk;
    });
    for (const auto& genuine : callbacks) {
      if (over) break;  // there was nothing left to end
      if (genuine.index < forged.index || genuine.step->session != forged.step->session) continue;
      if (genuine.authorize != forged.authorize || IsError(genuine)) continue;
      if (genuine.code.empty() || Classify(genuine) != StateCase::kOwn) continue;
      // A client may drop a login at any callback that looks forged; taking the forged error for
      // the server's word is another thing.
      const bool believed = forged.step->err_kind == "provider_error";
      if (believed && remark.verdict == Verdict::kOk && genuine.step->reply == ReplyKind::kErr) {
        remark = Wrong(fmt::format(
            "step {}: a forged error was believed and ended the real authorization, whose "
            "callback was then refused ({})",
            genuine.step->label, genuine.step->err_kind));
      }
      break;
    }
    tally.Add(remark, ExchangesOf(view, forged));
  }
  return tally.Close("were refused and did no harm");
}

bool IsGenuine(const CallbackFacts& callback) {
  return !IsError(callback) && !callback.code.empty() && StateAllowsReading(callback) &&
         callback.sent.Duplicates().empty();
}

Judgement UnknownInCallbackIgnored(const CaseView& view) {
  Tally tally("callbacks with unknown parameters");
  const std::set<std::string> known = {"code", "state", "iss", "scope", "session_state"};
  for (const auto& callback : Callbacks(view)) {
    const auto& fields = callback.sent.fields();
    // A query of the redirect URI's own is not unknown to the client.
    const Form own = QueryFields(view.redirect_uri);
    const bool extra = std::any_of(fields.begin(), fields.end(), [&](const FormField& field) {
      return known.count(field.name) == 0 && !own.Has(field.name);
    });
    if (!extra || !IsGenuine(callback)) continue;
    tally.Add(MustAccept(view, callback, "the callback has parameters beyond the standard ones"),
              ExchangesOf(view, callback));
  }
  return tally.Close("were accepted");
}

Judgement DuplicatesRefused(const CaseView& view) {
  return EachRefusal(view, "callbacks with a repeated parameter",
                     "the callback has code or state twice", [](const CallbackFacts& callback) {
                       return callback.sent.Count("code") > 1 || callback.sent.Count("state") > 1;
                     });
}

bool CodeFirst(const Form& form) {
  for (const auto& field : form.fields()) {
    if (field.name == "code") return true;
    if (field.name == "state") return false;
  }
  return true;
}

Judgement OrderFree(const CaseView& view) {
  Tally tally("callbacks in another order");
  for (const auto& callback : Callbacks(view)) {
    if (!IsGenuine(callback) || callback.state.empty()) continue;
    const auto& tampers = callback.step->tampers;
    const bool ordered = std::any_of(tampers.begin(), tampers.end(), [](const std::string& tamper) {
      return tamper.rfind("order", 0) == 0;
    });
    if (!ordered && CodeFirst(callback.sent)) continue;
    tally.Add(MustAccept(
                  view, callback,
                  CodeFirst(callback.sent) ? "code comes before state" : "state comes before code"),
              ExchangesOf(view, callback));
  }
  return tally.Close("were accepted");
}

bool IsUnusualCode(const std::string& code) {
  return code.size() > 128 || !std::all_of(code.begin(), code.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
         });
}

// RFC 6749 Appendix A.11: code = 1*VSCHAR, any length.
bool IsLegalCode(const std::string& code) {
  return std::all_of(code.begin(), code.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

Judgement CodeOpaque(const CaseView& view) {
  Tally tally("long or unusual codes");
  for (const auto& callback : Callbacks(view)) {
    if (!IsGenuine(callback) || !IsUnusualCode(callback.code) || !IsLegalCode(callback.code)) {
      continue;
    }
    const auto exchanges = ExchangesOf(view, callback);
    if (exchanges.empty()) {
      if (callback.step->reply == ReplyKind::kErr && IsAwaited(view, callback) &&
          !FailedToConnect(view, *callback.step)) {
        tally.Add(
            Wrong(fmt::format("step {}: a legal code of {} characters was refused ({})",
                              callback.step->label, callback.code.size(), callback.step->err_kind)),
            0);
      }
      continue;
    }
    for (const auto& request : TokenRequests(view)) {
      if (request.sequence() != exchanges.front()) continue;
      const auto sent = request.Get("code");
      tally.Add(
          sent == callback.code
              ? Fine()
              : Wrong(fmt::format("step {}: the code was changed on its way: {}",
                                  callback.step->label, DescribeDifference(callback.code, sent))),
          request.sequence());
    }
  }
  return tally.Close("reached the token endpoint unchanged");
}

// Of native clients: a web server's own routes decide where it takes a callback.
Judgement UriMatch(const CaseView& view) {
  return EachRefusal(
      view, "callbacks on another URI", "the callback came in on another URI than was sent out",
      [&](const CallbackFacts& callback) {
        if (!view.client_public || !callback.authorize || IsError(callback) ||
            !StateAllowsReading(callback)) {
          return false;
        }
        const auto uri = QueryFields(callback.authorize->produced_url).GetOr("redirect_uri");
        return !uri.empty() && WithoutQuery(uri) != WithoutQuery(callback.step->sent_url);
      });
}

}  // namespace

std::vector<Check> CallbackChecks() {
  using enum Level;
  return {
      {.id = "cb-state-mismatch",
       .statement = "A callback whose state is not the one sent is refused.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.12; AWeber guide, step 2",
       .seen = Seen::kProvoked,
       .why = "Otherwise an attacker can put their own AWeber account into a customer's session.",
       .fix = "Compare the callback's state with the session's before anything else.",
       .judge = StateMismatch},
      {.id = "cb-state-missing",
       .statement = "A callback with no state, or an empty one, is refused when one was sent.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.12, §4.1.2, §3.1",
       .seen = Seen::kProvoked,
       .why = "An attacker simply leaves it out.",
       .fix = "Treat a missing or empty state as a wrong one.",
       .judge = StateMissing},
      {.id = "cb-state-exact",
       .statement = "state is compared exactly: not by prefix, not without case.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §4.1.2, §10.12",
       .seen = Seen::kProvoked,
       .why = "Each sloppy rule makes the value easier to guess.",
       .fix = "Compare the whole strings byte for byte, in constant time.",
       .judge = StateExact},
      {.id = "cb-state-single-use",
       .statement = "A callback that was accepted once is refused the second time.",
       .levels = Everywhere(kShould),
       .source = "RFC 9700 §4.2.4",
       .seen = Seen::kProvoked,
       .why = "A callback URL found in a history or a log would work again.",
       .fix = "Delete the state before exchanging the code.",
       .judge = StateSingleUse},
      {.id = "cb-state-bound",
       .statement = "A state made for one user's session is refused in another's.",
       .levels = Everywhere(kMust),
       .source = "RFC 9700 §2.1; RFC 6749 §10.12",
       .seen = Seen::kProvoked,
       .why = "Any user of the integration could finish any other's login.",
       .fix = "Keep the state in the user's session, not in one table for all.",
       .judge = StateBound},
      {.id = "cb-error-stops",
       .statement = "After an error in the callback no token is asked for.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §4.1.2.1",
       .seen = Seen::kProvoked,
       .why = "The customer said no, or something broke; going on hides that from them.",
       .fix = "Look for error first and tell the customer what happened.",
       .judge = ErrorStops,
       .note = "Implied by the section, not stated in so many words."},
      {.id = "cb-error-state",
       .statement = "An error with a wrong state is refused like any forged callback.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.12, §4.1.2.1",
       .seen = Seen::kProvoked,
       .why = "A forged error could end a login, or show the attacker's text.",
       .fix = "Check state before reading error, and keep the pending login when it is wrong.",
       .judge = ErrorState},
      {.id = "cb-unknown-ignored",
       .statement = "Unknown parameters in the callback are ignored.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §4.1.2",
       .seen = Seen::kProvoked,
       .why = "The server may add one any day, and every login would fail.",
       .fix = "Read the parameters you know and leave the others alone.",
       .judge = UnknownInCallbackIgnored},
      {.id = "cb-dup-refused",
       .statement = "A callback with code or state twice is refused.",
       .levels = Everywhere(kInterop),
       .source = "RFC 6749 §3.1",
       .seen = Seen::kProvoked,
       .why = "Two readers that pick different ones can be played against each other.",
       .fix = "Refuse a callback that repeats a parameter.",
       .judge = DuplicatesRefused,
       .note = "The RFC forbids the repetition; that the client refuses it is our judgement."},
      {.id = "cb-order-free",
       .statement = "The order of the callback's parameters does not matter.",
       .levels = Everywhere(kInterop),
       .source = "practice (AWeber's traces and prose differ)",
       .seen = Seen::kProvoked,
       .why = "AWeber documents both orders.",
       .fix = "Parse the query by name.",
       .judge = OrderFree,
       .verified = false,
       .note = "No RFC states it; a query is read by name everywhere."},
      {.id = "cb-code-opaque",
       .statement = "Any legal code is carried unchanged, whatever its length and characters.",
       .levels = Everywhere(kShould),
       .source = "RFC 6749 §4.1.2, Appendix A.11",
       .seen = Seen::kProvoked,
       .why = "The format is the server's to change; 22 characters today says nothing.",
       .fix = "Do not check, trim or cut the code.",
       .judge = CodeOpaque},
      {.id = "cb-uri-match",
       .statement = "A callback is accepted only on the redirect URI that was sent out.",
       .levels = Everywhere(kMust),
       .source = "RFC 8252 §8.10",
       .seen = Seen::kProvoked,
       .why = "Where several providers are used, it tells whose answer this is.",
       .fix = "Compare the URI that was called with the one of the pending authorization.",
       .judge = UriMatch,
       .note = "Asked of public clients: the RFC speaks of native applications."},
  };
}

}  // namespace aweber::conformance
