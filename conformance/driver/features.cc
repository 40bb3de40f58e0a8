#include "conformance/driver/features.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

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
    if (step.op == "refresh") AddOnce(needed, "refresh");
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

// "/accounts" of "${api}/accounts".
std::string BelowApi(const std::string& path) {
  constexpr std::string_view kApi = "${api}";
  return path.starts_with(kApi) ? path.substr(kApi.size()) : path;
}

bool CanCall(const ClientIdentity& client, const std::string& call) {
  if (Lists(client.cannot, "call")) return false;
  return !client.calls ||
         std::any_of(client.calls->begin(), client.calls->end(),
                     [&](const std::string& glob) { return GlobMatches(glob, call); });
}

// Each refresh by the client's own clock waits for two seconds of real time.
constexpr int kMostTimedRefreshes = 6;

int CountRefreshes(const std::vector<mock::Step>& steps) {
  int count = 0;
  for (const mock::Step& step : steps) {
    if (step.op == "refresh") ++count;
    count += CountRefreshes(step.steps) * (step.op == "repeat" ? step.times : 1);
  }
  return count;
}

std::string WhyNot(const mock::Step& step, const ClientIdentity& client) {
  if (step.op == "call" && !Lists(client.cannot, "call")) {
    return fmt::format("it is about {} {}, which \"calls\" do not name; add the page that makes it",
                       step.method, BelowApi(step.path));
  }
  if (step.op == "call" && client.configured_kind == "webapp") {
    return fmt::format(
        "step {}: your configuration has no `calls`, the pages behind which the API "
        "is called (docs drivers)",
        step.label);
  }
  if (step.op == "forge") {
    return fmt::format(
        "step {}: \"{}\" does not end in \"submit\", so there is no form that another "
        "site could post",
        step.label, step.form);
  }
  if (step.twice) {
    return fmt::format("step {}: \"connect\" ends in \"open\", so there is nothing to press",
                       step.label);
  }
  if (step.op == "refresh") {
    return fmt::format(
        "step {}: the configuration has no page \"refresh\", and no \"call\" by "
        "which an expired token would be refreshed",
        step.label);
  }
  return fmt::format("step {}: this kind of driver cannot {}", step.label, step.op);
}

// What cases that need the feature test, in a few words; "" where its name says it.
std::string_view WhatIsTested(std::string_view feature) {
  constexpr std::pair<std::string_view, std::string_view> kRows[] = {
      {"processes", "many processes on one token store"},
      {"webapp", "cookies, sessions and forms"},
      {"traced", "a kill in the middle of a write"},
      {"faketime", "a computer whose clock is wrong"},
      {"tls", "the server's certificate"},
      {"state", "callbacks of no login"},
      {"pkce", "a code that somebody else caught"},
      {"refresh:on_401", "a refresh after a 401"},
      {"refresh:on_expiry", "a refresh before a 401"},
      {"persist", "tokens that outlive the process"},
      {"concurrent", "several requests at once"},
      {"iss", "two servers that are mixed up"},
      {"revoke", "disconnecting"},
      {"public_clients", "a client without a secret"},
      {"oob", "a code that the customer copies"},
  };
  for (const auto& [name, tests] : kRows) {
    if (feature == name || feature.substr(0, feature.find(':')) == name) return tests;
  }
  return "";
}

std::string UnplayableStep(const std::vector<mock::Step>& steps, const ClientIdentity& client) {
  for (const mock::Step& step : steps) {
    if (!step.optional && !CanPlay(step, client)) return WhyNot(step, client);
    if (std::string inner = UnplayableStep(step.steps, client); !inner.empty()) return inner;
  }
  return "";
}

