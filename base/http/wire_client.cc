#include "base/http/wire_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/http/chunked.h"
#include "base/http/head.h"
#include "base/http/proxy.h"
#include "base/http/request_plan.h"
#include "base/http/socket_stream.h"
#include "base/http/tcp_connect.h"
#include "base/http/tls.h"
#include "base/http/watchdog.h"

namespace aweber {
namespace {

constexpr std::size_t kPieceSize = 16u << 10;
// Servers send more than they accept: Set-Cookie and policy headers add up.
constexpr std::size_t kMaxResponseFields = 256u << 10;

Micros After(int milliseconds) {
  return SystemClock::System().Steady() + std::chrono::milliseconds(milliseconds);
}

// One request and its response, over a stream that is connected.
class Exchange {
 public:
  Exchange(SocketStream& stream, const HttpClientOptions& options, Micros end)
      : stream_(stream), options_(options), end_(end) {}

  Result<HttpResponse> Run(const std::string& method, const std::string& request) {
    stream_.SetDeadline(NextDeadline());
    // A server may refuse early and close: what it said is worth more than the broken write.
    const bool written = stream_.Write(request);
    const bool in_time = written || !stream_.timed_out();
    ResponseHead head;
    do {
      head = {};
      const Status read = ReadHead(method, head);
      if (!read && !in_time) return Error{"http.timeout", "the request could not be sent in time"};
      if (!read) return read.error();
    } while (head.status < 200 && head.status != 101);  // RFC 9110 §15.2: interim responses
    HttpResponse response;
    if (const Status read = ReadBody(head, response.body); !read) return read.error();
    response.status = head.status;
    response.reason = std::move(head.reason);
    response.headers = std::move(head.headers);
    return response;
  }

 private:
  Micros NextDeadline() const { return std::min(end_, After(options_.read_timeout_ms)); }

  // Appends what comes next to input_; false at the end of the stream.
  Result<bool> ReadMore(const char* where) {
    std::array<char, kPieceSize> buffer;
    stream_.SetDeadline(NextDeadline());
    const long got = stream_.Read(buffer.data(), buffer.size());
    if (got > 0) input_.append(buffer.data(), static_cast<std::size_t>(got));
    if (got >= 0) return got > 0;
    if (stream_.timed_out()) {
      return Error{"http.timeout", fmt::format("no answer in time {}", where)};
    }
    return Error{"http.reset", fmt::format("the connection was reset {}", where)};
  }

  Status ReadHead(const std::string& method, ResponseHead& head) {
    HeadLimits limits;
    limits.fields = kMaxResponseFields;
    HeadScanner scanner(limits);
    while (true) {
      const auto state = input_.empty() ? HeadScanner::State::kMore : scanner.Scan(input_);
      if (state == HeadScanner::State::kComplete) break;
      if (state == HeadScanner::State::kRefused) {
        return Error{"http.invalid", "response head: " + scanner.refusal().reason};
      }
      const char* const where =
          input_.empty() ? "before a response began" : "within the response head";
      const auto more = ReadMore(where);
      if (!more) return more.error();
      if (!*more) return Error{"http.reset", fmt::format("the connection was closed {}", where)};
    }
    const auto refusal =
        ParseResponseHead(std::string_view(input_).substr(0, scanner.size()), method, head);
    if (refusal) return Error{"http.invalid", "response head: " + refusal->reason};
    input_.erase(0, scanner.size());
    return {};
  }

  // Until the framing says that the body is whole.
  Status ReadBody(const ResponseHead& head, std::string& body) {
    const std::size_t most = options_.max_response_bytes;
    const Error too_large{"http.too_large",
                          fmt::format("the response body is over {} bytes", most)};
    ChunkedDecoder chunks(most);
    while (head.framing != BodyFraming::kNone) {
      if (head.framing == BodyFraming::kChunked) {
        std::size_t consumed = 0;
        const auto state = chunks.Decode(input_, body, consumed);
        if (state == ChunkedDecoder::State::kDone) break;
        if (state == ChunkedDecoder::State::kRefused) {
          if (chunks.refusal().status == 413) return too_large;
          return Error{"http.invalid", "response body: " + chunks.refusal().reason};
        }
      } else {
        body += input_;
        const bool known = head.framing == BodyFraming::kLength;
        if (body.size() > most || (known && head.content_length > most)) return too_large;
        if (known && body.size() >= head.content_length) {
          body.resize(head.content_length);
          break;
        }
      }
      input_.clear();
      const auto more = ReadMore("within the response body");
      if (!more) return more.error();
      if (*more) continue;
      if (head.framing == BodyFraming::kUntilClose) break;
      return Error{"http.reset", "the connection was closed within the response body"};
    }
    return {};
  }

