// Traces: what a finished case holds about one thing that went wrong in it.
//
// Purpose: the journal and the steps of a CaseResult, read for the questions that sorting failures
//   into problems asks. For problems.cc alone.
// Thread safety: pure functions. Errors: none; what is missing reads as empty.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/result/event.h"

namespace aweber::conformance {

// Fails the case, or would but for a baseline, or warns.
bool Accuses(const CheckResult& check);

// The reply of the client that decided the outcome: of the step in which `evidence` lies, else of
// the first step that was answered with an error. "callback other no token in the reply", with numbers
// and quoted words left out, so that two cases compare; "" when no step was answered with one.
std::string FinalReply(const CaseResult& result, const std::vector<std::uint64_t>& evidence);
// The operation of that step, "" when there is none.
std::string StepOfFinalReply(const CaseResult& result, const std::vector<std::uint64_t>& evidence);

// Was one of these requests refused (status 400 or more)?
bool AnyRefused(const CaseResult& result, const std::vector<std::uint64_t>& evidence);

// How the client broke in the step that `check` fails by: "hangs", "ends", or "" when it did not.
std::string HowItBroke(const CaseResult& result, const CheckResult& check);

// What kind of evidence `check` rests on, where one check can fail in different ways that are
// mended in different places: "not-json", "hangs". "" for all others.
std::string KindOfEvidence(const CaseResult& result, const CheckResult& check);

// `text` as a word for an id: "no-reply-to-refresh".
std::string Slug(std::string_view text, std::size_t max_words);

}  // namespace aweber::conformance
