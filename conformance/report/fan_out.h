// FanOut: the events of one run to several reports, in order where a report wants order.
//
// Ownership: the sinks must outlive it; it gathers the run for all of them. Thread safety: none;
// the runner locks.
#pragma once

#include <set>
#include <vector>

#include "conformance/report/report_sink.h"

namespace aweber::conformance {

class FanOut final : public EventSink {
 public:
  explicit FanOut(std::vector<ReportSink*> sinks) : sinks_(std::move(sinks)) {}
  void OnRunStarted(const RunInfo& info) override;
  void OnCaseFinished(const CaseResult& result) override;
  void OnRunFinished(const RunSummary& summary) override;

  // What the sinks were told at the end. Only after OnRunFinished.
  const RunModel& run() const { return run_; }

 private:
  void Release(bool all);
  void Deliver(const CaseResult& result, bool ordered);

  std::vector<ReportSink*> sinks_;
  RunCollector collector_;
  RunModel run_;
  std::set<std::size_t> held_;  // finished, but an earlier one is not
  std::size_t next_ = 0;
};

}  // namespace aweber::conformance
