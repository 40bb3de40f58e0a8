#include "conformance/features.h"

#include <fmt/format.h>

#include <algorithm>

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
    if (step.op == "parallel" && step.steps.size() > 1) {
      AddOnce(needed, fmt::format("concurrent:{}", step.steps.size()));
    }
    AddImplied(step.steps, needed);
  }
}

}  // namespace

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

std::string FeatureClaim(const std::string& feature) {
  if (feature == "tls") return "nothing: it takes --scheme https";
  if (feature == "webapp") return "nothing: it takes --driver-kind webapp";
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
