// Random: the one source of unpredictable (or, by seed, repeatable) bytes.
//
// Purpose: identifiers, secrets, state, PKCE verifiers, and probabilistic faults. SystemRandom is
//   the kernel's CSPRNG (getrandom(2)); SeededRandom repeats exactly for the same seed on every
//   platform, for replays (never for a client that talks to the real provider).
// Thread safety: every member may be called from any thread. With a SeededRandom the order of calls
//   decides who gets which bytes; use Fork() to give each consumer its own stream.
// Errors: a failing CSPRNG aborts the process: nothing sensible can follow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace aweber {

class Random {
 public:
  virtual ~Random() = default;
  virtual void Fill(std::span<std::uint8_t> out) = 0;

  std::uint64_t NextU64();
  // Uniform in [0, bound); bound must be > 0. No modulo bias.
  std::uint64_t Below(std::uint64_t bound);
  // Uniform in [0, 1).
  double NextDouble();
  // `length` characters of [A-Za-z0-9].
  std::string Alphanumeric(std::size_t length);
  // base64url without padding of `bytes` random bytes (16 bytes give 22 characters).
  std::string Base64UrlToken(std::size_t bytes);
};

class SystemRandom final : public Random {
 public:
  static SystemRandom& System();
  void Fill(std::span<std::uint8_t> out) override;
};

// Deterministic: SHA-256 in counter mode over (seed, label).
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed, std::string_view label = "");
  void Fill(std::span<std::uint8_t> out) override;
  // An independent stream that depends only on this one's seed and label, and `label`: not on how
  // many bytes were drawn. Used for one stream per space, per fault, per identifier kind.
  std::unique_ptr<SeededRandom> Fork(std::string_view label) const;

 private:
  std::uint64_t seed_;
  std::string label_;
  std::mutex mutex_;
  std::uint64_t counter_ = 0;
  std::string buffer_;
};

}  // namespace aweber
