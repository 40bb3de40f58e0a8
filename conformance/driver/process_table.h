// ProcessTable: what the processes of a case are doing, read from /proc.
//
// Purpose: tells the processes of one case from all others, whatever group or session they moved
//   to, and whether each runs, talks to the mock, sleeps, or waits for a lock or for another
//   process. Nothing here changes a process, but for EndMarked. A crowd is looked at hundreds of
//   times a second: a look reads as little as it can do with.
// Ownership: plain values. Thread safety: everything from any thread.
// Errors: none; what has gone, or may not be read, is left out.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace aweber::conformance {

// The variable that every process of a run inherits; its value is the run's folder, or one below
// it: the process driver gives each case its own.
inline constexpr std::string_view kCaseVariable = "AWEBER_CONFORMANCE_CASE";

enum class ProcessState {
  kRunning,   // it runs, or would if it had a processor, or waits for a disk
  kWaiting,   // it waits for a lock, or for whatever it may be without a time limit
  kTalking,   // it waits with a time limit, and has a connection to the mock
  kSleeping,  // it waits with a time limit, or it cannot be told
};

struct ProcessRow {
  pid_t pid = 0;
  ProcessState state = ProcessState::kRunning;
  std::uint64_t wakes = 0;  // how often it gave up the processor so far
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // "NAME=value"
};

// One thread: the letter of its state, and its line in /proc/PID/task/TID/syscall.
bool IsTimedWait(std::string_view syscall_line);
// The processes whose lock requests wait, from the text of /proc/locks.
std::set<pid_t> LockWaiters(std::string_view locks);
// Local ports and inodes of established connections to one of `ports`, from /proc/net/tcp.
struct TcpRow {
  std::uint16_t local = 0, remote = 0;
  std::uint64_t inode = 0;
};
std::vector<TcpRow> ConnectionsTo(std::string_view tcp_table, const std::set<std::uint16_t>& ports);

// The processes of one case, for who looks at them again and again.
class ProcessTable {
 public:
  // `folder`: of the case. `proc`: another /proc than the machine's, for tests.
  explicit ProcessTable(std::string folder, std::string proc = "/proc");

  // All of them, the zombies left out. `ports`: of the mock. While one of them runs, those that wait
  // with a time limit are kSleeping: who of them talks is only looked up when it matters.
  std::vector<ProcessRow> Look(const std::set<std::uint16_t>& ports) const;
  // Which of them has a connection from `local` to one of `ports`.
  std::optional<pid_t> OwnerOf(std::uint16_t local, const std::set<std::uint16_t>& ports) const;

 private:
  // Calls use(pid, its folder in /proc, its environment) for each.
  template <typename F>
  void EachOwn(F use) const;
  void TellTimed(std::vector<ProcessRow>& rows, const std::vector<std::size_t>& timed,
                 const std::set<std::uint16_t>& ports) const;

  const std::string folder_, proc_;
  const std::uint64_t began_;  // this process, in ticks since the machine started
  mutable std::mutex mutex_;
  // Processes that were not of the case. One that is older than this process never becomes one; a
  // younger one may, when it executes a program. Another process of the same id has another inode.
  struct Stranger {
    std::uint64_t inode = 0;  // of its folder in /proc
    bool older = false;
  };
  mutable std::map<pid_t, Stranger> strangers_;
};

// Marks what this process starts from now on as belonging to `folder`. Call before there are threads.
void MarkProcesses(const std::string& folder);
// The ids of the processes that belong to `folder` or to one below it.
std::vector<pid_t> MarkedProcesses(std::string_view folder);
// SIGKILL to each of them until there is none. Answers how many there were.
int EndMarked(std::string_view folder);

}  // namespace aweber::conformance
