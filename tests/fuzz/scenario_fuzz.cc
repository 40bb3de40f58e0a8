// Scenario files: every text is scenarios whose ids are the file's, or an error with its place.
#include "mockserver/scenario/loader.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber;
  const std::string_view text = FuzzText(data, size);
  const auto scenarios = mock::ParseScenario(text, "f.yaml");
  if (scenarios.ok()) {
    FUZZ_CHECK(!scenarios->empty());
    for (const mock::Scenario& one : *scenarios) {
      FUZZ_CHECK(!one.id.empty() && mock::FileId(one.id) == mock::FileId(scenarios->front().id));
    }
  } else {
    FUZZ_CHECK(scenarios.error().message.starts_with("f.yaml:"));
  }
  const auto rules = mock::ParseRules(text, "r.yaml");
  if (!rules.ok()) FUZZ_CHECK(rules.error().message.starts_with("r.yaml:"));
  return 0;
}
