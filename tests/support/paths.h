// Where the tree and the programs built from it are.
//
// Purpose: one object file knows the absolute paths, so that a build in another folder reuses every
//   other object from a compiler cache.
// Thread safety: pure. Errors: none; a path need not exist.
#pragma once

#include <string>

namespace aweber {

// `relative` below the source tree; "" is the tree itself, with a slash at its end.
std::string SourcePath(const std::string& relative);
// The program `name` of this build.
std::string ProgramPath(const std::string& name);

}  // namespace aweber
