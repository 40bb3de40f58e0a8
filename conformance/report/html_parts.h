// The parts of the html report: text, one problem, one case, the flow, the drawing of requests.
//
// Purpose: html_report.cc writes the page; what stands in it is written here, one function a part.
// Thread safety: pure functions. Errors: none; what a journal lacks is left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/judge/problems.h"
#include "conformance/result/event.h"
#include "conformance/result/run_model.h"

namespace aweber::conformance {

// A page up to its content, and what follows it. Nothing is loaded and nothing sent; no script but
// the report's own can run.
std::string HtmlOpen(std::string_view title, std::string_view totals);
std::string HtmlClose(bool with_script);

// `text` for a page or an attribute in double quotes: shortened, and safe to show.
std::string HtmlText(std::string_view text);
// The outcome's name, coloured.
std::string HtmlBadge(Outcome outcome);
// The fragments that name a problem, and request `sequence` of a case.
std::string HtmlProblemAnchor(const Problem& problem);
std::string HtmlAnchor(const CaseResult& result, std::uint64_t sequence);

// The sequence of the case as an SVG: who asked whom what, in order, between the browser (the
// runner), the client and the mock. Requests in `evidence` are marked. "" when nothing happened.
std::string HtmlSequence(const CaseResult& result, const std::vector<std::uint64_t>& evidence);

// One problem: what is wrong, why it matters, how to fix it, where it shows.
enum class CaseLinks { kCases, kNone };  // is there a case of this id on the page to link to?
std::string HtmlProblem(const Problem& problem, std::size_t number, CaseLinks links);

// The flow from authorize to revoke, each step with its counts; a step leads to its cases.
std::string HtmlFlow(const RunModel& model);
// Of the steps of the flow, where a case stands: "callback"; "other" for a folder of one's own.
std::string_view FlowStepOf(const CaseResult& result);
// The same with "expire" where the case moves the clock: "refresh expire".
std::string FlowStepsOf(const CaseResult& result);
// Every step, in the order of the flow, and "other".
const std::vector<std::string_view>& FlowSteps();

// How much of a case is told: a page holds every case, and stays small by telling the example of
// each problem in full and the others in short. The rest is in the ndjson report.
enum class CaseDepth {
  kTitle,  // what it is and how it ended
  kShort,  // its failed checks as well
  kFull    // its drawing and the requests that are evidence as well
};
std::string HtmlCase(const CaseResult& result, const std::vector<Problem>& problems,
                     CaseDepth depth, bool open);

}  // namespace aweber::conformance
