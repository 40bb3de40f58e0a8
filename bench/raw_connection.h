// RawConnection: one blocking keep-alive HTTP connection, as cheap as a load generator can be.
//
// Purpose: measures the server, not a client library. Ownership: owns its socket.
// Thread safety: one thread. Units: none. Errors: any failure aborts the benchmark with its name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace aweber::bench {

class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  // Sends the bytes and reads one response with a Content-Length; the body.
  std::string_view Exchange(std::string_view request);
  int status() const { return status_; }

 private:
  int fd_;
  int status_ = 0;
  std::string buffer_;
  std::string body_;
};

// POST /oauth2/token with this form, kept alive.
std::string TokenRequest(std::string_view basic, std::string_view form);
// The string member of a flat JSON object that is known to be there.
std::string Member(std::string_view json, std::string_view name);
// Memory that this process has allocated and not freed, in bytes.
std::int64_t HeapBytes();

}  // namespace aweber::bench
