#include "conformance/driver/store_tracer.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <set>

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

// How a system call names the file that it changes.
enum class Names {
  kDescriptor,  // the first argument is a descriptor
  kPath,        // the first argument is a path
  kAt,          // descriptor of a folder, path
  kOpen,        // path, flags: a change when it may create or empty the file
  kOpenAt,      // descriptor of a folder, path, flags
  kTwoAt,       // descriptor, path, descriptor, path: the second one counts
  kTwo,         // path, path: the second one counts
};

struct Change {
  long number;
  Names names;
};

constexpr Change kChanges[] = {
    {SYS_write, Names::kDescriptor},  {SYS_pwrite64, Names::kDescriptor},
    {SYS_writev, Names::kDescriptor}, {SYS_ftruncate, Names::kDescriptor},
    {SYS_openat, Names::kOpenAt},     {SYS_unlinkat, Names::kAt},
    {SYS_renameat2, Names::kTwoAt},   {SYS_linkat, Names::kTwoAt},
    {SYS_mkdirat, Names::kAt},        {SYS_truncate, Names::kPath},
#ifdef SYS_renameat
    {SYS_renameat, Names::kTwoAt},
#endif
#ifdef SYS_open
    {SYS_open, Names::kOpen},         {SYS_unlink, Names::kPath},
    {SYS_rename, Names::kTwo},        {SYS_link, Names::kTwo},
    {SYS_mkdir, Names::kPath},        {SYS_rmdir, Names::kPath},
    {SYS_creat, Names::kPath},
#endif
};

std::string ReadText(pid_t pid, std::uint64_t address) {
  std::string text;
  std::array<char, 256> piece;
  while (text.size() < 4096) {
    // Not beyond the page: the next one may not be there.
    const std::size_t wanted = std::min<std::size_t>(piece.size(), 4096 - (address & 4095));
    iovec local{piece.data(), wanted};
    iovec remote{std::bit_cast<void*>(static_cast<std::uintptr_t>(address)), wanted};
    const ssize_t size = ::process_vm_readv(pid, &local, 1, &remote, 1, 0);
    if (size <= 0) break;
    for (ssize_t i = 0; i < size; ++i) {
      if (piece[static_cast<std::size_t>(i)] == '\0') return text;
      text += piece[static_cast<std::size_t>(i)];
    }
    address += static_cast<std::uint64_t>(size);
  }
  return text;
}

std::string LinkOf(pid_t pid, const std::string& name) {
  std::error_code failure;
  const fs::path target = fs::read_symlink("/proc/" + std::to_string(pid) + "/" + name, failure);
  return failure ? "" : target.string();
}

std::string FolderOf(pid_t pid, std::uint64_t descriptor) {
  const int fd = static_cast<int>(descriptor);
  return LinkOf(pid, fd == AT_FDCWD ? "cwd" : "fd/" + std::to_string(fd));
}

bool MayChange(std::uint64_t flags) {
  return (flags & (O_CREAT | O_TRUNC)) != 0 && (flags & O_ACCMODE) != O_RDONLY;
}

// Does the system call that begins change a file below `folder`?
bool ChangesStore(pid_t pid, const __ptrace_syscall_info& info, const std::string& folder) {
  const auto number = static_cast<long>(info.entry.nr);
  const auto row = std::find_if(std::begin(kChanges), std::end(kChanges),
                                [&](const Change& change) { return change.number == number; });
  if (row == std::end(kChanges)) return false;
  const auto& words = info.entry.args;
  const auto below = [&](std::uint64_t text, std::uint64_t at) {
    return LiesBelow(ReadText(pid, text), FolderOf(pid, at), folder);
  };
  const auto here = static_cast<std::uint64_t>(AT_FDCWD);
  switch (row->names) {
    case Names::kDescriptor:
      return LiesBelow(LinkOf(pid, "fd/" + std::to_string(words[0])), "", folder);
    case Names::kPath:
      return below(words[0], here);
    case Names::kAt:
      return below(words[1], words[0]);
    case Names::kOpen:
      return MayChange(words[1]) && below(words[0], here);
    case Names::kOpenAt:
      return MayChange(words[2]) && below(words[1], words[0]);
    case Names::kTwoAt:
      return below(words[3], words[2]);
    case Names::kTwo:
      return below(words[1], here);
  }
  return false;
}

[[noreturn]] void RunTraced(const std::vector<std::string>& command) {
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  ::raise(SIGSTOP);  // until the options are set
  ::execvp(words[0], words.data());
  ::_exit(127);
}

// The tracer of one program and of all that it starts.
class Tracer {
 public:
  Tracer(std::string folder, int kill_at) : folder_(std::move(folder)), left_(kill_at) {}

  // How `leader` ended, as waitpid tells it.
  int Follow(pid_t leader) {
    int status = 0;
    pid_t pid;
    while ((pid = ::waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
      if (pid < 0) continue;
      if (WIFEXITED(status) || WIFSIGNALED(status)) {
        if (pid == leader) return status;
        continue;
      }
      Stopped(pid, status);
    }
    return status;
  }

 private:
  void Stopped(pid_t pid, int status) {
    int signal = WSTOPSIG(status);
    if (traced_.insert(pid).second) {
      ::ptrace(PTRACE_SETOPTIONS, pid, nullptr,
               PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                   PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
      if (signal == SIGSTOP) signal = 0;
    }
    if (signal == (SIGTRAP | 0x80)) {
      signal = 0;
      if (AtSyscall(pid)) return;
    } else if (signal == SIGTRAP) {
      signal = 0;  // fork, clone, exec
    }
    ::ptrace(PTRACE_SYSCALL, pid, nullptr, signal);
  }

  // True when everything was killed.
  bool AtSyscall(pid_t pid) {
    __ptrace_syscall_info info{};
    if (::ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0) return false;
    if (info.op != PTRACE_SYSCALL_INFO_ENTRY || !ChangesStore(pid, info, folder_)) return false;
    if (--left_ != 0) return false;
    for (const pid_t one : traced_) ::kill(one, SIGKILL);
    return true;
  }

  const std::string folder_;
  int left_;
  std::set<pid_t> traced_;
};

}  // namespace

bool LiesBelow(const std::string& path, const std::string& directory, const std::string& folder) {
  if (path.empty()) return false;
  fs::path whole = path;
  if (whole.is_relative()) whole = fs::path(directory) / whole;
  const std::string text = whole.lexically_normal().string();
  return text == folder || text.starts_with(folder + "/");
}

int TraceStore(const std::string& folder, int kill_at, const std::vector<std::string>& command) {
  const pid_t child = ::fork();
  if (child < 0) return 127;
  if (child == 0) RunTraced(command);
  const int status = Tracer(folder, kill_at).Follow(child);
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  ::signal(WTERMSIG(status), SIG_DFL);
  ::raise(WTERMSIG(status));
  return 128 + WTERMSIG(status);
}

std::vector<std::string> TraceWords(const std::string& folder, int kill_at) {
  std::error_code failure;
  const fs::path self = fs::read_symlink("/proc/self/exe", failure);
  if (failure || self.filename() != "aweber-conformance") return {};
  return {self.string(), std::string(kTraceStoreWord), folder, std::to_string(kill_at)};
}

bool CanTrace() {
  static const bool can = [] {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0 ? 0 : 1);
    int status = 0;
    return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0 && !TraceWords("", 1).empty();
  }();
  return can;
}

}  // namespace aweber::conformance
