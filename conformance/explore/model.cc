#include "conformance/explore/model.h"

#include <algorithm>
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

// What becomes of the tokens.
enum class Then {
  kSame,
  kFresh,         // new ones, with a refresh token
  kFreshPoor,     // new ones, without a refresh token
  kRenewed,       // a new access token, and a refresh token that works
  kNotRenewable,  // the same, but the server took the refresh token for used
  kUnclear,
  kUnclearIfAny,  // the client may have thrown away what it had
  kGone,
};

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
    case Then::kNotRenewable:
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
    {{}, true, {E::kLost}, X::kRefused, Then::kNotRenewable},
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

constexpr std::string_view kLoginNames[] = {"none",   "asked", "granted", "overdue",
                                            "denied", "spent", "doubtful"};
constexpr std::string_view kTokenNames[] = {"none", "live", "expired", "unclear"};

bool HasRedirect(Login login) { return login != L::kNone && login != L::kAsked; }

bool IsUnreadable(const Behaviour& behaviour) {
  const bool api = behaviour.where == Where::kApi;
  return api && (behaviour.effect == E::kBroken || behaviour.effect == E::kOdd);
}

bool IsGood(Effect effect) { return effect == E::kLegal || effect == E::kNoRefreshToken; }

}  // namespace

std::string SessionState::Name() const {
  std::string name(kLoginNames[static_cast<std::size_t>(login)]);
  name += "/" + std::string(kTokenNames[static_cast<std::size_t>(tokens)]);
  const bool holds = tokens == T::kLive || tokens == T::kExpired;
  return holds && !renewable ? name + "-" : name;
}

WorldTraits TraitsOf(const std::vector<std::size_t>& world) {
  WorldTraits traits;
  for (const std::size_t row : world) {
    const WorldEffect effect = Variations()[row].effect;
    traits.issuer |= effect == WorldEffect::kIssuer;
    traits.client_refused |= effect == WorldEffect::kClientRefused;
    traits.token_unreachable |= effect == WorldEffect::kTokenTls;
    traits.api_unreachable |= effect == WorldEffect::kApiTls;
    traits.odd_tokens |= effect == WorldEffect::kOddTokens;
    traits.no_refresh_token |= effect == WorldEffect::kNoRefreshToken;
    traits.rotates &= effect != WorldEffect::kNotRotated;
    traits.short_life |= effect == WorldEffect::kShortLife;
    traits.auto_approve |= effect == WorldEffect::kAutoApprove;
  }
  return traits;
}

Effect Model::TokenEffect(const Action& action) const {
  const Behaviour& behaviour = Behaviours()[action.behaviour];
  if (world_.token_unreachable) return E::kBroken;
  if (world_.client_refused) return E::kRefused;
  const Effect effect = behaviour.where == Where::kToken ? behaviour.effect : E::kLegal;
  if (!IsGood(effect) && effect != E::kOdd) return effect;
  if (world_.odd_tokens) return E::kOdd;
  return effect == E::kLegal && world_.no_refresh_token ? E::kNoRefreshToken : effect;
}

