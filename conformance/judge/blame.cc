#include "conformance/judge/blame.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "conformance/judge/step_reply.h"

namespace aweber::conformance {
namespace {

using Basis = Ledger::Basis;
using Demand = Ledger::Demand;
using Judged = Ledger::Judged;

bool ControlFailed(const VerdictInput& input) { return input.control && !input.control->passed; }

// What the check found out it found out by the client's reply, not on the wire or in a page.
bool RestsOnReply(const Ledger& ledger) {
  if (!ledger.failed() || ledger.basis == Basis::kWire) return false;
  if (ledger.judged != Judged::kBroken) return true;
  const Check* const check = FindCheck(ledger.result.id);
  return check != nullptr && check->seen == Seen::kProvoked && check->id != kSecretsCheck;
}

// A rule that was broken in a request which was refused for it, or went astray, before the reply.
bool Explains(const CaseView& view, const Ledger& cause, const Ledger& effect) {
  if (cause.demand == Demand::kOff) return false;
  const bool lied = cause.judged == Judged::kBroken && cause.result.id == kHonestyCheck;
  if (lied) return true;
  // Its own judge is doubted only where its witness lied.
  if (effect.judged == Judged::kBroken && cause.result.id != kHonestyCheck) return false;
  if (cause.basis != Basis::kWire) return false;
  const auto& evidence = cause.result.evidence;
  return std::any_of(view.journal->begin(), view.journal->end(), [&](const JournalEntry& entry) {
    return entry.sequence <= effect.until && WasRefused(entry) &&
           std::find(evidence.begin(), evidence.end(), entry.sequence) != evidence.end();
  });
}

const Ledger* CauseOf(const CaseView& view, const Ledgers& ledgers, const Ledger& effect) {
  const auto cause = std::find_if(ledgers.begin(), ledgers.end(), [&](const Ledger& other) {
    return &other != &effect && Explains(view, other, effect);
  });
  return cause == ledgers.end() ? nullptr : &*cause;
}

// A check that only warns keeps its failure: the expected outcome would make more of it.
bool BelongsToOutcome(const Ledger& ledger) {
  if (ledger.judged == Judged::kBroken || ledger.demand != Demand::kMust) return false;
  if (ledger.result.id == kOutcomeCheck) return false;
  const Check* const check = FindCheck(ledger.result.id);
  return ledger.judged == Judged::kKept || (check != nullptr && check->seen == Seen::kWire);
}

Blame WhoIsToBlame(const VerdictInput& input, const Ledger& ledger, const Ledger* cause) {
  if (cause != nullptr) return Blame::kCause;
  if (ControlFailed(input) && ledger.judged != Judged::kBroken) return Blame::kControl;
  if (!ControlFailed(input) && BelongsToOutcome(ledger)) return Blame::kOutcome;
  return Blame::kItself;
}

void MoveToOutcome(const Ledger& ledger, Ledgers& ledgers) {
  Ledger& outcome = ledgers.For(kOutcomeCheck);
  outcome.Raise(ledger.basis);
  outcome.problems = ledger.problems;
  outcome.result.evidence = ledger.result.evidence;
}

// A 401 of the API is part of what the scenario expects.
bool Wants401(const mock::Scenario& scenario) {
  const auto& requirements = scenario.expect.requirements;
  return std::any_of(requirements.begin(), requirements.end(), [](const auto& pattern) {
    return pattern.on.endpoint == mock::Endpoint::kApi && pattern.status == 401;
  });
}

// Both are of one authorization, or it cannot be told of one of them.
bool MayBeOfOneGrant(const JournalEntry& a, const JournalEntry& b) {
  const std::string &one = a.facts.grant_label, &other = b.facts.grant_label;
  return one.empty() || other.empty() || one == other;
}

// The latest API request of its authorization before the refresh was answered 401.
bool Answers401(const CaseView& view, std::uint64_t refresh) {
  const auto at = std::find_if(view.journal->begin(), view.journal->end(),
                               [&](const auto& entry) { return entry.sequence == refresh; });
  if (at == view.journal->end()) return false;
  const auto call = std::find_if(
      std::make_reverse_iterator(at), view.journal->rend(), [&](const JournalEntry& entry) {
        return entry.endpoint == mock::Endpoint::kApi && MayBeOfOneGrant(entry, *at);
      });
  return call != view.journal->rend() && call->status == 401;
}

// The check is not accused; what was seen of it, if anything, stays.
void Acquit(Ledger& ledger, Basis left, const std::string& why) {
  ledger.basis = left;
  if (left == Basis::kKept) return;
  ledger.result.message = fmt::format("not judged: {}{}", why, fmt::join(ledger.problems, "; "));
}

}  // namespace

void Attribute(const VerdictInput& input, Ledgers& ledgers) {
  const std::size_t count = ledgers.size();  // one for the outcome may be opened meanwhile
  for (std::size_t at = 0; at < count; ++at) {
    Ledger& ledger = ledgers[at];
    if (!RestsOnReply(ledger)) continue;
    const Ledger* const cause = CauseOf(input.view, ledgers, ledger);
    switch (WhoIsToBlame(input, ledger, cause)) {
      case Blame::kItself:
        break;
      case Blame::kCause:
        // A warning alone would let the case pass.
        if (cause->demand == Demand::kShould && ledger.demand != Demand::kShould) {
          MoveToOutcome(ledger, ledgers);
        }
        Acquit(ledger, Basis::kNothing, fmt::format("{} is broken already; ", cause->result.id));
        break;
      case Blame::kControl:
        Acquit(ledger, Basis::kNothing,
               fmt::format("its control {} did not pass; ", input.control->id));
        break;
      case Blame::kOutcome:
        MoveToOutcome(ledger, ledgers);
        Acquit(ledger, ledger.judged == Judged::kKept ? Basis::kKept : Basis::kNothing, "");
        ledger.result.evidence.clear();
        break;
    }
  }
}

std::vector<std::uint64_t> ToBlame(const VerdictInput& input, const mock::WirePattern& never,
                                   std::vector<std::uint64_t> found) {
  // Where some are allowed, the scenario counts what a 401 may bring about.
  const bool forbids = never.on.grant == "refresh_token" && never.at_most <= 0;
  if (!forbids || Wants401(input.scenario)) return found;
  std::erase_if(found, [&](std::uint64_t refresh) { return Answers401(input.view, refresh); });
  return found;
}

void AccuseOutcome(const std::string& text, Ledger::Basis basis,
                   const std::vector<std::uint64_t>& evidence, Ledgers& ledgers) {
  Ledger& outcome = ledgers.For(kOutcomeCheck);
  outcome.Raise(basis);
  outcome.problems.push_back(text);
  outcome.result.evidence.insert(outcome.result.evidence.end(), evidence.begin(), evidence.end());
}

}  // namespace aweber::conformance
