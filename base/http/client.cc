#include "base/http/client.h"

#include <fmt/format.h>
#include <httplib.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/http/head.h"
#include "base/http/proxy.h"
#include "base/http/request_plan.h"
#include "base/http/tcp_connect.h"
#include "base/http/tls.h"
#include "base/http/watchdog.h"
#include "base/http/wire_client.h"
#include "base/os/clock.h"
#include "base/os/quiet_pipe.h"

namespace aweber {
namespace {

constexpr std::size_t kMaxIdlePerOrigin = 8;
// What may arrive besides a body of the greatest size: heads, chunk lines, TLS.
constexpr std::uint64_t kOverhead = 1u << 20;
// Kernels keep the time of the last byte in ticks of up to 10 ms.
constexpr std::chrono::milliseconds kSilenceSlack(20);

Micros Now() { return SystemClock::System().Steady(); }

// One request on its way: what the library's callbacks saw.
struct Progress {
  const HttpClientOptions& options;
  const Micros start = Now();
  std::optional<Error> refused = {};  // by one of our callbacks
  BodyFraming framing = BodyFraming::kUntilClose;
  bool head = false;
  bool whole_without_body = false;  // the library would wait for a body that never comes
  bool within_piece = false;        // the body or chunk under way is not whole yet
  std::string body = {};

  bool TakeHead(const httplib::Response& response) {
    head = true;
    HttpHeaders headers;
    for (const auto& [name, value] : response.headers) headers.Add(name, value);
    std::uint64_t length = 0;
    const int minor_version = response.version == "HTTP/1.0" ? 0 : 1;
    if (const auto refusal = ParseFraming(headers, minor_version, framing, length)) {
      refused = Error{"http.invalid", "response head: " + refusal->reason};
    } else if (response.status < 200 && response.status != 101) {
      refused = Error{"http.invalid",
                      fmt::format("the interim response {} is not understood", response.status)};
    } else if (framing == BodyFraming::kLength && length > options.max_response_bytes) {
      TooLarge();
    }
    whole_without_body = !refused && response.status == 304;  // RFC 9110 §15.4.5
    within_piece = framing == BodyFraming::kLength;
    return !refused && !whole_without_body;
  }

  // `offset` and `total` are those of the body, or of the chunk at hand.
  bool TakeBody(const char* bytes, std::size_t size, std::uint64_t offset, std::uint64_t total) {
    if (body.size() + size > options.max_response_bytes) return TooLarge();
    body.append(bytes, size);
    within_piece = offset + size < total;
    return true;
  }

  bool TooLarge() {
    refused = Error{"http.too_large",
                    fmt::format("the response body is over {} bytes", options.max_response_bytes)};
    return false;
  }
};

// One connection to one origin, made for the first Send and used by one at a time.
class Connection {
 public:
  Connection(HttpOrigin origin, const std::string& address, const HttpClientOptions& options,
             HttpWatchdog& watchdog)
      : origin_(std::move(origin)),
        options_(options),
        watchdog_(watchdog),
        client_(origin_.tls ? std::make_unique<httplib::Client>("https://" + origin_.Authority())
                            : std::make_unique<httplib::Client>(origin_.host, origin_.port)) {
    const auto seconds = [](int ms) {
      return std::pair<time_t, time_t>(ms / 1000, ms % 1000 * 1000);
    };
    const auto [connect_s, connect_us] = seconds(options.connect_timeout_ms);
    const auto [read_s, read_us] = seconds(options.read_timeout_ms);
    client_->set_connection_timeout(connect_s, connect_us);
    client_->set_read_timeout(read_s, read_us);
    client_->set_write_timeout(read_s, read_us);
    client_->set_keep_alive(options.keep_alive);
    client_->set_follow_location(false);
    client_->set_decompress(false);
    client_->set_tcp_nodelay(true);
    SendTargetsAsTheyAre(*client_);
    client_->set_hostname_addr_map({{origin_.host, address}});
    client_->set_socket_options([this](int fd) { TakeSocket(fd); });
  }

  ~Connection() {
    const QuietPipe quiet;  // TLS says goodbye, perhaps to a peer that left
    client_.reset();
  }