// The scenario waits for the API to refuse a request that nothing makes it refuse but what the
// request itself asks: another one would not be refused. 401 and 403 come from the token.
bool NeedsItsOwnRequest(const mock::Scenario& scenario) {
  const auto plans = [](const mock::Rule& rule) {
    return rule.on.endpoint == mock::Endpoint::kApi;
  };
  if (std::any_of(scenario.server.rules.begin(), scenario.server.rules.end(), plans)) return false;
  const auto& wanted = scenario.expect.requirements;
  return std::any_of(wanted.begin(), wanted.end(), [](const mock::WirePattern& pattern) {
    return pattern.on.endpoint == mock::Endpoint::kApi && pattern.status.value_or(0) >= 400 &&
           *pattern.status != 401 && *pattern.status != 403;
  });
}

// It asks for an API request that is none of the client's own, or posts a form that it has not.
bool AsksForWhatIsNotThere(const std::vector<mock::Step>& steps, const ClientIdentity& client) {
  return std::any_of(steps.begin(), steps.end(), [&](const mock::Step& step) {
    const bool own = step.op == "forge" || (step.op == "call" && client.calls);
    return (own && !step.optional && !CanPlay(step, client)) ||
           AsksForWhatIsNotThere(step.steps, client);
  });
}

constexpr std::string_view kAnotherKind = "--driver-kind ";

}  // namespace

RefreshWay WayToRefresh(const ClientIdentity& client) {
  if (client.Claims("refresh:manual") && !Lists(client.cannot, "refresh")) {
    return RefreshWay::kManual;
  }
  if (!CanCall(client, std::string(kPlainRead))) return RefreshWay::kNone;
  if (client.Claims("refresh:on_401")) return RefreshWay::kOn401;
  return client.Claims("refresh:on_expiry") ? RefreshWay::kOnExpiry : RefreshWay::kNone;
}

bool CanPlay(const mock::Step& step, const ClientIdentity& client) {
  if (step.op == "refresh") return WayToRefresh(client) != RefreshWay::kNone;
  if (step.op == "call") return CanCall(client, step.method + " " + BelowApi(step.path));
  if (step.op == "forge") return !Lists(client.cannot, "forge:" + step.form);
  if (step.twice && Lists(client.cannot, "press")) return false;
  return !Lists(client.cannot, step.op);
}

std::string WhyUnplayable(const mock::Scenario& scenario, const ClientIdentity& client) {
  const mock::ScenarioClient& told = scenario.server.client;
  if (Lists(client.cannot, "redirect_uri") &&
      (told.told_redirect_uri || told.redirect_uri != mock::ScenarioClient{}.redirect_uri)) {
    return "it is about another redirect URI, and the client's is built in";
  }
  const bool about_secret = told.told_client_secret ||
                            told.secret != mock::ScenarioClient{}.secret ||
                            Lists(scenario.expect.checks, "pk-aweber-confidential") ||
                            Lists(scenario.expect.checks, "tk-auth-one");
  if (Lists(client.cannot, "secret") && about_secret) {
    return "it is about the client's secret, and a public client has none";
  }
  if (Lists(client.cannot, "tls") && Lists(scenario.needs, "tls")) {
    return "it is about AWeber's certificate, which the user's browser checks and no page can see";
  }
  if (Lists(client.cannot, "authorize_query") && !told.authorize_query.empty()) {
    return "it is about another authorization endpoint, and the client's is built in";
  }
  if (client.calls && NeedsItsOwnRequest(scenario)) {
    return "it is about a request of its own making, and a page makes the application's; what "
           "AWeber refuses: `aweber-conformance docs aweber-api`";
  }
  if (WayToRefresh(client) == RefreshWay::kOnExpiry &&
      CountRefreshes(scenario.steps) > kMostTimedRefreshes) {
    return fmt::format(
        "its {} refreshes would each wait two seconds for the client's own clock; "
        "claim refresh: on_401, or give a page \"refresh\"",
        CountRefreshes(scenario.steps));
  }
  return UnplayableStep(scenario.steps, client);
}

