// stub
#include "conformance/checks/families.h"
namespace aweber::conformance {
std::vector<Check> RedirectionChecks() { return {}; }
}  // namespace aweber::conformance
