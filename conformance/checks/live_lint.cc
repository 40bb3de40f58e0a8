#include "conformance/checks/live_lint.h"

#include <algorithm>

#include "conformance/checks/wire.h"

namespace aweber::conformance {
namespace {

// The registration that the mock compared a refused redirect URI with; "" when it refused none. The
// journal is all that a lint has to go by, and this is where the mock says it.
std::string RegisteredRedirect(const JournalEntry& entry) {
  constexpr std::string_view kSaid = "redirect_uri is not registered: registered \"";
  if (!entry.why_rejected.starts_with(kSaid)) return "";
  const std::string_view rest = std::string_view(entry.why_rejected).substr(kSaid.size());
  return std::string(rest.substr(0, rest.find('"')));
}

}  // namespace

std::vector<mock::Finding> LiveLint(const std::vector<JournalEntry>& journal,
                                    const JournalEntry& newest, std::string_view profile) {
  CaseView view;
  view.profile = std::string(profile);
  view.journal = &journal;
  view.readings = std::make_shared<WireReadings>();
  view.client_public = newest.facts.client_known && newest.facts.client_public;
  view.client_id = newest.facts.client_id;
  view.redirect_uri = RegisteredRedirect(newest);
  std::vector<mock::Finding> findings;
  for (const Check& check : AllChecks()) {
    const Level level = check.levels.For(profile);
    if (check.seen != Seen::kWire || level == Level::kOff) continue;
    const Judgement judgement = check.judge(view);
    // What an earlier entry alone violates was said there.
    const auto& evidence = judgement.evidence;
    const bool about_newest =
        std::find(evidence.begin(), evidence.end(), newest.sequence) != evidence.end();
    if (judgement.verdict != Verdict::kViolation || !about_newest) continue;
    findings.push_back({std::string(check.id), LevelName(level), judgement.message});
  }
  return findings;
}

}  // namespace aweber::conformance
