// Which features a scenario needs, and whether a client claims them.
//
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/driver/driver.h"
#include "mockserver/scenario/scenario.h"

namespace aweber::conformance {

// The redirect URI of a client that has none: the customer copies the code from a page.
inline constexpr std::string_view kOutOfBand = "urn:ietf:wg:oauth:2.0:oob";

// The scenario's `needs` and what its steps and client imply: "revoke" for a step revoke,
// "refresh:manual" for refresh, "concurrent:N" for parallel, "public_clients" for such a client.
std::vector<std::string> NeededFeatures(const mock::Scenario& scenario);

// The needed features that neither `client` claims nor the run itself provides ("tls" with
// --scheme https, "webapp" with that kind of driver), in order.
std::vector<std::string> MissingFeatures(const std::vector<std::string>& needed,
                                         const ClientIdentity& client,
                                         const std::vector<std::string>& provided = {});

// The way that the scenario needs of a feature with several ("body" of "auth:body"), which `open`
// asks the client for; "" where it may choose.
std::string NeededWay(const mock::Scenario& scenario, std::string_view feature);

// How a step `refresh` is played: by the driver's own operation, or as production does it, where
// the access token is over and the next API request finds out: by a 401, or by the client's clock.
enum class RefreshWay { kNone, kManual, kOn401, kOnExpiry };
RefreshWay WayToRefresh(const ClientIdentity& client);

// The driver has the means for this step.
bool CanPlay(const mock::Step& step, const ClientIdentity& client);

// Why no driver of this kind can play the scenario, whatever the client claims; "" when it can.
std::string WhyUnplayable(const mock::Scenario& scenario, const ClientIdentity& client);

// Why a case is not played. `why` is "" when it is. `for_others`: it is about clients of another
// kind (many processes, an API client of every request), so nothing of this one stays untested.
struct Skip {
  std::string why;
  bool for_others = false;
};

// `needed` is NeededFeatures of the scenario; `provided` what the run itself brings.
Skip WhySkipped(const mock::Scenario& scenario, const std::vector<std::string>& needed,
                const ClientIdentity& client, const std::vector<std::string>& provided);

// How it would be had, for the reason of a skip: the flag of the run, "" where `hello` claims it...
std::string FeatureFlag(const std::string& feature);
// ...and what `hello` would have claimed: "refresh":["on_401"].
std::string FeatureClaim(const std::string& feature);

// Why a case is skipped that needs what is missing: which, what such cases test, how to have it,
// in the words of the kind of driver. What another kind brings is named alone: the rest is for that
// kind to say.
std::string WhyMissing(const std::vector<std::string>& missing, const ClientIdentity& client);

}  // namespace aweber::conformance
