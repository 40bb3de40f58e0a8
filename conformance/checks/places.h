// Places: at which requests, for which clients, when, and in which parts of a value a check's rule
// applies.
//
// Purpose: a rule that is judged in one place and not in another has a blind spot. This table says
//   where each rule applies; docs/coverage.md (made of it and of what the broken clients of
//   tests/mutants were noticed by) names for each such place a scenario that notices.
// Ownership, thread safety: constant data, pure functions. Errors: none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aweber::conformance {

enum class Place : std::uint8_t {
  // The request, or the reply to it.
  kAuthorize,
  kCallback,
  kExchange,
  kRefresh,
  kRevoke,
  kCall,
  // The client and its credentials.
  kConfidential,
  kPublic,
  kPlain,
  kHostile,  // id or secret has characters that must be form-encoded
  // The attempt: a user's first and later ones, the users, another case, another process.
  kFirst,
  kAgain,
  kFirstUser,
  kSecondUser,
  kNextCase,
  kRestarted,
  // In what a value differs.
  kWhole,
  kScheme,
  kHost,
  kPort,
  kPath,
  kQuery,
  kCase,
  kCharacter,
};
inline constexpr int kPlaces = static_cast<int>(Place::kCharacter) + 1;

std::string_view PlaceName(Place place);  // "second-user", as after '@' in a mutant's name
std::vector<Place> AllPlaces();

// Where one check applies. Rules of pages and of several processes have no row: their broken
// programs are others (tests/webapps, tests/races).
struct CheckPlaces {
  std::string_view check;
  std::uint32_t places = 0;  // a bit for each place

  bool Has(Place place) const;
};

const std::vector<CheckPlaces>& PlacesOfChecks();
// Null for a check without a row.
const CheckPlaces* FindPlaces(std::string_view check);

// Why the rule says nothing at a place where it does not apply.
std::string WhyNot(const CheckPlaces& row, Place place);

}  // namespace aweber::conformance
