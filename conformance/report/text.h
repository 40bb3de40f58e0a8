// Pieces of text that several report formats share.
//
// Thread safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/json_fwd.h"
#include "conformance/result/event.h"
#include "conformance/result/run_model.h"

namespace aweber::conformance {

// "105 cases: 80 pass, 2 fail, 3 skip, 20 about other kinds of clients".
std::string TotalsLine(const RunModel& model);

// "#12 POST /s/x/oauth2/token grant_type=refresh_token -> 200", from a journal entry as JSON.
std::string WireLine(const Json& entry);
// The entries of `result`'s journal with these sequence numbers.
std::vector<const Json*> Evidence(const CaseResult& result,
                                  const std::vector<std::uint64_t>& sequences);

// The request of a journal entry as a command, to be sent again by hand: $MOCK is the address of an
// aweber-mockserver, and [labels] stand where secrets were. "" where none can be given: a page of
// the browser, a body too long to type.
std::string CurlCommand(const Json& entry);

// Of one text of a driver in a report for people; the json and ndjson reports have all of it.
inline constexpr std::size_t kMaxTold = 4000;
// `text` within `limit` bytes, never cut inside a character.
std::string Cut(std::string text, std::size_t limit);

// The checks to show when a case did not pass: the failed ones, the subject first.
std::vector<const CheckResult*> FailedChecks(const CaseResult& result);

// A failure told in full: expected and why, seen on the wire, how to fix, how to reproduce.
std::string ExplainFailure(const CaseResult& result);

// One line for a run that did not end as it should; "" otherwise.
std::string RunProblem(const RunModel& model);

// `text` in the colour of an outcome, for a terminal.
std::string Painted(Outcome outcome, std::string_view text);
// A mark that says the outcome without a colour: "✗".
const char* SymbolOf(Outcome outcome);

// `text` with every line indented.
std::string Indent(std::string_view text, std::size_t width);

}  // namespace aweber::conformance
