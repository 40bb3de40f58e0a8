// Token and pending stores: what survives, what is private, who waits for whom.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>
#include <vector>

#include "base/os/file.h"
#include "client/store/file_store.h"
#include "client/store/pending_store.h"
#include "client/store/token_store.h"
#include "tests/unit/client/await_sleep.h"

namespace aweber::client {
namespace {

class StoreTest : public testing::Test {
 protected:
  void SetUp() override { directory_ = MakeTempDirectory("aweber-store").value(); }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  static TokenSet Token() {
    TokenSet token;
    token.access_token = "A1";
    token.refresh_token = "R1";
    token.scope = "a b";
    token.revoking = true;
    token.rest_until = UnixTime(std::chrono::seconds(1'700'000'010));
    token.issued_at = UnixTime(std::chrono::milliseconds(1'795'443'648'123));
    token.expires_in = std::chrono::seconds(3600);
    return token;
  }

  std::string directory_;
};

TEST_F(StoreTest, TokensSurviveAndArePrivate) {
  FileTokenStore first(directory_);
  ASSERT_TRUE(first.Save("ann", Token()).ok());
  FileTokenStore second(directory_);
  const auto loaded = second.Load("ann");
  ASSERT_TRUE(loaded.ok() && loaded->has_value());
  EXPECT_EQ(**loaded, Token());
  EXPECT_FALSE(second.Load("bob").value().has_value());
  struct stat info {};
  ASSERT_EQ(::stat(first.PathOf("ann").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(StoreTest, AcquireMakesAPrivateDirectory) {
  FileTokenStore store(directory_ + "/a/b");
  ASSERT_TRUE(store.Acquire("ann").ok());
  ASSERT_TRUE(store.Save("ann", Token()).ok());
  struct stat info {};
  ASSERT_EQ(::stat((directory_ + "/a/b").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
}

TEST_F(StoreTest, UserNamesCannotLeaveTheDirectory) {
  EXPECT_EQ(FileTokenStore("/d").PathOf("../../etc/x y"), "/d/token-..%2F..%2Fetc%2Fx%20y.json");
}

TEST_F(StoreTest, CorruptFilesAreNamed) {
  FileTokenStore store(directory_);
  for (const char* text :
       {"", "{", "[]", R"({"access_token":"A"})", R"({"access_token":1,"issued_at_ms":1})",
        R"({"access_token":"A","issued_at_ms":-1})",
        R"({"access_token":"A","issued_at_ms":9223372036854775807})",
        R"({"access_token":"A","issued_at_ms":1,"expires_in":9223372036854775807})"}) {
    ASSERT_TRUE(WriteFileAtomically(store.PathOf("ann"), text, 0600).ok());
    const auto loaded = store.Load("ann");
    ASSERT_FALSE(loaded.ok()) << text;
    EXPECT_EQ(loaded.error().code, "store.corrupt") << text;
    EXPECT_NE(loaded.error().message.find(store.PathOf("ann")), std::string::npos);
    EXPECT_NE(loaded.error().message.find("log in again"), std::string::npos);
  }
}

// Whatever is left of a file: it is whole, or it is named as damaged. Never half a token.
TEST_F(StoreTest, AFileCutShortAtAnyByteIsNamed) {
  FileTokenStore store(directory_);
  ASSERT_TRUE(store.Save("ann", Token()).ok());
  const std::string whole = ReadFile(store.PathOf("ann")).value();
  const std::size_t end = whole.find_last_of('}');
  for (std::size_t size = 0; size <= end; ++size) {
    ASSERT_TRUE(WriteFileAtomically(store.PathOf("ann"), whole.substr(0, size), 0600).ok());
    const auto loaded = store.Load("ann");
    ASSERT_FALSE(loaded.ok()) << size;
    EXPECT_EQ(loaded.error().code, "store.corrupt") << size;
  }
}

TEST_F(StoreTest, ALinkIsNotFollowedAndAPipeNotWaitedFor) {
  FileTokenStore store(directory_);
  ASSERT_TRUE(store.Save("other", Token()).ok());
  const std::string path = store.PathOf("ann");
  const std::string before = ReadFile(store.PathOf("other")).value();
  const auto expect_refused = [&](const std::string& what) {
    const std::string message =
        "token store: " + path + " is " + what + ": remove it, or choose another directory";
    const auto loaded = store.Load("ann");
    ASSERT_FALSE(loaded.ok());
    EXPECT_EQ(loaded.error().code, "store.read");
    EXPECT_EQ(loaded.error().message, message);
    TokenSet changed = Token();
    changed.access_token = "A2";
    const auto saved = store.Save("ann", changed);
    ASSERT_FALSE(saved.ok());
    EXPECT_EQ(saved.error().code, "store.save");
    EXPECT_EQ(saved.error().message, message);
    EXPECT_EQ(ReadFile(store.PathOf("other")).value(), before);
  };
  std::filesystem::create_symlink(store.PathOf("other"), path);
  expect_refused("a symbolic link");
  std::filesystem::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  expect_refused("a pipe, socket or device");
}

TEST_F(StoreTest, EraseIsIdempotent) {
  FileTokenStore store(directory_);
  ASSERT_TRUE(store.Save("ann", Token()).ok());
  EXPECT_TRUE(store.Erase("ann").ok());
  EXPECT_TRUE(store.Erase("ann").ok());
  EXPECT_FALSE(store.Load("ann").value().has_value());
}

TEST_F(StoreTest, ErrorsNameThePathAndTheCure) {
  std::ofstream(directory_ + "/file") << "x";
  FileTokenStore store(directory_ + "/file");
  const std::string path = directory_ + "/file/token-ann.json";
  const std::string cure =
      ": Not a directory; a part of the path is a file: choose another directory";
  const auto lock = store.Acquire("ann", {});
  EXPECT_EQ(lock.error().code, "store.lock");
  EXPECT_EQ(lock.error().message, "token store: cannot open " + path + ".lock" + cure);
  const auto saved = store.Save("ann", Token());
  EXPECT_EQ(saved.error().code, "store.save");
  EXPECT_EQ(saved.error().message, "token store: cannot write " + path + cure);
  const auto loaded = store.Load("ann");
  EXPECT_EQ(loaded.error().code, "store.read");
  EXPECT_EQ(loaded.error().message, "token store: cannot read " + path + cure);
}

// A process that was killed while it saved leaves its half behind, tokens in it.
TEST_F(StoreTest, LeftoversOfKilledProcessesGo) {
  FileTokenStore store(directory_);
  const std::string path = store.PathOf("ann");
  const auto litter = [&] { std::ofstream(path + ".tmp-aB3xYz") << "secrets"; };
  const std::string odd = store.PathOf("ann.json.tmp-b");  // a user's, whatever it looks like
  ASSERT_EQ(odd, path + ".tmp-b.json");
  ASSERT_TRUE(store.Save("ann.json.tmp-b", Token()).ok());
  litter();
  ASSERT_TRUE(store.Save("ann", Token()).ok());
  EXPECT_FALSE(std::filesystem::exists(path + ".tmp-aB3xYz"));
  litter();
  ASSERT_TRUE(store.Erase("ann").ok());
  EXPECT_FALSE(std::filesystem::exists(path + ".tmp-aB3xYz"));
  EXPECT_TRUE(std::filesystem::exists(odd));
}

void CheckLockWaitCanBeCancelled(TokenStore& store) {
  const auto held = store.Acquire("ann", {});
  std::stop_source source;
  std::string code;
  std::atomic<long> waiter{0};
  std::thread waits([&] {
    waiter = ThisThread();
    code = store.Acquire("ann", source.get_token()).error().code;
  });
  AwaitSleep(waiter);
  source.request_stop();
  waits.join();
  EXPECT_EQ(code, "http.cancelled");
}

TEST_F(StoreTest, WaitingForALockCanBeCancelled) {
  FileTokenStore file(directory_);
  CheckLockWaitCanBeCancelled(file);
  MemoryTokenStore memory;
  CheckLockWaitCanBeCancelled(memory);
}

// Each holder must see the other's increment: without exclusion some are lost.
void CountUnderLock(TokenStore& a, TokenStore& b) {
  int counter = 0;
  std::atomic<int> inside{0};
  const auto work = [&](TokenStore& store) {
    for (int i = 0; i < 200; ++i) {
      const auto lock = store.Acquire("ann");
      ASSERT_TRUE(lock.ok());
      EXPECT_EQ(++inside, 1);
      ++counter;
      --inside;
    }
  };
  std::thread first([&] { work(a); });
  std::thread second([&] { work(b); });
  first.join();
  second.join();
  EXPECT_EQ(counter, 400);
}

TEST_F(StoreTest, FileLockExcludesThreadsAndStores) {
  FileTokenStore a(directory_), b(directory_);
  CountUnderLock(a, b);
}

TEST_F(StoreTest, MemoryLockExcludesThreadsButNotOtherUsers) {
  MemoryTokenStore store;
  CountUnderLock(store, store);
  const auto ann = store.Acquire("ann");
  EXPECT_TRUE(store.Acquire("bob").ok());
}

template <typename Make>
void CheckPending(Make make) {
  const UnixTime now = FromUnixSeconds(1000);
  const PendingAuthorization login{"S1", "V1", "https://app.test/cb", "data",
                                   FromUnixSeconds(2000)};
  ASSERT_TRUE(make()->Put("ann", login).ok());
  EXPECT_FALSE(make()->Take("bob", "S1", now).value().has_value());
  EXPECT_FALSE(make()->Take("ann", "S", now).value().has_value());
  EXPECT_EQ(make()->Take("ann", "S1", now).value(), login);
  EXPECT_FALSE(make()->Take("ann", "S1", now).value().has_value()) << "taken once";
  ASSERT_TRUE(make()->Put("ann", login).ok());
  EXPECT_FALSE(make()->Take("ann", "S1", FromUnixSeconds(2000)).value().has_value()) << "expired";
}

TEST_F(StoreTest, PendingInMemory) {
  MemoryPendingStore store;
  CheckPending([&] { return &store; });
}

TEST_F(StoreTest, PendingInAFileSurvivesRestarts) {
  CheckPending([&] { return std::make_unique<FilePendingStore>(directory_); });
}

// A callback that nobody started must leave nothing behind: anybody can send one.
TEST_F(StoreTest, PendingLeavesNoFilesWithoutALogin) {
  const auto files = [&] {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      names.insert(entry.path().filename().string());
    }
    return names;
  };
  using Names = std::set<std::string>;
  FilePendingStore store(directory_);
  const UnixTime now = FromUnixSeconds(1000);
  EXPECT_FALSE(store.Take("ann", "S1", now).value().has_value());
  EXPECT_EQ(files(), Names());
  for (const char* state : {"S1", "S2"}) {
    ASSERT_TRUE(store.Put("ann", {state, "", "", "", FromUnixSeconds(2000)}).ok());
  }
  EXPECT_TRUE(store.Take("ann", "S1", now).value().has_value());
  EXPECT_EQ(files(), Names({"pending-ann.json", "pending-ann.json.lock"}));
  EXPECT_TRUE(store.Take("ann", "S2", now).value().has_value());
  EXPECT_EQ(files(), Names({"pending-ann.json.lock"}));
}

// Who holds the lock has seen the file, and who comes later sees what it left.
TEST_F(StoreTest, PendingIsTakenOnceByManyThreads) {
  const UnixTime now = FromUnixSeconds(1000);
  for (int round = 0; round < 20; ++round) {
    ASSERT_TRUE(
        FilePendingStore(directory_).Put("ann", {"S1", "", "", "", FromUnixSeconds(2000)}).ok());
    std::atomic<int> taken{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        FilePendingStore store(directory_);
        if (store.Take("ann", "S1", now).value().has_value()) ++taken;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(taken, 1);
  }
}

TEST_F(StoreTest, PendingIsBounded) {
  std::vector<PendingAuthorization> list;
  for (std::size_t i = 0; i < kMaxPending + 5; ++i) {
    AddPending(list, {std::to_string(i), "", "", "", FromUnixSeconds(10)});
  }
  EXPECT_EQ(list.size(), kMaxPending);
  EXPECT_EQ(list.front().state, "5");
  EXPECT_EQ(TakePending(list, std::nullopt, FromUnixSeconds(1))->state,
            std::to_string(kMaxPending + 4));
}

TEST(TokenLife, RenewalMarginIsTheSkewOrATenth) {
  TokenSet token;
  token.issued_at = FromUnixSeconds(0);
  const std::chrono::seconds skew(60);
  EXPECT_FALSE(token.ShouldRenew(FromUnixSeconds(1'000'000), skew)) << "unknown life";
  token.expires_in = std::chrono::seconds(3600);
  EXPECT_FALSE(token.ShouldRenew(FromUnixSeconds(3539), skew));
  EXPECT_TRUE(token.ShouldRenew(FromUnixSeconds(3540), skew));
  token.expires_in = std::chrono::seconds(100);
  EXPECT_FALSE(token.ShouldRenew(FromUnixSeconds(89), skew));
  EXPECT_TRUE(token.ShouldRenew(FromUnixSeconds(90), skew));
  EXPECT_FALSE(token.Expired(FromUnixSeconds(99)));
  EXPECT_TRUE(token.Expired(FromUnixSeconds(100)));
  token.expires_in = std::chrono::seconds(2);
  EXPECT_FALSE(token.ShouldRenew(FromUnixSeconds(0), skew));
  EXPECT_TRUE(token.ShouldRenew(FromUnixSeconds(1), skew)) << "a second at least";
  EXPECT_FALSE(token.ShouldRenew(FromUnixSeconds(1), std::chrono::seconds(0)));
}

TEST(TokenMask, NeverEnoughToUse) {
  EXPECT_EQ(MaskSecret(""), "(none)");
  EXPECT_EQ(MaskSecret("short"), "...(5)");
  EXPECT_EQ(MaskSecret("abcdefghijklmnopqrstuvwxyz012345"), "abcd...(32)");
}

}  // namespace
}  // namespace aweber::client
