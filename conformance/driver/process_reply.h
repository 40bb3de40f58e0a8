// What the end of a command says: its exit status and its words become a reply.
//
// Thread safety: from several threads. Units: real time. Errors: see driver.h.
#pragma once

#include <memory>
#include <string>

#include "base/http/client.h"
#include "conformance/driver/process_case.h"

namespace aweber::conformance {

// The last part of a long output, for a report.
std::string LastPart(const std::string& text);
// The last line that it wrote: to standard error, else to standard output; "none".
std::string LastWords(const StartedCommand& command);

// Waits for its end and judges it. A command that does not end by `deadline` is ended, with all that
// it started in its group, and is an err of kind "timeout".
Result<Reply> AwaitReply(const ProcessConfig& config, const DriverEnvironment& environment,
                         ProcessCase& in, const std::string& op, StartedCommand command,
                         Micros deadline);

// An HTTP client without limits of its own: a stop token ends its requests.
std::unique_ptr<HttpClient> MakePatientClient();

}  // namespace aweber::conformance
