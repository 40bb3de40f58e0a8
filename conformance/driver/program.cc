#include "conformance/driver/program.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "conformance/driver/process_groups.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kMaxOutput = 1u << 20;
constexpr std::size_t kErrorsHead = 256u << 10;
constexpr std::size_t kErrorsTail = 64u << 10;
constexpr Micros kLook = std::chrono::milliseconds(20);
// After the end of a program, for what it wrote last; a descendant may hold the pipes open.
constexpr Micros kDrain = std::chrono::milliseconds(200);

}  // namespace

Result<std::unique_ptr<Program>> Program::Start(const ChildOptions& options, Clock& clock,
                                                std::stop_token stop) {
  IgnoreSigpipe();
  auto process = ChildProcess::Spawn(options);
  if (!process) return Error{"driver.spawn", process.error().message};
  return std::unique_ptr<Program>(new Program(std::move(process).value(), clock, std::move(stop)));
}

Program::Program(ChildProcess process, Clock& clock, std::stop_token stop)
    : process_(std::move(process)),
      clock_(clock),
      stop_(std::move(stop)),
      wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      errors_(kErrorsHead, kErrorsTail) {
  RememberProcessGroup(process_.pid());
  reader_ = std::thread([this] { Read(); });
}

Program::~Program() { End(Micros::zero()); }

void Program::End(Micros grace) {
  if (std::exchange(ended_, true)) return;
  const pid_t leader = process_.pid();
  process_.Terminate(grace);
  ForgetProcessGroup(leader);
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t ignored = ::write(wake_fd_, &one, sizeof one);
  reader_.join();
  ::close(wake_fd_);
}

void Program::Leave() {
  if (!process_.Poll()) return;
  ForgetProcessGroup(process_.pid());
  process_.Leave();
}

void Program::Read() {
  enum { kOutput, kErrors, kWake };
  std::array<pollfd, 3> polled{pollfd{process_.output_fd(), POLLIN, 0},
                               pollfd{process_.stderr_fd(), POLLIN, 0},
                               pollfd{wake_fd_, POLLIN, 0}};
  std::array<char, 65536> buffer;
  while (polled[kOutput].fd >= 0 || polled[kErrors].fd >= 0) {
    if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) break;
    for (const int which : {kOutput, kErrors}) {
      pollfd& source = polled[which];
      if (source.fd < 0 || source.revents == 0) continue;
      const ssize_t size = ::read(source.fd, buffer.data(), buffer.size());
      if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      const std::lock_guard lock(mutex_);
      if (size <= 0) {
        source.fd = -1;  // poll skips negative descriptors
        continue;
      }
      const std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
      if (which == kErrors) {
        errors_.Append(bytes);
      } else {
        output_.append(bytes.substr(0, kMaxOutput - std::min(kMaxOutput, output_.size())));
      }
      changed_.notify_all();
    }
    if (polled[kWake].revents != 0) break;
  }
  const std::lock_guard lock(mutex_);
  quiet_ = true;
  changed_.notify_all();
}

std::string Program::Output() const {
  const std::lock_guard lock(mutex_);
  return output_;
}

std::string Program::TakeOutput() {
  const std::lock_guard lock(mutex_);
  return std::exchange(output_, {});
}

std::string Program::TakeErrors() {
  const std::lock_guard lock(mutex_);
  return errors_.Take();
}

bool Program::Quiet() const {
  const std::lock_guard lock(mutex_);
  return quiet_;
}

bool Program::AwaitOutput(std::size_t known, Micros deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, stop_, std::max(deadline - clock_.Steady(), Micros::zero()),
                           [&] { return output_.size() > known || quiet_; });
}

bool Program::TypeLast(const std::string& line, Micros deadline) {
  const std::string text = line + "\n";
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t written = ::write(process_.stdin_fd(), rest.data(), rest.size());
    if (written > 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno == EAGAIN) {
      if (clock_.Steady() >= deadline || !clock_.SleepFor(kLook, stop_)) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  process_.CloseStdin();
  return true;
}

std::optional<ExitStatus> Program::AwaitExit(Micros deadline) {
  while (true) {
    if (const auto status = process_.Poll()) {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop_, kDrain, [&] { return quiet_; });
      return status;
    }
    const Micros now = clock_.Steady();
    if (now >= deadline || stop_.stop_requested()) return std::nullopt;
    // Programs close their streams as they end: that is what is waited for, and then a moment.
    std::unique_lock lock(mutex_);
    const bool closed =
        changed_.wait_for(lock, stop_, std::min(kLook, deadline - now), [&] { return quiet_; });
    lock.unlock();
    if (closed) clock_.SleepFor(std::chrono::milliseconds(1), stop_);
  }
}

std::string LastLine(const std::string& text) {
  std::size_t end = text.find_last_not_of(" \t\r\n");
  if (end == std::string::npos) return "";
  const std::size_t begin = text.find_last_of("\r\n", end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1,
                     end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

}  // namespace aweber::conformance
