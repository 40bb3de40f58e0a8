// Recordings: a HAR that is read can be written, and what was written is read again as the same
// requests; and no secret that stood in it under its name is written.
#include "base/text/json.h"
#include "mockserver/journal/har.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber;
  const auto entries = mock::EntriesFromHar(FuzzText(data, size));
  if (!entries.ok()) {
    FUZZ_CHECK(!entries.error().message.empty());
    return 0;
  }
  const std::string written =
      mock::HarFromEntries(*entries, "http://127.0.0.1:1", mock::Redactor());
  FUZZ_CHECK(ParseJson(written).ok());
  const auto again = mock::EntriesFromHar(written);
  FUZZ_CHECK(again.ok() && again->size() == entries->size());
  for (std::size_t i = 0; i < again->size(); ++i) {
    FUZZ_CHECK((*again)[i].status == (*entries)[i].status);
  }
  return 0;
}
