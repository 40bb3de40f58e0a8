#include "base/os/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>

namespace aweber {
namespace {

std::string Reason(int number) { return std::generic_category().message(number); }

void CloseFd(int& fd) {
  if (fd >= 0) ::close(std::exchange(fd, -1));
}

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    CloseFd(read);
    CloseFd(write);
  }
  bool Open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read = ends[0];
    write = ends[1];
    return true;
  }
};

// Moves `fd` to `minimum` or above: the child's ends must not lie where dup2 will put others.
bool MoveAbove(int& fd, int minimum) {
  const int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, minimum);
  if (moved < 0) return false;
  CloseFd(fd);
  fd = moved;
  return true;
}

std::vector<std::string> ChildEnvironment(const ChildOptions& options) {
  std::map<std::string, std::string> merged;
  for (char** entry = environ; !options.only_extra_env && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=', 1);
    if (equals == std::string_view::npos) continue;
    merged[std::string(text.substr(0, equals))] = text.substr(equals + 1);
  }
  for (const auto& [name, value] : options.extra_env) merged[name] = value;
  std::vector<std::string> environment;
  environment.reserve(merged.size());
  for (const auto& [name, value] : merged) {
    environment.push_back(fmt::format("{}={}", name, value));
  }
  return environment;
}

bool IsExecutableFile(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

// The file to execute, found before the fork, where allocating is still allowed. A name with a
// slash is taken as it is, relative to the child's working directory.
Result<std::string> FindProgram(const std::string& name,
                                const std::vector<std::string>& environment) {
  if (name.find('/') != std::string::npos) return name;
  std::string path = "/usr/local/bin:/usr/bin:/bin";
  for (const std::string& entry : environment) {
    if (entry.starts_with("PATH=")) path = entry.substr(5);
  }
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find(':', begin), path.size());
    const std::string directory = end == begin ? "." : path.substr(begin, end - begin);
    const std::string candidate = fmt::format("{}/{}", directory, name);
    std::error_code failure;
    if (IsExecutableFile(candidate)) return std::filesystem::absolute(candidate, failure).string();
    begin = end + 1;
  }
  return Error{"process.not_found",
               fmt::format("cannot run {}: no such program in PATH; give its path, or install it",
                           QuoteForShell(name))};
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Everything the child needs between fork and exec, where only async-signal-safe calls may be made.
struct ChildPlan {
  const char* program;
  char* const* argv;
  char* const* environment;
  const char* working_directory;                 // null inherits
  std::vector<std::pair<int, int>> descriptors;  // from, to
  int report_fd;
  pid_t parent;
  bool new_session = false;
  bool limit_files = false, full_disk = false, obeys_permissions = false;
  rlim_t file_limit = 0;
};

// What went wrong, sent through the close-on-exec pipe: its silent end means that exec succeeded.
struct ExecFailure {
  int number;
  bool in_directory;
};

[[noreturn]] void FailInChild(int report_fd, bool in_directory) {
  const ExecFailure failure{errno, in_directory};
  [[maybe_unused]] const ssize_t ignored = ::write(report_fd, &failure, sizeof failure);
  ::_exit(127);
}

// Descriptors opened elsewhere without close-on-exec (accepted sockets) must not leak into the
// child: a connection would stay open for as long as it runs.
void CloseOthersOnExec(int from, int to) {
#ifdef SYS_close_range
  constexpr unsigned kCloseOnExec = 4;  // CLOSE_RANGE_CLOEXEC, Linux 5.11
  if (::syscall(SYS_close_range, from, to, kCloseOnExec) == 0) return;
#endif
  for (int fd = from; fd <= std::min(to, 4096); ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

// What the child's files may become. Failures change nothing: the child runs without the limit.
void LimitFiles(const ChildPlan& plan) {
  if (plan.limit_files || plan.full_disk) {
    const rlim_t most = plan.full_disk ? 0 : plan.file_limit;
    const rlimit limit{most, most};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  // An ignored signal stays ignored over exec: then the write fails instead.
  if (plan.full_disk) ::signal(SIGXFSZ, SIG_IGN);
  if (plan.obeys_permissions) {
    ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE);
    ::prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH);
  }
}

[[noreturn]] void RunChild(const ChildPlan& plan) {
  plan.new_session ? ::setsid() : ::setpgid(0, 0);
  // A parent killed outright cannot end its children: ask the kernel to. Repeat its check, since
  // the parent may have gone before the request.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) ::_exit(127);
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  LimitFiles(plan);
  CloseOthersOnExec(3, 0x7fffffff);
  for (const auto& [from, to] : plan.descriptors) {
    if (::dup2(from, to) < 0) FailInChild(plan.report_fd, false);
  }
  if (plan.working_directory != nullptr && ::chdir(plan.working_directory) != 0) {
    FailInChild(plan.report_fd, true);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(plan.program, plan.argv, plan.environment);
  FailInChild(plan.report_fd, false);
}

// Forks with every signal blocked, so that no handler of ours runs in the child.
pid_t ForkChild(const ChildPlan& plan) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) RunChild(plan);
  const int failure = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = failure;
  return pid;
}

