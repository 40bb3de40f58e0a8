// A URI that parses is the same text again from its parts, and stays one with a query appended.
#include "base/text/uri.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber;
  const std::string_view text = FuzzText(data, size);
  if (const auto uri = ParseUri(text); uri.ok()) {
    FUZZ_CHECK(uri->ToString() == text);
    FUZZ_CHECK(!uri->RequestTarget().empty());
    const auto longer = ParseUri(AppendQuery(text, "code=1"));
    FUZZ_CHECK(longer.ok());
    FUZZ_CHECK(longer->query->ends_with("code=1"));
    FUZZ_CHECK(longer->fragment == uri->fragment);
    FUZZ_CHECK(longer->Origin() == uri->Origin());
  } else {
    FUZZ_CHECK(uri.error().code == "uri.invalid");
  }
  FUZZ_CHECK(PercentDecode(PercentEncode(text)).value() == text);
  (void)PercentDecode(text).ok();
  (void)IsLoopbackHost(text);
  return 0;
}
