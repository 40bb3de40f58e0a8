// The version of the programs, as CMakeLists.txt's project() says it.
#pragma once

namespace aweber {

const char* ProjectVersion();  // "1.2.3"

}  // namespace aweber
