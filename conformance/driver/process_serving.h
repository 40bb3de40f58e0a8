// ProcessServing: the daemons of a program (`serve`), started and waited for.
//
// Thread safety: from one thread, which must live as long as the daemons do. Units: real time.
// Errors: Error{"driver.died"}, Error{"driver.timeout"}: a daemon that does not come up breaks the
// case, not the client's conduct.
#pragma once

#include "conformance/driver/process_case.h"

namespace aweber::conformance {

// Starts all of them unless they run; answers when each is ready.
Status StartServing(const ProcessConfig& config, const DriverEnvironment& environment,
                    ProcessCase& in);

}  // namespace aweber::conformance
