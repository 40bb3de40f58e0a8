// RelatedEntries: the last entries of a space, and those of them that another one has to do with.
//
// Purpose: a check looks at a request in the light of what came before: the code's redirect, the
//   refresh token's issue, the last time the same state was sent. Those are found by the
//   identifiers that entries carry, so that judging a request costs the same whether it is the
//   first or the millionth.
// Ownership: keeps what it is given. Thread safety: none; one thread.
// Bounded: kMostEntries and kMostBytes (or one entry that weighs more); of each entry, kMostKeys
//   identifiers.
//
// Invariants:
//  1. An entry stands in `places_` under each of its keys, unless newer ones with the key pushed it
//     out; what has been dropped stands there no more.
//  2. Under a key stand the first entry that had it, as far as kept, and the last ones, by sequence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "mockserver/journal/entry.h"

namespace aweber::mock {

class RelatedEntries {
 public:
  static constexpr std::size_t kMostEntries = 1024;
  static constexpr std::size_t kMostBytes = 16u << 20;
  static constexpr std::size_t kMostKeys = 64;
  static constexpr std::size_t kMostRelated = 32;  // that To answers

  void Add(JournalEntry entry);
  void Clear();
  // Kept entries that share an identifier with the one numbered `sequence`, and those that led to
  // them (the authorization request behind a code); that one too. By sequence.
  std::vector<JournalEntry> To(std::uint64_t sequence) const;
  std::size_t bytes() const { return bytes_; }

 private:
  using Key = std::uint64_t;
  struct Kept {
    JournalEntry entry;
    std::vector<Key> keys;
  };
  void DropOldest();
  void Collect(std::uint64_t sequence, int steps, std::set<std::uint64_t>& found) const;

  std::map<std::uint64_t, Kept> kept_;
  std::unordered_map<Key, std::vector<std::uint64_t>> places_;
  std::set<std::uint64_t> authorizations_;  // at the authorization endpoint
  std::size_t bytes_ = 0;
};

}  // namespace aweber::mock
