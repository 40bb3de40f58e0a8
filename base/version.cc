#include "base/version.h"

namespace aweber {

const char* ProjectVersion() { return AWEBER_VERSION; }

}  // namespace aweber
