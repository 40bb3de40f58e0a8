#include "conformance/judge/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace aweber::conformance {
namespace {

// What a scenario rests on, for readers: not where our own notes speak of it ("seed:2/3").
std::string SourceOf(const mock::Scenario& scenario) {
  std::vector<std::string_view> sources;
  for (const std::string& source : scenario.spec) {
    if (!source.starts_with("seed:")) sources.push_back(source);
  }
  return fmt::format("{}", fmt::join(sources, ", "));
}

}  // namespace

void Ledger::Take(const Judgement& judgement) {
  switch (judgement.verdict) {
    case Verdict::kNotSeen:
      return;
    case Verdict::kOk:
      Raise(Basis::kKept);
      if (judged == Judged::kNothing) judged = Judged::kKept;
      if (result.message.empty()) result.message = judgement.message;
      return;
    case Verdict::kViolation:
      Raise(judgement.evidence.empty() ? Basis::kWords : Basis::kWire);
      judged = Judged::kBroken;
      problems.insert(problems.begin(), judgement.message);
      result.evidence.insert(result.evidence.end(), judgement.evidence.begin(),
                             judgement.evidence.end());
      return;
  }
}

CheckResult Ledger::Finish() const {
  CheckResult finished = result;
  std::sort(finished.evidence.begin(), finished.evidence.end());
  finished.evidence.erase(std::unique(finished.evidence.begin(), finished.evidence.end()),
                          finished.evidence.end());
  const auto say = [&finished](Outcome outcome, const char* otherwise) {
    finished.outcome = outcome;
    if (finished.message.empty()) finished.message = otherwise;
  };
  if (demand == Demand::kOff) {
    finished.outcome = Outcome::kPass;
    finished.message = "not asked by this profile";
  } else if (failed()) {
    finished.outcome = demand == Demand::kShould ? Outcome::kWarn : Outcome::kFail;
    finished.message = fmt::format("{}", fmt::join(problems, "; "));
  } else if (basis == Basis::kNothing) {
    say(Outcome::kInconclusive, "nothing was observed that it could be judged by");
  } else {
    say(Outcome::kPass, "as expected");
  }
  return finished;
}

Ledgers::Ledgers(const VerdictInput& input) : input_(input) {
  if (input.scenario.expect.checks.empty()) For(kOutcomeCheck);
  for (const std::string& id : input.scenario.expect.checks) For(id);
}

Ledger& Ledgers::For(std::string_view id) {
  const auto found = std::find_if(all_.begin(), all_.end(),
                                  [&](const Ledger& ledger) { return ledger.result.id == id; });
  return found != all_.end() ? *found : all_.emplace_back(Open(id));
}

bool Ledgers::IsListed(std::string_view id) const {
  const auto& listed = input_.scenario.expect.checks;
  return std::find(listed.begin(), listed.end(), id) != listed.end();
}

Ledger Ledgers::Open(std::string_view id) const {
  Ledger ledger;
  ledger.result.id = id;
  ledger.result.level = LevelName(Level::kMust);
  if (const Check* check = FindCheck(id)) {
    const Level level = check->levels.For(input_.view.profile);
    ledger.result = ToCheckResult(*check, {}, input_.view.profile);
    if (level == Level::kShould) ledger.demand = Ledger::Demand::kShould;
    if (level == Level::kOff) ledger.demand = Ledger::Demand::kOff;
  } else if (id == kOutcomeCheck) {
    ledger.result.source = SourceOf(input_.scenario);
    ledger.result.statement = input_.scenario.title;
    ledger.result.why = input_.scenario.why;
  }
  return ledger;
}

}  // namespace aweber::conformance
