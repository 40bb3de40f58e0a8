#include "base/http/chunked.h"

#include <algorithm>

#include "base/text/hex.h"

namespace aweber {
namespace {

// Nobody sends more than a few bytes here; without an end an attacker could send them for ever.
constexpr std::size_t kMaxOverhead = 16u << 10;
constexpr int kMaxSizeDigits = 15;  // 60 bits: cannot overflow

}  // namespace

ChunkedDecoder::State ChunkedDecoder::Refuse(int status, std::string reason) {
  refusal_ = {status, std::move(reason)};
  return State::kRefused;
}

ChunkedDecoder::State ChunkedDecoder::Decode(std::string_view bytes, std::string& body,
                                             std::size_t& consumed) {
  consumed = 0;
  while (consumed < bytes.size()) {
    if (place_ == Place::kData) {
      const std::size_t taken = std::min<std::uint64_t>(left_, bytes.size() - consumed);
      body.append(bytes.substr(consumed, taken));
      consumed += taken;
      left_ -= taken;
      if (left_ == 0) place_ = Place::kDataCr;
      continue;
    }
    const State state = TakeByte(bytes[consumed++], body.size());
    if (state != State::kMore) return state;
  }
  return State::kMore;
}

ChunkedDecoder::State ChunkedDecoder::TakeByte(char c, std::size_t body_size) {
  switch (place_) {
    case Place::kSize:
      return TakeSizeByte(c);
    case Place::kExtension:
      if (c == '\n' || ++overhead_ > kMaxOverhead) return Refuse(400, "broken chunk extension");
      if (c == '\r') place_ = Place::kSizeLf;
      return State::kMore;
    case Place::kSizeLf:
      if (c != '\n') return Refuse(400, "chunk size line does not end in CR LF");
      return BeginChunk(body_size);
    case Place::kDataCr:
      if (c != '\r') return Refuse(400, "chunk longer than its size");
      place_ = Place::kDataLf;
      return State::kMore;
    case Place::kDataLf:
      if (c != '\n') return Refuse(400, "chunk does not end in CR LF");
      place_ = Place::kSize;
      size_digits_ = 0;
      overhead_ = 0;
      return State::kMore;
    case Place::kTrailer:
    case Place::kTrailerLf:
      return TakeTrailerByte(c);
    case Place::kData:
      break;  // taken in bulk by Decode
  }
  return State::kMore;
}

ChunkedDecoder::State ChunkedDecoder::TakeSizeByte(char c) {
  if (const int value = HexValue(c); value >= 0) {
    if (++size_digits_ > kMaxSizeDigits) return Refuse(400, "chunk size with too many digits");
    left_ = left_ * 16 + static_cast<std::uint64_t>(value);
    return State::kMore;
  }
  if (size_digits_ == 0) return Refuse(400, "chunk size is not a hexadecimal number");
  if (c == '\r') {
    place_ = Place::kSizeLf;
  } else if (c == ';' || c == ' ' || c == '\t') {
    place_ = Place::kExtension;
  } else {
    return Refuse(400, "chunk size is not a hexadecimal number");
  }
  return State::kMore;
}

ChunkedDecoder::State ChunkedDecoder::BeginChunk(std::size_t body_size) {
  overhead_ = 0;
  if (left_ > max_body_ - std::min(body_size, max_body_)) {
    return Refuse(413, "chunked body over the limit");
  }
  place_ = left_ == 0 ? Place::kTrailer : Place::kData;
  return State::kMore;
}

ChunkedDecoder::State ChunkedDecoder::TakeTrailerByte(char c) {
  if (++overhead_ > kMaxOverhead) return Refuse(431, "trailer fields over the limit");
  if (place_ == Place::kTrailer) {
    if (c == '\n') return Refuse(400, "trailer line ends in a bare line feed");
    if (c == '\r') {
      place_ = Place::kTrailerLf;
    } else {
      ++trailer_line_;
    }
    return State::kMore;
  }
  if (c != '\n') return Refuse(400, "trailer line does not end in CR LF");
  if (trailer_line_ == 0) return State::kDone;
  trailer_line_ = 0;
  place_ = Place::kTrailer;
  return State::kMore;
}

}  // namespace aweber
