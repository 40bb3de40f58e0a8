#include "conformance/browser/webdriver.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace aweber::conformance {
namespace {

// What a reply says, as WebDriver wraps it: {"value": …}, an error among them.
Result<Json> ValueOf(const Result<HttpResponse>& reply, const std::string& what) {
  if (!reply) {
    return Error{"webdriver.gone",
                 fmt::format("the browser does not answer ({}): {}", what, reply.error().message)};
  }
  const auto parsed = ParseJson(reply->body);
  const Json* const value = parsed ? JsonMember(*parsed, "value") : nullptr;
  if (value == nullptr) {
    return Error{"webdriver.gone",
                 fmt::format("the browser's driver does not speak WebDriver: status {} to {}",
                             reply->status, what)};
  }
  if (reply->status == 200) return *value;
  const std::string code = JsonString(*value, "error").value_or("unknown error");
  const std::string message = JsonString(*value, "message").value_or("");
  const bool gone = code == "invalid session id" ||
                    message.find("disconnected") != std::string::npos ||
                    message.find("crashed") != std::string::npos;
  return Error{gone ? "webdriver.gone" : "webdriver." + code,
               fmt::format("{}: {}", code, message.substr(0, message.find('\n')))};
}

}  // namespace

Result<std::unique_ptr<WebDriver>> WebDriver::Begin(HttpClient& http, const std::string& address,
                                                    const Json& capabilities,
                                                    std::stop_token stop) {
  const Json body = {{"capabilities", {{"alwaysMatch", capabilities}}}};
  const auto begun =
      ValueOf(http.Send("POST", address + "/session", {{"Content-Type", "application/json"}},
                        DumpJson(body), stop),
              "new session");
  if (!begun) return begun.error();
  const auto id = JsonString(*begun, "sessionId");
  if (!id) return Error{"webdriver.gone", "the browser's driver began no session"};
  auto session = std::unique_ptr<WebDriver>(new WebDriver(http, address + "/session/" + *id));
  session->StopWhen(std::move(stop));
  return session;
}

WebDriver::~WebDriver() {
  try {
    End({});
  } catch (const std::exception&) {
    // The memory is gone, and so is whoever would be told: the browser is left to itself.
  }
}

void WebDriver::End(std::stop_token stop) {
  if (std::exchange(ended_, true)) return;
  stop_ = std::move(stop);
  static_cast<void>(Ask("DELETE", "", Json()));
}

Result<Json> WebDriver::Ask(const std::string& method, const std::string& path, const Json& body) {
  const std::string text = method == "POST" ? DumpJson(body.is_null() ? Json::object() : body) : "";
  return ValueOf(
      http_.Send(method, session_url_ + path, {{"Content-Type", "application/json"}}, text, stop_),
      path.empty() ? "end" : path);
}

Status WebDriver::Act(const std::string& method, const std::string& path, const Json& body) {
  const auto done = Ask(method, path, body);
  if (!done) return done.error();
  return {};
}

Status WebDriver::Open(const std::string& url) { return Act("POST", "/url", {{"url", url}}); }

Result<std::string> WebDriver::Url() {
  const auto url = Ask("GET", "/url", Json());
  if (!url) return url.error();
  return url->is_string() ? url->get<std::string>() : "";
}

Result<Json> WebDriver::Run(const std::string& script, Json arguments) {
  return Ask("POST", "/execute/sync", {{"script", script}, {"args", std::move(arguments)}});
}

Result<std::string> WebDriver::Screenshot() {
  const auto png = Ask("GET", "/screenshot", Json());
  if (!png) return png.error();
  return png->is_string() ? png->get<std::string>() : "";
}

Result<std::vector<std::string>> WebDriver::Windows() {
  const auto handles = Ask("GET", "/window/handles", Json());
  if (!handles) return handles.error();
  std::vector<std::string> windows;
  for (const Json& handle : *handles) {
    if (handle.is_string()) windows.push_back(handle.get<std::string>());
  }
  return windows;
}

Result<std::string> WebDriver::Window() {
  const auto handle = Ask("GET", "/window", Json());
  if (!handle) return handle.error();
  return handle->is_string() ? handle->get<std::string>() : "";
}

Result<std::string> WebDriver::NewTab() {
  const auto made = Ask("POST", "/window/new", {{"type", "tab"}});
  if (!made) return made.error();
  return JsonString(*made, "handle").value_or("");
}

Status WebDriver::SwitchTo(const std::string& window) {
  return Act("POST", "/window", {{"handle", window}});
}

Status WebDriver::CloseWindow() { return Act("DELETE", "/window", Json()); }

Json WebDriver::Console() {
  const auto lines = Ask("POST", "/se/log", {{"type", "browser"}});
  return lines && lines->is_array() ? *lines : Json::array();
}

Status WebDriver::Cdp(const std::string& command, Json parameters) {
  return Act("POST", "/goog/cdp/execute", {{"cmd", command}, {"params", std::move(parameters)}});
}

}  // namespace aweber::conformance
