// Screen: what `explore` shows of itself while it runs and at its end.
//
// Ownership: owns its output. Thread safety: as ExploreListener.
#pragma once

#include <cstddef>
#include <string>

#include "conformance/explore/explorer.h"
#include "conformance/report/formats.h"

namespace aweber::conformance::explore {

class Screen final : public ExploreListener {
 public:
  // `clock` spaces the redrawing of the progress line, which is drawn where options.progress is
  // set.
  Screen(ReportOutput output, const ReportOptions& options, Clock& clock);

  void OnStarted(const RunInfo& info) override;
  void OnProgress(const ExploreProgress& progress) override;
  void OnFinding(const Finding& finding) override;
  // The last words.
  void OnFinished(const ExploreSummary& summary);

  const std::string& problem() const { return output_.problem; }

 private:
  void Print(const std::string& text);
  void DrawBar();

  ReportOutput output_;
  ReportOptions options_;
  Clock& clock_;
  ExploreProgress progress_;
  Micros drawn_{0};
  std::size_t bar_width_ = 0;
};

// The summary as a run: each finding is a case, and RunSummary::exploration says what was tried.
RunModel AsRun(const ExploreSummary& summary, bool strict);

}  // namespace aweber::conformance::explore
