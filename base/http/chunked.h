// Chunked transfer coding, decoded strictly and as it arrives (RFC 9112 §7.1).
//
// Purpose: a chunk whose size or line ends are off is refused instead of guessed at. Extensions and
//   trailers are read and dropped.
// Thread safety: none needed; one object a message.
// Errors: State::kRefused with a reason; 413 when the body passes `max_body`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/http/head.h"

namespace aweber {

class ChunkedDecoder {
 public:
  enum class State { kMore, kDone, kRefused };
  explicit ChunkedDecoder(std::size_t max_body) : max_body_(max_body) {}

  // Takes what it can of `bytes`, appends the payload to `body`, and says in `consumed` how many
  // bytes belong to this message (all of them unless kDone).
  State Decode(std::string_view bytes, std::string& body, std::size_t& consumed);
  // Only when kRefused.
  const HttpRefusal& refusal() const { return refusal_; }

 private:
  enum class Place { kSize, kExtension, kSizeLf, kData, kDataCr, kDataLf, kTrailer, kTrailerLf };

  State Refuse(int status, std::string reason);
  State TakeByte(char c, std::size_t body_size);
  State TakeSizeByte(char c);
  State BeginChunk(std::size_t body_size);
  State TakeTrailerByte(char c);

  std::size_t max_body_;
  Place place_ = Place::kSize;
  std::uint64_t left_ = 0;  // of this chunk
  int size_digits_ = 0;
  std::size_t overhead_ = 0;      // bytes of this extension, or of all trailers
  std::size_t trailer_line_ = 0;  // length of the trailer line at hand
  HttpRefusal refusal_;
};

}  // namespace aweber
