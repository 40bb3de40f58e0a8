// Coverage: which steps a run has tried, each in which circumstances.
//
// Purpose: a flow is chosen for what it holds that was never tried. A circumstance is the state of the
//   model, or what else makes a known step another one: a public client, a second user, a second
//   login, a restart before it, a variation of the server.
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
  // How many pairs of `flow` were never tried: of a circumstance and a step with its server behaviour,
  // or of a variation and a step.
  std::size_t NewIn(const Flow& flow, const ClientTraits& client) const;
  void Add(const Flow& flow, const ClientTraits& client);

  std::size_t states() const { return states_.size(); }
  std::size_t pairs() const { return seen_.size(); }
  // {"states":[...],"pairs":N,"actions":{...},"behaviours":{...},"variations":{...}}: how often
  // each was played; what was never played is there with 0.
  Json ToJson() const;

 private:
  // A circumstance, a way, a behaviour.
  using Pair = std::tuple<std::string, std::size_t, std::size_t>;
  static std::set<Pair> PairsOf(const Flow& flow, const ClientTraits& client);

  std::set<Pair> seen_;
  std::set<std::string> states_;
  std::vector<std::size_t> ways_, behaviours_, variations_;
};

}  // namespace aweber::conformance::explore
