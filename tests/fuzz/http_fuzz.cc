// Heads and chunked bodies: the same verdict however the bytes are split, and nothing past the end.
#include "base/http/chunked.h"
#include "base/http/head.h"
#include "tests/fuzz/fuzz.h"

namespace aweber {
namespace {

void CheckHead(std::string_view text) {
  HeadLimits limits;
  limits.first_line = 200;
  limits.fields = 400;
  limits.field_count = 20;
  HeadScanner whole(limits);
  const auto verdict = whole.Scan(text);
  HeadScanner split(limits);
  auto again = HeadScanner::State::kMore;
  for (std::size_t i = 1; i <= text.size() && again == HeadScanner::State::kMore; ++i) {
    again = split.Scan(text.substr(0, i));
  }
  FUZZ_CHECK(again == verdict);
  if (verdict != HeadScanner::State::kComplete) return;
  FUZZ_CHECK(whole.size() == split.size() && whole.size() <= text.size());
  const std::string_view head = text.substr(0, whole.size());
  RequestHead request;
  if (!ParseRequestHead(head, request)) {
    FUZZ_CHECK(head.find(request.method + " " + request.target + " HTTP/1.") == 0);
    FUZZ_CHECK(request.framing == BodyFraming::kLength || request.content_length == 0);
    for (const auto& [name, value] : request.headers.fields()) {
      FUZZ_CHECK(IsHttpToken(name) && IsHttpFieldValue(value));
    }
  }
  ResponseHead response;
  if (!ParseResponseHead(head, "GET", response)) {
    FUZZ_CHECK(response.status >= 100 && response.status <= 999);
  }
}

void CheckChunked(std::string_view text) {
  constexpr std::size_t kLimit = 300;
  ChunkedDecoder whole(kLimit);
  std::string body;
  std::size_t consumed = 0;
  const auto verdict = whole.Decode(text, body, consumed);
  FUZZ_CHECK(body.size() <= kLimit && consumed <= text.size());
  ChunkedDecoder split(kLimit);
  std::string split_body;
  std::size_t split_consumed = 0;
  auto again = ChunkedDecoder::State::kMore;
  for (const char& c : text) {
    if (again != ChunkedDecoder::State::kMore) break;
    std::size_t taken = 0;
    again = split.Decode(std::string_view(&c, 1), split_body, taken);
    split_consumed += taken;
  }
  FUZZ_CHECK(again == verdict && split_body == body && split_consumed == consumed);
}

}  // namespace
}  // namespace aweber

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  aweber::CheckHead(FuzzText(data, size));
  aweber::CheckChunked(FuzzText(data, size));
  return 0;
}
