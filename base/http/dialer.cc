#include "base/http/dialer.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/http/tcp_connect.h"
#include "base/http/tls.h"

namespace aweber {
namespace {

constexpr std::size_t kReadSize = 16u << 10;
// Servers send more than they accept: Set-Cookie and policy headers add up.
constexpr std::size_t kMaxResponseFields = 256u << 10;

Micros Now() { return SystemClock::System().Steady(); }

Status OpenTunnel(SocketStream& stream, const HttpOrigin& origin, const HttpDeadlines& deadlines) {
  const HttpProxy& proxy = *origin.proxy;
  std::string request = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", origin.Authority());
  if (!proxy.authorization.empty()) {
    request += "Proxy-Authorization: " + proxy.authorization + "\r\n";
  }
  stream.Write(request + "\r\n");  // when this fails the read says why
  std::string input;
  const auto head = ReadResponseHead(stream, deadlines, "HEAD", input);
  if (!head) return Error{head.error().code, "proxy: " + head.error().message};
  if (head->status / 100 != 2) {
    return Error{"http.connect",
                 fmt::format("the proxy {}:{} refused {}: {} {}", proxy.host, proxy.port,
                             origin.Authority(), head->status, head->reason)};
  }
  stream.Unread(std::move(input));
  return {};
}

Status StartTls(SocketStream& stream, const HttpOrigin& origin,
                const TlsContextSource& tls_context) {
  const auto context = tls_context();
  if (!context) return Error{"http.tls", context.error().message};
  auto session = NewClientSession(*context, origin.host);
  if (!session) return Error{"http.tls", session.error().message};
  const Status started = stream.StartTlsClient(session->release());
  if (started) return {};
  if (stream.timed_out()) return Error{"http.timeout", started.error().message};
  const long verdict = SSL_get_verify_result(stream.ssl());
  if (verdict == X509_V_OK) return Error{"http.tls", started.error().message};
  return Error{"http.tls", fmt::format("the certificate of {} is not accepted: {}",
                                       origin.Authority(), X509_verify_cert_error_string(verdict))};
}

Status Prepare(SocketStream& stream, const HttpOrigin& origin, const HttpDeadlines& deadlines,
               const TlsContextSource& tls_context) {
  stream.SetDeadline(deadlines.ForConnect());
  if (origin.proxy) {
    if (Status tunnel = OpenTunnel(stream, origin, deadlines); !tunnel) return tunnel;
    stream.SetDeadline(deadlines.ForConnect());
  }
  return origin.tls ? StartTls(stream, origin, tls_context) : Status();
}

}  // namespace

std::string HttpOrigin::Authority() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

void HttpCancellation::Begin() {
  const std::lock_guard<std::mutex> lock(mutex_);
  cancelled_ = false;
}

void HttpCancellation::Cancel() {
  const std::lock_guard<std::mutex> lock(mutex_);
  cancelled_ = true;
  if (fd_ >= 0) ::shutdown(fd_, SHUT_RDWR);
}

bool HttpCancellation::Watch(int fd) {
  const std::lock_guard<std::mutex> lock(mutex_);
  fd_ = fd;
  return !cancelled_;
}

bool HttpCancellation::cancelled() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return cancelled_;
}

Micros HttpDeadlines::ForConnect() const {
  return std::min(total, Now() + std::chrono::milliseconds(connect_ms));
}

void HttpDeadlines::ApplyTo(SocketStream& stream) const {
  stream.SetDeadline(std::min(total, Now() + std::chrono::milliseconds(read_ms)));
}

Result<std::unique_ptr<SocketStream>> DialHttp(const HttpOrigin& origin,
                                               const HttpDeadlines& deadlines,
                                               HttpCancellation& cancellation,
                                               const TlsContextSource& tls_context) {
  const auto& proxy = origin.proxy;
  const auto fd =
      ConnectTcp(proxy ? proxy->host : origin.host, proxy ? proxy->port : origin.port,
                 deadlines.ForConnect(), [&](int opened) { return cancellation.Watch(opened); });
  if (!fd) return fd.error();
  auto stream = std::make_unique<SocketStream>(*fd);
  const Status prepared = Prepare(*stream, origin, deadlines, tls_context);
  if (prepared) return stream;
  cancellation.Watch(-1);
  return prepared.error();
}

Result<ResponseHead> ReadResponseHead(SocketStream& stream, const HttpDeadlines& deadlines,
                                      const std::string& method, std::string& input) {
  HeadLimits limits;
  limits.fields = kMaxResponseFields;
  HeadScanner scanner(limits);
  while (true) {
    const auto state = input.empty() ? HeadScanner::State::kMore : scanner.Scan(input);
    if (state == HeadScanner::State::kComplete) break;
    if (state == HeadScanner::State::kRefused) {
      return Error{"http.invalid", "response head: " + scanner.refusal().reason};
    }
    std::array<char, kReadSize> buffer;
    deadlines.ApplyTo(stream);
    const long got = stream.Read(buffer.data(), buffer.size());
    if (got <= 0) {
      return HttpReadFailure(
          stream, got, input.empty() ? "before a response began" : "within the response head");
    }
    input.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ResponseHead head;
  const auto refusal =
      ParseResponseHead(std::string_view(input).substr(0, scanner.size()), method, head);
  if (refusal) return Error{"http.invalid", "response head: " + refusal->reason};
  input.erase(0, scanner.size());
  return head;
}

Error HttpReadFailure(const SocketStream& stream, long got, const char* where) {
  if (stream.timed_out()) return {"http.timeout", fmt::format("no answer in time {}", where)};
  return {"http.reset",
          fmt::format("the connection was {} {}", got == 0 ? "closed" : "reset", where)};
}

}  // namespace aweber
