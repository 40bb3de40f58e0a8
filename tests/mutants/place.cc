#include "tests/mutants/place.h"

namespace aweber::mutants {

std::string_view PlaceName(Place place) {
  switch (place) {
    case Place::kEverywhere:
      return "";
    case Place::kAuthorize:
      return "authorize";
    case Place::kCallback:
      return "callback";
    case Place::kExchange:
      return "exchange";
    case Place::kRefresh:
      return "refresh";
    case Place::kRevoke:
      return "revoke";
    case Place::kCall:
      return "call";
    case Place::kTell:
      return "tell";
    case Place::kPublic:
      return "public";
    case Place::kHostile:
      return "hostile";
    case Place::kAgain:
      return "again";
    case Place::kSecondUser:
      return "second-user";
    case Place::kNextCase:
      return "next-case";
    case Place::kRestarted:
      return "restarted";
    case Place::kRead:
      return "read";
    case Place::kChange:
      return "change";
    case Place::kRetry:
      return "retry";
    case Place::kWhole:
      return "whole";
    case Place::kScheme:
      return "scheme";
    case Place::kHost:
      return "host";
    case Place::kPort:
      return "port";
    case Place::kPath:
      return "path";
    case Place::kQuery:
      return "query";
    case Place::kCase:
      return "case";
    case Place::kCharacter:
      return "character";
  }
  return "";
}

bool IsPart(Place place) { return place >= Place::kWhole; }

Place PlaceOf(Occasion occasion) {
  switch (occasion) {
    case Occasion::kAuthorize:
      return Place::kAuthorize;
    case Occasion::kCallback:
      return Place::kCallback;
    case Occasion::kExchange:
      return Place::kExchange;
    case Occasion::kRefresh:
      return Place::kRefresh;
    case Occasion::kRevoke:
      return Place::kRevoke;
    case Occasion::kCall:
      return Place::kCall;
    case Occasion::kTell:
      return Place::kTell;
  }
  return Place::kEverywhere;
}

bool Holds(Place place, const Situation& at) {
  switch (place) {
    case Place::kAuthorize:
    case Place::kCallback:
    case Place::kExchange:
    case Place::kRefresh:
    case Place::kRevoke:
    case Place::kCall:
    case Place::kTell:
      return PlaceOf(at.occasion) == place;
    case Place::kPublic:
      return at.is_public;
    case Place::kHostile:
      return at.hostile;
    case Place::kAgain:
      return at.before > 0;
    case Place::kSecondUser:
      return at.second_user;
    case Place::kNextCase:
      return at.next_case;
    case Place::kRestarted:
      return at.restarted;
    case Place::kRead:
      return !at.change;
    case Place::kChange:
      return at.change;
    case Place::kRetry:
      return at.retry;
    default:
      return true;
  }
}

}  // namespace aweber::mutants
