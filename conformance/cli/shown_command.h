// ShownCommand: a driver's command as reports show it.
//
// Purpose: its arguments may hold a password, and a report must not: the value of whatever is named
//   like a secret becomes "***". All else stays letter by letter, so that what is shown can be run
//   again, with --shell as well.
//     CLIENT_SECRET=s3cr3t driver --password s3cr3t  ->  CLIENT_SECRET=*** driver --password ***
// Thread safety: a pure function. Errors: none.
#pragma once

#include <string>
#include <string_view>

namespace aweber::conformance {

std::string ShownCommand(std::string_view command);

}  // namespace aweber::conformance