bool Model::CanDo(const Action& action) const {
  const SessionState& state = Of(action.session);
  const SessionState& other = Of(action.session == 'A' ? 'B' : 'A');
  const Way& way = Ways()[action.way];
  const Behaviour& behaviour = Behaviours()[action.behaviour];
  if (way.issuer && !world_.issuer) return false;
  if (way.first_session && action.session != 'A') return false;
  if (behaviour.short_life && !world_.short_life) return false;
  const bool holds = state.tokens == T::kLive || state.tokens == T::kExpired;
  Where where = Where::kNowhere;
  bool can = true;
  switch (way.kind) {
    case ActionKind::kAuthorize:
      where = Where::kAuthorize;
      break;
    case ActionKind::kConsent:
      can = state.login == L::kAsked;
      if (way.meaning == M::kGenuine) where = Where::kDecision;
      break;
    case ActionKind::kCallback:
      can = HasRedirect(state.login);
      if (way.name == "state-of-other-user") can &= other.had_code;
      if (way.name == "redirect-of-other-user") {
        can = state.login != L::kAsked && other.had_code && HasRedirect(other.login) &&
              other.login != L::kDenied;
      }
      if (way.name == "unsolicited") can = state.login != L::kAsked;
      if (state.login == L::kDenied && way.name.starts_with("code")) can = false;
      if (state.login == L::kGranted && way.meaning == M::kGenuine) where = Where::kToken;
      break;
    case ActionKind::kCall:
    case ActionKind::kTwoCalls:
      // Whoever of two calls got no good tokens may ask again.
      if (way.kind == ActionKind::kTwoCalls && !IsGood(TokenEffect(action))) return false;
      // Where no refresh is due, the token endpoint is not asked.
      if (behaviour.where == Where::kToken) {
        can = state.tokens == T::kExpired && state.renewable && client_.refreshes_on_401;
        where = Where::kToken;
      } else {
        can = way.kind == ActionKind::kCall || state.tokens != T::kNone;
        if (holds && way.meaning == M::kGenuine) where = Where::kApi;
        // A 401 that the client could not read tells it nothing.
        if (state.tokens == T::kExpired && !behaviour.short_life && IsUnreadable(behaviour)) {
          return false;
        }
      }
      break;
    case ActionKind::kRefresh:
      if (holds && state.renewable) where = Where::kToken;
      break;
    case ActionKind::kRevoke:
      if (holds) where = Where::kRevoke;
      break;
    case ActionKind::kExpire:
      can = state.login == L::kSpent && state.tokens != T::kNone;  // of the latest login
      break;
    case ActionKind::kRevokeTokens:
      can = state.login == L::kSpent;
      break;
    case ActionKind::kToken:
    case ActionKind::kAdvance:
    case ActionKind::kRestart:
      break;
  }
  return can && (action.behaviour == 0 || behaviour.where == where);
}

Expected Model::Authorize(SessionState& state, const Action& action) {
  const Behaviour& behaviour = Behaviours()[action.behaviour];
  state.login = behaviour.effect == E::kError ? L::kDenied
                : world_.auto_approve         ? L::kGranted
                                              : L::kAsked;
  state.had_code |= state.login == L::kGranted;
  return X::kOk;
}

Expected Model::Consent(SessionState& state, const Action& action) {
  const Behaviour& behaviour = Behaviours()[action.behaviour];
  const Meaning meaning = Ways()[action.way].meaning;
  if (meaning == M::kStays) return X::kAny;
  const bool denied = meaning == M::kDenied || behaviour.effect == E::kError;
  state.login = denied ? L::kDenied : L::kGranted;
  state.had_code |= !denied;
  return X::kAny;
}

Expected Model::Callback(SessionState& state, const Action& action) {
  const Meaning meaning = Ways()[action.way].meaning;
  const Effect effect = TokenEffect(action);
  for (const CallbackRow& row : kCallbackRows) {
    const bool fits =
        row.login.Has(state.login) && row.meaning.Has(meaning) && row.effect.Has(effect);
    if (!fits) continue;
    state.login = row.next;
    Apply(row.then, state);
    return row.expected;
  }
  return X::kAny;
}

Expected Model::Refresh(SessionState& state, Effect effect) {
  if (effect == E::kLost && !world_.rotates) effect = E::kBroken;
  for (const RefreshRow& row : kRefreshRows) {
    if (row.renewable != state.renewable || !row.tokens.Has(state.tokens)) continue;
    if (!row.effect.Has(effect)) continue;
    Apply(row.then, state);
    return row.expected;
  }
  return X::kAny;
}

