#include "conformance/explore/model.h"

#include "conformance/explore/model_rows.h"

namespace aweber::conformance::explore {
namespace {

using L = Login;
using T = Tokens;
using M = Meaning;
using E = Effect;
using X = Expected;

constexpr std::string_view kLoginNames[] = {"none",   "asked", "granted", "overdue",
                                            "denied", "spent", "doubtful"};
constexpr std::string_view kTokenNames[] = {"none", "live", "expired", "unclear"};

bool HasRedirect(Login login) { return login != L::kNone && login != L::kAsked; }

Effect WithoutScope(Effect effect) { return effect == E::kOtherScope ? E::kLegal : effect; }

Expected Enter(SessionState& state, const Decision& decision) {
  if (decision.next) state.login = *decision.next;
  Apply(decision.then, state);
  return decision.expected;
}

bool IsGood(Effect effect) {
  return effect == E::kLegal || effect == E::kOtherScope || effect == E::kNoRefreshToken;
}

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
    traits.public_client |= effect == WorldEffect::kPublic;
    traits.token_unreachable |= effect == WorldEffect::kTokenTls;
    traits.api_unreachable |= effect == WorldEffect::kApiTls;
    traits.revoke_unreachable |= effect == WorldEffect::kRevokeTls;
    traits.odd_tokens |= effect == WorldEffect::kOddTokens;
    traits.no_refresh_token |= effect == WorldEffect::kNoRefreshToken;
    traits.rotates &= effect != WorldEffect::kNotRotated;
    traits.short_life |= effect == WorldEffect::kShortLife;
    traits.auto_approve |= effect == WorldEffect::kAutoApprove;
  }
  traits.client_refused &= !traits.public_client;  // nobody is asked for it otherwise
  return traits;
}

Effect Model::TokenEffect(const Action& action) const {
  const Behaviour& behaviour = Behaviours()[action.behaviour];
  if (world_.token_unreachable) return E::kBroken;
  if (world_.client_refused) return E::kRefused;
  const Effect effect = behaviour.where == Where::kToken ? behaviour.effect : E::kLegal;
  if (!IsGood(effect) && effect != E::kOdd) return effect;
  if (world_.odd_tokens) return E::kOdd;
  return effect != E::kOdd && world_.no_refresh_token ? E::kNoRefreshToken : effect;
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
      // Whoever of two calls got no good tokens may ask again; and what happens once happens to
      // either of them.
      if (way.kind == ActionKind::kTwoCalls && (!IsGood(TokenEffect(action)) || behaviour.once)) {
        return false;
      }
      // Where no refresh is due, the token endpoint is not asked.
      if (behaviour.where == Where::kToken) {
        can = state.tokens == T::kExpired && state.renewable && client_.refreshes_on_401;
        where = Where::kToken;
      } else {
        can = way.kind == ActionKind::kCall || state.tokens != T::kNone;
        if (holds && way.meaning == M::kGenuine) where = Where::kApi;
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
  const Way& way = Ways()[action.way];
  const Effect effect = TokenEffect(action);
  if (way.from_other) MakeKnown(At(action.session == 'A' ? 'B' : 'A'));
  const Decision decision = DecideCallback(state, way.meaning, WithoutScope(effect));
  if (decision.then == Then::kFresh) state.other_scope = effect == E::kOtherScope;
  const Expected expected = Enter(state, decision);
  // Some read the API to know who has logged in.
  if (expected != X::kOk || !(world_.api_unreachable || state.blocked)) return expected;
  Apply(Then::kUnclear, state);
  return X::kAny;
}

// A client may hold that a state which came back in another session is known to somebody.
void Model::MakeKnown(SessionState& other) {
  if (HasRedirect(other.login) && other.login != L::kSpent) other.login = L::kDoubtful;
}

Expected Model::Refresh(SessionState& state, Effect effect) {
  if (effect == E::kLost && !world_.rotates) effect = E::kBroken;
  if (state.other_scope && state.renewable) effect = E::kOdd;
  state.other_scope |= effect == E::kOtherScope;
  return Enter(state, DecideRefresh(state, WithoutScope(effect)));
}

Expected Model::RefreshByCall(SessionState& state, const Action& action) {
  for (SessionState& each : sessions_) {
    if (SameAccount(each, state) && each.tokens == T::kLive) each.tokens = T::kExpired;
  }
  return Call(state, action);
}

// An API request: with an access token that the server calls over it takes a refresh first.
Expected Model::Call(SessionState& state, const Action& action) {
  const Behaviour& behaviour = Behaviours()[action.behaviour];
  const Meaning meaning = Ways()[action.way].meaning;
  const Effect effect = behaviour.where == Where::kApi ? behaviour.effect : E::kLegal;
  if (state.tokens == T::kNone) return X::kRefused;
  if (state.tokens == T::kUnclear) return X::kAny;
  if (state.blocked && meaning != M::kUndecided) {
    Apply(Then::kUnclear, state);
    return X::kAny;
  }
  if (meaning == M::kUndecided || world_.short_life) {
    // With tokens of a second the client's own clock decides as well.
    if (meaning != M::kUndecided) Apply(Then::kUnclear, state);
    return X::kAny;
  }
  if (effect == E::kUnauthorized) {
    if (!state.renewable || !client_.refreshes_on_401) {
      Apply(Then::kUnclear, state);
      return X::kRefused;
    }
    if (Refresh(state, TokenEffect(action)) == X::kAny) return X::kAny;
    // The server refuses what it has just given out: a client may hold that these are no tokens.
    if (IsGood(TokenEffect(action))) Apply(Then::kUnclear, state);
    return X::kRefused;
  }
  // Whatever else the API does, it does to the new token: the one that is over is answered 401.
  if (state.tokens == T::kExpired || effect == E::kExpiredOnce) {
    if (!client_.refreshes_on_401) {
      Apply(Then::kUnclear, state);
      return X::kAny;
    }
    const Expected renewed = Refresh(state, TokenEffect(action));
    if (renewed != X::kOk || effect == E::kExpiredOnce) return renewed;
  }
  if (effect == E::kBlocked) {
    for (SessionState& each : sessions_) each.blocked |= SameAccount(each, state);
    Apply(Then::kUnclear, state);
    return X::kRefused;
  }
  if (effect == E::kOdd) return X::kAny;
  const bool refused = effect == E::kRefused || effect == E::kBusy || effect == E::kBroken;
  return refused ? X::kRefused : X::kOk;
}

Expected Model::Revoke(SessionState& state, Effect effect) {
  if (world_.revoke_unreachable) effect = E::kBroken;
  return Enter(state, DecideRevocation(state, effect));
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
      return client_.refreshes_by_call ? RefreshByCall(state, action)
                                       : Refresh(state, TokenEffect(action));
    case ActionKind::kRevoke:
      return Revoke(state, behaviour.where == Where::kRevoke ? behaviour.effect : E::kLegal);
    case ActionKind::kToken:
      return state.tokens == T::kLive && !world_.short_life ? X::kOk : X::kAny;
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
