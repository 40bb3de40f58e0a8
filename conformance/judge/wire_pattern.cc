#include "conformance/judge/wire_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "base/text/glob.h"

namespace aweber::conformance {
namespace {

struct Range {
  std::uint64_t first = 1;
  std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
};

// From the begin of step `label` to the begin of the next step that started later (for `during`);
// nothing when it never ran.
std::optional<Range> RangeOf(const CaseView& view, const std::string& label) {
  const StepObservation* const step = view.FindStep(label);
  if (step == nullptr || step->first_sequence == 0) return std::nullopt;
  Range range;
  range.first = step->first_sequence;
  const StepObservation* const end = view.steps.data() + view.steps.size();
  for (const StepObservation* next = step + 1; next != end; ++next) {
    // Later in the file and begun after this one had ended: not one of its parallel siblings.
    if (next->first_sequence > step->last_sequence && next->first_sequence != 0) {
      range.last = next->first_sequence - 1;
      break;
    }
  }
  return range;
}

std::optional<Range> RangeFor(const mock::WirePattern& pattern, const CaseView& view) {
  Range range;
  if (!pattern.during.empty()) {
    const auto during = RangeOf(view, pattern.during);
    if (!during) return std::nullopt;
    range = *during;
  }
  if (!pattern.after.empty()) {
    const auto after = RangeOf(view, pattern.after);
    if (!after) return std::nullopt;
    range.first = std::max(range.first, after->first);
  }
  if (!pattern.before.empty()) {
    const auto before = RangeOf(view, pattern.before);
    if (!before) return std::nullopt;
    range.last = std::min(range.last, before->first - 1);
  }
  return range;
}

// "header" of an API request, "basic" of a token request.
std::string SentIn(const mock::JournalEntry& entry) {
  if (entry.endpoint == mock::Endpoint::kApi) return entry.facts.token_placement;
  return entry.endpoint == mock::Endpoint::kToken ? mock::ClientAuthName(entry.facts.auth) : "";
}

std::string EndpointWords(const mock::Selector& selector) {
  if (!selector.endpoint) return "a request";
  switch (*selector.endpoint) {
    case mock::Endpoint::kAuthorize:
      return "an authorization request";
    case mock::Endpoint::kApi:
      return "an API request";
    case mock::Endpoint::kOther:
      return "a request elsewhere";
    default:
      return fmt::format("a {} request", mock::EndpointName(*selector.endpoint));
  }
}

}  // namespace

bool MatchesSelector(const mock::Selector& selector, const mock::JournalEntry& entry) {
  if (selector.endpoint && *selector.endpoint != entry.endpoint) return false;
  if (selector.grant && *selector.grant != entry.facts.grant_type) return false;
  if (selector.client_id && *selector.client_id != entry.facts.client_id) return false;
  if (selector.method && *selector.method != entry.request.method) return false;
  if (selector.path && !GlobMatches(*selector.path, entry.local_path)) return false;
  return !selector.token_state || *selector.token_state == entry.facts.token_state;
}

std::vector<std::uint64_t> FindPattern(const mock::WirePattern& pattern, const CaseView& view) {
  std::vector<std::uint64_t> found;
  const auto range = RangeFor(pattern, view);
  if (!range) return found;
  for (const mock::JournalEntry& entry : *view.journal) {
    if (entry.sequence < range->first || entry.sequence > range->last) continue;
    if (!MatchesSelector(pattern.on, entry)) continue;
    if (pattern.status && *pattern.status != entry.status) continue;
    if (pattern.committed && *pattern.committed != entry.facts.committed) continue;
    if (!entry.fault.HasAll(pattern.fault)) continue;
    if (!pattern.sent_in.empty() && pattern.sent_in != SentIn(entry)) continue;
    found.push_back(entry.sequence);
  }
  return found;
}

std::size_t AllowedOf(const mock::WirePattern& pattern, const CaseView& view) {
  const auto allowed = static_cast<std::size_t>(std::max(pattern.at_most, 0));
  const auto range = RangeFor(pattern, view);
  if (!pattern.per_request || !range) return allowed;
  std::set<std::pair<std::string, std::string>> requests;
  for (const mock::JournalEntry& entry : *view.journal) {
    if (entry.sequence < range->first || entry.sequence > range->last) continue;
    if (entry.endpoint != mock::Endpoint::kApi) continue;
    requests.emplace(entry.request.method, entry.local_path);
  }
  return allowed * std::max<std::size_t>(requests.size(), 1);
}

std::string DescribePattern(const mock::WirePattern& pattern) {
  std::string text = EndpointWords(pattern.on);
  if (pattern.on.method) text += fmt::format(" by {}", *pattern.on.method);
  if (pattern.on.path) text += fmt::format(" for {}", *pattern.on.path);
  if (pattern.on.grant) text += fmt::format(" with grant {}", *pattern.on.grant);
  if (pattern.on.token_state)
    text += fmt::format(" with a token that is {}", *pattern.on.token_state);
  if (pattern.status) text += fmt::format(" answered {}", *pattern.status);
  if (pattern.committed) text += *pattern.committed ? " that took effect" : " without effect";
  if (!pattern.sent_in.empty()) {
    const bool api = pattern.on.endpoint == mock::Endpoint::kApi;
    text += fmt::format(" with its {} sent in: {}", api ? "token" : "credentials", pattern.sent_in);
  }
  if (!pattern.fault.empty()) text += fmt::format(" with the fault {}", pattern.fault.Text());
  if (!pattern.after.empty()) text += fmt::format(" after step {} began", pattern.after);
  if (!pattern.before.empty()) text += fmt::format(" before step {}", pattern.before);
  if (!pattern.during.empty()) text += fmt::format(" during step {}", pattern.during);
  return text;
}

}  // namespace aweber::conformance
