#include "mockserver/data/dates.h"

#include <fmt/format.h>

#include <charconv>

namespace aweber::mock {
namespace {

constexpr std::int64_t kZoneSeconds = -5 * 3600;
constexpr std::int64_t kDaySeconds = 24 * 3600;

std::int64_t FloorDivide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

struct Civil {
  int year;
  unsigned month, day;
  int hour, minute, second, micros;
};

Civil CivilOf(UnixTime time, std::int64_t offset) {
  const std::int64_t micros = time.time_since_epoch().count();
  const std::int64_t seconds = FloorDivide(micros, 1'000'000) + offset;
  const std::int64_t days = FloorDivide(seconds, kDaySeconds);
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  const auto rest = static_cast<int>(seconds - days * kDaySeconds);
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          rest / 3600,
          rest / 60 % 60,
          rest % 60,
          static_cast<int>(micros - FloorDivide(micros, 1'000'000) * 1'000'000)};
}

// Takes exactly `digits` digits off the front.
std::optional<int> TakeNumber(std::string_view& text, std::size_t digits) {
  int number = 0;
  if (text.size() < digits) return std::nullopt;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool TakeOne(std::string_view& text, std::string_view any) {
  if (text.empty() || any.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> DaysOf(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 1 || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<std::int64_t> TakeDate(std::string_view& text) {
  const auto year = TakeNumber(text, 4);
  if (!year || !TakeOne(text, "-")) return std::nullopt;
  const auto month = TakeNumber(text, 2);
  if (!month || !TakeOne(text, "-")) return std::nullopt;
  const auto day = TakeNumber(text, 2);
  if (!day) return std::nullopt;
  return DaysOf(*year, *month, *day);
}

// Seconds east of UTC; nothing when what is left is no zone.
std::optional<std::int64_t> TakeZone(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  const bool west = text.front() == '-';
  if (!TakeOne(text, "+-")) return std::nullopt;
  const auto hours = TakeNumber(text, 2);
  if (!hours || *hours > 23) return std::nullopt;
  TakeOne(text, ":");
  const auto minutes = text.empty() ? 0 : TakeNumber(text, 2);
  if (!minutes || *minutes > 59 || !text.empty()) return std::nullopt;
  return (west ? -1 : 1) * (*hours * 3600 + *minutes * 60);
}

}  // namespace

std::string FormatDate(UnixTime time, DateShape shape) {
  const bool utc =
      shape == DateShape::kNaive || shape == DateShape::kBlank || shape == DateShape::kBlankUtc;
  const Civil at = CivilOf(time, utc ? 0 : kZoneSeconds);
  std::string day = fmt::format("{:04}-{:02}-{:02}", at.year, at.month, at.day);
  const std::string clock = fmt::format("{:02}:{:02}:{:02}", at.hour, at.minute, at.second);
  switch (shape) {
    case DateShape::kOffset:
      return day + "T" + clock + "-05:00";
    case DateShape::kOffsetMicros:
      return fmt::format("{}T{}.{:06}-05:00", day, clock, at.micros);
    case DateShape::kNaive:
      return day + "T" + clock;
    case DateShape::kBlank:
      return day + " " + clock;
    case DateShape::kBlankOffset:
      return day + " " + clock + "-05:00";
    case DateShape::kBlankUtc:
      return day + " " + clock + "+00:00";
    case DateShape::kDay:
      return day;
    case DateShape::kHour:
      return fmt::format("{} {:02}:00", day, at.hour);
  }
  return day;
}

std::optional<UnixTime> ParseInstant(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  const auto days = TakeDate(text);
  if (!days) return std::nullopt;
  std::int64_t seconds = *days * kDaySeconds;
  if (text.empty()) return FromUnixSeconds(seconds);
  if (!TakeOne(text, "Tt ")) return std::nullopt;
  const auto hour = TakeNumber(text, 2);
  if (!hour || *hour > 23 || !TakeOne(text, ":")) return std::nullopt;
  const auto minute = TakeNumber(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  seconds += *hour * 3600 + *minute * 60;
  if (TakeOne(text, ":")) {
    const auto second = TakeNumber(text, 2);
    if (!second || *second > 60) return std::nullopt;
    seconds += *second;
    if (TakeOne(text, ".,")) {
      if (!TakeNumber(text, 1)) return std::nullopt;
      while (TakeOne(text, "0123456789")) {
      }
    }
  }
  const auto zone = TakeZone(text);
  if (!zone) return std::nullopt;
  return FromUnixSeconds(seconds - *zone);
}

std::int64_t DayOf(UnixTime time) {
  return FloorDivide(ToUnixSeconds(time) + kZoneSeconds, kDaySeconds);
}

std::optional<std::int64_t> ParseDay(std::string_view text) {
  std::string_view rest = text;
  if (const auto days = TakeDate(rest)) return rest.empty() ? days : std::nullopt;
  const auto month = TakeNumber(text, 2);
  if (!month || !TakeOne(text, "-")) return std::nullopt;
  const auto day = TakeNumber(text, 2);
  if (!day || !TakeOne(text, "-")) return std::nullopt;
  const auto year = TakeNumber(text, 4);
  if (!year || !text.empty()) return std::nullopt;
  return DaysOf(*year, *month, *day);
}

}  // namespace aweber::mock
