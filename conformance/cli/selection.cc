#include "conformance/cli/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/text/nearest_word.h"
#include "base/text/yaml.h"
#include "conformance/result/case_id.h"

namespace aweber::conformance {
namespace {

using mock::Scenario;

// `what`: "pattern", "--skip", "tag" or "id".
Error NoMatch(const std::string& what, const std::string& word,
              const std::vector<std::string>& candidates) {
  const std::string folder = word.substr(0, word.find_last_not_of('/') + 1) + "/**";
  const bool is_folder =
      std::find(candidates.begin(), candidates.end(), folder) != candidates.end();
  std::error_code failure;
  if (what == "pattern" && std::filesystem::is_regular_file(word, failure)) {
    return Error{
        "select.pattern",
        fmt::format("pattern '{0}' matches no scenario, and there is a file of this name; if "
                    "it belongs to the command of --driver, quote the whole: "
                    "--driver \"... {0}\"",
                    word)};
  }
  const auto in_folder =
      std::find_if(candidates.begin(), candidates.end(),
                   [&](const std::string& candidate) { return candidate.ends_with("/" + word); });
  std::string nearest = is_folder ? folder : NearestWord(word, candidates);
  if (nearest.empty() && in_folder != candidates.end()) nearest = *in_folder;
  std::string cure = nearest.empty()
                         ? "see aweber-conformance list"
                         : fmt::format("did you mean '{}'? See aweber-conformance list", nearest);
  return Error{"select." + what.substr(what.find_first_not_of('-')),
               fmt::format("{} '{}' matches no scenario; {}", what, word, cure)};
}

std::vector<std::string> Ids(const std::vector<Scenario>& scenarios) {
  std::vector<std::string> ids;
  ids.reserve(scenarios.size());
  for (const Scenario& scenario : scenarios) ids.push_back(scenario.id);
  return ids;
}

// What a pattern may have meant: ids, and the folders that hold them.
std::vector<std::string> Candidates(const std::vector<Scenario>& scenarios) {
  std::vector<std::string> words = Ids(scenarios);
  for (const Scenario& scenario : scenarios) {
    const std::string folder = scenario.id.substr(0, scenario.id.find('/')) + "/**";
    if (std::find(words.begin(), words.end(), folder) == words.end()) words.push_back(folder);
  }
  return words;
}

Status CheckPatterns(const std::vector<Scenario>& scenarios, const Selection& selection) {
  for (const std::string& pattern : selection.patterns) {
    const bool any = std::any_of(scenarios.begin(), scenarios.end(), [&](const Scenario& scenario) {
      return SelectsCase(pattern, scenario.id);
    });
    if (!any) return NoMatch("pattern", pattern, Candidates(scenarios));
  }
  for (const std::string& pattern : selection.skips) {
    const bool any = std::any_of(scenarios.begin(), scenarios.end(), [&](const Scenario& scenario) {
      return SelectsCase(pattern, scenario.id);
    });
    if (!any) return NoMatch("--skip", pattern, Candidates(scenarios));
  }
  std::vector<std::string> tags;
  for (const Scenario& scenario : scenarios) {
    tags.insert(tags.end(), scenario.tags.begin(), scenario.tags.end());
  }
  for (const std::string& tag : selection.tags) {
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) return NoMatch("tag", tag, tags);
  }
  const std::vector<std::string> ids = Ids(scenarios);
  for (const std::string& id : selection.ids) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) return NoMatch("id", id, ids);
  }
  return {};
}

bool HoldsIn(const Scenario& scenario, const std::string& profile) {
  const auto& profiles = scenario.profiles;
  return profile.empty() || profiles.empty() ||
         std::find(profiles.begin(), profiles.end(), profile) != profiles.end();
}

bool IsSelected(const Scenario& scenario, const Selection& selection) {
  const auto matches = [&](const std::string& pattern) {
    return SelectsCase(pattern, scenario.id);
  };
  const auto& patterns = selection.patterns;
  if (!patterns.empty() && std::none_of(patterns.begin(), patterns.end(), matches)) return false;
  if (std::any_of(selection.skips.begin(), selection.skips.end(), matches)) return false;
  const auto tagged = [&](const std::string& tag) {
    return std::find(scenario.tags.begin(), scenario.tags.end(), tag) != scenario.tags.end();
  };
  const auto& tags = selection.tags;
  if (!tags.empty() && std::none_of(tags.begin(), tags.end(), tagged)) return false;
  const auto& ids = selection.ids;
  return !selection.only_ids || std::find(ids.begin(), ids.end(), scenario.id) != ids.end();
}

}  // namespace

Result<std::vector<std::size_t>> Select(const std::vector<Scenario>& scenarios,
                                        const Selection& selection) {
  if (const Status checked = CheckPatterns(scenarios, selection); !checked) return checked.error();
  std::vector<std::size_t> selected;
  int elsewhere = 0;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    if (!IsSelected(scenarios[i], selection)) continue;
    if (!HoldsIn(scenarios[i], selection.profile)) {
      ++elsewhere;
      continue;
    }
    selected.push_back(i);
  }
  if (selected.empty() && elsewhere > 0) {
    return Error{"select.nothing",
                 fmt::format("what was selected does not hold in profile {}; choose another "
                             "--profile (`list` names them)",
                             selection.profile)};
  }
  if (selected.empty()) {
    return Error{"select.nothing",
                 "no scenario is left after all filters; loosen the patterns, --tag, --skip "
                 "or --failed-from"};
  }
  return selected;
}

}  // namespace aweber::conformance