// Nothing when exec succeeded.
std::optional<ExecFailure> AwaitExec(int fd) {
  ExecFailure failure{};
  ssize_t size;
  do {
    size = ::read(fd, &failure, sizeof failure);
  } while (size < 0 && errno == EINTR);
  if (size != static_cast<ssize_t>(sizeof failure)) return std::nullopt;
  return failure;
}

void Reap(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Error DescribeExecFailure(const ExecFailure& failure, const ChildOptions& options) {
  if (failure.in_directory) {
    return Error{"process.directory",
                 fmt::format("cannot run {} in {}: {}", QuoteForShell(options.argv[0]),
                             options.working_directory, Reason(failure.number))};
  }
  const char* const cure = failure.number == ENOEXEC  ? "; a script must start with a #! line"
                           : failure.number == EACCES ? "; make it executable (chmod +x)"
                                                      : "";
  return Error{"process.exec", fmt::format("cannot run {}: {}{}", QuoteForShell(options.argv[0]),
                                           Reason(failure.number), cure)};
}

bool SetNonBlocking(int fd) { return ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK) == 0; }

// How the child ended, or nothing yet. It is not reaped: until then its process id, and with it
// the group's, cannot be given to another.
std::optional<ExitStatus> PeekStatus(pid_t pid) {
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid == 0) {
    return std::nullopt;
  }
  return ExitStatus{info.si_code != CLD_EXITED, info.si_status};
}

// Waits in real time until the child ends or `limit` has passed.
std::optional<ExitStatus> AwaitStatus(pid_t pid, Micros limit) {
  const Micros deadline = SystemClock::System().Steady() + limit;
  int pid_fd = -1;
#ifdef SYS_pidfd_open
  pid_fd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));  // close-on-exec by itself
#endif
  std::optional<ExitStatus> status = PeekStatus(pid);
  while (!status) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - SystemClock::System().Steady());
    if (left.count() <= 0) break;
    pollfd waited{pid_fd, POLLIN, 0};
    constexpr std::int64_t kLongest = 60'000;
    constexpr std::int64_t kWithoutPidFd = 5;  // old kernels: look again every so often
    const auto wait = std::min<std::int64_t>(left.count(), pid_fd >= 0 ? kLongest : kWithoutPidFd);
    ::poll(&waited, pid_fd >= 0 ? 1 : 0, static_cast<int>(wait));
    status = PeekStatus(pid);
  }
  CloseFd(pid_fd);
  return status;
}

}  // namespace

std::optional<std::string> FindInPath(const std::string& name) {
  auto found = FindProgram(name, ChildEnvironment(ChildOptions{}));
  return found ? std::optional(std::move(found).value()) : std::nullopt;
}

std::string ExitStatus::Describe() const {
  if (!signaled) return fmt::format("exit status {}", code);
  const char* const name = ::sigabbrev_np(code);
  if (name == nullptr) return fmt::format("killed by signal {}", code);
  return fmt::format("killed by signal {} (SIG{})", code, name);
}

