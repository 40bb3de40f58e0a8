#include "conformance/checks/process_crowd.h"

#include <algorithm>

#include "base/text/json.h"
#include "conformance/checks/steps.h"

namespace aweber::conformance {
namespace {

bool IsCommand(const StepObservation& step) {
  return step.op == "call" || step.op == "refresh" || step.op == "callback" ||
         step.op == "logout" || step.op == "revoke";
}

bool Lists(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

std::vector<ProcessCrowd> ProcessCrowds(const CaseView& view) {
  std::vector<ProcessCrowd> crowds;
  if (view.looks.empty()) return crowds;
  for (const StepObservation& step : view.steps) {
    if (!IsCommand(step) || step.first_sequence == 0) continue;
    if (step.reply == StepObservation::Reply::kNone) continue;
    // Steps of one `parallel` begin before any of them has ended.
    const bool joins = !crowds.empty() && step.first_sequence <= crowds.back().last &&
                       crowds.back().first <= step.last_sequence;
    if (!joins) crowds.push_back({step.first_sequence, step.last_sequence, {}});
    ProcessCrowd& crowd = crowds.back();
    crowd.first = std::min(crowd.first, step.first_sequence);
    crowd.last = std::max(crowd.last, step.last_sequence);
    crowd.steps.push_back(&step);
  }
  return crowds;
}

bool WasKilled(const StepObservation& step) { return JsonInt(step.err, "signal").has_value(); }

bool AnyKilled(const CaseView& view, const ProcessCrowd& crowd) {
  return std::any_of(crowd.steps.begin(), crowd.steps.end(),
                     [](const StepObservation* step) { return WasKilled(*step); }) ||
         std::any_of(view.killed.begin(), view.killed.end(),
                     [&](std::uint64_t sequence) { return crowd.Holds(sequence); });
}

bool Hung(const StepObservation& step) {
  return step.reply == StepObservation::Reply::kErr && step.err_kind == "timeout";
}

bool WasReceived(const CaseView& view, const BackRequest& request) {
  const bool killed =
      std::find(view.killed.begin(), view.killed.end(), request.sequence()) != view.killed.end();
  return !killed && ClientSaw(*request.entry);
}

bool ServerFailed(const CaseView& view, const ProcessCrowd& crowd) {
  return std::any_of(view.journal->begin(), view.journal->end(), [&](const JournalEntry& entry) {
    if (!crowd.Holds(entry.sequence)) return false;
    return entry.status >= 500 || entry.status == 429 ||
           (!entry.fault.empty() && !ClientSaw(entry));
  });
}

const StoreLook* LookAfter(const CaseView& view, const ProcessCrowd& crowd) {
  const StoreLook* found = nullptr;
  for (const StoreLook& look : view.looks) {
    if (look.after.empty() || look.sequence < crowd.last) continue;
    // The first look after the last of them has ended: later ones belong to later steps.
    if (found == nullptr || look.sequence == found->sequence) found = &look;
    if (look.sequence > found->sequence) break;
  }
  return found;
}

std::vector<std::string> StoredTokens(const StoreLook& look) {
  std::vector<std::string> tokens;
  for (const StoreFile& file : look.files) {
    if (!file.in_store) continue;
    tokens.insert(tokens.end(), file.holds.begin(), file.holds.end());
  }
  return tokens;
}

bool StoreIsReadable(const CaseView& view) {
  return std::any_of(view.looks.begin(), view.looks.end(), [](const StoreLook& look) {
    const auto tokens = StoredTokens(look);
    return std::any_of(tokens.begin(), tokens.end(),
                       [](const std::string& label) { return label.starts_with("rt-"); });
  });
}

bool HoldsLive(const StoreLook& look) {
  const auto tokens = StoredTokens(look);
  return std::any_of(tokens.begin(), tokens.end(),
                     [&](const std::string& label) { return Lists(look.live, label); });
}

bool TrustedItsClock(const CaseView& view, const StepObservation& step) {
  for (const BackRequest& request : RefreshRequests(view)) {
    if (During(step, *request.entry)) return false;
  }
  const auto tokens = TokenResponses(view);
  const TokenResponse* latest = nullptr;
  for (const TokenResponse& issued : tokens) {
    if (issued.entry->sequence < step.first_sequence) latest = &issued;
  }
  if (latest == nullptr) return false;
  const auto life = JsonInt(latest->members, "expires_in");
  return !life || *life > 60;
}

}  // namespace aweber::conformance
