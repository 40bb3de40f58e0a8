#include "base/http/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/http/chunked.h"

namespace aweber {
namespace {

constexpr std::size_t kPieceSize = 16u << 10;
constexpr std::size_t kMaxStatusLine = 16u << 10;
// Servers send more than they accept: Set-Cookie and policy headers add up.
constexpr std::size_t kMaxResponseFields = 256u << 10;
constexpr int kMaxInterimResponses = 20;

Error InvalidHead(const std::string& why) { return {"http.invalid", "response head: " + why}; }

}  // namespace

Result<HttpResponse> HttpExchange::Run(const std::string& method, const std::string& request) {
  stream_.SetDeadline(NextDeadline());
  // A server may refuse early and close: what it said is worth more than the broken write.
  const bool written = stream_.Write(request);
  const bool late = !written && stream_.timed_out();
  auto head = ReadFinalHead(method);
  if (!head && late) return Error{"http.timeout", "the request could not be sent in time"};
  if (!head) return head.error();
  HttpResponse response;
  if (const Status read = ReadBody(*head, response.body); !read) return read.error();
  // What follows a whole response answers nothing that was asked.
  reusable_ = written && head->keep_alive && head->status != 101 && input_.empty();
  response.status = head->status;
  response.reason = std::move(head->reason);
  response.headers = std::move(head->headers);
  return response;
}

Micros HttpExchange::NextDeadline() const {
  const auto silence = std::chrono::milliseconds(options_.read_timeout_ms);
  return std::min(end_, SystemClock::System().Steady() + silence);
}

// Appends what comes next to input_; false at the end of the stream.
Result<bool> HttpExchange::ReadMore(const char* where) {
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

Result<ResponseHead> HttpExchange::ReadHead(const std::string& method) {
  HeadScanner scanner({.first_line_name = "status line",
                       .first_line = kMaxStatusLine,
                       .fields = kMaxResponseFields});
  while (true) {
    const auto state = input_.empty() ? HeadScanner::State::kMore : scanner.Scan(input_);
    if (state == HeadScanner::State::kComplete) break;
    if (state == HeadScanner::State::kRefused) return InvalidHead(scanner.refusal().reason);
    const char* const where =
        input_.empty() ? "before a response began" : "within the response head";
    const auto more = ReadMore(where);
    if (!more) return more.error();
    if (!*more) return Error{"http.reset", fmt::format("the connection was closed {}", where)};
  }
  ResponseHead head;
  const auto refusal =
      ParseResponseHead(std::string_view(input_).substr(0, scanner.size()), method, head);
  if (refusal) return InvalidHead(refusal->reason);
  input_.erase(0, scanner.size());
  return head;
}

// Reads over interim responses (RFC 9110 §15.2); 101 is final, as nothing after it is HTTP.
Result<ResponseHead> HttpExchange::ReadFinalHead(const std::string& method) {
  for (int interim = 0; interim <= kMaxInterimResponses; ++interim) {
    auto head = ReadHead(method);
    if (!head || head->status >= 200 || head->status == 101) return head;
  }
  return InvalidHead(fmt::format("more than {} interim responses", kMaxInterimResponses));
}

// Until the framing says that the body is whole.
Status HttpExchange::ReadBody(const ResponseHead& head, std::string& body) {
  const std::size_t most = options_.max_response_bytes;
  const Error too_large{"http.too_large", fmt::format("the response body is over {} bytes", most)};
  ChunkedDecoder chunks(most);
  while (head.framing != BodyFraming::kNone) {
    std::size_t taken = input_.size();
    bool whole = false;
    if (head.framing == BodyFraming::kChunked) {
      const auto state = chunks.Decode(input_, body, taken);
      whole = state == ChunkedDecoder::State::kDone;
      if (state == ChunkedDecoder::State::kRefused) {
        if (chunks.refusal().status == 413) return too_large;
        return Error{"http.invalid", "response body: " + chunks.refusal().reason};
      }
    } else {
      const bool known = head.framing == BodyFraming::kLength;
      if (known && head.content_length > most) return too_large;
      if (known) taken = std::min<std::uint64_t>(taken, head.content_length - body.size());
      body.append(input_, 0, taken);
      if (body.size() > most) return too_large;
      whole = known && body.size() == head.content_length;
    }
    input_.erase(0, taken);
    if (whole) break;
    const auto more = ReadMore("within the response body");
    if (!more) return more.error();
    if (*more) continue;
    if (head.framing == BodyFraming::kUntilClose) break;
    return Error{"http.reset", "the connection was closed within the response body"};
  }
  return {};
}

}  // namespace aweber
