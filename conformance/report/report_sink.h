// ReportSink: one report of a run, as the run goes on and at its end.
//
// Purpose: what finishes is told at once, for a report that is written meanwhile; the whole run is
//   told at the end, for one that is rendered from it. Whoever feeds the sink gathers the run once
//   for all of them: a run is megabytes of journals, and a copy for each format is most of the work.
// Thread safety: called by one thread at a time.
#pragma once

#include <string>

#include "conformance/result/run_model.h"

namespace aweber::conformance {

class ReportSink {
 public:
  virtual ~ReportSink() = default;
  // True: cases come in order of their index. False: each as soon as it is finished.
  virtual bool WantsOrder() const { return true; }
  virtual void OnRunStarted(const RunInfo&) {}
  virtual void OnCaseFinished(const CaseResult&) {}
  virtual void OnRunFinished(const RunModel& run) = 0;
  // Why not all of it is where it should be; "" while it is.
  virtual std::string Problem() const { return ""; }
};

// Sends a run that is over through `sink` as if it happened now.
void Replay(const RunModel& run, ReportSink& sink);

}  // namespace aweber::conformance
