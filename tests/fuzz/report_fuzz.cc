// The stream that `report` reads: whatever is there is a run or an error with its line, and a run
// can be written as events and read again.
#include "base/text/json.h"
#include "conformance/result/event_json.h"
#include "conformance/result/run_model.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber::conformance;
  const std::string_view text = FuzzText(data, size);
  for (const Partial partial : {Partial::kRefuse, Partial::kShow}) {
    const auto run = ReadRun(text, "f.ndjson", partial);
    if (!run.ok()) {
      FUZZ_CHECK(!run.error().message.empty());
      continue;
    }
    std::string written = aweber::DumpJson(RunStartedEvent(run->info)) + "\n";
    for (const CaseResult& one : run->cases) {
      written += aweber::DumpJson(CaseFinishedEvent(one)) + "\n";
    }
    written += aweber::DumpJson(RunFinishedEvent(run->summary)) + "\n";
    const auto again = ReadRun(written, "g.ndjson", Partial::kShow);
    FUZZ_CHECK(again.ok());
    FUZZ_CHECK(again->cases.size() == run->cases.size());
  }
  return 0;
}
