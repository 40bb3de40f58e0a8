// Heads of requests and responses: the same verdict however the bytes are split, and fields that
// are what HTTP allows.
#include "base/http/head.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber;
  const std::string_view text = FuzzText(data, size);
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
  if (verdict != HeadScanner::State::kComplete) return 0;
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
  return 0;
}
