#include "conformance/report/fan_out.h"

#include <utility>

namespace aweber::conformance {

void FanOut::OnRunStarted(const RunInfo& info) {
  collector_.OnRunStarted(info);
  for (ReportSink* sink : sinks_) sink->OnRunStarted(info);
}

void FanOut::OnCaseFinished(const CaseResult& result) {
  collector_.OnCaseFinished(result);
  Deliver(result, false);
  if (result.index < next_) {
    Deliver(result, true);  // amended: its first result has gone out
    return;
  }
  held_.insert(result.index);
  Release(false);
}

void FanOut::OnRunFinished(const RunSummary& summary) {
  Release(true);
  collector_.OnRunFinished(summary);
  run_ = std::exchange(collector_, {}).Model();
  for (ReportSink* sink : sinks_) sink->OnRunFinished(run_);
}

void FanOut::Release(bool all) {
  while (!held_.empty() && (all || *held_.begin() == next_)) {
    const std::size_t index = *held_.begin();
    Deliver(*collector_.Find(index), true);
    next_ = index + 1;
    held_.erase(held_.begin());
  }
}

void FanOut::Deliver(const CaseResult& result, bool ordered) {
  for (ReportSink* sink : sinks_) {
    if (sink->WantsOrder() == ordered) sink->OnCaseFinished(result);
  }
}

}  // namespace aweber::conformance
