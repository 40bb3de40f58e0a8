#include "base/http/client.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "base/http/exchange.h"
#include "base/http/proxy.h"
#include "base/http/request_plan.h"
#include "base/http/socket_stream.h"
#include "base/http/tcp_connect.h"
#include "base/http/tls.h"
#include "base/os/clock.h"

namespace aweber {
namespace {

constexpr std::size_t kMaxIdlePerOrigin = 8;

struct SayGoodbye {
  void operator()(SocketStream* stream) const {
    stream->CloseNotify();
    delete stream;
  }
};
using Connection = std::unique_ptr<SocketStream, SayGoodbye>;

Micros After(int milliseconds) {
  return SystemClock::System().Steady() + std::chrono::milliseconds(milliseconds);
}

// Ends whatever waits for a descriptor, once its request is cancelled by another thread. Must not
// outlive the descriptor, unless told to forget it.
class Interruption {
 public:
  explicit Interruption(const std::stop_token& stop) : on_stop_(stop, [this] { Cut(); }) {}

  // False when it was cancelled already. -1: none any more.
  bool Watch(int fd) {
    const std::lock_guard<std::mutex> lock(mutex_);
    fd_ = fd;
    return !cut_;
  }

 private:
  void Cut() {
    const std::lock_guard<std::mutex> lock(mutex_);
    cut_ = true;
    if (fd_ >= 0) ::shutdown(fd_, SHUT_RDWR);
  }

  std::mutex mutex_;
  int fd_ = -1;
  bool cut_ = false;
  std::stop_callback<std::function<void()>> on_stop_;  // last: it may call Cut at once
};

std::string RequestText(const std::string& method, const RequestPlan& plan,
                        const std::string& body) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", method, plan.target);
  for (const auto& [name, value] : plan.headers.fields()) {
    text += fmt::format("{}: {}\r\n", name, value);
  }
  return text + "\r\n" + body;
}

// What is connected and waits for its next request.
class IdleConnections {
 public:
  // One to `origin` that has nothing to say: a server that speaks unasked, or closes, is left.
  Connection Take(const std::string& origin) {
    const std::lock_guard<std::mutex> lock(mutex_);
    auto& kept = kept_[origin];
    while (!kept.empty()) {
      Connection connection = std::move(kept.back());
      kept.pop_back();
      if (!connection->Readable() && !connection->HasBuffered()) return connection;
    }
    return nullptr;
  }

  void Keep(const std::string& origin, Connection connection) {
    const std::lock_guard<std::mutex> lock(mutex_);
    auto& kept = kept_[origin];
    if (kept.size() < kMaxIdlePerOrigin) kept.push_back(std::move(connection));
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<Connection>> kept_;
};

class NetworkClient final : public HttpClient {
 public:
  explicit NetworkClient(HttpClientOptions options)
      : options_(std::move(options)),
        proxies_(HttpProxySettings::FromEnvironment()),
        trust_(options_.ca_file, options_.verify_tls) {}

  Result<HttpResponse> Send(const std::string& method, const std::string& url,
                            const HttpHeaders& headers, const std::string& body,
                            std::stop_token stop) override {
    auto plan = PlanRequest(method, url, headers, body, options_.user_agent);
    if (!plan) return plan.error();
    if (!options_.keep_alive && !headers.Has("Connection"))
      plan->headers.Add("Connection", "close");
    auto response = SendPlanned(method, *plan, body, stop);
    if (stop.stop_requested()) return Error{"http.cancelled", "the request was cancelled"};
    return response;
  }

 private:
  Result<HttpResponse> SendPlanned(const std::string& method, const RequestPlan& plan,
                                   const std::string& body, const std::stop_token& stop) {
    const Micros end = After(options_.total_timeout_ms);
    const std::string origin = (plan.origin.tls ? "https://" : "http://") + plan.origin.Authority();
    Connection connection = idle_.Take(origin);
    Interruption interruption(stop);
    if (connection == nullptr) {
      if (const Status made = Connect(plan.origin, end, interruption, connection); !made) {
        return made.error();
      }
    } else if (!interruption.Watch(connection->fd())) {
      return Error{"http.cancelled", "the request was cancelled"};
    }
    HttpExchange exchange(*connection, options_, end);
    auto response = exchange.Run(method, RequestText(method, plan, body));
    interruption.Watch(-1);
    const bool asked_to_close = ListHasToken(plan.headers.GetOr("Connection"), "close");
    if (exchange.reusable() && !asked_to_close) idle_.Keep(origin, std::move(connection));
    return response;
  }

  // `made` outlives `interruption` whatever becomes of it.
  Status Connect(const HttpOrigin& origin, Micros end, Interruption& interruption,
                 Connection& made) {
    const Micros connected_by = std::min(end, After(options_.connect_timeout_ms));
    std::optional<HttpProxy> proxy;
    if (origin.tls) {
      auto found = proxies_.ForHttps(origin.host);
      if (!found) return found.error();
      proxy = *std::move(found);
    }
    const auto fd = ConnectTcp(proxy ? proxy->host : origin.host, proxy ? proxy->port : origin.port,
                               connected_by, [&](int at) { return interruption.Watch(at); });
    if (!fd) return fd.error();
    made.reset(new SocketStream(*fd));
    if (proxy) {
      if (Status open = OpenTunnel(*made, origin, *proxy, end); !open) return open;
    }
    made->SetDeadline(connected_by);
    return origin.tls ? StartTls(*made, origin) : Status();
  }

  Status OpenTunnel(SocketStream& stream, const HttpOrigin& origin, const HttpProxy& proxy,
                    Micros end) {
    std::string request = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", origin.Authority());
    if (!proxy.authorization.empty()) {
      request += "Proxy-Authorization: " + proxy.authorization + "\r\n";
    }
    // A reply to CONNECT has no body (RFC 9110 §9.3.6), as one to HEAD.
    const auto reply = HttpExchange(stream, options_, end).Run("HEAD", request + "\r\n");
    if (!reply) return Error{reply.error().code, "proxy: " + reply.error().message};
    if (reply->status / 100 == 2) return {};
    return Error{"http.connect",
                 fmt::format("the proxy {}:{} refused {}: {} {}", proxy.host, proxy.port,
                             origin.Authority(), reply->status, reply->reason)};
  }

  Status StartTls(SocketStream& stream, const HttpOrigin& origin) {
    const auto trust = trust_.Get();
    if (!trust) return trust.error();
    auto ssl = NewTlsClientSession(*trust, origin.host);
    if (!ssl) return ssl.error();
    const Status started = stream.StartTlsClient(ssl->release());
    if (started) return {};
    if (stream.timed_out()) return Error{"http.timeout", started.error().message};
    const long verified = SSL_get_verify_result(stream.ssl());
    if (verified == X509_V_OK) return Error{"http.tls", started.error().message};
    return Error{"http.tls",
                 fmt::format("the certificate of {} is not accepted: {}", origin.Authority(),
                             X509_verify_cert_error_string(verified))};
  }

  const HttpClientOptions options_;
  const HttpProxySettings proxies_;
  TrustSource trust_;
  IdleConnections idle_;
};

}  // namespace

std::unique_ptr<HttpClient> MakeHttpClient(HttpClientOptions options) {
  return std::make_unique<NetworkClient>(std::move(options));
}

}  // namespace aweber
