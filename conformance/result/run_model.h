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
  bool WantsOrder() const override { return false; }
  void OnRunStarted(const RunInfo& info) override { info_ = info; }
  void OnCaseFinished(const CaseResult& result) override { cases_[result.index] = result; }
  void OnRunFinished(const RunSummary& summary) override;

  // What has been seen so far. A selected case without a result is `not-run`.
  RunModel Model() const;

 private:
  RunInfo info_;
  std::map<std::size_t, CaseResult> cases_;
  RunSummary summary_;
  bool complete_ = false;
};

// The text of an ndjson report. A last line cut short (the writer was killed) is dropped.
Result<RunModel> ReadRun(std::string_view ndjson, const std::string& file);

// Sends `model` through `sink` as if it happened now.
void Replay(const RunModel& model, EventSink& sink);

}  // namespace aweber::conformance