  Status SetUpTls(X509_STORE* trust) {
    SSL_CTX* const context = client_->ssl_context();
    if (context == nullptr) {
      return Error{"http.tls",
                   fmt::format("the HTTP library cannot reach https://{}", origin_.Authority())};
    }
    // OpenSSL verifies within the handshake, so that the server hears of a refusal.
    client_->enable_server_certificate_verification(false);
    SSL_CTX_set_app_data(context, this);
    SSL_CTX_set_info_callback(context, [](const SSL* ssl, int where, int) {
      static_cast<Connection*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)))
          ->WatchHandshake(const_cast<SSL*>(ssl), where);
    });
    return SetUpTlsClient(context, trust, origin_.host);
  }

  Result<HttpResponse> Send(const std::string& method, const RequestPlan& plan,
                            const std::string& body, const std::stop_token& stop) {
    Progress progress{options_};
    httplib::Request request;
    request.method = method;
    request.path = plan.target;
    request.body = body;
    for (const auto& [name, value] : plan.headers.fields()) request.headers.emplace(name, value);
    request.headers.erase("Content-Length");  // the library adds its own, without looking
    request.response_handler = [&](const httplib::Response& head) {
      return progress.TakeHead(head);
    };
    request.content_receiver = [&](const char* bytes, std::size_t size, std::uint64_t offset,
                                   std::uint64_t total) {
      return progress.TakeBody(bytes, size, offset, total);
    };
    httplib::Response response;
    httplib::Error error = httplib::Error::Success;
    const HttpWatchdog::Watch watch(
        watchdog_, twin_, progress.start + std::chrono::milliseconds(options_.total_timeout_ms),
        std::uint64_t{2} * options_.max_response_bytes + kOverhead, stop);
    received_before_ = twin_.Received();
    const QuietPipe quiet;
    const bool done = client_->send(request, response, error);
    if (auto cut = CutShort(watch.cause())) return *cut;
    if (progress.refused) return *progress.refused;
    if (!done && !progress.whole_without_body) return WhyFailed(error, progress);
    if (progress.framing == BodyFraming::kUntilClose && progress.head && Silent(progress)) {
      return Error{"http.timeout", "no answer in time within the response body"};
    }
    HttpResponse result;
    result.status = response.status;
    result.reason = response.reason;
    for (const auto& [name, value] : response.headers) result.headers.Add(name, value);
    result.body = std::move(progress.body);
    reusable_ = done && options_.keep_alive && response.version != "HTTP/1.0" &&
                !ListHasToken(result.headers.GetOr("Connection"), "close");
    return result;
  }

  // Whether another request may follow: an idle connection has nothing to say, unless it is closed.
  bool reusable() const { return reusable_ && twin_.Quiet(); }

 private:
  // Targets are percent-encoded already. The setter's name is another one since 0.24.
  template <typename Client>
  static void SendTargetsAsTheyAre(Client& client) {
    if constexpr (requires { client.set_path_encode(false); }) {
      client.set_path_encode(false);
    } else {
      client.set_url_encode(false);
    }
  }

  // A request must never leave twice: releases since 0.12 send it again, over a new connection,
  // when a TLS peer says goodbye instead of answering. So the address is used up with the first.
  void TakeSocket(int fd) {
    twin_.Hold(fd);
    client_->set_hostname_addr_map({{origin_.host, "used-up"}});
  }

  void WatchHandshake(SSL* ssl, int where) {
    if ((where & SSL_CB_HANDSHAKE_START) != 0) SetServerName(ssl, origin_.host);
    if ((where & SSL_CB_EXIT) != 0) verify_result_ = SSL_get_verify_result(ssl);
    secured_ = secured_ || (where & SSL_CB_HANDSHAKE_DONE) != 0;
  }

  std::optional<Error> CutShort(HttpWatchdog::Cause cause) const {
    switch (cause) {
      case HttpWatchdog::Cause::kNone:
        return std::nullopt;
      case HttpWatchdog::Cause::kCancelled:
        return Error{"http.cancelled", "the request was cancelled"};
      case HttpWatchdog::Cause::kDeadline:
        return Error{"http.timeout",
                     fmt::format("no whole answer within {} ms", options_.total_timeout_ms)};
      case HttpWatchdog::Cause::kTooMuch:
        break;
    }
    return Error{"http.too_large", "the response is far over the size that is allowed"};
  }

  // Whether the library gave up waiting for the next byte.
  bool Silent(const Progress& progress) const {
    const Micros limit = std::chrono::milliseconds(options_.read_timeout_ms) - kSilenceSlack;
    return Now() - progress.start >= limit && twin_.SilentFor() >= limit;
  }

  // The library's errors name a step, not a cause: the rest is told from what was seen around it.
  Error WhyFailed(httplib::Error error, const Progress& progress) const {
    const bool slow =
        Now() - progress.start >= std::chrono::milliseconds(options_.connect_timeout_ms);
    switch (error) {
      case httplib::Error::ConnectionTimeout:
        return {"http.timeout", fmt::format("connecting to {} took too long", origin_.Authority())};
      case httplib::Error::Connection:
        if (secured_) break;  // it was connected; what failed is the second attempt
        return {"http.connect",
                fmt::format("cannot connect to {}: no server answers there", origin_.Authority())};
      case httplib::Error::SSLConnection:
        if (slow) return {"http.timeout", "TLS handshake timed out"};
        return HandshakeError(origin_.Authority(), verify_result_, "the TLS handshake failed");
      case httplib::Error::Read:
        break;
      case httplib::Error::Write:
        if (!Silent(progress))
          return {"http.reset", "the connection was closed within the request"};
        return {"http.timeout", "the request could not be sent in time"};
      default:
        return {"http.invalid", "the HTTP library failed: " + httplib::to_string(error)};
    }
    return WhyUnread(progress);
  }

  Error WhyUnread(const Progress& progress) const {
    const char* const where =
        progress.head ? "within the response body" : "before a whole response head";
    if (Silent(progress)) return {"http.timeout", fmt::format("no answer in time {}", where)};
    // The end of a stream counts as one byte.
    const bool some = progress.head || (!origin_.tls && twin_.Received() > received_before_ + 1);
    if (progress.head ? progress.framing == BodyFraming::kChunked && !progress.within_piece
                      : some) {
      return {"http.invalid", fmt::format("the response is malformed or cut short {}", where)};
    }
    return {"http.reset", fmt::format("the connection was closed {}", where)};
  }

  const HttpOrigin origin_;
  const HttpClientOptions& options_;
  HttpWatchdog& watchdog_;
  SocketTwin twin_;
  std::uint64_t received_before_ = 0;
  long verify_result_ = X509_V_OK;
  bool secured_ = false;
  bool reusable_ = false;
  std::unique_ptr<httplib::Client> client_;  // last: its callbacks use the others
};

