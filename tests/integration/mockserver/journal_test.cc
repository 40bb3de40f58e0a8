// What becomes of requests that are under way when a space is reset, and of those that finish in
// another order than they came: in the journal, for the linter, for who takes them one by one.
#include "mockserver/journal/journal.h"

#include <gtest/gtest.h>

#include <future>
#include <new>
#include <numeric>
#include <thread>

#include "mockserver/server/lint_worker.h"
#include "tests/support/mock_flow.h"
#include "tests/support/raw_socket.h"

namespace aweber::mock {
namespace {

std::unique_ptr<MockServer> StartJournaled(MockServerOptions options = {}) {
  options.scheme = "http";
  auto server = MockServer::Start(std::move(options));
  EXPECT_TRUE(server.ok());
  return std::move(*server);
}

void FinishEntry(Journal& journal, EntryId id) {
  journal.Update(id, [](JournalEntry& entry) { entry.state = EntryState::kAnswered; });
}

TEST(JournalEpoch, WhatWasUnderWayAtARestartChangesNothingAfterIt) {
  Journal journal;
  const EntryId old = journal.Append({});
  journal.Restart();
  const EntryId fresh = journal.Append({});
  EXPECT_EQ(fresh.sequence, 1u);
  journal.Update(old, [](JournalEntry& entry) { entry.status = 500; });
  EXPECT_EQ(journal.Find(1)->status, 0);
  EXPECT_FALSE(journal.Find(old));
  EXPECT_TRUE(journal.Find(fresh));
  EXPECT_FALSE(journal.Look(old, [](const JournalEntry&) {}));
}

// How QA works: a test that hangs, a reset, the next test.
TEST(JournalEpoch, AHungRequestFromBeforeTheResetIsNotTheNextOne) {
  auto server = StartJournaled();
  Space& space = *server->default_space();
  Rule hang;
  hang.then = {{.kind = FaultKind::kHang}};
  server->Enqueue(hang);
  test::RawSocket hung(ParseUri(server->base_url())->EffectivePort());
  hung.Send("GET /1.0/hangs HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(server->TakeRequest());
  space.Reset();
  testing::Flow flow(*server);
  EXPECT_EQ(flow.Call("/1.0/accounts", "x").status, 401);
  hung.Close();
  server->Stop();  // when it returns, every connection has said how it ended
  const auto entry = space.journal().Find(1);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->local_path, "/1.0/accounts");
  EXPECT_STREQ(EntryStateName(entry->state), "answered");
  EXPECT_GT(entry->bytes_sent, 0u);
}

TEST(JournalEviction, IsForgottenWhenTheJournalIsCleared) {
  Journal journal(2);
  for (int i = 0; i < 5; ++i) journal.Append({});
  EXPECT_EQ(journal.LastEvicted(), 3u);
  journal.Clear();
  EXPECT_EQ(journal.LastEvicted(), 0u);
  EXPECT_EQ(journal.evicted(), 3u);
  for (int i = 0; i < 3; ++i) journal.Append({});
  EXPECT_EQ(journal.LastEvicted(), 6u);
  journal.Restart();
  EXPECT_EQ(journal.LastEvicted(), 0u);
}

TEST(TakeRequest, GivesTheOldestFinishedOneOnce) {
  auto server = StartJournaled();
  Journal& journal = server->default_space()->journal();
  const EntryId first = journal.Append({}), second = journal.Append({}), third = journal.Append({});
  FinishEntry(journal, second);
  EXPECT_EQ(server->TakeRequest(0)->sequence, 2u);
  EXPECT_FALSE(server->TakeRequest(0));
  FinishEntry(journal, third);
  FinishEntry(journal, first);
  EXPECT_EQ(server->TakeRequest(0)->sequence, 1u);
  EXPECT_EQ(server->TakeRequest(0)->sequence, 3u);
  EXPECT_FALSE(server->TakeRequest(0));
}

TEST(TakeRequest, BeginsAgainAfterAReset) {
  auto server = StartJournaled();
  Journal& journal = server->default_space()->journal();
  for (int i = 0; i < 3; ++i) FinishEntry(journal, journal.Append({}));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(server->TakeRequest(0));
  server->default_space()->Reset();
  FinishEntry(journal, journal.Append({}));
  ASSERT_TRUE(server->TakeRequest(0));
  EXPECT_FALSE(server->TakeRequest(0));
}

TEST(TakeRequest, GivesNoEntryToTwoThreads) {
  auto server = StartJournaled();
  Journal& journal = server->default_space()->journal();
  constexpr int kEach = 50;
  std::vector<std::vector<std::uint64_t>> taken(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : taken) {
      threads.emplace_back([&server, &mine] {
        for (int i = 0; i < kEach; ++i) mine.push_back(server->TakeRequest()->sequence);
      });
    }
    for (std::size_t i = 0; i < kEach * taken.size(); ++i) FinishEntry(journal, journal.Append({}));
  }
  std::vector<std::uint64_t> all, expected(kEach * taken.size());
  for (const auto& mine : taken) all.insert(all.end(), mine.begin(), mine.end());
  std::sort(all.begin(), all.end());
  std::iota(expected.begin(), expected.end(), 1u);
  EXPECT_EQ(all, expected);
}

// Says which entries the linter was shown, "1 2 3: 2" for the second of three.
std::vector<Finding> ShownToLinter(const std::vector<JournalEntry>& journal,
                                   const JournalEntry& newest, Profile) {
  std::string shown;
  for (const JournalEntry& entry : journal) shown += std::to_string(entry.sequence) + " ";
  return {{"shown", "must", shown + ": " + std::to_string(newest.sequence)}};
}

std::string LintOf(Space& space, std::uint64_t sequence) {
  const auto entry = space.journal().Find(sequence);
  return entry && !entry->findings.empty() ? entry->findings[0].message : "";
}

// What all requests with one code have in common.
JournalEntry WithCode(const std::string& code = "c") {
  JournalEntry entry;
  entry.request.target = "/oauth2/token?code=" + code;
  return entry;
}

TEST(LintWorker, KeepsWhatFinishesOutOfOrder) {
  auto server = StartJournaled();
  const auto space = server->default_space();
  LintWorker worker(ShownToLinter);
  std::vector<EntryId> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(space->journal().Append(WithCode()));
  for (const int finished : {1, 0, 3, 2}) worker.Add(space, ids[finished]);
  worker.Drain();
  EXPECT_EQ(LintOf(*space, 2), "2 : 2");
  EXPECT_EQ(LintOf(*space, 1), "1 2 : 1");
  EXPECT_EQ(LintOf(*space, 4), "1 2 4 : 4");
  EXPECT_EQ(LintOf(*space, 3), "1 2 3 4 : 3");
}

TEST(LintWorker, BeginsAgainWithAResetSpace) {
  auto server = StartJournaled();
  const auto space = server->default_space();
  LintWorker worker(ShownToLinter);
  EntryId old;
  for (int i = 0; i < 2; ++i) worker.Add(space, old = space->journal().Append(WithCode()));
  worker.Drain();
  space->Reset();
  for (int i = 0; i < 3; ++i) worker.Add(space, space->journal().Append(WithCode()));
  worker.Add(space, old);  // was under way
  worker.Drain();
  EXPECT_EQ(LintOf(*space, 3), "1 2 3 : 3");
  EXPECT_EQ(LintOf(*space, 2), "1 2 : 2");
}

TEST(LintWorker, KeepsNothingOfSpacesThatAreGone) {
  auto server = StartJournaled();
  LintWorker worker(ShownToLinter);
  JournalEntry entry;
  entry.request.body.assign(1000, 'x');
  for (const char* name : {"a", "b", "c"}) {
    const auto space = *server->CreateSpace({.name = name});
    worker.Add(space, space->journal().Append(entry));
    worker.Drain();
    EXPECT_EQ(worker.kept_bytes(), 1000u) << name;
    server->RemoveSpace(name);
  }
}

// Stays at the first entry until it is let go.
struct HeldLinter {
  std::promise<void> begun, go_on;
  int judged = 0;

