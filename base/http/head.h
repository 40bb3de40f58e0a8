// HTTP/1.x message heads: finding where one ends, and parsing it strictly (RFC 9112).
//
// Purpose: what the library underneath would lose or repair (percent-encoding, duplicates, order,
//   bare line feeds) is kept or refused here. Everything that request smuggling lives on is
//   refused.
// Thread safety: pure functions and plain values.
// Errors: an HttpRefusal carries the status a server answers with and a reason for people; for a
//   response head its status has no meaning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/http/message.h"

namespace aweber {

struct HttpRefusal {
  int status = 400;
  std::string reason;
};

struct HeadLimits {
  std::string_view first_line_name = "request line";  // for people
  std::size_t first_line = (1u << 20) + (16u << 10);  // else 414
  std::size_t fields = 64u << 10;                     // all field lines and the empty one, else 431
  std::size_t field_count = 1000;                     // else 431
};

// Looks for the empty line that ends a head, looking at each byte once however it is split over
// reads. A line that ends in a bare LF is refused at once: waiting for its CR would wait forever.
class HeadScanner {
 public:
  enum class State { kMore, kComplete, kRefused };
  explicit HeadScanner(HeadLimits limits = {}) : limits_(limits) {}

  // `bytes` begins where it began in earlier calls and only grows.
  State Scan(std::string_view bytes);
  std::size_t size() const { return position_; }  // of the head, empty line included
  // Only when kRefused.
  const HttpRefusal& refusal() const { return refusal_; }

 private:
  State Refuse(int status, std::string reason);
  State CheckLimits(std::size_t seen);

  HeadLimits limits_;
  std::size_t position_ = 0;
  std::size_t line_start_ = 0;
  std::size_t first_line_end_ = 0;  // 0: still within the first line
  std::size_t lines_ = 0;
  HttpRefusal refusal_;
};

enum class BodyFraming { kNone, kLength, kChunked, kUntilClose };

struct RequestHead {
  std::string method;
  std::string target;
  int minor_version = 1;  // HTTP/1.x
  HttpHeaders headers;
  BodyFraming framing = BodyFraming::kNone;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
  bool expect_continue = false;
};

struct ResponseHead {
  int minor_version = 1;
  int status = 0;
  std::string reason;
  HttpHeaders headers;
  BodyFraming framing = BodyFraming::kNone;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
};

// `head` ends with the empty line. Nothing is returned when it is good and `out` is filled.
std::optional<HttpRefusal> ParseRequestHead(std::string_view head, RequestHead& out);
// `method` is the request's: it decides whether a body follows (RFC 9112 §6.3).
std::optional<HttpRefusal> ParseResponseHead(std::string_view head, std::string_view method,
                                             ResponseHead& out);

// What the headers say of how the body ends; `framing` stays as it is when they say nothing.
std::optional<HttpRefusal> ParseFraming(const HttpHeaders& headers, int minor_version,
                                        BodyFraming& framing, std::uint64_t& length);

bool IsHttpToken(std::string_view text);  // RFC 9110 §5.6.2
// Field values: visible characters, spaces, tabs and bytes >= 0x80.
bool IsHttpFieldValue(std::string_view text);
// Whether the comma-separated `list` names `token`, without regard to case.
bool ListHasToken(std::string_view list, std::string_view token);

}  // namespace aweber
