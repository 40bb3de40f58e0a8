#include "tests/support/paths.h"

namespace aweber {

std::string SourcePath(const std::string& relative) { return AWEBER_SOURCE_DIR "/" + relative; }

std::string ProgramPath(const std::string& name) { return AWEBER_BINARY_DIR "/" + name; }

}  // namespace aweber