Skip WhySkipped(const mock::Scenario& scenario, const std::vector<std::string>& needed,
                const ClientIdentity& client, const std::vector<std::string>& provided) {
  const auto missing = MissingFeatures(needed, client, provided);
  if (!missing.empty()) {
    const bool for_others =
        std::any_of(missing.begin(), missing.end(), [&](const std::string& feature) {
          // A web application has an address for the code.
          return FeatureFlag(feature).starts_with(kAnotherKind) ||
                 (feature == "oob" && Lists(provided, "webapp"));
        });
    return {WhyMissing(missing, client), for_others};
  }
  std::string why = WhyUnplayable(scenario, client);
  const bool for_others = !why.empty() && ((client.calls && NeedsItsOwnRequest(scenario)) ||
                                           AsksForWhatIsNotThere(scenario.steps, client));
  return {std::move(why), for_others};
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
  if (feature == "real_browser") return "--browser chromium";
  if (feature == "processes") return "--driver-kind process";
  if (feature == "traced") return "a system where programs can be traced (ptrace)";
  if (feature == "faketime") return "the program faketime";
  return "";
}

std::string FeatureClaim(const std::string& feature) {
  const std::size_t colon = feature.find(':');
  const std::string name = feature.substr(0, colon);
  if (colon == std::string::npos) {
    if (name == "concurrent") return "\"concurrent\":2";
    if (name == "refresh") return "\"refresh\":[\"manual\"]";
    return fmt::format("\"{}\":true", name);
  }
  const std::string value = feature.substr(colon + 1);
  if (name == "concurrent") return fmt::format("\"concurrent\":{}", value);
  return fmt::format("\"{}\":[\"{}\"]", name, value);
}

namespace {

// "refresh: [on_401]" of "\"refresh\":[\"on_401\"]": as a configuration has it.
std::string ClaimInYaml(const std::string& feature) {
  std::string yaml;
  for (const char c : FeatureClaim(feature)) {
    if (c != '"') yaml += c;
    if (c == ':') yaml += ' ';
  }
  return yaml;
}

// How features are had that are no flag of the run.
std::string HowToHave(const std::vector<std::string>& features, const ClientIdentity& client) {
  const std::string& kind = client.configured_kind;
  std::vector<std::string> claims, keys;
  for (const std::string& feature : features) {
    const std::string name = feature.substr(0, feature.find(':'));
    const bool is_key = !kind.empty() && (feature == name || feature == "refresh:manual") &&
                        Lists(client.cannot, name);
    if (!is_key) {
      claims.push_back(kind.empty() ? FeatureClaim(feature) : ClaimInYaml(feature));
    } else {
      keys.push_back(kind == "process" && name == "revoke" ? "logout" : name);
    }
  }
  if (kind.empty()) return fmt::format("hello did not claim {}", fmt::join(claims, ", "));
  if (!keys.empty() && kind == "prompt") {
    return fmt::format("this kind of driver cannot {}", fmt::join(keys, " or "));
  }
  if (!keys.empty()) {
    return fmt::format("your configuration has no `{}` (docs drivers)",
                       fmt::join(keys, "` and no `"));
  }
  return fmt::format("your `claims` have no {} (docs drivers)", fmt::join(claims, ", "));
}

}  // namespace

std::string WhyMissing(const std::vector<std::string>& missing, const ClientIdentity& client) {
  std::vector<std::string> flags, brought, claims;
  for (const std::string& feature : missing) {
    const std::string flag = FeatureFlag(feature);
    if (flag.empty()) {
      claims.push_back(feature);
    } else if (!Lists(flags, flag)) {
      flags.push_back(flag);
      brought.push_back(feature);
    }
  }
  const std::vector<std::string>& needed = flags.empty() ? missing : brought;
  const std::string_view tests = WhatIsTested(needed.front());
  return fmt::format(
      "needs {}{}; {}", fmt::join(needed, ", "), tests.empty() ? "" : fmt::format(" ({})", tests),
      flags.empty() ? HowToHave(claims, client) : fmt::format("give {}", fmt::join(flags, ", ")));
}

}  // namespace aweber::conformance
