// The report for people: a line for each case as it finishes, failures in full at the end.
//
// Purpose: on a terminal a progress bar stands below the lines; in CI there are only lines.
// Ownership: owns its output. Thread safety: as EventSink.
#pragma once

#include "conformance/report/formats.h"

namespace aweber::conformance {

class PrettySink final : public EventSink {
 public:
  PrettySink(ReportOutput output, const ReportOptions& options);
  void OnRunStarted(const RunInfo& info) override;
  void OnCaseFinished(const CaseResult& result) override;
  void OnRunFinished(const RunSummary& summary) override;
  std::string Problem() const override { return output_.problem; }

 private:
  std::string Paint(Outcome outcome, std::string_view text) const;
  std::string Bar() const;
  void Print(std::string_view text);

  ReportOutput output_;
  ReportOptions options_;
  RunCollector collector_;
  std::size_t total_ = 0, done_ = 0, bad_ = 0;
  std::size_t bar_width_ = 0;  // what of the bar stands on the terminal
};

}  // namespace aweber::conformance
