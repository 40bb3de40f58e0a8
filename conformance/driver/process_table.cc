#include "conformance/driver/process_table.h"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "conformance/driver/proc_text.h"

namespace aweber::conformance {
namespace {

// "ID (NAME) STATE ...", where NAME may hold anything, and the words are counted from STATE.
constexpr std::size_t kStatState = 0, kStatStart = 19;
std::string StatWord(const std::string& folder, std::size_t index) {
  const std::string line = ReadProc(folder + "/stat");
  const std::size_t name_end = line.rfind(") ");
  if (name_end == std::string::npos) return "";
  const auto words = WordsOf(std::string_view(line).substr(name_end + 2));
  return index < words.size() ? std::string(words[index]) : "";
}

// In ticks since the machine started.
std::optional<std::uint64_t> StartOf(const std::string& folder) {
  return NumberIn<std::uint64_t>(StatWord(folder, kStatStart));
}

// A thread or a process that has ended.
bool IsOver(char state) { return state == 'Z' || state == 'X'; }

struct ThreadStatus {
  char state = 'X';
  std::uint64_t wakes = 0;
};
ThreadStatus StatusOf(const std::string& folder) {
  ThreadStatus status;
  EachLine(ReadProc(folder + "/status"), [&](std::string_view line) {
    const auto value = [&](std::string_view name) {
      return line.starts_with(name) ? WordsOf(line.substr(name.size())) : WordsOf("");
    };
    if (const auto state = value("State:"); !state.empty()) status.state = state[0][0];
    if (const auto wakes = value("voluntary_ctxt_switches:"); !wakes.empty()) {
      status.wakes = NumberIn<std::uint64_t>(wakes[0]).value_or(0);
    }
  });
  return status;
}

std::set<std::uint64_t> SocketsOf(const std::string& folder) {
  std::set<std::uint64_t> inodes;
  EachNumberIn(folder + "/fd", [&](pid_t fd, ino_t) {
    char target[64];
    const ssize_t size =
        ::readlink(fmt::format("{}/fd/{}", folder, fd).c_str(), target, sizeof target);
    constexpr std::string_view kSocket = "socket:[";
    const std::string_view text(target, size > 0 ? static_cast<std::size_t>(size) : 0);
    if (!text.starts_with(kSocket)) return;
    if (const auto inode = NumberIn<std::uint64_t>(text.substr(kSocket.size()))) {
      inodes.insert(*inode);
    }
  });
  return inodes;
}

// What all its threads do together; nothing when it has ended.
std::optional<ProcessState> StateOf(const std::string& folder, ProcessRow& row) {
  bool any = false, running = false, timed = false;
  EachNumberIn(folder + "/task", [&](pid_t thread, ino_t) {
    const std::string task = fmt::format("{}/task/{}", folder, thread);
    const ThreadStatus status = StatusOf(task);
    if (IsOver(status.state)) return;
    any = true;
    running |= status.state == 'R' || status.state == 'D';
    row.wakes += status.wakes;
    if (status.state == 'S') timed |= IsTimedWait(ReadProc(task + "/syscall"));
  });
  if (!any) return std::nullopt;
  if (running) return ProcessState::kRunning;
  return timed ? ProcessState::kSleeping : ProcessState::kWaiting;
}

// The value of the case variable in an environment; nothing when it has none.
std::optional<std::string_view> CaseFolder(std::string_view environment) {
  for (std::size_t at = 0; at < environment.size();) {
    const std::size_t end = std::min(environment.find('\0', at), environment.size());
    const std::string_view entry = environment.substr(at, end - at);
    if (entry.starts_with(kCaseVariable) && entry.size() > kCaseVariable.size() &&
        entry[kCaseVariable.size()] == '=') {
      return entry.substr(kCaseVariable.size() + 1);
    }
    at = end + 1;
  }
  return std::nullopt;
}

}  // namespace

bool IsTimedWait(std::string_view syscall_line) {
  const auto words = WordsOf(syscall_line);
  const auto number = words.empty() ? std::nullopt : NumberIn<long>(words[0]);
  if (!number) return true;  // "running", or not to be read
  const auto argument = [&](std::size_t index) -> std::uint64_t {
    if (words.size() <= index + 1) return 1;
    std::string_view word = words[index + 1];
    if (word.starts_with("0x")) word.remove_prefix(2);
    return NumberIn<std::uint64_t>(word, 16).value_or(1);
  };
  const auto milliseconds = [&](std::size_t index) {
    return static_cast<std::int32_t>(argument(index)) >= 0;
  };
  switch (*number) {
    case SYS_nanosleep:
    case SYS_clock_nanosleep:
      return true;
    case SYS_futex:
      return argument(3) != 0;
    case SYS_ppoll:
      return argument(2) != 0;
    case SYS_pselect6:
      return argument(4) != 0;
    case SYS_epoll_pwait:
      return milliseconds(3);
#ifdef SYS_poll
    case SYS_poll:
      return milliseconds(2);
    case SYS_select:
      return argument(4) != 0;
    case SYS_epoll_wait:
      return milliseconds(3);
#endif
    default:
      return false;
  }
}

std::set<pid_t> LockWaiters(std::string_view locks) {
  // "1: -> FLOCK  ADVISORY  WRITE 4711 08:01:12345 0 EOF"
  std::set<pid_t> waiters;
  EachLine(locks, [&](std::string_view line) {
    const auto words = WordsOf(line);
    if (words.size() < 6 || words[1] != "->") return;
    if (const auto pid = NumberIn<pid_t>(words[5])) waiters.insert(*pid);
  });
  return waiters;
}

std::vector<TcpRow> ConnectionsTo(std::string_view tcp_table,
                                  const std::set<std::uint16_t>& ports) {
  // "0: 0100007F:A3B2 0100007F:1F90 01 00000000:00000000 00:00000000 00000000 0 0 12345 ..."
  std::vector<TcpRow> rows;
  EachLine(tcp_table, [&](std::string_view line) {
    const auto words = WordsOf(line);
    if (words.size() < 10 || words[3] != "01") return;
    const auto port = [](std::string_view address) {
      const std::size_t colon = address.rfind(':');
      return colon == std::string_view::npos
                 ? std::optional<std::uint16_t>()
                 : NumberIn<std::uint16_t>(address.substr(colon + 1), 16);
    };
    const auto local = port(words[1]), remote = port(words[2]);
    const auto inode = NumberIn<std::uint64_t>(words[9]);
    if (local && remote && inode && ports.count(*remote) > 0) {
      rows.push_back({*local, *remote, *inode});
    }
  });
  return rows;
}

namespace {

// An IPv6 socket that is connected to ::ffff:127.0.0.1, as Java opens them, stands in tcp6 alone.
std::vector<TcpRow> Connections(const std::string& proc, const std::set<std::uint16_t>& ports) {
  std::vector<TcpRow> rows = ConnectionsTo(ReadProc(proc + "/net/tcp"), ports);
  for (const TcpRow& row : ConnectionsTo(ReadProc(proc + "/net/tcp6"), ports)) rows.push_back(row);
  return rows;
}

}  // namespace

ProcessTable::ProcessTable(std::string folder, std::string proc)
    : folder_(std::move(folder)),
      proc_(std::move(proc)),
      began_(StartOf(proc_ + "/self").value_or(0)) {}

template <typename F>
void ProcessTable::EachOwn(F use) const {
  const std::lock_guard lock(mutex_);
  EachNumberIn(proc_, [&](pid_t pid, ino_t inode) {
    const auto found = strangers_.find(pid);
    const bool known = found != strangers_.end() && found->second.inode == inode;
    if (known && found->second.older) return;
    const std::string own = fmt::format("{}/{}", proc_, pid);
    const std::string environment = ReadProc(own + "/environ");
    if (CaseFolder(environment) == std::string_view(folder_)) {
      use(pid, own, environment);
    } else if (!known) {
      strangers_[pid] = {inode, StartOf(own).value_or(began_) < began_};
    }
  });
}

std::vector<ProcessRow> ProcessTable::Look(const std::set<std::uint16_t>& ports) const {
  std::vector<ProcessRow> rows;
  std::vector<std::size_t> timed;
  bool running = false;
  EachOwn([&](pid_t pid, const std::string& own, const std::string& environment) {
    ProcessRow row;
    const auto state = StateOf(own, row);
    if (!state) return;
    row.pid = pid;
    row.state = *state;
    row.argv = ZeroSeparated(ReadProc(own + "/cmdline"));
    row.environment = ZeroSeparated(environment);
    running |= row.state == ProcessState::kRunning;
    if (row.state == ProcessState::kSleeping) timed.push_back(rows.size());
    rows.push_back(std::move(row));
  });
  if (!running && !timed.empty()) TellTimed(rows, timed, ports);
  return rows;
}

void ProcessTable::TellTimed(std::vector<ProcessRow>& rows, const std::vector<std::size_t>& timed,
                             const std::set<std::uint16_t>& ports) const {
  // The kernel walks all its buckets to write the table of connections: only for who has a socket.
  std::optional<std::set<std::uint64_t>> talking;
  const auto talks = [&](std::uint64_t socket) {
    if (!talking) {
      talking.emplace();
      for (const TcpRow& row : Connections(proc_, ports)) talking->insert(row.inode);
    }
    return talking->count(socket) > 0;
  };
  const std::set<pid_t> lock_waiters = LockWaiters(ReadProc(proc_ + "/locks"));
  for (const std::size_t index : timed) {
    ProcessRow& row = rows[index];
    if (lock_waiters.count(row.pid) > 0) {
      row.state = ProcessState::kWaiting;
      continue;
    }
    const std::set<std::uint64_t> sockets = SocketsOf(fmt::format("{}/{}", proc_, row.pid));
    if (std::any_of(sockets.begin(), sockets.end(), talks)) row.state = ProcessState::kTalking;
  }
}

std::optional<pid_t> ProcessTable::OwnerOf(std::uint16_t local,
                                           const std::set<std::uint16_t>& ports) const {
  std::set<std::uint64_t> sockets;
  for (const TcpRow& row : Connections(proc_, ports)) {
    if (row.local == local) sockets.insert(row.inode);
  }
  std::optional<pid_t> owner;
  EachOwn([&](pid_t pid, const std::string& own, const std::string&) {
    for (const std::uint64_t socket : SocketsOf(own)) {
      if (!owner && sockets.count(socket) > 0) owner = pid;
    }
  });
  return owner;
}

void MarkProcesses(const std::string& folder) {
  ::setenv(std::string(kCaseVariable).c_str(), folder.c_str(), 1);
}

std::vector<pid_t> MarkedProcesses(std::string_view folder) {
  std::vector<pid_t> marked;
  EachNumberIn("/proc", [&](pid_t pid, ino_t) {
    const std::string own = fmt::format("/proc/{}", pid);
    const std::string environment = ReadProc(own + "/environ");
    const auto mark = CaseFolder(environment);
    if (!mark || !mark->starts_with(folder)) return;
    if (mark->size() > folder.size() && (*mark)[folder.size()] != '/') return;
    const std::string state = StatWord(own, kStatState);
    if (!state.empty() && !IsOver(state[0])) marked.push_back(pid);
  });
  return marked;
}

int EndMarked(std::string_view folder) {
  // Each look may find what those before it had just started. One that forks faster than it is
  // ended is given up after so many looks.
  constexpr int kMostLooks = 200;
  std::set<pid_t> ended;
  for (int look = 0; look < kMostLooks; ++look) {
    const std::vector<pid_t> found = MarkedProcesses(folder);
    if (found.empty()) break;
    for (const pid_t pid : found) {
      ::kill(pid, SIGKILL);
      ended.insert(pid);
    }
  }
  return static_cast<int>(ended.size());
}

}  // namespace aweber::conformance
