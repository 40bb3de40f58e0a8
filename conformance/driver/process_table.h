// ProcessTable: what the processes of a case are doing, read from /proc.
//
// Purpose: tells the processes of one case from all others, whatever group or session they moved
//   to, and whether each runs, talks to the mock, sleeps, or waits for a lock or for another
//   process. Nothing here changes a process, but for EndMarked.
// Ownership, thread safety: plain values; the functions read /proc and keep nothing.
// Errors: none; what has gone, or may not be read, is left out.
#pragma once

#include <sys/types.h>

#include <cstdint>
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
  kTalking,   // it waits, and has a connection to the mock
  kWaiting,   // it waits for a lock, another process or a message, without a time limit
  kSleeping,  // it waits with a time limit, or it cannot be told
};

struct ProcessRow {
  pid_t pid = 0, parent = 0;
  ProcessState state = ProcessState::kRunning;
  std::uint64_t wakes = 0;  // how often it gave up the processor so far
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // "NAME=value"
  std::set<std::uint16_t> local_ports;   // of its connections to the mock
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

// The processes of the case whose folder is `folder`, the zombies left out. `ports`: of the mock.
std::vector<ProcessRow> ProcessesOf(const std::string& folder,
                                    const std::set<std::uint16_t>& ports);
// Marks what this process starts from now on as belonging to `folder`. Call before there are threads.
void MarkProcesses(const std::string& folder);
// The ids of the processes that belong to `folder` or to one below it.
std::vector<pid_t> MarkedProcesses(std::string_view folder);
// SIGKILL to each of them until there is none. Answers how many there were.
int EndMarked(std::string_view folder);

}  // namespace aweber::conformance
