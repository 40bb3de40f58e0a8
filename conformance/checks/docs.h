// The check table as text: the page docs/checks.md and what `explain CHECK` prints.
//
// Thread safety: pure functions. Errors: ExplainCheck answers "" for an id that no check has.
#pragma once

#include <string>
#include <string_view>

#include "conformance/checks/check.h"

namespace aweber::conformance {

// "wire", "provoked", "browser", "report".
const char* SeenName(Seen seen);
// docs/checks.md, whole.
std::string ChecksMarkdown();
// One check for a terminal: statement, levels of the three profiles, source, why, fix, note.
std::string ExplainCheck(std::string_view id);

}  // namespace aweber::conformance
