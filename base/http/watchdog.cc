#include "base/http/watchdog.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/tcp.h>  // glibc's own tcp_info ends before the bytes received
#include <netinet/in.h>
#endif

#include <algorithm>
#include <cstddef>

namespace aweber {
namespace {

constexpr std::chrono::milliseconds kTick(20);

#ifdef __linux__
// All zero when the kernel does not say.
tcp_info InfoOf(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) info = {};
  return info;
}
#endif

}  // namespace

void SocketTwin::Hold(int fd) {
  const int twin = fd < 0 ? -1 : ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (fd_ >= 0) ::close(fd_);
  fd_ = twin;
}

void SocketTwin::Cut() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (fd_ < 0) return;
  // The last close says so to a peer that still sends: it would wait for a window for a minute.
  const linger reset{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  ::shutdown(fd_, SHUT_RDWR);
}

bool SocketTwin::Quiet() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  pollfd entry{fd_, POLLIN | POLLRDHUP, 0};
  return fd_ >= 0 && ::poll(&entry, 1, 0) == 0;
}

std::uint64_t SocketTwin::Received() const {
  const std::lock_guard<std::mutex> lock(mutex_);
#ifdef __linux__
  return fd_ < 0 ? 0 : InfoOf(fd_).tcpi_bytes_received;
#else
  return 0;
#endif
}

Micros SocketTwin::SilentFor() const {
  const std::lock_guard<std::mutex> lock(mutex_);
#ifdef __linux__
  return std::chrono::milliseconds(fd_ < 0 ? 0 : InfoOf(fd_).tcpi_last_data_recv);
#else
  return Micros::zero();
#endif
}

HttpWatchdog::Watch::Watch(HttpWatchdog& watchdog, const SocketTwin& twin, Micros deadline,
                           std::uint64_t max_bytes, const std::stop_token& stop)
    : watchdog_(watchdog),
      twin_(twin),
      deadline_(deadline),
      max_bytes_(max_bytes),
      received_before_(twin.Received()),
      on_stop_(stop, [this] { End(Cause::kCancelled); }) {
  const std::lock_guard<std::mutex> lock(watchdog_.mutex_);
  watchdog_.watched_.push_back(this);
  if (!watchdog_.thread_.joinable()) {
    watchdog_.thread_ = std::jthread([&dog = watchdog_](std::stop_token end) { dog.Run(end); });
  }
  if (watchdog_.asleep_) watchdog_.changed_.notify_all();
}

HttpWatchdog::Watch::~Watch() {
  const std::lock_guard<std::mutex> lock(watchdog_.mutex_);
  std::erase(watchdog_.watched_, this);
}

void HttpWatchdog::Watch::End(Cause cause) {
  Cause none = Cause::kNone;
  cause_.compare_exchange_strong(none, cause);
  twin_.Cut();
}

// A cut is repeated until the request has ended: the first may have come before the socket was.
void HttpWatchdog::Watch::Check(Micros now) {
  if (cause_ != Cause::kNone) {
    twin_.Cut();
  } else if (now >= deadline_) {
    End(Cause::kDeadline);
  } else if (const auto received = twin_.Received();
             received > received_before_ && received - received_before_ > max_bytes_) {
    End(Cause::kTooMuch);
  }
}

void HttpWatchdog::Run(const std::stop_token& stop) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stop.stop_requested()) {
    if (watched_.empty()) {
      asleep_ = true;
      changed_.wait(lock, stop, [this] { return !watched_.empty(); });
      asleep_ = false;
    }
    changed_.wait_for(lock, stop, kTick, [] { return false; });
    const Micros now = SystemClock::System().Steady();
    for (Watch* const watch : watched_) watch->Check(now);
  }
}

}  // namespace aweber
