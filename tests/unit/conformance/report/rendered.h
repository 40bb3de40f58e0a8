// Rendered: a whole run as one report format writes it.
#pragma once

#include <string>
#include <string_view>

#include "conformance/report/formats.h"
#include "conformance/result/run_model.h"

namespace aweber::conformance {

inline std::string Rendered(std::string_view name, const RunModel& model,
                            const ReportOptions& options = {}) {
  std::string text;
  const auto sink = MakeSink(**FindFormat(name),
                             {"memory",
                              [&](std::string_view part) {
                                text += part;
                                return true;
                              }},
                             options);
  Replay(model, *sink);
  return text;
}

}  // namespace aweber::conformance
