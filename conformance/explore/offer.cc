#include "conformance/explore/offer.h"

#include "conformance/driver/features.h"
#include "conformance/explore/flow_scenario.h"

namespace aweber::conformance::explore {
namespace {

// Read off an ordinary scenario, so that `run` and `explore` mean the same by "cannot be played".
bool CanPlayFlow(const Flow& flow, const ClientTraits& traits, const ClientIdentity& client,
                 const std::vector<std::string>& provided) {
  const auto scenario = ToScenario(flow, traits, {});
  return scenario && MissingFeatures(NeededFeatures(*scenario), client, provided).empty() &&
         WhyUnplayable(*scenario, client).empty();
}

// A refresh by the client's own clock waits two seconds each time.
bool IsSlowRefresh(const Way& way, const ClientIdentity& client) {
  return way.kind == ActionKind::kRefresh && WayToRefresh(client) == RefreshWay::kOnExpiry;
}

}  // namespace

Offer OfferFor(const ClientIdentity& client, const std::vector<std::string>& provided,
               std::string_view profile) {
  Offer offer;
  offer.client = {.persists = client.Claims("persist"),
                  .refreshes_on_401 = client.Claims("refresh:on_401"),
                  .refreshes_by_call = WayToRefresh(client) == RefreshWay::kOn401};
  const Action authorize{WaysOf(ActionKind::kAuthorize).front(), 'A', 0};
  const auto playable = [&](const Flow& flow) {
    return CanPlayFlow(flow, offer.client, client, provided);
  };
  for (std::size_t way = 0; way < Ways().size(); ++way) {
    offer.ways.push_back(!IsSlowRefresh(Ways()[way], client) &&
                         playable({{}, {authorize, {way, 'A', 0}}}));
  }
  for (std::size_t row = 0; row < Variations().size(); ++row) {
    const bool allowed = !Variations()[row].aweber_only || profile == "aweber";
    offer.variations.push_back(allowed && playable({{row}, {authorize}}));
  }
  offer.behaviours.assign(Behaviours().size(), true);
  return offer;
}

}  // namespace aweber::conformance::explore
