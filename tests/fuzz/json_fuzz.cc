// What parses can be written and read again, the same; what does not has a place.
#include "base/text/form.h"
#include "base/text/json.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber;
  const std::string_view text = FuzzText(data, size);
  const auto json = ParseJson(text);
  if (!json.ok()) {
    FUZZ_CHECK(json.error().code.starts_with("json."));
    FUZZ_CHECK(json.error().message.starts_with("line "));
    FUZZ_CHECK(json.error().message.find("last read") == std::string::npos);
    return 0;
  }
  FUZZ_CHECK(IsValidUtf8(text));
  const std::string written = DumpJson(*json);
  const auto again = ParseJson(written);
  FUZZ_CHECK(again.ok());
  FUZZ_CHECK(DumpJson(*again) == written);
  return 0;
}
