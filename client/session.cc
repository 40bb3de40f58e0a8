#include "client/session.h"

#include <fmt/format.h>

#include <utility>

#include "client/protocol/reply.h"

namespace aweber::client {
namespace {

constexpr std::size_t kStateBytes = 32;     // 256 bits; 43 characters, safe in any URL
constexpr std::size_t kVerifierBytes = 32;  // RFC 7636 §4.1 recommends exactly this
// After an early renewal that failed: so long the old token is used without another attempt.
constexpr std::chrono::seconds kEarlyRenewalRest{10};

// Another renewal would be no better: this one may have used the refresh token up, or AWeber would not
// have it. A rate limit passes.
bool IsHopeless(const Failure& failure) {
  const bool limited = IsRateLimit(failure.http_status, failure.provider_text);
  return failure.maybe_done || (failure.kind == FailureKind::kProviderError && !limited);
}

Failure Reauthorize(std::string_view code, std::string_view why) {
  return MakeFailure(FailureKind::kReauthorize, std::string(code),
                     fmt::format("{}; log in again", why));
}

// What the provider gave could not be kept.
Failure Spent(Failure failure) {
  failure.maybe_done = true;
  return failure;
}

// AWeber answers invalid_request for what it no longer has. That is good news where we know why: it
// refused the refresh token before, an earlier attempt got through, or the access token went with
// the refresh token (RFC 7009 §2.1).
bool CountsAsRevoked(const Outcome<void>& done, const TokenSet& token) {
  const bool may_be_gone =
      token.revoking || (!token.refresh_token.empty() && !token.refused.empty());
  return done || (may_be_gone && done.error().provider_code == "invalid_request");
}

}  // namespace

Session::Session(ClientConfig config, Services services, std::string user)
    : config_(std::move(config)), services_(services), user_(std::move(user)) {}

Outcome<std::string> Session::AuthorizationUrl(std::string user_data) {
  PendingAuthorization pending;
  pending.state = services_.random.Base64UrlToken(kStateBytes);
  if (UsesPkce(config_)) pending.code_verifier = services_.random.Base64UrlToken(kVerifierBytes);
  pending.redirect_uri = config_.redirect_uri;
  pending.user_data = std::move(user_data);
  pending.expires_at = services_.clock.Now() + config_.login_lifetime;
  if (auto saved = services_.pending.Put(user_, pending); !saved) return saved.error();
  return BuildAuthorizationUrl(config_, pending);
}

Outcome<Login> Session::HandleCallback(const std::string& url, std::stop_token stop) {
  const auto callback = ReadCallback(config_, url);
  if (!callback) return callback.error();
  auto pending = services_.pending.Take(user_, callback->state, services_.clock.Now());
  if (!pending) return pending.error();
  if (!*pending) {
    return MakeFailure(FailureKind::kStateMismatch, "callback.state",
                       "this callback belongs to no login of this user that is under way (it may "
                       "be forged, used already, or too late); start the login again");
  }
  const auto code = JudgeCallback(config_, *callback);
  if (!code) return WithoutSecrets(code.error(), {callback->parameters.GetOr("code")});

  TokenContext context;
  context.asked_scope = JoinScopes(config_.scopes);
  context.sent_at = services_.clock.Now();
  const OutgoingRequest request = BuildCodeRequest(config_, *code, **pending);
  const auto response = Send(request, stop);
  if (!response) {
    // RFC 6749 §4.1.2: a code must not be used twice, and this one may have been.
    Failure failure = Unanswered(response.error(), "exchanging the code", request);
    failure.message += failure.maybe_done ? "; the code may be used up, so log in again"
                                          : "; nothing was sent, log in again";
    return failure;
  }
  auto token = JudgeTokenReply(*response, context);
  if (!token) return Discreet(token.error(), request);
  // The code is spent: what it brought is saved, whoever wants us to stop meanwhile.
  const auto lock = services_.tokens.Acquire(user_);
  if (!lock) return Spent(lock.error());
  if (auto saved = services_.tokens.Save(user_, *token); !saved) return Spent(saved.error());
  return Login{std::move(*token), std::move((*pending)->user_data)};
}

Outcome<TokenSet> Session::CurrentToken() {
  auto stored = services_.tokens.Load(user_);
  if (!stored) return stored.error();
  if (!*stored) return Reauthorize("session.no_token", "nobody is logged in here");
  if (!(*stored)->refused.empty()) {
    return Reauthorize("session.refused", fmt::format("AWeber ended this connection ({})",
                                                      Harmless((*stored)->refused)));
  }
  return std::move(**stored);
}

Outcome<TokenSet> Session::Refresh(std::stop_token stop) {
  const auto current = CurrentToken();
  if (!current) return current.error();
  return RefreshUnless(current->access_token, Need::kNow, stop);
}

Outcome<TokenSet> Session::RefreshUnless(const std::string& stale, Need need,
                                         std::stop_token stop) {
  const auto work = [&] { return RefreshUnderLock(stale, need, stop); };
  auto token = refreshes_.Run(work, stop);
  // We may have joined a flight that had just brought the very token we complain about, or one that
  // could wait.
  if (need == Need::kNow && token && token->access_token == stale) {
    token = refreshes_.Run(work, stop);
  }
  return token;
}

// Under the store's lock: what another thread or process has renewed meanwhile is taken as it is.
Outcome<TokenSet> Session::RefreshUnderLock(const std::string& stale, Need need,
                                            std::stop_token stop) {
  const auto lock = services_.tokens.Acquire(user_, stop);
  if (!lock) return lock.error();
  auto current = CurrentToken();
  if (!current) return current;
  if (current->access_token != stale) return current;
  // Another process was quicker, and failed.
  if (need == Need::kEarly && RenewalsRest(*current)) return current;
  if (current->refresh_token.empty()) {
    return Reauthorize("session.no_refresh_token", current->revoking
                                                       ? "the refresh token is revoked"
                                                       : "AWeber gave no refresh token");
  }
  auto renewed = AskForRefresh(*current, stop);
  if (renewed) {
    // Saved before anyone uses it: the old refresh token is dead from now on.
    if (auto saved = services_.tokens.Save(user_, *renewed); !saved) return Spent(saved.error());
  } else if (renewed.error().kind == FailureKind::kReauthorize) {
    current->refused = renewed.error().provider_code;
    if (auto saved = services_.tokens.Save(user_, *current); !saved) return saved.error();
  } else if (need == Need::kEarly && renewed.error().code != "http.cancelled") {
    current->rest_until = RestAfter(*current, renewed.error());
    static_cast<void>(services_.tokens.Save(user_, *current));
  }
  return renewed;
}

Outcome<TokenSet> Session::AskForRefresh(const TokenSet& current, std::stop_token stop) {
  const OutgoingRequest request = BuildRefreshRequest(config_, current.refresh_token);
  TokenContext context{services_.clock.Now(), &current, ""};
  if (stop.stop_requested()) return Cancelled("refreshing the token");
  // From here on `stop` ends waits alone: what the answer brings must be saved.
  auto response = Send(request, {});
  // A refusal to serve is an answer, so the refresh token is unused: asking again is safe.
  if (response && WaitAsAsked(*response, stop)) {
    context.sent_at = services_.clock.Now();
    response = Send(request, {});
  }
  if (response) {
    auto token = JudgeTokenReply(*response, context);
    if (!token) return Discreet(token.error(), request);
    return token;
  }
  Failure failure = Unanswered(response.error(), "refreshing the token", request);
  failure.message += failure.maybe_done
                         ? "; not repeated, since the refresh token may be used up. The stored "
                           "token is kept: try again, and log in again if AWeber then refuses it"
                         : "; nothing was sent. The stored token is kept: try again";
  return failure;
}

Outcome<ApiReply> Session::Call(const ApiCall& call, std::stop_token stop) {
  const auto url = ResolveApiUrl(config_, call.url);
  if (!url) return url.error();
  auto token = CurrentToken();
  if (!token) return token.error();
  bool renewed = false;
  std::optional<Failure> hopeless;  // the renewal's
  const bool ended = token->Expired(services_.clock.Now());
  const bool wants = !token->refresh_token.empty() &&
                     token->ShouldRenew(services_.clock.Now(), config_.expiry_skew);
  if (wants && (ended || !RenewalsRest(*token))) {
    auto fresh = RefreshUnless(token->access_token, ended ? Need::kNow : Need::kEarly, stop);
    // Renewal was early: while the old token lasts, a token endpoint that is down does no harm.
    if (!fresh && (fresh.error().kind == FailureKind::kReauthorize ||
                   token->Expired(services_.clock.Now()))) {
      return fresh.error();
    }
    if (!fresh) {
      rest_until_ = RestAfter(*token, fresh.error()).time_since_epoch();
      if (IsHopeless(fresh.error())) hopeless = fresh.error();
    } else {
      renewed = fresh->access_token != token->access_token;
      token = std::move(fresh);
    }
  }
  auto response = SendApi(call, *url, *token, stop);
  if (response && response->status == 401 && hopeless) {
    // Another thread or process may have renewed it, or been told that all is over.
    auto stored = CurrentToken();
    if (!stored) return stored.error();
    if (stored->access_token == token->access_token) return *hopeless;
    token = std::move(stored);
    renewed = true;
    response = SendApi(call, *url, *token, stop);
  }
  if (response && response->status == 401 && !renewed) {
    token = RefreshUnless(token->access_token, Need::kNow, stop);
    if (!token) return token.error();
    response = SendApi(call, *url, *token, stop);
  }
  if (!response) return response.error();
  const auto discreet = [&](Failure failure) {
    return Discreet(std::move(failure), BuildApiRequest(config_, call, *url, token->access_token));
  };
  if (response->status == 401) {
    // Asking for yet another token would go round in circles.
    Failure failure = HttpFailure("api.unauthorized", "the API", *response, services_.clock.Now());
    failure.kind = FailureKind::kReauthorize;
    failure.message += "; the token is new and still refused, log in again";
    return discreet(std::move(failure));
  }
  auto reply = JudgeApiReply(std::move(*response), services_.clock.Now());
  if (!reply) return discreet(reply.error());
  return reply;
}

bool Session::RenewalsRest(const TokenSet& token) const {
  const UnixTime now = services_.clock.Now();
  return now.time_since_epoch() < rest_until_.load() ||
         (token.rest_until && now < *token.rest_until);
}

UnixTime Session::RestAfter(const TokenSet& token, const Failure& why) const {
  const UnixTime soon = services_.clock.Now() + kEarlyRenewalRest;
  return why.maybe_done ? token.ExpiresAt().value_or(soon) : soon;
}

Outcome<HttpResponse> Session::SendApi(const ApiCall& call, const std::string& url,
                                       const TokenSet& token, std::stop_token stop) {
  const OutgoingRequest request = BuildApiRequest(config_, call, url, token.access_token);
  const bool safe = call.method == "GET" || call.method == "HEAD";  // RFC 9110 §9.2.1
  auto response = Send(request, stop);
  const bool lost = !response && response.error().code == "http.reset";
  const bool may_wait = response && (safe || IsRateLimited(*response));
  if ((safe && lost) || (may_wait && WaitAsAsked(*response, stop))) response = Send(request, stop);
  if (!response) return Unanswered(response.error(), "calling the API", request);
  return std::move(*response);
}

Outcome<void> Session::Revoke(std::stop_token stop) {
  const auto lock = services_.tokens.Acquire(user_, stop);
  if (!lock) return lock.error();
  auto stored = services_.tokens.Load(user_);
  if (!stored) return stored.error();
  if (!*stored) return Reauthorize("session.no_token", "there is nothing to revoke");
  TokenSet token = std::move(**stored);
  if (!token.refresh_token.empty()) {
    auto done = RevokeOne(token.refresh_token, "refresh_token", stop);
    if (!CountsAsRevoked(done, token)) return RevokeLater(token, done.error());
    // What is done is remembered: the next attempt goes on from here.
    token.refresh_token.clear();
    token.revoking = true;
    if (auto saved = services_.tokens.Save(user_, token); !saved) return saved.error();
  }
  auto done = RevokeOne(token.access_token, "access_token", stop);
  if (!CountsAsRevoked(done, token)) return RevokeLater(token, done.error());
  return services_.tokens.Erase(user_);
}

Failure Session::RevokeLater(TokenSet token, Failure why) {
  if (!why.maybe_done || token.revoking) return why;
  token.revoking = true;
  // Not saved, it costs the next attempt a refusal; why this one failed is the better news.
  (void)services_.tokens.Save(user_, token).ok();
  return why;
}

Outcome<void> Session::RevokeOne(const std::string& token, std::string_view hint,
                                 std::stop_token stop) {
  const OutgoingRequest request = BuildRevokeRequest(config_, token, hint);
  auto response = Send(request, stop);
  if (response && WaitAsAsked(*response, stop)) response = Send(request, stop);
  if (!response) {
    Failure failure = Unanswered(response.error(), "revoking the token", request);
    failure.message += "; the token is kept, try again";
    return failure;
  }
  auto done = JudgeRevokeReply(*response, services_.clock.Now());
  if (!done) return Discreet(done.error(), request);
  return done;
}

Result<HttpResponse> Session::Send(const OutgoingRequest& request, std::stop_token stop) {
  return services_.http.Send(request.method, request.url, request.headers, request.body, stop);
}

// A provider may repeat what it was sent.
Failure Session::Discreet(Failure failure, const OutgoingRequest& request) const {
  return WithoutSecrets(std::move(failure), SecretsOf(config_, request));
}

Failure Session::Unanswered(const Error& error, std::string_view doing,
                            const OutgoingRequest& request) const {
  Failure failure = Discreet(FromError(error, doing), request);
  failure.maybe_done = MayHaveArrived(error);
  return failure;
}

bool Session::WaitAsAsked(const HttpResponse& response, std::stop_token stop) {
  const auto wait = ReadBackoff(response, services_.clock.Now());
  if (!wait || *wait > config_.longest_wait) return false;
  return services_.clock.SleepFor(*wait, stop);
}

}  // namespace aweber::client
