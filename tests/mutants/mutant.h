// Mutant: a mistake at a place, made by construction from the tables.
//
// Purpose: AllMutants() has every mistake once everywhere, and once for each place at which it can
//   be made: at each step, of each kind of client, the first time and later, for the second user, in
//   the next case, after a restart, in each part of a value. What script/mutants then does not see
//   noticed is a hole in the suite.
// Ownership, thread safety: constant data.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/mutants/deviation.h"

namespace aweber::mutants {

enum class Clients { kBoth, kConfidential, kPublic };

// Where one mistake can be made.
struct Reach {
  Occasions occasions = 0;
  Clients clients = Clients::kBoth;
  // It is about the client's id and secret: then it matters what characters they have.
  bool credentials = false;
  // It is about values that must be new each time: then other cases of the process count.
  bool fresh = false;
  std::vector<Place> parts;  // each is a way to make it; "everywhere" is the first
  struct CheckAt {
    Place place;
    std::string check;
  };
  std::vector<CheckAt> checks;  // whose rule is broken there, where that is not the row's
};
Reach ReachOf(const DeviationInfo& info);

struct Mutant {
  const DeviationInfo* info = nullptr;
  Place place = Place::kEverywhere;

  std::string Name() const;  // "raw-basic", "raw-basic@refresh"
  std::string What() const;
  std::string Check() const;
  // What else may be accused: the row's companions, and what the mistake breaks elsewhere.
  std::vector<std::string> Companions() const;
  // What the mistake is at that moment: itself, or none.
  Mistake In(const Situation& situation) const;
};

const std::vector<Mutant>& AllMutants();
// Nothing when there is none of that name.
std::optional<Mutant> FindMutant(std::string_view name);

}  // namespace aweber::mutants
