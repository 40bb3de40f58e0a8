// Model: what a right client may do at each point of a flow.
//
// Purpose: a small state machine, written from RFC 6749, 6750, 7009, 7636, 9207, 9700 and AWeber's
//   guide. For each action it says which reply a right client gives (ok, a refusal, either), and
//   where the session stands afterwards. It knows nothing of any implementation: wherever the RFCs
//   leave a choice it says "either", and goes on from a state in which everything is allowed until
//   a new login makes things plain again.
// Ownership, thread safety: plain values and pure functions over constant tables (model.cc).
#pragma once

#include <array>
#include <string>

#include "conformance/explore/flow.h"

namespace aweber::conformance::explore {

// How far a login of a session is.
enum class Login {
  kNone,      // nothing asked for yet
  kAsked,     // the consent page is open
  kGranted,   // the redirect brings a code
  kOverdue,   // it does, and the code's time is over
  kDenied,    // the redirect brings an error
  kSpent,     // the redirect was delivered and taken
  kDoubtful,  // the client may have given up: it had to refuse something, or its state is known
};

// What the client holds, as the server sees it.
enum class Tokens {
  kNone,
  kLive,
  kExpired,
  kUnclear,  // a right client may hold anything
};

struct SessionState {
  Login login = Login::kNone;
  Tokens tokens = Tokens::kNone;
  bool renewable = false;  // the refresh token that it holds works
  bool had_code = false;   // the server issued a code to it once
  // Its account was blocked. A new login does not end that; when the server's clock goes on it is over,
  // and a client that holds back by its own clock does not know.
  bool blocked = false;
  bool other_scope = false;  // it was told of another scope than was granted

  std::string Name() const;  // "granted/live", with "-" after what cannot be renewed
  friend bool operator==(const SessionState&, const SessionState&) = default;
};

enum class Expected { kOk, kRefused, kAny };

// What the client claims, as far as its right behaviour depends on it.
struct ClientTraits {
  bool persists = false;
  bool refreshes_on_401 = false;
  bool refreshes_by_call = false;  // it has no "refresh now": the step ends its tokens and calls
};

// What holds for the whole flow.
struct WorldTraits {
  bool issuer = false;
  bool public_client = false;
  bool client_refused = false;
  bool token_unreachable = false, api_unreachable = false, revoke_unreachable = false;
  bool odd_tokens = false;
  bool no_refresh_token = false;
  bool rotates = true;
  bool short_life = false;
  bool auto_approve = false;
};
WorldTraits TraitsOf(const std::vector<std::size_t>& world);

class Model {
 public:
  Model(const ClientTraits& client, const WorldTraits& world) : client_(client), world_(world) {}

  // Whether the action makes sense here: there is a page to answer, a redirect to deliver.
  bool CanDo(const Action& action) const;
  // The reply that a right client gives, and the state after it. CanDo must hold.
  Expected Do(const Action& action);

  const SessionState& Of(char session) const { return sessions_[session == 'A' ? 0 : 1]; }

 private:
  Expected Authorize(SessionState& state, const Action& action);
  Expected Consent(SessionState& state, const Action& action);
  Expected Callback(SessionState& state, const Action& action);
  Expected Call(SessionState& state, const Action& action);
  Expected Refresh(SessionState& state, Effect effect);
  Expected RefreshByCall(SessionState& state, const Action& action);
  void MakeKnown(SessionState& other);
  // Without a consent page every session is the first customer's.
  bool SameAccount(const SessionState& a, const SessionState& b) const {
    return &a == &b || world_.auto_approve;
  }
  Expected Revoke(SessionState& state, Effect effect);
  Effect TokenEffect(const Action& action) const;
  SessionState& At(char session) { return sessions_[session == 'A' ? 0 : 1]; }

  ClientTraits client_;
  WorldTraits world_;
  std::array<SessionState, 2> sessions_;
};

// Every action can be done where it stands, and its behaviour can show there.
bool IsLegal(const Flow& flow, const ClientTraits& client);

}  // namespace aweber::conformance::explore
