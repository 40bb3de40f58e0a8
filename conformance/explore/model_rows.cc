#include "conformance/explore/model_rows.h"

#include <initializer_list>

namespace aweber::conformance::explore {
namespace {

using L = Login;
using T = Tokens;
using M = Meaning;
using E = Effect;
using X = Expected;

// A set of an enumeration's values; empty means any.
template <typename Value>
struct AnyOf {
  unsigned bits = 0;
  AnyOf() = default;
  AnyOf(std::initializer_list<Value> values) {
    for (const Value value : values) bits |= 1u << static_cast<unsigned>(value);
  }
  bool Has(Value value) const {
    return bits == 0 || (bits >> static_cast<unsigned>(value) & 1u) != 0;
  }
};

// A callback: the first row that fits decides.
struct CallbackRow {
  AnyOf<Login> login;
  AnyOf<Meaning> meaning;
  AnyOf<Effect> effect;
  Expected expected;
  Login next;
  Then then;
};
const CallbackRow kCallbackRows[] = {
    // Nothing is under way: what comes is not ours (RFC 6749 §10.12), and harms nothing.
    {{L::kNone}, {M::kForged, M::kError}, {}, X::kRefused, L::kNone, Then::kSame},
    {{L::kNone}, {}, {}, X::kAny, L::kNone, Then::kUnclear},
    {{L::kSpent}, {M::kForged, M::kError}, {}, X::kRefused, L::kSpent, Then::kSame},
    // RFC 6749 §4.1.2.1, §10.12; RFC 9207 §2.4. The client may give the login up.
    {{}, {M::kForged, M::kError}, {}, X::kRefused, L::kDoubtful, Then::kUnclearIfAny},
    {{}, {M::kUndecided}, {}, X::kAny, L::kDoubtful, Then::kUnclear},
    // The genuine redirect.
    {{L::kDenied, L::kOverdue}, {}, {}, X::kRefused, L::kDoubtful, Then::kUnclearIfAny},
    {{L::kSpent}, {}, {}, X::kAny, L::kSpent, Then::kSame},  // "you are connected already"
    {{L::kDoubtful}, {}, {}, X::kAny, L::kDoubtful, Then::kUnclear},
    {{L::kGranted}, {}, {E::kLegal}, X::kOk, L::kSpent, Then::kFresh},
    {{L::kGranted}, {}, {E::kNoRefreshToken}, X::kOk, L::kSpent, Then::kFreshPoor},
    {{L::kGranted}, {}, {E::kOdd}, X::kAny, L::kSpent, Then::kUnclear},
    {{L::kGranted}, {}, {}, X::kRefused, L::kDoubtful, Then::kUnclearIfAny},
};

// A refresh, by whatever brings it about.
struct RefreshRow {
  AnyOf<Tokens> tokens;
  bool renewable;
  AnyOf<Effect> effect;
  Expected expected;
  Then then;
};
const RefreshRow kRefreshRows[] = {
    {{T::kNone}, false, {}, X::kRefused, Then::kSame},
    {{T::kUnclear}, false, {}, X::kAny, Then::kSame},
    // RFC 6749 §5.2: a refresh token that is refused is dead; the customer must come again.
    {{T::kLive, T::kExpired}, false, {}, X::kRefused, Then::kUnclear},
    // RFC 6749 §6: an answer may leave the refresh token out; the old one stays.
    {{}, true, {E::kLegal, E::kNoRefreshToken}, X::kOk, Then::kRenewed},
    {{}, true, {E::kOdd}, X::kAny, Then::kUnclear},
    {{}, true, {E::kBusy, E::kBroken}, X::kRefused, Then::kSame},  // nothing is lost by it
    // Whoever asks once more, as HTTP libraries do, may have ended the whole family by it.
    {{}, true, {E::kLost}, X::kRefused, Then::kUnclear},
    {{}, true, {}, X::kRefused, Then::kUnclear},
};

// A revocation (RFC 7009).
struct RevokeRow {
  AnyOf<Tokens> tokens;
  bool only_renewable;
  AnyOf<Effect> effect;
  Expected expected;
  Then then;
};
const RevokeRow kRevokeRows[] = {
    {{T::kNone}, false, {}, X::kAny, Then::kSame},
    {{T::kUnclear}, false, {}, X::kAny, Then::kUnclear},
    {{}, true, {E::kLegal}, X::kOk, Then::kGone},
    {{}, false, {E::kLegal}, X::kAny, Then::kUnclear},  // it may know that all is over
    {{}, true, {E::kBusy}, X::kRefused, Then::kSame},  // §2.2.1: the token must be assumed to live
    {{}, false, {}, X::kAny, Then::kUnclear},
};

}  // namespace

void Apply(Then then, SessionState& state) {
  switch (then) {
    case Then::kSame:
      return;
    case Then::kFresh:
    case Then::kRenewed:
      state.tokens = T::kLive;
      state.renewable = true;
      return;
    case Then::kFreshPoor:
      state.tokens = T::kLive;
      state.renewable = false;
      return;
    case Then::kUnclearIfAny:
      if (state.tokens == T::kNone) return;
      [[fallthrough]];
    case Then::kUnclear:
      state.tokens = T::kUnclear;
      state.renewable = false;
      return;
    case Then::kGone:
      state.tokens = T::kNone;
      state.renewable = false;
      return;
  }
}

Decision DecideCallback(const SessionState& state, Meaning meaning, Effect effect) {
  for (const CallbackRow& row : kCallbackRows) {
    if (row.login.Has(state.login) && row.meaning.Has(meaning) && row.effect.Has(effect)) {
      return {row.expected, row.next, row.then};
    }
  }
  return {};
}

Decision DecideRefresh(const SessionState& state, Effect effect) {
  for (const RefreshRow& row : kRefreshRows) {
    if (row.renewable == state.renewable && row.tokens.Has(state.tokens) &&
        row.effect.Has(effect)) {
      return {row.expected, std::nullopt, row.then};
    }
  }
  return {};
}

Decision DecideRevocation(const SessionState& state, Effect effect) {
  for (const RevokeRow& row : kRevokeRows) {
    if (row.tokens.Has(state.tokens) && row.effect.Has(effect) &&
        (!row.only_renewable || state.renewable)) {
      return {row.expected, std::nullopt, row.then};
    }
  }
  return {};
}

}  // namespace aweber::conformance::explore
