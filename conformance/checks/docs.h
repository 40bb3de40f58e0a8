// The check table as text: the page docs/checks.md (manual.h tells each check in full).
//
// Thread safety: pure functions. Errors: none.
#pragma once

#include <string>
#include <string_view>

#include "conformance/checks/check.h"

namespace aweber::conformance {

// "wire", "provoked", "browser", "report".
const char* SeenName(Seen seen);
// docs/checks.md, whole.
std::string ChecksMarkdown();

}  // namespace aweber::conformance