// An API request: with an access token that the server calls over it takes a refresh first.
Expected Model::Call(SessionState& state, const Action& action) {
  const Behaviour& behaviour = Behaviours()[action.behaviour];
  const Meaning meaning = Ways()[action.way].meaning;
  Effect effect = behaviour.where == Where::kApi ? behaviour.effect : E::kLegal;
  if (state.tokens == T::kNone) return X::kRefused;
  if (state.tokens == T::kUnclear) return X::kAny;
  if (meaning == M::kUndecided || world_.short_life) {
    // With tokens of a second the client's own clock decides as well.
    if (meaning != M::kUndecided) Apply(Then::kUnclear, state);
    return X::kAny;
  }
  if (world_.api_unreachable) return X::kRefused;
  const bool answered_401 = state.tokens == T::kExpired || effect == E::kExpiredOnce;
  const bool refused = effect == E::kRefused || effect == E::kBusy || effect == E::kBroken;
  if (refused) return X::kRefused;
  if (effect == E::kBlocked) {
    Apply(Then::kUnclear, state);
    return X::kRefused;
  }
  if (effect == E::kOdd) {
    if (state.tokens == T::kExpired) Apply(Then::kUnclear, state);
    return X::kAny;
  }
  if (effect == E::kUnauthorized) {
    if (!state.renewable || !client_.refreshes_on_401) {
      Apply(Then::kUnclear, state);
      return X::kRefused;
    }
    if (Refresh(state, TokenEffect(action)) == X::kAny) return X::kAny;
    return X::kRefused;
  }
  if (!answered_401) return X::kOk;
  if (!client_.refreshes_on_401) {
    Apply(Then::kUnclear, state);
    return X::kAny;
  }
  return Refresh(state, TokenEffect(action));
}

Expected Model::Revoke(SessionState& state, Effect effect) {
  for (const RevokeRow& row : kRevokeRows) {
    const bool fits = row.tokens.Has(state.tokens) && row.effect.Has(effect) &&
                      (!row.only_renewable || state.renewable);
    if (!fits) continue;
    Apply(row.then, state);
    return row.expected;
  }
  return X::kAny;
}

Expected Model::Do(const Action& action) {
  SessionState& state = At(action.session);
  const Behaviour& behaviour = Behaviours()[action.behaviour];
  switch (action.kind()) {
    case ActionKind::kAuthorize:
      return Authorize(state, action);
    case ActionKind::kConsent:
      return Consent(state, action);
    case ActionKind::kCallback:
      return Callback(state, action);
    case ActionKind::kCall:
    case ActionKind::kTwoCalls:
      return Call(state, action);
    case ActionKind::kRefresh:
      return Refresh(state, TokenEffect(action));
    case ActionKind::kRevoke:
      return Revoke(state, behaviour.where == Where::kRevoke ? behaviour.effect : E::kLegal);
    case ActionKind::kToken:
      return state.tokens == T::kLive ? X::kOk : X::kAny;
    case ActionKind::kExpire:
      if (state.tokens == T::kLive) state.tokens = T::kExpired;
      return X::kAny;
    case ActionKind::kRevokeTokens:
      if (state.tokens == T::kLive) state.tokens = T::kExpired;
      state.renewable = false;
      return X::kAny;
    case ActionKind::kAdvance:
      for (SessionState& each : sessions_) {
        if (each.tokens == T::kLive) each.tokens = T::kExpired;
        if (each.login == L::kGranted) each.login = L::kOverdue;
      }
      return X::kAny;
    case ActionKind::kRestart:
      for (SessionState& each : sessions_) {
        // What was under way may be forgotten; a page that is still open is left alone.
        if (each.login == L::kAsked) each.login = L::kNone;
        if (HasRedirect(each.login) && each.login != L::kSpent) each.login = L::kDoubtful;
        if (!client_.persists) Apply(Then::kUnclearIfAny, each);
      }
      return X::kAny;
  }
  return X::kAny;
}

bool IsLegal(const Flow& flow, const ClientTraits& client) {
  if (flow.actions.empty() || flow.actions.size() > kMostActions) return false;
  // What is forbidden rests on what was seen before: at least an authorization request.
  const Action& first = flow.actions.front();
  if (first.kind() != ActionKind::kAuthorize || first.session != 'A') return false;
  Model model(client, TraitsOf(flow.world));
  for (const Action& action : flow.actions) {
    if (!model.CanDo(action)) return false;
    model.Do(action);
  }
  return true;
}

}  // namespace aweber::conformance::explore
