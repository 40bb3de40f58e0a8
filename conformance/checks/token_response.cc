// stub
#include "conformance/checks/families.h"
namespace aweber::conformance {
std::vector<Check> TokenResponseChecks() { return {}; }
}  // namespace aweber::conformance
