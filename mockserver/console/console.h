// The console: the pages of the admin listener, built into the program.
//
// Purpose: serves "/" and its style and script. The pages use the public admin API alone.
// Thread safety: a pure function over constant data.
#pragma once

#include <optional>

#include "base/http.h"

namespace aweber::mock {

// The asset that the path names, with its content type and a strict Content-Security-Policy.
std::optional<HttpResponse> ConsoleAsset(const HttpRequest& request);

}  // namespace aweber::mock
