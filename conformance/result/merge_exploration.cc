#include "conformance/result/merge_exploration.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace aweber::conformance {
namespace {

bool IsFlaky(const Json& finding) {
  return JsonString(finding, "outcome") == OutcomeName(Outcome::kFlaky);
}

// {"authorize": 3, ...} of all parts, added up.
Json Sum(const std::vector<const Json*>& coverages, const char* name) {
  Json sum = Json::object();
  for (const Json* const coverage : coverages) {
    const Json* const counts = JsonMember(*coverage, name);
    if (counts == nullptr || !counts->is_object()) continue;
    for (const auto& [key, value] : counts->items()) {
      if (!value.is_number_integer()) continue;
      sum[key] = JsonInt(sum, key).value_or(0) + value.get<std::int64_t>();
    }
  }
  return sum;
}

std::set<std::string> StatesOf(const std::vector<const Json*>& coverages) {
  std::set<std::string> all;
  for (const Json* const coverage : coverages) {
    const Json* const states = JsonMember(*coverage, "states");
    if (states == nullptr || !states->is_array()) continue;
    for (const Json& state : *states) {
      if (state.is_string()) all.insert(state.get<std::string>());
    }
  }
  return all;
}

Json FindingsOf(const std::vector<Json>& parts) {
  std::map<std::string, Json> findings;
  for (const Json& part : parts) {
    const Json* const list = JsonMember(part, "findings");
    if (list == nullptr || !list->is_array()) continue;
    for (const Json& finding : *list) {
      const auto [place, fresh] = findings.emplace(JsonString(finding, "id").value_or(""), finding);
      if (!fresh && IsFlaky(place->second)) place->second = finding;
    }
  }
  Json all = Json::array();
  for (auto& [id, finding] : findings) all.push_back(std::move(finding));
  return all;
}

}  // namespace

std::vector<CaseResult> MergeFindings(std::vector<CaseResult> cases) {
  std::map<std::string, CaseResult> findings;
  for (CaseResult& one : cases) {
    const auto found = findings.find(one.id);
    if (found != findings.end() && found->second.outcome != Outcome::kFlaky) continue;
    findings[one.id] = std::move(one);
  }
  std::vector<CaseResult> merged;
  for (auto& [id, one] : findings) merged.push_back(std::move(one));
  return merged;
}

Json MergeExplorations(const std::vector<Json>& parts) {
  std::int64_t sequences = 0;
  std::vector<const Json*> coverages;
  for (const Json& part : parts) {
    sequences += JsonInt(part, "sequences").value_or(0);
    if (const Json* const coverage = JsonMember(part, "coverage")) coverages.push_back(coverage);
  }
  Json coverage = {{"states", StatesOf(coverages)}};
  for (const char* const name : {"actions", "behaviours", "variations"}) {
    coverage[name] = Sum(coverages, name);
  }
  return {
      {"sequences", sequences}, {"coverage", std::move(coverage)}, {"findings", FindingsOf(parts)}};
}

}  // namespace aweber::conformance
