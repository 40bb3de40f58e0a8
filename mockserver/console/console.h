// The console: the pages of the admin listener, built into the program.
//
// Purpose: serves "/" and its style and script. The pages hold no secret and use the public admin
//   API alone, so they need no token; what they ask for does.
// Ownership: none. Thread safety: pure functions over constant data. Errors: none.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/http/message.h"

namespace aweber::mock {

// The asset that the path names, with its content type and a strict Content-Security-Policy;
// nothing when there is no such asset or the method is neither GET nor HEAD.
std::optional<HttpResponse> ConsoleAsset(const HttpRequest& request);

// A file of mockserver/console/ as it was at build time.
struct ConsoleFile {
  std::string_view name;  // "console.js"
  std::string_view text;
};
const std::vector<ConsoleFile>& ConsoleFiles();  // sorted by name

}  // namespace aweber::mock
