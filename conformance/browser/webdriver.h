// WebDriver: one session of a real browser, by W3C WebDriver (https://www.w3.org/TR/webdriver2/).
//
// Purpose: the commands that the runner needs, as JSON over HTTP to chromedriver or any other.
// Ownership: the HTTP client must outlive it; the destructor ends the session. Thread safety: one
//   thread at a time.
// Errors: Error{"webdriver.ERROR"} with the protocol's own code ("no such element"), and
//   Error{"webdriver.gone"} when the browser or its driver does not answer any more.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/http/client.h"
#include "base/result.h"
#include "base/text/json.h"

namespace aweber::conformance {

class WebDriver {
 public:
  // `address`: "http://127.0.0.1:9515". `capabilities`: of the browser that is wanted.
  static Result<std::unique_ptr<WebDriver>> Begin(HttpClient& http, const std::string& address,
                                                  const Json& capabilities, std::stop_token stop);
  ~WebDriver();  // ends the browser, however long that takes
  WebDriver(const WebDriver&) = delete;
  WebDriver& operator=(const WebDriver&) = delete;

  // Ends the browser; what does not answer until `stop` is requested is left to itself.
  void End(std::stop_token stop);

  // Whatever is asked ends with "webdriver.gone" once `stop` is requested.
  void StopWhen(std::stop_token stop) { stop_ = std::move(stop); }

  Status Open(const std::string& url);  // a page that could not be loaded is an Error
  Result<std::string> Url();            // also of a page that could not be loaded
  Result<Json> Run(const std::string& script, Json arguments = Json::array());
  Result<std::string> Screenshot();  // PNG, base64
  Status Reload() { return Act("POST", "/refresh", Json::object()); }
  Status Back() { return Act("POST", "/back", Json::object()); }
  Status Forward() { return Act("POST", "/forward", Json::object()); }
  // Windows and tabs, by the handles that the browser gives them.
  Result<std::vector<std::string>> Windows();
  Result<std::string> Window();  // the current one
  Result<std::string> NewTab();  // does not switch to it
  Status SwitchTo(const std::string& window);
  Status CloseWindow();  // the current one; then switch to another
  Json Console();        // Chromium: {"level","message"} since the last call
  Status Cdp(const std::string& command, Json parameters = Json::object());  // Chromium
  // `path`: below the session.
  Status Act(const std::string& method, const std::string& path, const Json& body);

 private:
  WebDriver(HttpClient& http, std::string session_url)
      : http_(http), session_url_(std::move(session_url)) {}
  Result<Json> Ask(const std::string& method, const std::string& path, const Json& body);

  HttpClient& http_;
  const std::string session_url_;  // "http://127.0.0.1:9515/session/ID"
  std::stop_token stop_;
  bool ended_ = false;
};

}  // namespace aweber::conformance
