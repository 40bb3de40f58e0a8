// What the programs say of themselves: their version, how they were built, and who publishes them.
//
// Sources: project() of CMakeLists.txt has the version, packaging/project.env the repository, CMake
//   the rest. No other file says any of it.
#pragma once

#include <string>
#include <string_view>

namespace aweber {

const char* ProjectVersion();     // "1.2.3"
const char* ProjectRepository();  // "OWNER/NAME"; a placeholder until somebody publishes

// What `PROGRAM --version` prints, without a last line end:
//   PROGRAM 1.2.3
//   Build: commit abc1234, GNU 12.2.0, Release, x86_64, static.
//   Libraries: OpenSSL 3.0.17, ...
// The commit is told in packages only, which are built from one.
std::string DescribeVersion(std::string_view program);

}  // namespace aweber
