#include "conformance/report/badge.h"

#include <fmt/format.h>

#include "base/text/json.h"
#include "conformance/judge/problems.h"
#include "conformance/report/html_parts.h"
#include "conformance/report/printable.h"
#include "conformance/report/text.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kLetter = 7;  // the usual width of one at 11 pixels, with room to spare
constexpr std::size_t kPadding = 10;

// Dark enough for white letters.
const char* FillOf(const std::string& color) {
  if (color == "brightgreen") return "#2a7a0b";
  if (color == "yellow") return "#8a6100";
  if (color == "red") return "#b1261c";
  return "#5c6670";
}

}  // namespace

Badge BadgeOf(const RunModel& model) {
  Badge badge{"AWeber OAuth 2", "", ""};
  std::size_t failing = 0, warned = 0, known = 0;
  for (const Problem& problem : ProblemsOf(model.cases)) {
    if (IsKnown(problem)) {
      ++known;
    } else {
      ++(FailsRun(problem.outcome, false) ? failing : warned);
    }
  }
  const auto counts = model.Count();
  const auto passed = counts.find(OutcomeName(Outcome::kPass));
  if (!RunProblem(model).empty()) {
    badge.message = "run not finished";
    badge.color = "lightgrey";
  } else if (failing > 0) {
    badge.message = fmt::format("{} {}", failing, failing == 1 ? "problem" : "problems");
    badge.color = "red";
  } else if (warned + known > 0) {
    badge.message = warned > 0
                        ? fmt::format("{} {}", warned, warned == 1 ? "warning" : "warnings")
                        : fmt::format("{} known {}", known, known == 1 ? "problem" : "problems");
    badge.color = "yellow";
  } else {
    badge.message = fmt::format("{} passed", passed == counts.end() ? 0 : passed->second);
    badge.color = passed == counts.end() ? "lightgrey" : "brightgreen";
  }
  return badge;
}

std::string BadgeSvg(const Badge& badge) {
  const std::size_t left = WidthOf(badge.label) * kLetter + kPadding;
  const std::size_t right = WidthOf(badge.message) * kLetter + kPadding;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"20\" role=\"img\" "
      "aria-label=\"{1}: {2}\"><title>{1}: {2}</title><clipPath id=\"r\"><rect width=\"{0}\" "
      "height=\"20\" rx=\"3\"/></clipPath><g clip-path=\"url(#r)\"><rect width=\"{3}\" "
      "height=\"20\" "
      "fill=\"#434b54\"/><rect x=\"{3}\" width=\"{4}\" height=\"20\" fill=\"{5}\"/></g><g "
      "fill=\"#fff\" "
      "text-anchor=\"middle\" font-family=\"Verdana,DejaVu Sans,sans-serif\" "
      "font-size=\"11\"><text "
      "x=\"{6}\" y=\"14\">{1}</text><text x=\"{7}\" y=\"14\">{2}</text></g></svg>\n",
      left + right, HtmlText(badge.label), HtmlText(badge.message), left, right,
      FillOf(badge.color), left / 2, left + right / 2);
}

std::string BadgeJson(const Badge& badge) {
  return DumpJson({{"schemaVersion", 1},
                   {"label", badge.label},
                   {"message", badge.message},
                   {"color", badge.color}}) +
         "\n";
}

}  // namespace aweber::conformance
