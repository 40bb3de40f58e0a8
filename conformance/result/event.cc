#include "conformance/result/event.h"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <utility>

namespace aweber::conformance {
namespace {

constexpr std::array<std::pair<Outcome, const char*>, 10> kNames{{
    {Outcome::kPass, "pass"},
    {Outcome::kWarn, "warn"},
    {Outcome::kFail, "fail"},
    {Outcome::kError, "error"},
    {Outcome::kInconclusive, "inconclusive"},
    {Outcome::kSkip, "skip"},
    {Outcome::kXFail, "xfail"},
    {Outcome::kXPass, "xpass"},
    {Outcome::kFlaky, "flaky"},
    {Outcome::kNotRun, "not-run"},
}};

}  // namespace

const char* OutcomeName(Outcome outcome) {
  for (const auto& [value, name] : kNames) {
    if (value == outcome) return name;
  }
  return "?";
}

Result<Outcome> OutcomeFromName(std::string_view name) {
  for (const auto& [value, known] : kNames) {
    if (known == name) return value;
  }
  return Error{"report.outcome", fmt::format("unknown outcome \"{}\"", name)};
}

const std::vector<Outcome>& AllOutcomes() {
  static const std::vector<Outcome> all = [] {
    std::vector<Outcome> outcomes;
    outcomes.reserve(std::size(kNames));
    for (const auto& [value, name] : kNames) outcomes.push_back(value);
    return outcomes;
  }();
  return all;
}

bool FailsRun(Outcome outcome, bool strict) {
  switch (outcome) {
    case Outcome::kFail:
    case Outcome::kError:
    case Outcome::kInconclusive:
    case Outcome::kXPass:
    case Outcome::kFlaky:
      return true;
    case Outcome::kWarn:
      return strict;
    case Outcome::kPass:
    case Outcome::kSkip:
    case Outcome::kXFail:
    case Outcome::kNotRun:
      return false;
  }
  return true;
}

}  // namespace aweber::conformance
