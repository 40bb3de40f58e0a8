// stub
#include "conformance/checks/families.h"
namespace aweber::conformance {
std::vector<Check> CallbackChecks() { return {}; }
}  // namespace aweber::conformance