Result<ChildProcess> ChildProcess::Spawn(const ChildOptions& options) {
  if (options.argv.empty()) return Error{"process.empty", "no program to run"};
  const int protocol = options.protocol_fd;
  if (protocol < 1 || protocol == STDERR_FILENO || protocol > 255) {
    return Error{"process.protocol_fd",
                 fmt::format("the protocol descriptor must be 1 or 3 to 255, not {}", protocol)};
  }
  std::vector<std::string> environment = ChildEnvironment(options);
  const auto program = FindProgram(options.argv[0], environment);
  if (!program) return program.error();

  const bool separate = protocol != STDOUT_FILENO;
  const int above = std::max(protocol, STDERR_FILENO) + 1;
  Pipe input, output, extra, errors, report;
  const bool opened = input.Open() && output.Open() && errors.Open() && report.Open() &&
                      (!separate || extra.Open()) && MoveAbove(input.read, above) &&
                      MoveAbove(output.write, above) && MoveAbove(errors.write, above) &&
                      MoveAbove(report.write, above) &&
                      (!separate || MoveAbove(extra.write, above)) && SetNonBlocking(input.write) &&
                      SetNonBlocking(output.read) && SetNonBlocking(errors.read) &&
                      (!separate || SetNonBlocking(extra.read));
  if (!opened) return Error{"process.pipe", fmt::format("cannot make pipes: {}", Reason(errno))};

  std::vector<std::string> words = options.argv;
  const std::vector<char*> argv = Pointers(words);
  const std::vector<char*> envp = Pointers(environment);
  const bool moves = !options.working_directory.empty();
  ChildPlan plan{
      program->c_str(),
      argv.data(),
      envp.data(),
      moves ? options.working_directory.c_str() : nullptr,
      {{input.read, STDIN_FILENO}, {output.write, protocol}, {errors.write, STDERR_FILENO}},
      report.write,
      ::getpid()};
  plan.new_session = options.new_session;
  plan.limit_files = options.file_limit > 0;
  plan.file_limit = options.file_limit;
  plan.full_disk = options.full_disk;
  plan.obeys_permissions = options.obeys_permissions;
  if (separate) plan.descriptors.emplace_back(extra.write, STDOUT_FILENO);

  const pid_t pid = ForkChild(plan);
  if (pid < 0) return Error{"process.fork", fmt::format("cannot fork: {}", Reason(errno))};
  // The child does so too; whoever is first, the group exists from here on. (A new session makes
  // one as well, and must not find itself a leader before.)
  if (!options.new_session) ::setpgid(pid, pid);
  CloseFd(report.write);
  if (const auto failure = AwaitExec(report.read)) {
    Reap(pid);
    return DescribeExecFailure(*failure, options);
  }
  ChildProcess child;
  child.pid_ = pid;
  child.stdin_fd_ = std::exchange(input.write, -1);
  child.output_fd_ = std::exchange(output.read, -1);
  child.stderr_fd_ = std::exchange(errors.read, -1);
  child.stdout_fd_ = std::exchange(extra.read, -1);
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept { Swap(other); }

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  ChildProcess taken(std::move(other));
  Swap(taken);  // what this one owned ends with `taken`
  return *this;
}

ChildProcess::~ChildProcess() {
  Terminate(Micros::zero());
  CloseFd(stdin_fd_);
  CloseFd(output_fd_);
  CloseFd(stdout_fd_);
  CloseFd(stderr_fd_);
}

void ChildProcess::Swap(ChildProcess& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(stdin_fd_, other.stdin_fd_);
  std::swap(output_fd_, other.output_fd_);
  std::swap(stdout_fd_, other.stdout_fd_);
  std::swap(stderr_fd_, other.stderr_fd_);
  std::swap(reaped_, other.reaped_);
  std::swap(status_, other.status_);
}

void ChildProcess::CloseStdin() { CloseFd(stdin_fd_); }

std::optional<ExitStatus> ChildProcess::Poll() {
  if (!status_ && pid_ > 0) status_ = PeekStatus(pid_);
  return status_;
}

void ChildProcess::Leave() {
  if (pid_ <= 0 || reaped_ || !status_) return;
  Reap(pid_);
  reaped_ = true;
}

ExitStatus ChildProcess::Terminate(Micros grace) {
  if (pid_ <= 0 || reaped_) return status_.value_or(ExitStatus{});
  if (!Poll() && grace > Micros::zero()) {
    ::kill(-pid_, SIGTERM);
    status_ = AwaitStatus(pid_, grace);
  }
  // Always, even when the leader ended well: what it started must not outlive it.
  ::kill(-pid_, SIGKILL);
  while (!status_) status_ = AwaitStatus(pid_, std::chrono::seconds(60));
  Reap(pid_);
  reaped_ = true;
  return *status_;
}

}  // namespace aweber
