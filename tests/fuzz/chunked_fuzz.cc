// Chunked bodies: the same body and the same verdict however the bytes are split, nothing past the
// end, and nothing over the limit.
#include "base/http/chunked.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber;
  const std::string_view text = FuzzText(data, size);
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
  return 0;
}
