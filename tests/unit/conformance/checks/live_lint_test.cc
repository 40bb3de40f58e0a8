// Every check that is seen on the wire is live: what violates it is found by the lint of the mock,
// at the entry that shows it, with nothing to go by but the journal.
#include "conformance/checks/live_lint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/unit/conformance/checks/transcript.h"

namespace aweber::conformance {
namespace test {
namespace {

// What the mock knows beside the wire.
void AddFacts(const CaseView& view, JournalEntry& entry) {
  entry.facts.client_known = true;
  entry.facts.client_public = view.client_public;
  const auto sent = ParseForm(entry.request.Query()).Get("redirect_uri");
  if (entry.endpoint == mock::Endpoint::kAuthorize && sent && *sent != view.redirect_uri) {
    entry.why_rejected = "redirect_uri is not registered: registered \"" + view.redirect_uri +
                         "\", sent \"" + *sent + "\"; they differ";
  }
}

// The ids found as the journal grows, entry by entry.
std::set<std::string> FoundLive(Transcript& transcript, std::string_view profile) {
  std::set<std::string> found;
  std::vector<JournalEntry> journal;
  for (JournalEntry entry : *transcript.view().journal) {
    AddFacts(transcript.view(), entry);
    journal.push_back(entry);
    for (const mock::Finding& finding : LiveLint(journal, journal.back(), profile)) {
      EXPECT_FALSE(finding.message.empty()) << finding.check;
      EXPECT_FALSE(finding.level.empty()) << finding.check;
      found.insert(finding.check);
    }
  }
  return found;
}

TEST(LiveLint, FindsWhatViolatesEveryCheckOfTheWire) {
  std::set<std::string> found, wire;
  for (const Check& check : AllChecks()) {
    if (check.seen == Seen::kWire) wire.insert(std::string(check.id));
  }
  EXPECT_GT(wire.size(), 40u);
  for (const CheckCase& row : AllCases()) {
    if (row.want != Verdict::kViolation || !wire.contains(row.check)) continue;
    for (const char* profile : {"aweber", "rfc6749", "rfc9700"}) {
      Transcript transcript;
      row.build(transcript);
      if (FoundLive(transcript, profile).contains(row.check)) found.insert(row.check);
    }
  }
  // One state for two logins is a hash of the session to the guide; RFC 9700 wants another.
  Transcript twice;
  twice.Login(kState, kCode);
  twice.Login(kState, kCode2);
  twice.Get(Good(kState));
  EXPECT_FALSE(FoundLive(twice, "aweber").contains("az-state-fresh"));
  if (FoundLive(twice, "rfc9700").contains("az-state-fresh")) found.insert("az-state-fresh");
  for (const std::string& id : wire) {
    EXPECT_TRUE(found.contains(id)) << id << " is never found live";
  }
}

TEST(LiveLint, SaysNothingOfACleanLogin) {
  Transcript transcript;
  transcript.Login();
  transcript.Api("at-1-0123456789");
  EXPECT_EQ(FoundLive(transcript, "aweber"), std::set<std::string>());
}

}  // namespace
}  // namespace test
}  // namespace aweber::conformance
