#include "base/http/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/http/chunked.h"
#include "base/http/response_writer.h"

namespace aweber {
namespace {

constexpr std::size_t kReadSize = 16u << 10;
constexpr std::size_t kKeepCapacity = 4u << 10;  // of input_ between requests
constexpr std::size_t kMaxReportedHead = 64u << 10;
constexpr int kLingerMs = 1000;
constexpr char kTlsHandshake = 0x16;  // RFC 8446 §5.1: the first byte of a ClientHello record

// "auth.aweber.com:443" without the port; IPv6 literals lose their brackets.
std::string HostOf(const std::string& authority) {
  if (!authority.empty() && authority.front() == '[') {
    return authority.substr(1, authority.find(']') - 1);
  }
  return authority.substr(0, authority.rfind(':'));
}

HttpResponse PlainText(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.headers.Add("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(body);
  return response;
}

}  // namespace

HttpConnection::HttpConnection(Descriptor socket, std::string peer, const HttpService& service)
    : stream_(socket.Release()),
      service_(service),
      peer_(std::move(peer)),
      tls_due_(service.options.tls) {}

bool HttpConnection::Serve() {
  readable_ = true;
  Next next = Next::kGoOn;
  while (next == Next::kGoOn && !service_.stop.stop_requested()) {
    next = tls_due_ ? BeginTls() : ServeOne();
  }
  if (next == Next::kClose) CloseInOrder();
  if (next != Next::kWait) return false;
  if (input_.capacity() > kKeepCapacity) input_.shrink_to_fit();
  return true;
}

void HttpConnection::CloseInOrder() {
  stream_.CloseNotify();
  stream_.ShutdownWrite();
  stream_.Drain(kLingerMs);
}

long HttpConnection::ReadMore() {
  std::array<char, kReadSize> buffer;
  const long got = stream_.Read(buffer.data(), buffer.size());
  if (got > 0) input_.append(buffer.data(), static_cast<std::size_t>(got));
  return got;
}

bool HttpConnection::NothingArrived() {
  return input_.empty() && !std::exchange(readable_, false) && !stream_.HasBuffered();
}

HttpConnection::Next HttpConnection::ServeOne() {
  if (const Next next = ReadHead(); next != Next::kGoOn) return next;
  RequestHead head;
  if (auto refusal = ParseRequestHead(std::string_view(input_).substr(0, head_size_), head)) {
    return Refuse(*refusal);
  }
  if (head.method == "CONNECT" && service_.options.accept_connect && !tunnel_) {
    return Connect(head);
  }
  std::string body;
  if (head.framing != BodyFraming::kNone) {
    if (const Next next = ReadBody(head, body); next != Next::kGoOn) return next;
  } else {
    input_.erase(0, head_size_);
  }
  return Answer(std::move(head), std::move(body));
}

HttpConnection::Next HttpConnection::ReadHead() {
  HeadScanner scanner;
  stream_.SetDeadlineAfter(service_.options.read_timeout_ms);
  while (true) {
    // RFC 9112 §2.2: an empty line before the request line should be ignored; old clients send one
    // after a body.
    while (empty_lines_ < 2 && input_.rfind("\r\n", 0) == 0) input_.erase(0, 2), ++empty_lines_;
    if (!input_.empty() && input_.front() == kTlsHandshake && !stream_.tls()) {
      ReportMalformed(0, "TLS handshake on a port that speaks plain HTTP: use http://");
      return Next::kClose;
    }
    if (!input_.empty() && input_ != "\r") {
      const HeadScanner::State state = scanner.Scan(input_);
      if (state == HeadScanner::State::kRefused) return Refuse(scanner.refusal());
      if (state == HeadScanner::State::kComplete) break;
    }
    if (NothingArrived()) return Next::kWait;
    const long got = ReadMore();
    if (got > 0) continue;
    if (input_.empty()) return Next::kClose;
    if (stream_.timed_out()) return Refuse({408, "the request head did not arrive in time"});
    ReportMalformed(0, got == 0 ? "the connection was closed within a request head"
                                : "the connection broke within a request head");
    return Next::kClose;
  }
  head_size_ = scanner.size();
  empty_lines_ = 0;
  return Next::kGoOn;
}

HttpConnection::Next HttpConnection::ReadBody(const RequestHead& head, std::string& body) {
  if (head.framing == BodyFraming::kLength && head.content_length > service_.options.max_body) {
    return Refuse({413, fmt::format("Content-Length {} is over the limit of {} bytes",
                                    head.content_length, service_.options.max_body)});
  }
  stream_.SetDeadlineAfter(service_.options.read_timeout_ms);
  // RFC 9110 §10.1.1: not when the body is already on its way.
  if (head.expect_continue && input_.size() == head_size_ &&
      !stream_.Write("HTTP/1.1 100 Continue\r\n\r\n")) {
    return Next::kAbandon;
  }
  return head.framing == BodyFraming::kChunked
             ? ReadChunked(body)
             : ReadLength(static_cast<std::size_t>(head.content_length), body);
}

HttpConnection::Next HttpConnection::ReadLength(std::size_t length, std::string& body) {
  const std::size_t end = head_size_ + length;
  while (input_.size() < end) {
    const long got = ReadMore();
    if (got > 0) continue;
    if (stream_.timed_out()) return Refuse({408, "the request body did not arrive in time"});
    ReportMalformed(0, fmt::format("the connection was closed after {} of {} body bytes",
                                   input_.size() - head_size_, length));
    return Next::kClose;
  }
  body = input_.substr(head_size_, length);
  input_.erase(0, end);
  return Next::kGoOn;
}

HttpConnection::Next HttpConnection::ReadChunked(std::string& body) {
  ChunkedDecoder decoder(service_.options.max_body);
  std::size_t taken = head_size_;  // the head stays in input_ for a report
  while (true) {
    std::size_t consumed = 0;
    const auto state = decoder.Decode(std::string_view(input_).substr(taken), body, consumed);
    if (state == ChunkedDecoder::State::kRefused) return Refuse(decoder.refusal());
    if (state == ChunkedDecoder::State::kDone) {
      input_.erase(0, taken + consumed);
      return Next::kGoOn;
    }
    taken = std::min<std::size_t>(input_.size(), kMaxReportedHead);
    if (taken < head_size_) taken = head_size_;
    input_.resize(taken);
    const long got = ReadMore();
    if (got > 0) continue;
    if (stream_.timed_out()) return Refuse({408, "the request body did not arrive in time"});
    ReportMalformed(0, "the connection was closed within a chunked body");
    return Next::kClose;
  }
}

HttpConnection::Next HttpConnection::Answer(RequestHead head, std::string body) {
  stream_.ClearDeadline();
  ResponseContext context;
  context.head_request = head.method == "HEAD";
  context.minor_version = head.minor_version;
  context.keep_alive = head.keep_alive;
  context.stop = service_.stop;
  HttpRequest request;
  request.method = std::move(head.method);
  request.target = std::move(head.target);
  request.headers = std::move(head.headers);
  request.body = std::move(body);
  request.tls = stream_.tls();
  request.server_name = server_name_;
  request.peer = peer_;
  switch (WriteResponse(stream_, CallHandler(std::move(request)), context)) {
    case WriteOutcome::kKeepAlive:
      return Next::kGoOn;
    case WriteOutcome::kClose:
      return Next::kClose;
    case WriteOutcome::kAbandon:
      break;
  }
  return Next::kAbandon;
}

HttpResponse HttpConnection::CallHandler(HttpRequest request) const {
  try {
    return service_.handler(std::move(request));
  } catch (...) {
    // What was thrown may quote secrets: it stays here.
    return PlainText(500, "internal error\n");
  }
}

HttpConnection::Next HttpConnection::Connect(const RequestHead& head) {
  tunnel_ = true;
  bool accepted = false;
  try {
    accepted = !stream_.tls() && service_.options.accept_connect(head.target);
  } catch (...) {
  }
  if (!accepted) {
    ResponseContext context;
    context.keep_alive = false;
    const auto response = PlainText(
        403, fmt::format("this proxy does not lead to {}: it stands in for some hosts only\n",
                         head.target));
    return WriteResponse(stream_, response, context) == WriteOutcome::kAbandon ? Next::kAbandon
                                                                               : Next::kClose;
  }
  input_.erase(0, head_size_);
  server_name_ = HostOf(head.target);
  if (!stream_.Write("HTTP/1.1 200 Connection Established\r\n\r\n")) return Next::kAbandon;
  tls_due_ = true;
  return Next::kGoOn;
}

HttpConnection::Next HttpConnection::BeginTls() {
  if (NothingArrived()) return Next::kWait;
  tls_due_ = false;
  stream_.SetDeadlineAfter(service_.options.read_timeout_ms);
  // A connection that never says a word (a browser's preconnect, a port probe) is no failed
  // handshake: hence the look at the first byte.
  if (input_.empty() && ReadMore() <= 0) return Next::kClose;
  if (input_.front() != kTlsHandshake) {
    if (tunnel_) return Next::kGoOn;  // plain HTTP through the tunnel
    return Refuse({400, "plain HTTP on a port that speaks TLS: use https://"});
  }
  stream_.Unread(std::move(input_));
  input_.clear();
  auto session = service_.tls->NewSession(&server_name_);
  if (!session) {
    ReportMalformed(0, session.error().message);
    return Next::kAbandon;
  }
  const Status started = stream_.StartTlsServer(session->release());
  if (!started) {
    ReportMalformed(0, started.error().message);
    return Next::kAbandon;
  }
  // No session ticket goes out that would carry the acknowledgement of the client's last flight.
  stream_.AcknowledgeNow();
  if (std::string name = SniName(stream_.ssl()); !name.empty()) server_name_ = std::move(name);
  return Next::kGoOn;
}

HttpConnection::Next HttpConnection::Refuse(const HttpRefusal& refusal) {
  ReportMalformed(refusal.status, refusal.reason);
  ResponseContext context;
  context.keep_alive = false;  // where the next request would begin is unknown
  stream_.SetDeadlineAfter(service_.options.read_timeout_ms);
  const auto response = PlainText(refusal.status, refusal.reason + "\n");
  return WriteResponse(stream_, response, context) == WriteOutcome::kAbandon ? Next::kAbandon
                                                                             : Next::kClose;
}

void HttpConnection::ReportMalformed(int status, std::string reason) {
  // Connections that this server's own end cuts off are nobody's mistake.
  if (!service_.on_malformed || service_.stop.stop_requested()) return;
  MalformedRequest report;
  report.head = input_.substr(0, kMaxReportedHead);
  report.status = status;
  report.reason = std::move(reason);
  report.peer = peer_;
  report.tls = stream_.tls();
  try {
    service_.on_malformed(report);
  } catch (...) {
  }
}

}  // namespace aweber
