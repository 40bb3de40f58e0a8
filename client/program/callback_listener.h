// CallbackListener: a web server for one redirect, on the loopback port that was registered.
//
// Purpose: lets `login` receive the browser (RFC 8252 §7.3). It listens only while the login is
//   under way (§8.3), answers only the redirect URI's path, and never repeats what it was sent.
// Ownership: owns its server; ends with it. `on_callback` must outlive it.
// Thread safety: on_callback is called from the server's threads, one call at a time.
// Errors: Start passes on Error{"http.bind"}; a redirect URI that is not http on loopback is
//   Error{"callback.listener"}.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/http/server.h"
#include "base/result.h"

namespace aweber::client {

class CallbackListener {
 public:
  struct Shown {
    std::string words;            // what the page says
    std::function<void()> after;  // called when the page has left; may be empty
  };
  // Given the full callback URL.
  using OnCallback = std::function<Shown(const std::string& url)>;

  // True for "http://127.0.0.1:PORT/...", "http://[::1]:PORT/..." and "http://localhost:PORT/...".
  static bool CanServe(const std::string& redirect_uri);
  static Result<std::unique_ptr<CallbackListener>> Start(const std::string& redirect_uri,
                                                         OnCallback on_callback);

 private:
  CallbackListener() = default;
  HttpResponse Answer(const HttpRequest& request);

  std::string origin_;
  std::string path_;
  OnCallback on_callback_;
  std::mutex one_at_a_time_;
  std::unique_ptr<HttpServer> server_;  // last: stops before the rest goes
};

}  // namespace aweber::client
