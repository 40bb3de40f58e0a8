// The parts of the html report: text, one case, and the drawing of its requests.
//
// Purpose: html_report.cc writes the page; what stands in it is written here, one function a part.
// Thread safety: pure functions. Errors: none; what a journal lacks is left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/result/event.h"

namespace aweber::conformance {

// `text` for a page or an attribute in double quotes.
std::string HtmlText(std::string_view text);
// The outcome's name, coloured.
std::string HtmlBadge(Outcome outcome);
// The fragment that names request `sequence` of a case.
std::string HtmlAnchor(const CaseResult& result, std::uint64_t sequence);

// The sequence of the case as an SVG: who asked whom what, in order, between the browser (the
// runner), the client and the mock. Requests in `evidence` are marked. "" when nothing happened.
std::string HtmlSequence(const CaseResult& result, const std::vector<std::uint64_t>& evidence);

// The case: its checks, its sequence, every request in full, how to run it again.
std::string HtmlCase(const CaseResult& result, bool open);

}  // namespace aweber::conformance
