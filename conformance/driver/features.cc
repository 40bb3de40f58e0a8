#include "conformance/driver/features.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/glob.h"

namespace aweber::conformance {
namespace {

void AddOnce(std::vector<std::string>& list, std::string feature) {
  if (std::find(list.begin(), list.end(), feature) == list.end()) {
    list.push_back(std::move(feature));
  }
}

void AddImplied(const std::vector<mock::Step>& steps, std::vector<std::string>& needed) {
  for (const mock::Step& step : steps) {
    if (step.op == "revoke") AddOnce(needed, "revoke");
    if (step.op == "refresh") AddOnce(needed, "refresh:manual");
    if (step.op == "parallel") {
      // What the runner does at the same time asks nothing of the client.
      const auto asks = std::count_if(step.steps.begin(), step.steps.end(),
                                      [](const auto& one) { return one.op != "release"; });
      if (asks > 1) AddOnce(needed, fmt::format("concurrent:{}", asks));
    }
    AddImplied(step.steps, needed);
  }
}

bool Lists(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string UnplayableStep(const std::vector<mock::Step>& steps, const ClientIdentity& client) {
  for (const mock::Step& step : steps) {
    if (Lists(client.cannot, step.op)) {
      return fmt::format("step {}: this kind of driver cannot {}", step.label, step.op);
    }
    if (step.op == "call" && client.calls) {
      const std::string call = step.method + " " + step.path;
      const bool listed =
          std::any_of(client.calls->begin(), client.calls->end(),
                      [&](const std::string& pattern) { return GlobMatches(pattern, call); });
      if (!listed) {
        return fmt::format(
            "step {}: the driver's configuration has no way to make the client "
            "call {}",
            step.label, call);
      }
    }
    if (std::string inner = UnplayableStep(step.steps, client); !inner.empty()) return inner;
  }
  return "";
}

}  // namespace

std::string WhyUnplayable(const mock::Scenario& scenario, const ClientIdentity& client) {
  const mock::ScenarioClient& told = scenario.server.client;
  if (Lists(client.cannot, "redirect_uri") &&
      (told.told_redirect_uri || told.redirect_uri != mock::ScenarioClient{}.redirect_uri)) {
    return "it is about another redirect URI, and the client's is built in";
  }
  if (Lists(client.cannot, "authorize_query") && !told.authorize_query.empty()) {
    return "it is about another authorization endpoint, and the client's is built in";
  }
  return UnplayableStep(scenario.steps, client);
}

std::string NeededWay(const mock::Scenario& scenario, std::string_view feature) {
  for (const std::string& need : scenario.needs) {
    const std::size_t colon = need.find(':');
    if (colon != std::string::npos && std::string_view(need).substr(0, colon) == feature) {
      return need.substr(colon + 1);
    }
  }
  return "";
}

std::vector<std::string> NeededFeatures(const mock::Scenario& scenario) {
  std::vector<std::string> needed;
  for (const std::string& feature : scenario.needs) AddOnce(needed, feature);
  if (scenario.server.client.type == "public") AddOnce(needed, "public_clients");
  if (scenario.server.client.redirect_uri == kOutOfBand) AddOnce(needed, "oob");
  AddImplied(scenario.steps, needed);
  return needed;
}

std::vector<std::string> MissingFeatures(const std::vector<std::string>& needed,
                                         const ClientIdentity& client,
                                         const std::vector<std::string>& provided) {
  std::vector<std::string> missing;
  for (const std::string& feature : needed) {
    const bool here = std::find(provided.begin(), provided.end(), feature) != provided.end();
    if (!here && !client.Claims(feature)) missing.push_back(feature);
  }
  return missing;
}

std::string FeatureFlag(const std::string& feature) {
  if (feature == "tls") return "--scheme https";
  if (feature == "webapp") return "--driver-kind webapp";
  return "";
}

std::string FeatureClaim(const std::string& feature) {
  const std::size_t colon = feature.find(':');
  const std::string name = feature.substr(0, colon);
  if (colon == std::string::npos) {
    if (name == "concurrent") return "\"concurrent\":2";
    return fmt::format("\"{}\":true", name);
  }
  const std::string value = feature.substr(colon + 1);
  if (name == "concurrent") return fmt::format("\"concurrent\":{}", value);
  return fmt::format("\"{}\":[\"{}\"]", name, value);
}

}  // namespace aweber::conformance
