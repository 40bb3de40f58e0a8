// docs/admin-api.md, from the table of routes.
//
// Thread safety: a pure function. Errors: none.
#pragma once

#include <string>

namespace aweber::mock {

std::string AdminPage();

}  // namespace aweber::mock
