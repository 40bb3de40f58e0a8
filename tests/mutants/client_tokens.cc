// The life of the tokens: API requests, refreshing, revoking.
#include <algorithm>

#include "base/text/json.h"
#include "tests/mutants/client_state.h"

namespace aweber::mutants {
namespace {

using D = Deviation;
constexpr std::int64_t kMarginSeconds = 10;  // refresh this long before expiry

}  // namespace

Client::Done Client::Call(Case& c, Session& session, const Json& request) {
  session.Begin(Occasion::kCall);
  const std::string method = JsonString(request, "method").value_or("GET");
  const bool change = method != "GET";
  Mistake made = In(Occasion::kCall, c, session, change);
  const std::string url = JsonString(request, "url").value_or("");
  const Json* body = JsonMember(request, "body");
  const std::string text = body == nullptr || body->is_null() ? "" : DumpJson(*body);
  if (!IsApiUrl(c.client, url) && made != D::kTokenToAnyHost) {
    return ClientError{"other", "this URL is not the API's: the token stays here", "", 0};
  }
  Tokens tokens = session.Current();
  if (tokens.access.empty()) return Reauthorize("no token: log in first");
  if (tokens.expires_at > 0 && tokens.expires_at - kMarginSeconds <= NowSeconds() &&
      !tokens.refresh.empty() && made != D::kNoExpiryRefresh) {
    session.Begin(Occasion::kRefresh);
    auto refreshed = RefreshFrom(c, session, tokens);
    if (!refreshed && tokens.expires_at <= NowSeconds()) return refreshed.error();
    tokens = session.Current();
  }
  const int tries = made == D::kRefreshLoop ? 6 : 2;
  Json ok = Json::object();
  for (int i = 0; i < tries; ++i) {
    if (i == 1) made = In(Occasion::kCall, c, session, change, true);
    auto response = Send(c.client, ApiRequest(c.client, tokens, method, url, text, made), made);
    if (!response) return response.error();
    ok["status"] = response->status;
    const bool expired =
        response->status == 401 || (response->status == 403 && made == D::kRefreshOn403);
    if (!expired || made == D::kNo401Refresh || i + 1 == tries) return ok;
    if (tokens.refresh.empty()) return Reauthorize("the token is dead, and no refresh token");
    session.Begin(Occasion::kRefresh);
    auto refreshed = RefreshFrom(c, session, tokens);
    if (!refreshed) return refreshed.error();
    tokens = session.Current();
  }
  return ok;
}

Client::Done Client::Refresh(Case& c, Session& session) {
  const Tokens tokens = session.Current();
  if (tokens.refresh.empty()) return Reauthorize("no refresh token: log in again");
  auto refreshed = RefreshFrom(c, session, tokens);
  if (!refreshed) return refreshed.error();
  Json ok = Json::object();
  ok["token"] = TokenMembers(session.Current());
  return ok;
}

Result<bool, ClientError> Client::RefreshFrom(Case& c, Session& session, const Tokens& seen) {
  const Mistake made = In(Occasion::kRefresh, c, session);
  std::unique_lock<std::mutex> one(session.refreshing, std::defer_lock);
  std::optional<TokenFileLock> across;  // other processes of the same case
  Tokens tokens = seen;
  if (made != D::kRefreshStampede) {
    one.lock();
    across.emplace(session.path + ".lock");
    tokens = session.Current();
    if (tokens.access != seen.access) return true;  // another thread was faster
    const auto saved = made == D::kRotationNotSaved ? std::nullopt : LoadTokens(session.path);
    if (saved && saved->access != seen.access && !saved->access.empty()) {
      const std::lock_guard lock(session.mutex);
      session.tokens = *saved;  // another process was faster
      return true;
    }
  }
  if (tokens.refresh.empty()) return Reauthorize("no refresh token: log in again");
  ClientError error;
  const int tries = made == D::kDeadEndLoop ? 4 : made == D::kRefusedClientLoop ? 3 : 1;
  for (int i = 0; i < tries; ++i) {
    auto response = Send(c.client, RefreshRequest(c.client, tokens, made), made);
    if (!response) return response.error();
    const TokenVerdict verdict = JudgeTokenReply(c.client, *response, tokens, NowSeconds(), made);
    if (verdict.tokens) {
      const std::lock_guard lock(session.mutex);
      session.earlier_access = tokens.access;
      session.tokens = *verdict.tokens;
      if (made != D::kRotationNotSaved) (void)SaveTokens(session.path, *verdict.tokens);
      return true;
    }
    error = verdict.error;
    if (made == D::kErrorSwallowed) return true;
    if (error.status == 401 && made == D::kRefusedClientLoop && i < 2) continue;
    if (error.kind != "reauthorize") return error;
    if (made != D::kDeadEndLoop) break;
  }
  if (made != D::kDeadEndLoop) {  // a dead refresh token is never tried again
    const std::lock_guard lock(session.mutex);
    session.tokens->refresh.clear();
    (void)SaveTokens(session.path, *session.tokens);
  }
  return error;
}

Client::Done Client::Revoke(Case& c, Session& session) {
  session.Begin(Occasion::kRevoke);
  const Mistake made = In(Occasion::kRevoke, c, session);
  const Tokens tokens = session.Current();
  if (tokens.access.empty()) return Json::object();  // RFC 7009 §2.2: nothing left to revoke
  auto response = Send(c.client, RevokeRequest(c.client, tokens, made), made);
  if (!response) return response.error();
  if (response->status != 200 && made != D::kRevoke503Forgets) {
    // RFC 7009 §2.2.1: after a 503 the token must be assumed to live.
    return ClientError{"http", "revocation failed: try again later", "", response->status};
  }
  if (made == D::kRevokeNeedsBody && response->body.find("deleted") == std::string::npos) {
    return ClientError{"http", "the token was not known", "", response->status};
  }
  const std::lock_guard lock(session.mutex);
  session.tokens.reset();
  (void)SaveTokens(session.path, Tokens{});
  return Json::object();
}

Client::Done Client::Token(Session& session) {
  const Tokens tokens = session.Current();
  if (tokens.access.empty()) return Reauthorize("no token: log in first");
  return TokenMembers(tokens);
}

}  // namespace aweber::mutants
