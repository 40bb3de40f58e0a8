// RunModel: a whole run as gathered from its events; every report but ndjson and the live part of
// pretty is rendered from it.
//
// Ownership, thread safety: a plain value. Errors: ReadRun: Error{"report.ndjson"} with the line.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/result/event.h"

namespace aweber::conformance {

struct RunModel {
  RunInfo info;
  std::vector<CaseResult> cases;  // by index, without holes
  RunSummary summary;

  std::map<std::string, int> Count() const;
};

// Gathers events, in whatever order cases come, and an amended case over the first.
class RunCollector final : public EventSink {
 public:
  void OnRunStarted(const RunInfo& info) override { info_ = info; }
  void OnCaseFinished(const CaseResult& result) override { cases_[result.index] = result; }
  void OnRunFinished(const RunSummary& summary) override;

  void Add(CaseResult result) { cases_[result.index] = std::move(result); }
  // A case that has finished; null for one that has not.
  const CaseResult* Find(std::size_t index) const;

  // What has been seen so far. A selected case without a result is `not-run`.
  RunModel Model() const& { return RunCollector(*this).Take(); }
  RunModel Model() && { return Take(); }

 private:
  RunModel Take();

  RunInfo info_;
  std::map<std::size_t, CaseResult> cases_;
  RunSummary summary_;
  bool complete_ = false;
};

// What to do with a stream that is not whole: lines that are no events, an end that is missing.
enum class Partial {
  kRefuse,  // an error that names the line
  kShow     // what is whole is taken; the model's summary says that it was cut
};

// The text of an ndjson report. A stream that begins no run, or was written by a newer version, is
// an error in any case.
Result<RunModel> ReadRun(std::string_view ndjson, const std::string& file,
                         Partial partial = Partial::kRefuse);

}  // namespace aweber::conformance
