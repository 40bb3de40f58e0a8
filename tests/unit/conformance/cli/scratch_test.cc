// The folder of a run, and what the next run makes of those that a dead one has left.
#include "conformance/cli/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "base/os/file.h"
#include "base/os/process.h"
#include "conformance/driver/process_table.h"

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

class ScratchTest : public testing::Test {
 protected:
  ScratchTest() : parent_(MakeTempDirectory("scratch_test-").value()) {
    if (const char* const before = std::getenv("TMPDIR")) before_ = before;
    ::setenv("TMPDIR", parent_.c_str(), 1);
  }
  ~ScratchTest() override {
    before_ ? ::setenv("TMPDIR", before_->c_str(), 1) : ::unsetenv("TMPDIR");
    fs::remove_all(parent_);
  }

  // What a run leaves that was killed together with its guardian.
  std::string DeadFolder() const {
    std::string folder = parent_ + "/aweber-conformance-dead01";
    fs::create_directories(folder + "/case/home");
    EXPECT_TRUE(WriteFileAtomically(folder + "/owner", "").ok());
    EXPECT_TRUE(WriteFileAtomically(folder + "/case/home/tokens.json", "{}").ok());
    return folder;
  }

  const std::string parent_;
  std::optional<std::string> before_;
};

TEST_F(ScratchTest, LiesWhereTheUserSaysElseWhereThereIsRoom) {
  EXPECT_EQ(ScratchParent(), parent_);
  ::setenv("TMPDIR", "", 1);
  EXPECT_THAT(ScratchParent(), testing::AnyOf("/dev/shm", "/tmp"));
  ::unsetenv("TMPDIR");
  EXPECT_THAT(ScratchParent(), testing::AnyOf("/dev/shm", "/tmp"));
}

TEST_F(ScratchTest, GoesWithItsOwner) {
  std::string path;
  {
    auto scratch = Scratch::Make();
    ASSERT_TRUE(scratch.ok()) << scratch.error().message;
    path = scratch->path();
    EXPECT_TRUE(fs::is_directory(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(ScratchTest, TheNextOneSweepsWhatADeadRunLeft) {
  const std::string dead = DeadFolder();
  const auto scratch = Scratch::Make();
  ASSERT_TRUE(scratch.ok());
  EXPECT_FALSE(fs::exists(dead));
}

TEST_F(ScratchTest, TheLivingAndWhatIsNotOursStay) {
  const auto first = Scratch::Make();
  fs::create_directories(parent_ + "/aweber-conformance-foreign");  // nothing tells whose it is
  fs::create_directories(parent_ + "/another");
  EXPECT_TRUE(WriteFileAtomically(parent_ + "/another/owner", "").ok());
  const auto second = Scratch::Make();
  ASSERT_TRUE(second.ok());
  EXPECT_TRUE(fs::exists(first->path()));
  EXPECT_TRUE(fs::exists(parent_ + "/aweber-conformance-foreign"));
  EXPECT_TRUE(fs::exists(parent_ + "/another"));
}

TEST_F(ScratchTest, WhatRunsForADeadRunIsEnded) {
  const std::string dead = DeadFolder();
  const std::string neighbour = dead + "2";  // another name, not a folder below it
  const auto start = [](const std::string& folder) {
    ChildOptions options{.argv = {"/bin/sleep", "1000"}};
    options.extra_env = {{std::string(kCaseVariable), folder}};
    return ChildProcess::Spawn(options).value();
  };
  ChildProcess orphan = start(dead + "/case");
  ChildProcess other = start(neighbour);
  EXPECT_EQ(SweepDeadRuns(parent_), 1);
  EXPECT_FALSE(fs::exists(dead));
  const auto ended = orphan.Poll();
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->code, SIGKILL);
  EXPECT_FALSE(other.Poll().has_value());
}

// Programs take rights from their own folders. Root may remove them all the same: be somebody else.
TEST_F(ScratchTest, AFolderWithoutRightsIsRemoved) {
  fs::permissions(parent_, fs::perms::all);
  const pid_t child = ::fork();
  if (child == 0) {
    // From inside: somebody else may not come through the folders above.
    if (::chdir(parent_.c_str()) != 0) ::_exit(2);
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);
    const std::string folder = "closed";
    fs::create_directories(folder + "/below/deep");
    std::error_code ignored;
    fs::permissions(folder + "/below", fs::perms::none, ignored);
    fs::permissions(folder, fs::perms::owner_read, ignored);
    ::_exit(RemoveWhole(folder) && !fs::exists(folder) ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace aweber::conformance
