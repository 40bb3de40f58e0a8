// stub
#include "conformance/checks/families.h"
namespace aweber::conformance {
std::vector<Check> HonestyChecks() { return {}; }
}  // namespace aweber::conformance
