// The driver protocol's messages as text: written and read, judged by nobody.
//
// Purpose: pure functions between JSON lines and typed values, so that the exec driver is left with
//   processes and pipes, and every rule of the protocol can be tested on strings.
// Thread safety: pure functions.
// Errors: Error{"driver.protocol"} in words that an adapter's author can act on.
// Source: conformance/PROTOCOL.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text/json_fwd.h"
#include "conformance/driver/driver.h"

namespace aweber::conformance {

inline constexpr int kProtocolVersion = 1;
inline constexpr std::size_t kMaxLineBytes = 1u << 20;

// {"id":1,"op":"hello",...members} without the newline.
std::string EncodeRequest(std::int64_t id, std::string_view op, const Json& members);

// One line of the driver's output.
struct DriverLine {
  enum class Kind { kNotJson, kReply, kBroken };
  Kind kind = Kind::kNotJson;
  std::int64_t id = 0;  // kReply
  Reply reply;          // kReply
  std::string problem;  // kBroken: what is wrong with it; kNotJson: the reader's words
};
DriverLine ReadDriverLine(std::string_view line);

// Does an `ok` reply to `op` have the members that the protocol demands?
Status CheckReplyMembers(std::string_view op, const Reply& reply);

// The identity in the reply to `hello`.
Result<ClientIdentity> ReadHello(const Reply& reply);

// Every err.kind that the protocol names.
const std::vector<std::string_view>& ErrorKinds();

// `line` fit for a message: at most `limit` bytes, control characters shown as \xNN.
std::string Excerpt(std::string_view line, std::size_t limit = 160);
// "0.3 s", for messages.
std::string SecondsText(Micros duration);

}  // namespace aweber::conformance
