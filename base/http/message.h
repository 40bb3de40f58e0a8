// HTTP messages as they were on the wire: the vocabulary of the HTTP seam.
//
// Purpose: one request and one response type for server and client. The request target and body are
//   raw: nothing is decoded, merged or dropped on the way in. base/http/server.h and
//   base/http/client.h carry them.
// Thread safety: plain values.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aweber {

// Header fields in order, duplicates kept; names compare without case.
class HttpHeaders {
 public:
  using Field = std::pair<std::string, std::string>;
  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<Field> fields) : fields_(fields) {}

  const std::vector<Field>& fields() const { return fields_; }
  std::optional<std::string> Get(std::string_view name) const;  // the first
  std::string GetOr(std::string_view name, std::string_view fallback = "") const;
  // The first value where it stands, "" when there is none; good until the headers change.
  std::string_view View(std::string_view name) const;
  std::vector<std::string> GetAll(std::string_view name) const;
  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  void Add(std::string name, std::string value);
  void Set(std::string_view name, std::string value);  // replaces all
  void Remove(std::string_view name);

 private:
  const Field* Find(std::string_view name) const;

  std::vector<Field> fields_;
};

struct HttpRequest {
  std::string method;   // as sent
  std::string target;   // raw request target, e.g. "/oauth2/token?a=b%2Bc"
  HttpHeaders headers;  // raw values, as sent
  std::string body;     // raw, after transfer decoding only
  bool tls = false;
  std::string server_name;  // TLS SNI or CONNECT host when known
  std::string peer;         // "127.0.0.1:54321"

  std::string_view Path() const;   // target up to '?'
  std::string_view Query() const;  // after '?', "" when none
};

// What the transport must do besides, or instead of, writing the response (faults as data; the
// transport performs them, see mockserver/faults).
struct WireFault {
  enum class Kind {
    kNone,
    kHang,            // read the request, never answer; ends when the peer or the server goes
    kReset,           // RST instead of a response
    kCloseEmpty,      // FIN without a byte
    kTruncate,        // headers promise the whole body, `bytes` of it are sent, then FIN
    kContentLength,   // Content-Length is `bytes`, whatever the body's length; then FIN
    kMalformedChunk,  // Transfer-Encoding: chunked with a broken chunk size
    kRaw,             // `raw` is written verbatim, then FIN
    kDribble,         // one byte each `delay_ms`
  };
  Kind kind = Kind::kNone;
  std::size_t bytes = 0;
  int delay_ms = 0;  // real time; before the response (any kind), per byte for kDribble
  std::string raw;
};

struct HttpResponse {
  int status = 200;
  std::string reason;   // "" for the standard phrase (209 has none of its own)
  HttpHeaders headers;  // Content-Length, Date and Connection are the transport's
  std::string body;
  WireFault fault;
  // Set for a stream without end (server-sent events): called again and again to get the next
  // bytes; "" means none yet (it should block briefly itself), nothing ends the stream. Must not
  // throw.
  std::function<std::optional<std::string>()> stream;
  // Called once, when the response has left or the attempt failed: `bytes_sent` counts every byte
  // written to the socket (headers included); `complete` says the whole response went out.
  std::function<void(std::size_t bytes_sent, bool complete)> on_sent;
};

// "OK" for 200 and so on; "" for codes without a registered phrase.
std::string_view HttpReasonPhrase(int status);

}  // namespace aweber