  SocketStream& stream_;
  const HttpClientOptions& options_;
  const Micros end_;
  std::string input_;
};

std::string RequestText(const std::string& method, const RequestPlan& plan,
                        const std::string& body) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", method, plan.target);
  for (const auto& [name, value] : plan.headers.fields()) {
    text += fmt::format("{}: {}\r\n", name, value);
  }
  return text + "\r\n" + body;
}

class WireClient final : public HttpClient {
 public:
  explicit WireClient(HttpClientOptions options)
      : options_(std::move(options)),
        proxies_(HttpProxySettings::FromEnvironment()),
        trust_(options_.ca_file, options_.verify_tls) {}

  Result<HttpResponse> Send(const std::string& method, const std::string& url,
                            const HttpHeaders& headers, const std::string& body,
                            std::stop_token stop) override {
    auto plan = PlanRequest(method, url, headers, body, options_.user_agent);
    if (!plan) return plan.error();
    if (!headers.Has("Connection")) plan->headers.Add("Connection", "close");
    SocketTwin twin;
    const std::stop_callback on_stop(stop, [&twin] { twin.Cut(); });
    auto response = Exchanged(method, *plan, body, [&](int fd) {
      twin.Hold(fd);
      return !stop.stop_requested();
    });
    if (stop.stop_requested()) return Error{"http.cancelled", "the request was cancelled"};
    return response;
  }

 private:
  Result<HttpResponse> Exchanged(const std::string& method, const RequestPlan& plan,
                                 const std::string& body, const DescriptorWatch& watch) {
    const Micros end = After(options_.total_timeout_ms);
    const Micros connected_by = std::min(end, After(options_.connect_timeout_ms));
    std::optional<HttpProxy> proxy;
    if (plan.origin.tls) {
      auto found = proxies_.ForHttps(plan.origin.host);
      if (!found) return found.error();
      proxy = *std::move(found);
    }
    const auto fd = ConnectTcp(proxy ? proxy->host : plan.origin.host,
                               proxy ? proxy->port : plan.origin.port, connected_by, watch);
    if (!fd) return fd.error();
    SocketStream stream(*fd);
    if (proxy) {
      if (const Status open = OpenTunnel(stream, plan.origin, *proxy, end); !open)
        return open.error();
    }
    stream.SetDeadline(connected_by);
    if (plan.origin.tls) {
      if (const Status secured = StartTls(stream, plan.origin); !secured) return secured.error();
    }
    return Exchange(stream, options_, end).Run(method, RequestText(method, plan, body));
  }

  Status OpenTunnel(SocketStream& stream, const HttpOrigin& origin, const HttpProxy& proxy,
                    Micros end) {
    std::string request = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", origin.Authority());
    if (!proxy.authorization.empty()) {
      request += "Proxy-Authorization: " + proxy.authorization + "\r\n";
    }
    // A reply to CONNECT has no body (RFC 9110 §9.3.6), as one to HEAD.
    const auto reply = Exchange(stream, options_, end).Run("HEAD", request + "\r\n");
    if (!reply) return Error{reply.error().code, "proxy: " + reply.error().message};
    if (reply->status / 100 == 2) return {};
    return Error{"http.connect",
                 fmt::format("the proxy {}:{} refused {}: {} {}", proxy.host, proxy.port,
                             origin.Authority(), reply->status, reply->reason)};
  }

  Status StartTls(SocketStream& stream, const HttpOrigin& origin) {
    const auto trust = trust_.Get();
    if (!trust) return trust.error();
    const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
    if (!context) return TlsError("http.tls", "cannot set up TLS");
    if (Status set_up = SetUpTlsClient(context.get(), *trust, origin.host); !set_up) return set_up;
    SslPtr ssl(SSL_new(context.get()));
    if (!ssl) return TlsError("http.tls", "cannot set up TLS");
    SetServerName(ssl.get(), origin.host);
    const Status started = stream.StartTlsClient(ssl.release());
    if (started) return {};
    if (stream.timed_out()) return Error{"http.timeout", started.error().message};
    return HandshakeError(origin.Authority(), SSL_get_verify_result(stream.ssl()),
                          started.error().message);
  }

  const HttpClientOptions options_;
  const HttpProxySettings proxies_;
  TrustSource trust_;
};

}  // namespace

std::unique_ptr<HttpClient> MakeWireClient(HttpClientOptions options) {
  return std::make_unique<WireClient>(std::move(options));
}

}  // namespace aweber
