#include "base/version.h"

namespace aweber {

const char* ProjectVersion() { return AWEBER_VERSION; }
const char* ProjectRepository() { return AWEBER_REPOSITORY; }

std::string DescribeVersion(std::string_view program) {
  return std::string(program) + " " AWEBER_VERSION "\nBuild: " AWEBER_BUILD
                                ".\nLibraries: " AWEBER_LIBRARIES ".";
}

}  // namespace aweber
