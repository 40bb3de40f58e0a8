// Fakes for the client's tests: an HTTP client that answers from a script and remembers what it was
// sent, and a session with everything it needs, on a clock that stands still.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "base/os/random.h"
#include "client/session.h"
#include "client/store/pending_store.h"
#include "client/store/token_store.h"

namespace aweber::client {

struct SentRequest {
  std::string method, url;
  HttpHeaders headers;
  std::string body;
  bool cancellable = false;
};

class FakeHttp final : public HttpClient {
 public:
  using Reply = Result<HttpResponse>;

  Reply Send(const std::string& method, const std::string& url, const HttpHeaders& headers,
             const std::string& body, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    sent_.push_back({method, url, headers, body, stop.stop_possible()});
    if (handler) {
      const auto answer = handler;
      const SentRequest request = sent_.back();
      lock.unlock();
      return answer(request);
    }
    if (replies_.empty()) return Error{"http.connect", "the script has no more answers"};
    Reply reply = std::move(replies_.front());
    replies_.pop_front();
    return reply;
  }

  void Enqueue(Reply reply) { replies_.push_back(std::move(reply)); }
  void Enqueue(int status, std::string body, HttpHeaders headers = {}) {
    HttpResponse response;
    response.status = status;
    response.headers = std::move(headers);
    response.body = std::move(body);
    Enqueue(Reply(std::move(response)));
  }
  std::vector<SentRequest> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }
  std::size_t unanswered() const { return replies_.size(); }

  // When set, answers instead of the script. Called without the lock, from any thread.
  std::function<Reply(const SentRequest&)> handler;

 private:
  mutable std::mutex mutex_;
  std::deque<Reply> replies_;
  std::vector<SentRequest> sent_;
};

inline HttpResponse Answer(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

inline ClientConfig TestConfig() {
  ClientConfig config;
  config.provider = ProviderAt("https://mock.test");
  config.client_id = "the-id";
  config.client_secret = "the-secret";
  config.redirect_uri = "https://app.test/callback";
  config.scopes = {"account.read", "list.read"};
  return config;
}

inline ClientConfig PublicConfig() {
  ClientConfig config = TestConfig();
  config.type = ClientType::kPublic;
  config.client_secret.clear();
  return config;
}

inline constexpr std::string_view kTokenBody =
    R"({"access_token":"A1","refresh_token":"R1","expires_in":3600,"token_type":"bearer"})";
inline constexpr std::string_view kRenewedBody =
    R"({"access_token":"A2","refresh_token":"R2","expires_in":3600,"token_type":"bearer"})";

// Another store, but `on_save` is asked first: it may refuse, or throw.
class SaveHookStore final : public TokenStore {
 public:
  explicit SaveHookStore(TokenStore& under) : under_(under) {}
  Outcome<std::optional<TokenSet>> Load(const std::string& user) override {
    return under_.Load(user);
  }
  Outcome<void> Save(const std::string& user, const TokenSet& token) override {
    if (auto allowed = on_save(); !allowed) return allowed;
    return under_.Save(user, token);
  }
  Outcome<void> Erase(const std::string& user) override { return under_.Erase(user); }
  Outcome<std::unique_ptr<Lock>> Acquire(const std::string& user, std::stop_token stop) override {
    return under_.Acquire(user, std::move(stop));
  }

  std::function<Outcome<void>()> on_save;

 private:
  TokenStore& under_;
};

// One user of TestConfig on fakes. 2026-11-23T14:20:48Z.
struct Bench {
  explicit Bench(ClientConfig c = TestConfig()) : config(std::move(c)) {}

  Services services() { return {http, clock, random, tokens, pending}; }
  // The session's token as if a login had just brought it.
  void LogIn(std::string refresh_token = "R1") {
    TokenSet token;
    token.access_token = "A1";
    token.refresh_token = std::move(refresh_token);
    token.scope = "account.read list.read";
    token.issued_at = clock.Now();
    token.expires_in = std::chrono::seconds(3600);
    (void)tokens.Save("ann", token).ok();
  }
  TokenSet Stored() { return tokens.Load("ann").value().value(); }

  ClientConfig config;
  FakeHttp http;
  ManualClock clock{FromUnixSeconds(1'795'443'648)};
  SeededRandom random{7};
  MemoryTokenStore tokens;
  MemoryPendingStore pending;
  Session session{config, services(), "ann"};
};

}  // namespace aweber::client
