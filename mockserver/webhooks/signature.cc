#include "mockserver/webhooks/signature.h"

#include <fmt/format.h>

#include "base/crypto/crypto.h"
#include "base/text/base64.h"

namespace aweber::mock {

std::string WebhookSignature(const std::string& key, std::string_view date, std::string_view body) {
  std::string message = fmt::format("date:{}\n{}", date, body);
  while (!message.empty() &&
         std::string_view(" \t\n\r\v\f").find(message.back()) != std::string_view::npos) {
    message.pop_back();
  }
  std::string text = "sha256=";
  for (const char byte : HmacSha256(Base64Decode(key).value_or(key), message)) {
    text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  }
  return text;
}

std::string HttpDate(UnixTime time) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::int64_t seconds = ToUnixSeconds(time);
  const std::chrono::sys_days days{std::chrono::days(seconds / 86400)};
  const std::chrono::year_month_day date{days};
  const std::int64_t rest = seconds % 86400;
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday(days).c_encoding()],
      static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), rest / 3600, rest / 60 % 60, rest % 60);
}

}  // namespace aweber::mock
