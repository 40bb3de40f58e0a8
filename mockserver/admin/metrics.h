// Metrics: counters of the mock in Prometheus text exposition format 0.0.4.
//
// Thread safety: a pure function over thread-safe parts. Labels carry names only, never secrets.
#pragma once

#include <string>

#include "mockserver/mock_server.h"

namespace aweber::mock {

std::string PrometheusText(MockServer& server);

}  // namespace aweber::mock
