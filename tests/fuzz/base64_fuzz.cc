// What is decoded is encoded to the very text again, so no text has two spellings; and every text
// survives encoding.
#include "base/text/base64.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber;
  const std::string_view text = FuzzText(data, size);
  if (const auto bytes = Base64Decode(text)) FUZZ_CHECK(Base64Encode(*bytes) == text);
  if (const auto bytes = Base64UrlDecode(text)) FUZZ_CHECK(Base64UrlEncode(*bytes) == text);
  FUZZ_CHECK(Base64Decode(Base64Encode(text)) == text);
  FUZZ_CHECK(Base64UrlDecode(Base64UrlEncode(text)) == text);
  return 0;
}
