// The sample account: three lists with everything a list can have.
//
// Purpose: data to work with at once, without a file. The same for every space and every run,
//   because it depends on its own seed alone; made once for a process and shared (table.h).
// Thread safety: SampleAccount may be called from any thread.
#pragma once

#include <cstdint>
#include <string>

#include "mockserver/data/customer_data.h"

namespace aweber::mock {

inline constexpr std::int64_t kMaxSampleSubscribers = 100'000;

// `subscribers`: how many the list "Customers" has, at most kMaxSampleSubscribers.
AccountData SampleAccount(std::int64_t id, const std::string& company, std::int64_t subscribers);

}  // namespace aweber::mock
