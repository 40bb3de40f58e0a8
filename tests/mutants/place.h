// Place: where in a client's life a mistake is made.
//
// Purpose: a mistake is defined once; a mutant is a mistake at a place. So a rule that the suite
//   judges in one place and not in another shows up as a mutant that nobody notices.
// Ownership, thread safety: plain values. Errors: none.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace aweber::mutants {

// What the client does when it may make the mistake.
enum class Occasion : std::uint8_t {
  kAuthorize = 1,
  kCallback = 2,
  kExchange = 4,
  kRefresh = 8,
  kRevoke = 16,
  kCall = 32,
  kTell = 64,  // the driver's own words
};
inline constexpr Occasion kAllOccasions[] = {
    Occasion::kAuthorize, Occasion::kCallback, Occasion::kExchange, Occasion::kRefresh,
    Occasion::kRevoke,    Occasion::kCall,     Occasion::kTell};
using Occasions = std::uint8_t;  // a set of them
constexpr Occasions operator|(Occasion a, Occasion b) {
  return static_cast<Occasions>(static_cast<Occasions>(a) | static_cast<Occasions>(b));
}
constexpr Occasions operator|(Occasions a, Occasion b) {
  return static_cast<Occasions>(a | static_cast<Occasions>(b));
}
constexpr Occasions Only(Occasion occasion) { return static_cast<Occasions>(occasion); }
constexpr bool Has(Occasions occasions, Occasion occasion) {
  return (occasions & static_cast<Occasions>(occasion)) != 0;
}

enum class Place {
  kEverywhere,
  // One step of those at which it can be made.
  kAuthorize,
  kCallback,
  kExchange,
  kRefresh,
  kRevoke,
  kCall,
  kTell,
  // A client without a secret; credentials with characters that must be form-encoded.
  kPublic,
  kHostile,
  // When: from the second time of one user on; for another user; in another case of the process;
  // with tokens that an earlier process left. What is made the first time only needs no place: it is
  // noticed wherever there is a first time.
  kAgain,
  kSecondUser,
  kNextCase,
  kRestarted,
  // An API request.
  kRead,
  kChange,
  kRetry,  // the one after a 401
  // What of a value is wrong, or is not looked at.
  kWhole,
  kScheme,
  kHost,
  kPort,
  kPath,
  kQuery,
  kCase,
  kCharacter,
};

// The word after '@' in a mutant's name: "second-user".
std::string_view PlaceName(Place place);
bool IsPart(Place place);
Place PlaceOf(Occasion occasion);

// One moment of one client.
struct Situation {
  Occasion occasion = Occasion::kAuthorize;
  bool is_public = false;
  bool hostile = false;
  int before = 0;  // how often this user's session had come to this step
  bool second_user = false;
  bool next_case = false;  // not the first case of the process
  bool restarted = false;  // an earlier process left tokens
  bool change = false;     // an API request that changes something
  bool retry = false;
};

// Parts hold in every situation: they say what, not when.
bool Holds(Place place, const Situation& situation);

}  // namespace aweber::mutants
