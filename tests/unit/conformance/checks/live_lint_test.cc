// Every check that is seen on the wire is live: what violates it is found by the lint of the mock,
// at the entry that shows it, with nothing to go by but the journal.
#include "conformance/checks/live_lint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "mockserver/journal/related.h"
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

std::set<std::string> IdsOf(const std::vector<mock::Finding>& findings) {
  std::set<std::string> ids;
  for (const mock::Finding& finding : findings) {
    EXPECT_FALSE(finding.message.empty()) << finding.check;
    EXPECT_FALSE(finding.level.empty()) << finding.check;
    ids.insert(finding.check);
  }
  return ids;
}

// The ids found as the journal grows, entry by entry. What an entry is related to is enough to
// judge it: the whole journal leads to the same.
std::set<std::string> FoundLive(Transcript& transcript, std::string_view profile) {
  std::set<std::string> found;
  std::vector<JournalEntry> journal;
  mock::RelatedEntries kept;
  for (JournalEntry entry : *transcript.view().journal) {
    AddFacts(transcript.view(), entry);
    journal.push_back(entry);
    kept.Add(entry);
    const auto ids = IdsOf(LiveLint(kept.To(entry.sequence), entry, profile));
    EXPECT_EQ(ids, IdsOf(LiveLint(journal, entry, profile)))
        << entry.request.method << " " << entry.request.target << " #" << entry.sequence;
    found.insert(ids.begin(), ids.end());
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
    SCOPED_TRACE(std::string(row.check) + ": " + row.name);
    for (const char* profile : {"aweber", "rfc6749", "rfc9700"}) {
      Transcript transcript;
      row.build(transcript);
      const bool violated = FoundLive(transcript, profile).contains(row.check);
      if (row.want == Verdict::kViolation && violated) found.insert(row.check);
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
