// Dates as AWeber writes and reads them: each member has a shape of its own.
//
// Thread safety: pure functions. The zone of every account is UTC-5 (assumed).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/os/clock.h"

namespace aweber::mock {

enum class DateShape {
  kOffset,        // 2015-10-13T16:19:20-05:00
  kOffsetMicros,  // 2017-10-13T10:41:43.300889-05:00
  kNaive,         // 2015-10-13T16:19:53, UTC
  kBlank,         // 2015-10-23 16:19:20, UTC
  kBlankOffset,   // 2017-07-18 16:53:02-05:00
  kBlankUtc,      // 2020-09-04 18:33:34+00:00
  kDay,           // 2017-07-18, in the account's zone
  kHour,          // 2017-07-18 16:00, in the account's zone
};
std::string FormatDate(UnixTime time, DateShape shape);

// ISO 8601 with 'T' or a blank, any digits of a second, and "Z", an offset or neither (then UTC);
// blanks around it are ignored. Whole seconds: the rest is dropped.
std::optional<UnixTime> ParseInstant(std::string_view text);

// Days since 1970-01-01 in the account's zone.
std::int64_t DayOf(UnixTime time);
// "YYYY-MM-DD" or "MM-DD-YYYY" as such a day.
std::optional<std::int64_t> ParseDay(std::string_view text);

}  // namespace aweber::mock
