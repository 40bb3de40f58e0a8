// FanOut: one stream of events to several sinks, in order where a sink wants order.
//
// Ownership: the sinks must outlive it. Thread safety: none; the runner locks.
#pragma once

#include <map>
#include <vector>

#include "conformance/result/event.h"

namespace aweber::conformance {

class FanOut final : public EventSink {
 public:
  explicit FanOut(std::vector<EventSink*> sinks) : sinks_(std::move(sinks)) {}
  bool WantsOrder() const override { return false; }
  void OnRunStarted(const RunInfo& info) override;
  void OnCaseFinished(const CaseResult& result) override;
  void OnRunFinished(const RunSummary& summary) override;

 private:
  void Release(bool all);
  void Deliver(const CaseResult& result, bool ordered);

  std::vector<EventSink*> sinks_;
  std::map<std::size_t, CaseResult> held_;  // finished, but an earlier one is not
  std::size_t next_ = 0;
};

}  // namespace aweber::conformance
