// stub
#include "conformance/checks/families.h"
namespace aweber::conformance {
std::vector<Check> IssuerChecks() { return {}; }
}  // namespace aweber::conformance
