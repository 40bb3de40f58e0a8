// What a look at /proc tells, from a folder that stands for it.
#include "conformance/driver/process_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

constexpr char kOurs[] = "/tmp/run/case-1";
const std::string kRead = fmt::format("{} 0x3 0x1 0x1 0x0 0x0 0x0 0x7ffd 0x7f00\n", SYS_read);
const std::string kSleep =
    fmt::format("{} 0x0 0x0 0x1 0x0 0x0 0x0 0x7ffd 0x7f00\n", SYS_clock_nanosleep);

// A /proc whose reader began at tick 500.
class FakeProc : public testing::Test {
 protected:
  FakeProc() {
    char path[] = "/tmp/aweber-proc-XXXXXX";
    root_ = ::mkdtemp(path);
    Stat("self", 500);
    Write("locks", "");
    // Port 8080 is the mock's; the other row leads elsewhere.
    Write("net/tcp",
          "0: 0100007F:A3B2 0100007F:1F90 01 0:0 00:0 0 0 0 12345 1\n"
          "1: 0100007F:A3B3 0100007F:1F91 01 0:0 00:0 0 0 0 12346 1\n");
  }
  ~FakeProc() override { fs::remove_all(root_); }

  void Write(const std::string& name, const std::string& text) {
    fs::create_directories(fs::path(root_ + "/" + name).parent_path());
    std::ofstream(root_ + "/" + name, std::ios::binary) << text;
  }
  void Stat(const std::string& pid, int start) {
    Write(pid + "/stat",
          fmt::format("1 (a) b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 {} 20", start));
  }
  void Mark(int pid, const std::string& folder) {
    Write(fmt::format("{}/environ", pid),
          std::string("A=1") + '\0' + std::string(kCaseVariable) + "=" + folder + '\0');
  }
  // A process of the case, of one thread; it started at tick 600.
  void Add(int pid, char state, const std::string& syscall) {
    Mark(pid, kOurs);
    Stat(std::to_string(pid), 600);
    Write(fmt::format("{}/cmdline", pid), std::string("sh") + '\0' + "x" + '\0');
    const std::string task = fmt::format("{}/task/{}/", pid, pid);
    Write(task + "status", fmt::format("Name:\tsh\nState:\t{} (so)\nvoluntary_ctxt_switches:\t7\n"
                                       "nonvoluntary_ctxt_switches:\t9\n",
                                       state));
    Write(task + "syscall", syscall);
  }
  void AddSocket(int pid, int inode) {
    fs::create_directories(fmt::format("{}/{}/fd", root_, pid));
    fs::create_symlink(fmt::format("socket:[{}]", inode),
                       fmt::format("{}/{}/fd/{}", root_, pid, inode));
  }

  std::string root_;
};

using ProcessTableTest = FakeProc;

TEST_F(ProcessTableTest, TellsWhatEachDoes) {
  Add(601, 'R', "running\n");
  Add(602, 'S', kRead);
  Add(603, 'Z', "");
  const auto rows = ProcessTable(kOurs, root_).Look({8080});
  ASSERT_EQ(rows.size(), 2u);
  const auto& first = rows[rows[0].pid == 601 ? 0 : 1];
  const auto& second = rows[rows[0].pid == 601 ? 1 : 0];
  EXPECT_EQ(first.state, ProcessState::kRunning);
  EXPECT_EQ(second.state, ProcessState::kWaiting);
  EXPECT_EQ(second.wakes, 7u);
  EXPECT_EQ(second.argv, (std::vector<std::string>{"sh", "x"}));
  EXPECT_EQ(second.environment.front(), "A=1");
}

TEST_F(ProcessTableTest, TellsWhoWaitsWithALimitForTheMock) {
  Add(601, 'S', kSleep);
  const ProcessTable table(kOurs, root_);
  const auto state = [&] { return table.Look({8080}).at(0).state; };
  EXPECT_EQ(state(), ProcessState::kSleeping);
  AddSocket(601, 12346);
  EXPECT_EQ(state(), ProcessState::kSleeping);
  AddSocket(601, 12345);
  EXPECT_EQ(state(), ProcessState::kTalking);
  // The same inode may be another connection's at the next look.
  Write("net/tcp", "0: 0100007F:A3B2 0100007F:1F91 01 0:0 00:0 0 0 0 12345 1\n");
  EXPECT_EQ(state(), ProcessState::kSleeping);
  Write("locks", "1: -> FLOCK  ADVISORY  WRITE 601 08:01:7 0 EOF\n");
  EXPECT_EQ(state(), ProcessState::kWaiting);
}

TEST_F(ProcessTableTest, FindsTheOwnerOfAConnection) {
  Add(601, 'S', kRead);
  Add(602, 'R', "running\n");
  AddSocket(602, 12345);
  const ProcessTable table(kOurs, root_);
  EXPECT_EQ(table.OwnerOf(0xA3B2, {8080}), 602);
  EXPECT_EQ(table.OwnerOf(0xA3B3, {8080}), std::nullopt);
  EXPECT_EQ(ProcessTable("/tmp/run/case-2", root_).OwnerOf(0xA3B2, {8080}), std::nullopt);
}

// How the connection of an IPv6 socket to an IPv4 listener is shown.
TEST_F(ProcessTableTest, SeesMappedAddresses) {
  Write("net/tcp6",
        "0: 0000000000000000FFFF00000100007F:A3B4 0000000000000000FFFF00000100007F:1F90 01 0:0 "
        "00:0 0 0 0 12347 1\n");
  Add(601, 'S', kSleep);
  AddSocket(601, 12347);
  const ProcessTable table(kOurs, root_);
  EXPECT_EQ(table.Look({8080}).at(0).state, ProcessState::kTalking);
  EXPECT_EQ(table.OwnerOf(0xA3B4, {8080}), 601);
}

// Between fork and exec, a process of the case looks like the runner.
TEST_F(ProcessTableTest, LooksAgainAtWhoMayBecomeOneOfTheCase) {
  const ProcessTable table(kOurs, root_);
  for (const int start : {500, 600}) {
    Add(start, 'S', kRead);
    Stat(std::to_string(start), start);
    Mark(start, "/tmp/run/case-10");
    EXPECT_TRUE(table.Look({}).empty());
    Mark(start, kOurs);
    EXPECT_EQ(table.Look({}).size(), 1u);
    fs::remove_all(fmt::format("{}/{}", root_, start));
  }
}

TEST_F(ProcessTableTest, LooksOnceAtWhoIsOlderThanTheRunner) {
  Add(400, 'S', kRead);
  Stat("400", 499);
  Write("400/environ", "");
  const ProcessTable table(kOurs, root_);
  EXPECT_TRUE(table.Look({}).empty());
  Mark(400, kOurs);
  EXPECT_TRUE(table.Look({}).empty());
  // Its id is given to another process.
  fs::rename(root_ + "/400", root_ + "/gone");
  Add(400, 'S', kRead);
  EXPECT_EQ(table.Look({}).size(), 1u);
}

}  // namespace
}  // namespace aweber::conformance
