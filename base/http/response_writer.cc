#include "base/http/response_writer.h"

#include <fmt/format.h>

#include <array>
#include <ctime>
#include <iterator>

#include "base/http/head.h"
#include "base/os/clock.h"

namespace aweber {
namespace {

using Kind = WireFault::Kind;

bool IsTransportsOwn(std::string_view name) {
  constexpr std::string_view kOwn[] = {"Content-Length", "Date", "Connection", "Transfer-Encoding"};
  for (const std::string_view own : kOwn) {
    if (own.size() == name.size() && ListHasToken(name, own)) return true;
  }
  return false;
}

// A value that came from a request must not end the line it is put on (response splitting).
void AppendLine(std::string& out, std::string_view name, std::string_view value) {
  const auto append = [&out](std::string_view text) {
    for (const char c : text) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
  };
  append(name);
  out += ": ";
  append(value);
  out += "\r\n";
}

// Formatting costs more than the rest of a head: once a second is enough.
const std::string& DateNow() {
  thread_local std::int64_t last = -1;
  thread_local std::string text;
  const std::int64_t now = ToUnixSeconds(SystemClock::System().Now());
  if (now != last) {
    last = now;
    text = FormatHttpDate(now);
  }
  return text;
}

enum class Framing { kNone, kLength, kChunked, kUntilClose };

struct Plan {
  Framing framing = Framing::kLength;
  std::size_t content_length = 0;
  bool body = true;
  bool keep_alive = true;
};

Plan MakePlan(const HttpResponse& response, const ResponseContext& context) {
  Plan plan;
  const Kind fault = response.fault.kind;
  plan.keep_alive = context.keep_alive && (fault == Kind::kNone || fault == Kind::kDribble) &&
                    !ListHasToken(response.headers.GetOr("Connection"), "close");
  plan.content_length = fault == Kind::kContentLength ? response.fault.bytes : response.body.size();
  plan.body = !context.head_request;
  if (response.stream || fault == Kind::kMalformedChunk) {
    // RFC 9112 §6.1: no transfer coding to a client of HTTP/1.0.
    plan.framing = context.minor_version >= 1 ? Framing::kChunked : Framing::kUntilClose;
    plan.keep_alive = plan.keep_alive && plan.framing == Framing::kChunked;
  } else if (response.status < 200 || response.status == 204 || response.status == 304) {
    // RFC 9110 §8.6, RFC 9112 §6.3: neither body nor Content-Length.
    plan.framing = Framing::kNone;
    plan.body = false;
  }
  return plan;
}

std::string MakeHead(const HttpResponse& response, const Plan& plan) {
  std::string head;
  head.reserve(256 + response.body.size());
  const std::string_view reason =
      response.reason.empty() ? HttpReasonPhrase(response.status) : response.reason;
  fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} ", response.status);
  for (const char c : reason) head += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
  head += "\r\n";
  for (const auto& [name, value] : response.headers.fields()) {
    if (!IsTransportsOwn(name)) AppendLine(head, name, value);
  }
  if (plan.framing == Framing::kChunked) head += "Transfer-Encoding: chunked\r\n";
  if (plan.framing == Framing::kLength) {
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", plan.content_length);
  }
  fmt::format_to(std::back_inserter(head), "Date: {}\r\nConnection: {}\r\n\r\n", DateNow(),
                 plan.keep_alive ? "keep-alive" : "close");
  return head;
}

// One byte at a time, each in a segment of its own. False when the peer or the server went.
bool Dribble(SocketStream& stream, std::string_view bytes, int delay_ms) {
  for (const char& c : bytes) {
    if (delay_ms > 0 && stream.AwaitPeerGone(delay_ms)) return false;
    if (!stream.Write(std::string_view(&c, 1))) return false;
  }
  return true;
}

bool WriteStream(SocketStream& stream, const HttpResponse& response, const Plan& plan,
                 const std::stop_token& stop) {
  const bool chunked = plan.framing == Framing::kChunked;
  while (!stop.stop_requested()) {
    const std::optional<std::string> next = response.stream();
    if (!next) return !chunked || stream.Write("0\r\n\r\n");
    if (next->empty()) {
      if (stream.AwaitPeerGone(0)) return false;
      continue;
    }
    const bool written = chunked ? stream.Write(fmt::format("{:x}\r\n{}\r\n", next->size(), *next))
                                 : stream.Write(*next);
    if (!written) return false;
  }
  return false;
}

struct Sent {
  WriteOutcome outcome;
  bool complete;
};

Sent WriteMessage(SocketStream& stream, const HttpResponse& response,
                  const ResponseContext& context) {
  const Plan plan = MakePlan(response, context);
  const WireFault& fault = response.fault;
  std::string message = MakeHead(response, plan);
  if (response.stream && fault.kind == Kind::kNone) {
    const bool done =
        stream.Write(message) && (!plan.body || WriteStream(stream, response, plan, context.stop));
    if (!done) return {WriteOutcome::kAbandon, false};
    return {plan.keep_alive ? WriteOutcome::kKeepAlive : WriteOutcome::kClose, true};
  }
  bool whole = true;
  if (fault.kind == Kind::kMalformedChunk) {
    message += "zz\r\n" + response.body + "\r\n0\r\n\r\n";
  } else if (plan.body) {
    std::string_view body = response.body;
    if (fault.kind == Kind::kTruncate) {
      whole = fault.bytes >= body.size();
      body = body.substr(0, fault.bytes);
    }
    message += body;
  }
  const bool written = fault.kind == Kind::kDribble ? Dribble(stream, message, fault.delay_ms)
                                                    : stream.Write(message);
  if (!written) return {WriteOutcome::kAbandon, false};
  if (!whole) stream.ShutdownWrite();  // a TLS client must not be told that this was all
  return {plan.keep_alive ? WriteOutcome::kKeepAlive : WriteOutcome::kClose, whole};
}

Sent Perform(SocketStream& stream, const HttpResponse& response, const ResponseContext& context) {
  const WireFault& fault = response.fault;
  if (fault.delay_ms > 0 && fault.kind != Kind::kDribble && stream.AwaitPeerGone(fault.delay_ms)) {
    return {WriteOutcome::kAbandon, false};
  }
  switch (fault.kind) {
    case Kind::kHang:
      stream.AwaitPeerGone(-1);
      return {WriteOutcome::kAbandon, false};
    case Kind::kReset:
      stream.Reset();
      return {WriteOutcome::kAbandon, false};
    case Kind::kCloseEmpty:
      stream.ShutdownWrite();  // before a TLS close_notify can be sent
      return {WriteOutcome::kClose, false};
    case Kind::kRaw: {
      const bool written = stream.Write(fault.raw);
      return {written ? WriteOutcome::kClose : WriteOutcome::kAbandon, written};
    }
    default:
      return WriteMessage(stream, response, context);
  }
}

}  // namespace

WriteOutcome WriteResponse(SocketStream& stream, const HttpResponse& response,
                           const ResponseContext& context) {
  stream.ResetCount();
  Sent sent{WriteOutcome::kAbandon, false};
  try {
    sent = Perform(stream, response, context);
  } catch (...) {
    // A stream that throws all the same: the connection is all that is lost.
  }
  if (response.on_sent) {
    try {
      response.on_sent(stream.bytes_written(), sent.complete);
    } catch (...) {
    }
  }
  return sent.outcome;
}

std::string FormatHttpDate(std::int64_t unix_seconds) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t time = unix_seconds;
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[utc.tm_wday], utc.tm_mday,
                     kMonths[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace aweber