class HttplibClient final : public HttpClient {
 public:
  explicit HttplibClient(HttpClientOptions options)
      : options_(std::move(options)),
        proxies_(HttpProxySettings::FromEnvironment()),
        trust_(options_.ca_file, options_.verify_tls),
        by_proxy_(MakeWireClient(options_)) {}

  Result<HttpResponse> Send(const std::string& method, const std::string& url,
                            const HttpHeaders& headers, const std::string& body,
                            std::stop_token stop) override {
    const auto plan = PlanRequest(method, url, headers, body, options_.user_agent);
    if (!plan) return plan.error();
    if (stop.stop_requested()) return Error{"http.cancelled", "the request was cancelled"};
    if (plan->origin.tls) {
      const auto proxy = proxies_.ForHttps(plan->origin.host);
      if (!proxy) return proxy.error();
      if (*proxy) return by_proxy_->Send(method, url, headers, body, stop);
    }
    try {
      return SendPlanned(method, *plan, body, stop);
    } catch (const std::exception& error) {
      return Error{"http.invalid", fmt::format("the HTTP library failed: {}", error.what())};
    }
  }

 private:
  Result<HttpResponse> SendPlanned(const std::string& method, const RequestPlan& plan,
                                   const std::string& body, const std::stop_token& stop) {
    const std::string key = fmt::format("{} {}", plan.origin.tls, plan.origin.Authority());
    if (auto idle = TakeIdle(key)) return SendOver(std::move(idle), key, method, plan, body, stop);
    const auto addresses = ResolveHost(plan.origin.host, plan.origin.port);
    if (!addresses) return addresses.error();
    Result<HttpResponse> response = Error{};
    for (const addrinfo* at = addresses->get(); at != nullptr; at = at->ai_next) {
      auto connection =
          std::make_unique<Connection>(plan.origin, NumericHost(*at), options_, watchdog_);
      if (plan.origin.tls) {
        const auto trust = trust_.Get();
        if (!trust) return trust.error();
        if (const Status set = connection->SetUpTls(*trust); !set) return set.error();
      }
      response = SendOver(std::move(connection), key, method, plan, body, stop);
      if (response || response.error().code != "http.connect") break;
    }
    return response;
  }

  Result<HttpResponse> SendOver(std::unique_ptr<Connection> connection, const std::string& key,
                                const std::string& method, const RequestPlan& plan,
                                const std::string& body, const std::stop_token& stop) {
    auto response = connection->Send(method, plan, body, stop);
    if (!response || !connection->reusable()) return response;
    const std::lock_guard<std::mutex> lock(mutex_);
    auto& idle = idle_[key];
    if (idle.size() < kMaxIdlePerOrigin) idle.push_back(std::move(connection));
    return response;
  }

  std::unique_ptr<Connection> TakeIdle(const std::string& key) {
    const std::lock_guard<std::mutex> lock(mutex_);
    auto& idle = idle_[key];
    while (!idle.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle.back());
      idle.pop_back();
      if (connection->reusable()) return connection;
    }
    return nullptr;
  }

  const HttpClientOptions options_;
  const HttpProxySettings proxies_;
  TrustSource trust_;
  const std::unique_ptr<HttpClient> by_proxy_;  // 0.11 hangs where a proxy refuses and closes
  HttpWatchdog watchdog_;
  std::mutex mutex_;
  std::map<std::string, std::vector<std::unique_ptr<Connection>>> idle_;
};

}  // namespace

std::unique_ptr<HttpClient> MakeHttpClient(HttpClientOptions options) {
  return std::make_unique<HttplibClient>(std::move(options));
}

}  // namespace aweber
