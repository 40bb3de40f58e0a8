#include "base/os/random.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/crypto/crypto.h"
#include "base/text/base64.h"

namespace aweber {
namespace {

constexpr std::string_view kAlphanumeric =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

// Little endian whatever the machine, so that a seed means the same everywhere.
void AppendU64(std::string& out, std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) {
    out.push_back(static_cast<char>((value >> shift) & 0xff));
  }
}

}  // namespace

std::uint64_t Random::NextU64() {
  std::array<std::uint8_t, 8> bytes;
  Fill(bytes);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
  return value;
}

std::uint64_t Random::Below(std::uint64_t bound) {
  if (bound <= 1) return 0;
  // 2^64 mod bound: values below it would make the small results more likely.
  const std::uint64_t biased = (0 - bound) % bound;
  std::uint64_t value = NextU64();
  while (value < biased) value = NextU64();
  return value % bound;
}

double Random::NextDouble() { return static_cast<double>(NextU64() >> 11) * 0x1.0p-53; }

std::string Random::Alphanumeric(std::size_t length) {
  // 248 is the largest multiple of 62 in a byte; what is above it would favour the first letters.
  constexpr std::uint8_t kLimit = 248;
  std::string text;
  text.reserve(length);
  std::array<std::uint8_t, 32> bytes;
  while (text.size() < length) {
    const std::size_t want = std::min(length - text.size(), bytes.size());
    Fill(std::span(bytes.data(), want));
    for (std::size_t i = 0; i < want; ++i) {
      if (bytes[i] < kLimit) text.push_back(kAlphanumeric[bytes[i] % kAlphanumeric.size()]);
    }
  }
  return text;
}

std::string Random::Base64UrlToken(std::size_t bytes) {
  std::string raw(bytes, '\0');
  Fill(std::span(reinterpret_cast<std::uint8_t*>(raw.data()), raw.size()));
  return Base64UrlEncode(raw);
}

SystemRandom& SystemRandom::System() {
  static SystemRandom& instance = *new SystemRandom;
  return instance;
}

void SystemRandom::Fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = ::getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      std::fputs("fatal: the system gives no random bytes (getrandom)\n", stderr);
      std::abort();
    }
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

SeededRandom::SeededRandom(std::uint64_t seed, std::string_view label)
    : seed_(seed), label_(label) {}

void SeededRandom::Fill(std::span<std::uint8_t> out) {
  std::lock_guard lock(mutex_);
  std::size_t done = 0;
  while (done < out.size()) {
    if (buffer_.empty()) {
      std::string block;
      AppendU64(block, seed_);
      AppendU64(block, counter_++);
      block += label_;
      buffer_ = Sha256(block);
    }
    const std::size_t size = std::min(out.size() - done, buffer_.size());
    std::copy_n(buffer_.begin(), size, out.begin() + static_cast<std::ptrdiff_t>(done));
    buffer_.erase(0, size);
    done += size;
  }
}

std::unique_ptr<SeededRandom> SeededRandom::Fork(std::string_view label) const {
  // The length keeps Fork("a").Fork("b") and Fork("a/b") apart.
  std::string path = label_ + "/" + std::to_string(label.size()) + ":";
  path += label;
  return std::make_unique<SeededRandom>(seed_, path);
}

}  // namespace aweber
