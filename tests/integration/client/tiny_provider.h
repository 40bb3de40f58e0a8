// TinyProvider: the smallest provider a client can be tested with over real sockets, apart from the
// mock server so that the two cannot share a mistake. It knows one grant, rotates its refresh
// token, and can hold the first N API refusals back until all have arrived.
#pragma once

#include <fmt/format.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/http/server.h"
#include "base/text/form.h"

namespace aweber::client {

class TinyProvider {
 public:
  TinyProvider() {
    const std::lock_guard lock(mutex_);  // the first request may come before the assignment is done
    server_ = HttpServer::Start({}, [this](const HttpRequest& r) { return Handle(r); }).value();
  }

  std::string url() const { return server_->base_url(); }
  // Everything issued so far stops working; the refresh token still does.
  void Expire() {
    const std::lock_guard lock(mutex_);
    expired_ = generation_;
  }
  // The next `n` requests with an expired token are answered together.
  void HoldRefusals(int n) {
    const std::lock_guard lock(mutex_);
    hold_ = n;
    released_.notify_all();
  }
  // Token replies wait, after the tokens were issued, until this is called with false.
  void HoldTokens(bool hold) {
    const std::lock_guard lock(mutex_);
    hold_tokens_ = hold;
    released_.notify_all();
  }
  int Count(const std::string& what) const {
    const std::lock_guard lock(mutex_);
    int count = 0;
    for (const std::string& entry : log_) count += entry == what;
    return count;
  }
  std::string last_basic() const {
    const std::lock_guard lock(mutex_);
    return last_authorization_;
  }
  std::string access_token() const {
    const std::lock_guard lock(mutex_);
    return Access(generation_);
  }

 private:
  static std::string Access(int n) { return fmt::format("access-secret-{:08}", n); }
  static std::string Refreshing(int n) { return fmt::format("refresh-secret-{:08}", n); }

  HttpResponse Handle(const HttpRequest& request) {
    std::unique_lock lock(mutex_);
    if (request.Path() == "/oauth2/token") {
      HttpResponse reply = Token(request);
      released_.wait_for(lock, std::chrono::seconds(20), [this] { return !hold_tokens_; });
      return reply;
    }
    if (request.Path() == "/oauth2/revoke") {
      log_.push_back("revoke");
      return Reply(200, "");
    }
    if (!request.Path().starts_with("/1.0/")) return Reply(404, "");
    const std::string bearer = request.headers.GetOr("Authorization");
    if (generation_ > expired_ && bearer == "Bearer " + Access(generation_)) {
      log_.push_back("api 200");
      return Reply(200, R"({"entries":[{"id":17,"company":"Tiny Ltd","lists_collection_link":")" +
                            url() + R"(/1.0/accounts/17/lists"}],"total_size":1})");
    }
    log_.push_back("api 401");
    if (hold_ > 0 && --hold_ == 0) released_.notify_all();
    released_.wait_for(lock, std::chrono::seconds(20), [this] { return hold_ <= 0; });
    return Reply(401, R"({"error":"invalid_token"})");
  }

  HttpResponse Token(const HttpRequest& request) {
    last_authorization_ = request.headers.GetOr("Authorization");
    const Form form = ParseForm(request.body);
    const std::string grant = form.GetOr("grant_type");
    log_.push_back("token " + grant);
    const bool good =
        grant == "authorization_code"
            ? form.GetOr("code") == "good-code"
            : generation_ > 0 && form.GetOr("refresh_token") == Refreshing(generation_);
    if (!good) return Reply(400, R"({"error":"invalid_request"})");
    ++generation_;
    return Reply(200, fmt::format(R"({{"access_token":"{}","refresh_token":"{}",)"
                                  R"("expires_in":3600,"token_type":"bearer"}})",
                                  Access(generation_), Refreshing(generation_)));
  }

  static HttpResponse Reply(int status, std::string body) {
    HttpResponse response;
    response.status = status;
    response.headers.Add("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
  }

  mutable std::mutex mutex_;
  std::condition_variable released_;
  int generation_ = 0;
  int expired_ = 0;
  int hold_ = 0;
  bool hold_tokens_ = false;
  std::string last_authorization_;
  std::vector<std::string> log_;
  std::unique_ptr<HttpServer> server_;  // last: stops before the rest goes
};

}  // namespace aweber::client
