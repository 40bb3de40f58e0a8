// Session: one user's connection to AWeber, from login to revocation.
//
// Purpose: the small imperative layer over client/protocol/protocol.h: it sends what the builders
//   build, believes what the judges accept, and keeps tokens in the store.
//
//     Session session(config, {http, clock, random, tokens, pending}, "user-17");
//     redirect(session.AuthorizationUrl("/where/the/user/was"));       // then, at the callback:
//     auto login = session.HandleCallback(callback_url);               // login->user_data
//     auto reply = session.Call({.url = "/accounts"});                 // renews tokens by itself
//
// What it promises:
//   * a refresh is asked for once, however many threads and processes share the store, and its
//     result is saved before it is used;
//   * a token is renewed shortly before it ends (where that fails, the next attempt, of any process
//     on this store, waits ten seconds or for the end), and once more when the API answers 401, never
//     for 403; the request is then sent once again;
//   * a code is never sent twice, a POST never again except after a 401 or the rate limit, which
//     did nothing with it;
//   * after a refresh whose reply was lost a session sends that refresh token no more in that call,
//     nor early in a later one: only when the old token has ended, is refused, or Refresh is asked
//     for, since nothing else is left then;
//   * a failed refresh leaves what was stored; only when the provider says that the grant is gone
//     the stored token is marked, and every call answers kReauthorize until the next login.
// Ownership: everything in Services must outlive the session. Thread safety: every member from any
//   thread. Several sessions may serve one user.
// Units: seconds. Errors: Failure; codes in docs/client-errors.md.
// Cancellation: `stop` ends waits and I/O at once ("http.cancelled"), with one exception: a refresh
//   that is on its way is seen to its end, which the HTTP client's time limits bound, since its
//   answer holds the only copy of the next refresh token.
#pragma once

#include <atomic>
#include <optional>
#include <stop_token>
#include <string>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "base/os/random.h"
#include "client/protocol/api_request.h"
#include "client/protocol/config.h"
#include "client/protocol/failure.h"
#include "client/protocol/protocol.h"
#include "client/single_flight.h"
#include "client/store/pending_store.h"
#include "client/store/token_store.h"

namespace aweber::client {

struct Services {
  HttpClient& http;
  Clock& clock;
  Random& random;
  TokenStore& tokens;
  PendingStore& pending;
};

struct Login {
  TokenSet token;
  std::string user_data;  // what AuthorizationUrl was given
};

class Session {
 public:
  // `user` names the token in the store and binds `state` to this user. CheckConfig first.
  Session(ClientConfig config, Services services, std::string user);

  // Starts a login. Every call gives a fresh state (and PKCE verifier); all stay good until used or
  // expired, so that two browser tabs both work.
  Outcome<std::string> AuthorizationUrl(std::string user_data = "");
  // `url`: the full URL the browser arrived at (out of band: the code a person pasted).
  Outcome<Login> HandleCallback(const std::string& url, std::stop_token stop = {});
  // Non-2xx answers are failures of kind kHttp with code "api.*", and the status in http_status;
  // but a 401 that a new token did not cure is kReauthorize, like a token that cannot be renewed. A
  // 401 after a renewal ahead of the call that was refused, or whose answer was lost, is told as that
  // failure, and nothing is asked for again, unless another process has renewed meanwhile.
  Outcome<ApiReply> Call(const ApiCall& call, std::stop_token stop = {});
  // Renews now, whatever the expiry says.
  Outcome<TokenSet> Refresh(std::stop_token stop = {});
  // Revokes refresh and access token at the provider, then forgets them. Whatever fails, what is
  // not known to be revoked stays stored, so that it can be tried again (RFC 7009 §2.2.1).
  Outcome<void> Revoke(std::stop_token stop = {});
  // What Call would use now; kReauthorize when there is nothing to use. No I/O but the store.
  Outcome<TokenSet> CurrentToken();

  const ClientConfig& config() const { return config_; }

 private:
  enum class Need {
    kEarly,  // the token still serves; while renewals rest the stored one is answered, whichever
    kNow
  };
  Outcome<TokenSet> RefreshUnless(const std::string& stale_access_token, Need need,
                                  std::stop_token stop);
  Outcome<TokenSet> RefreshUnderLock(const std::string& stale_access_token, Need need,
                                     std::stop_token stop);
  Outcome<TokenSet> AskForRefresh(const TokenSet& current, std::stop_token stop);
  bool RenewalsRest(const TokenSet& token) const;
  // Until when there is no early renewal of `token`, after one that failed for `why`.
  UnixTime RestAfter(const TokenSet& token, const Failure& why) const;
  Outcome<HttpResponse> SendApi(const ApiCall& call, const std::string& url, const TokenSet& token,
                                std::stop_token stop);
  // Keeps what the next attempt must know; answers `why`.
  Failure RevokeLater(TokenSet token, Failure why);
  Outcome<void> RevokeOne(const std::string& token, std::string_view hint, std::stop_token stop);
  Failure Discreet(Failure failure, const OutgoingRequest& request) const;
  Failure Unanswered(const Error& error, std::string_view doing,
                     const OutgoingRequest& request) const;
  Result<HttpResponse> Send(const OutgoingRequest& request, std::stop_token stop);
  // Waits as the answer asks; false when it does not, when that is too long, or when cancelled.
  bool WaitAsAsked(const HttpResponse& response, std::stop_token stop);

  const ClientConfig config_;
  const Services services_;
  const std::string user_;
  SingleFlight refreshes_;
  // Unix time; no early renewal before it. The stored token says the same to other processes; this
  // one knows it also when that could not be saved.
  std::atomic<Micros> rest_until_{Micros::zero()};
};

}  // namespace aweber::client
