#include "conformance/report/fan_out.h"

namespace aweber::conformance {

void FanOut::OnRunStarted(const RunInfo& info) {
  for (EventSink* sink : sinks_) sink->OnRunStarted(info);
}

void FanOut::OnCaseFinished(const CaseResult& result) {
  Deliver(result, false);
  if (result.index < next_) {
    Deliver(result, true);  // amended: its first result has gone out
    return;
  }
  held_[result.index] = result;
  Release(false);
}

void FanOut::OnRunFinished(const RunSummary& summary) {
  Release(true);
  for (EventSink* sink : sinks_) sink->OnRunFinished(summary);
}

void FanOut::Release(bool all) {
  while (!held_.empty() && (all || held_.begin()->first == next_)) {
    Deliver(held_.begin()->second, true);
    next_ = held_.begin()->first + 1;
    held_.erase(held_.begin());
  }
}

void FanOut::Deliver(const CaseResult& result, bool ordered) {
  for (EventSink* sink : sinks_) {
    if (sink->WantsOrder() == ordered) sink->OnCaseFinished(result);
  }
}

}  // namespace aweber::conformance
