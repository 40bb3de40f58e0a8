// The report for people: a line of progress while the run goes on, then what is wrong on one page.
//
// Purpose: on a terminal a progress bar is drawn and wiped; elsewhere there are only lines. More is
//   told where ReportOptions::style asks for it.
// Ownership: owns its output. Thread safety: as ReportSink.
#pragma once

#include "conformance/report/formats.h"

namespace aweber::conformance {

class PrettySink final : public ReportSink {
 public:
  PrettySink(ReportOutput output, const ReportOptions& options);
  void OnRunStarted(const RunInfo& info) override;
  void OnCaseFinished(const CaseResult& result) override;
  void OnRunFinished(const RunModel& run) override;
  std::string Problem() const override { return output_.problem; }

 private:
  std::string Paint(Outcome outcome, std::string_view text) const;
  std::string Bar() const;
  std::string Details(const RunModel& run) const;
  void Print(std::string_view text);

  ReportOutput output_;
  ReportOptions options_;
  std::size_t total_ = 0, done_ = 0, bad_ = 0;
  std::size_t bar_width_ = 0;  // what of the bar stands on the terminal
};

}  // namespace aweber::conformance
