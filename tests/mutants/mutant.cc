#include "tests/mutants/mutant.h"

#include <fmt/format.h>

#include <algorithm>

namespace aweber::mutants {
namespace {

int CountOf(Occasions occasions) {
  return static_cast<int>(
      std::count_if(std::begin(kAllOccasions), std::end(kAllOccasions),
                    [occasions](Occasion occasion) { return Has(occasions, occasion); }));
}

// Every place at which the mistake can be made.
std::vector<Place> PlacesOf(const DeviationInfo& info) {
  const Reach reach = ReachOf(info);
  std::vector<Place> places = reach.parts;
  if (info.webapp || reach.occasions == 0) return places;
  if (CountOf(reach.occasions) > 1) {
    for (const Occasion occasion : kAllOccasions) {
      if (Has(reach.occasions, occasion)) places.push_back(PlaceOf(occasion));
    }
  }
  if (reach.clients == Clients::kBoth) places.push_back(Place::kPublic);
  if (reach.credentials) places.push_back(Place::kHostile);
  places.push_back(Place::kAgain);
  places.push_back(Place::kSecondUser);
  if (reach.fresh) places.push_back(Place::kNextCase);
  // A login after a restart is a login; what lives on are the tokens.
  const Occasions with_tokens = Occasion::kRefresh | Occasion::kRevoke | Occasion::kCall;
  if ((reach.occasions & with_tokens) != 0) places.push_back(Place::kRestarted);
  if (reach.occasions == Only(Occasion::kCall)) {
    for (const Place place : {Place::kRead, Place::kChange, Place::kRetry}) places.push_back(place);
  }
  return places;
}

std::string_view PhraseFor(Place place) {
  switch (place) {
    case Place::kTell:
      return "in its reply to token";
    case Place::kPublic:
      return "as a public client";
    case Place::kHostile:
      return "where its credentials must be encoded";
    case Place::kAgain:
      return "from the second time on";
    case Place::kSecondUser:
      return "for the second user only";
    case Place::kNextCase:
      return "in every case but the first";
    case Place::kRestarted:
      return "after a restart";
    case Place::kRead:
      return "when it reads";
    case Place::kChange:
      return "when it changes something";
    case Place::kRetry:
      return "in the request after a 401";
    default:
      return "";
  }
}

}  // namespace

std::string Mutant::Name() const {
  return place == Place::kEverywhere ? info->name
                                     : fmt::format("{}@{}", info->name, PlaceName(place));
}

std::string Mutant::What() const {
  if (place == Place::kEverywhere) return info->what;
  if (IsPart(place)) return fmt::format("{}: the {}", info->what, PlaceName(place));
  const std::string_view words = PhraseFor(place);
  if (!words.empty()) return fmt::format("{}, {}", info->what, words);
  return fmt::format("{}, at this step only: {}", info->what, PlaceName(place));
}

std::string Mutant::Check() const {
  for (const Reach::CheckAt& at : ReachOf(*info).checks) {
    if (at.place == place) return at.check;
  }
  return info->check;
}

std::vector<std::string> Mutant::Companions() const {
  std::vector<std::string> all = info->companions;
  all.push_back(info->check);
  for (const Reach::CheckAt& at : ReachOf(*info).checks) all.push_back(at.check);
  return all;
}

Mistake Mutant::In(const Situation& situation) const {
  if (info == nullptr || !Holds(place, situation)) return {};
  const Reach reach = ReachOf(*info);
  if (reach.occasions != 0 && !Has(reach.occasions, situation.occasion)) return {};
  if (IsPart(place)) return {info->deviation, place};
  return {info->deviation, reach.parts.empty() ? Place::kWhole : reach.parts.front()};
}

const std::vector<Mutant>& AllMutants() {
  static const std::vector<Mutant> all = [] {
    std::vector<Mutant> mutants;
    for (const DeviationInfo& info : AllDeviations()) mutants.push_back({&info, {}});
    for (const DeviationInfo& info : AllDeviations()) {
      for (const Place place : PlacesOf(info)) mutants.push_back({&info, place});
    }
    return mutants;
  }();
  return all;
}

std::optional<Mutant> FindMutant(std::string_view name) {
  for (const Mutant& mutant : AllMutants()) {
    if (mutant.Name() == name) return mutant;
  }
  return std::nullopt;
}

}  // namespace aweber::mutants
