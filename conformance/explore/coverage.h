// Coverage: which pairs of model state, action and server behaviour a run has tried.
//
// Ownership, thread safety: a plain value; whoever shares it locks.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/text/json_fwd.h"
#include "conformance/explore/flow.h"
#include "conformance/explore/model.h"

namespace aweber::conformance::explore {

class Coverage {
 public:
  // How many pairs of `flow` were never tried.
  std::size_t NewIn(const Flow& flow, const ClientTraits& client) const;
  void Add(const Flow& flow, const ClientTraits& client);

  std::size_t states() const { return states_.size(); }
  std::size_t pairs() const { return seen_.size(); }
  // {"states":[...],"pairs":N,"actions":{...},"behaviours":{...},"variations":{...}}: how often
  // each was played; what was never played is there with 0.
  Json ToJson() const;

 private:
  // A state, what was done there, what the server did, and by whom or in which variation.
  using Pair = std::tuple<std::string, std::size_t, std::size_t, std::size_t>;
  static std::set<Pair> PairsOf(const Flow& flow, const ClientTraits& client);

  std::set<Pair> seen_;
  std::set<std::string> states_;
  std::vector<std::size_t> ways_, behaviours_, variations_;
};

}  // namespace aweber::conformance::explore