  Linter AsLinter() {
    return [this](const std::vector<JournalEntry>&, const JournalEntry&, Profile) {
      if (++judged == 1) {
        begun.set_value();
        go_on.get_future().wait();
      }
      return std::vector<Finding>();
    };
  }
};

TEST(LintWorker, WhatIsQueuedKeepsNoSpaceAlive) {
  auto server = StartJournaled();
  HeldLinter held;
  LintWorker worker(held.AsLinter());
  worker.Add(server->default_space(), server->default_space()->journal().Append({}));
  held.begun.get_future().wait();
  auto space = *server->CreateSpace({.name = "short"});
  worker.Add(space, space->journal().Append({}));
  const std::weak_ptr<Space> gone = space;
  server->RemoveSpace("short");
  space.reset();
  EXPECT_TRUE(gone.expired());
  held.go_on.set_value();
  worker.Drain();
  EXPECT_EQ(held.judged, 1);
  EXPECT_EQ(worker.unjudged(), 1u);
}

TEST(LintWorker, CountsWhatTheJournalLetGo) {
  auto server = StartJournaled({.journal_size = 2});
  const auto space = server->default_space();
  HeldLinter held;
  LintWorker worker(held.AsLinter());
  worker.Add(space, space->journal().Append({}));
  held.begun.get_future().wait();
  for (int i = 0; i < 5; ++i) worker.Add(space, space->journal().Append({}));
  held.go_on.set_value();
  worker.Drain();
  EXPECT_EQ(held.judged, 3);  // the first, and the two that the journal still has
  EXPECT_EQ(worker.unjudged(), 3u);
}

TEST(LintWorker, ShowsTheBeginningOfALongBody) {
  auto server = StartJournaled();
  const auto space = server->default_space();
  LintWorker worker([](const std::vector<JournalEntry>&, const JournalEntry& newest, Profile) {
    return std::vector<Finding>{{"size", "must", std::to_string(newest.request.body.size())}};
  });
  JournalEntry entry;
  entry.request.body.assign(LintWorker::kLongestBody + 1, 'x');
  worker.Add(space, space->journal().Append(entry));
  worker.Drain();
  EXPECT_EQ(LintOf(*space, 1), std::to_string(LintWorker::kLongestBody));
}

TEST(LintWorker, AStopEndsItAfterTheEntryAtHand) {
  auto server = StartJournaled();
  const auto space = server->default_space();
  HeldLinter held;
  LintWorker worker(held.AsLinter());
  for (int i = 0; i < 100; ++i) worker.Add(space, space->journal().Append({}));
  held.begun.get_future().wait();
  std::jthread stopper([&worker] { worker.Stop(); });
  while (worker.unjudged() == 0) std::this_thread::yield();  // until the stop was asked for
  held.go_on.set_value();
  stopper.join();
  EXPECT_EQ(held.judged, 1);
  EXPECT_EQ(worker.unjudged(), 99u);
  worker.Add(space, space->journal().Append({}));
  EXPECT_EQ(worker.unjudged(), 100u);
  worker.Drain();  // nothing to wait for any more
}

TEST(LintWorker, OutOfMemoryCostsOneEntryAndNoMore) {
  auto server = StartJournaled();
  const auto space = server->default_space();
  LintWorker worker([](const std::vector<JournalEntry>&, const JournalEntry& newest, Profile) {
    if (newest.sequence == 1) throw std::bad_alloc();
    return std::vector<Finding>{{"a-check", "must", "seen"}};
  });
  for (int i = 0; i < 2; ++i) worker.Add(space, space->journal().Append({}));
  worker.Drain();
  EXPECT_EQ(worker.unjudged(), 1u);
  EXPECT_EQ(LintOf(*space, 1), "");
  EXPECT_EQ(LintOf(*space, 2), "seen");
}

TEST(LintWorker, TellsOfFindingsWithoutTheirSecrets) {
  std::string told;
  MockServerOptions options;
  options.linter = [](const std::vector<JournalEntry>&, const JournalEntry&, Profile) {
    return std::vector<Finding>{
        {"a-check", "must", std::string("sent ") + testing::kClientSecret + " as code=unknown"}};
  };
  options.on_finding = [&](const std::string& space, std::uint64_t sequence,
                           const Finding& finding) {
    told += space + "#" + std::to_string(sequence) + " " + finding.check + " " + finding.level +
            ": " + finding.message;
  };
  auto server = StartJournaled(options);
  testing::Flow(*server, false).Call("/1.0/accounts", "x");
  server->DrainLint();
  EXPECT_EQ(told, "default#1 a-check must: sent [redacted:client_secret] as code=[redacted]");
}

}  // namespace
}  // namespace aweber::mock
