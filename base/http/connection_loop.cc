#include "base/http/connection_loop.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/os/clock.h"

namespace aweber {
namespace {

// How long a spare worker waits before it ends, and how exact the idle timeout is.
constexpr int kLongestTickMs = 10'000;
// Requests that no worker takes for so long have no worker: all are held up. One that was just
// started was not enough when they still wait after kStillStuck.
constexpr std::chrono::microseconds kStuck{1000}, kStillStuck{100};

std::int64_t NowMicros() { return SystemClock::System().Steady().count(); }

}  // namespace

ConnectionLoop::ConnectionLoop(Descriptor listening, const HttpService& service)
    : service_(service),
      tick_ms_(std::clamp(service.options.idle_timeout_ms / 4, 5, kLongestTickMs)),
      usual_threads_(std::min(static_cast<int>(std::thread::hardware_concurrency()) + 1,
                              service.options.max_threads)),
      listening_(std::move(listening)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      stop_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      spare_(::open("/dev/null", O_RDONLY | O_CLOEXEC)) {}

Result<std::unique_ptr<ConnectionLoop>> ConnectionLoop::Start(Descriptor listening,
                                                              const HttpService& service) {
  std::unique_ptr<ConnectionLoop> loop(new ConnectionLoop(std::move(listening), service));
  if (Status begun = loop->Begin(); !begun) return begun.error();
  return loop;
}

Status ConnectionLoop::Begin() {
  if (!epoll_ || !stop_event_ || !spare_) {
    return Error{"http.bind", fmt::format("cannot listen: {}", std::strerror(errno))};
  }
  epoll_event stop{};
  stop.events = EPOLLIN;  // stays readable: each worker sees it
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, stop_event_.get(), &stop);
  Arm(EPOLL_CTL_ADD, listening_.get(), this);
  if (!StartThread()) {
    return Error{"http.thread",
                 "cannot start a thread to serve connections; raise the limit of "
                 "processes or memory"};
  }
  try {
    watcher_ = std::thread([this] { Watch(); });
  } catch (const std::system_error&) {
    usual_threads_ = service_.options.max_threads;  // each last one starts another
  }
  return {};
}

ConnectionLoop::~ConnectionLoop() { Stop(); }

bool ConnectionLoop::Arm(int operation, int fd, void* what) const {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;
  event.data.ptr = what;
  return ::epoll_ctl(epoll_.get(), operation, fd, &event) == 0;
}

bool ConnectionLoop::StartThread() {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (std::thread& thread : finished_) thread.join();
  finished_.clear();
  if (service_.stop.stop_requested() ||
      static_cast<int>(threads_.size()) >= service_.options.max_threads) {
    return false;
  }
  Threads added(1);
  const auto self = added.begin();
  ++waiting_;
  try {
    // The new thread takes mutex_ before it moves *self: it is in its place by then.
    *self = std::thread([this, self] { Work(self); });
  } catch (const std::system_error&) {
    --waiting_;
    return false;
  }
  threads_.splice(threads_.end(), added);
  ++alive_;
  return true;
}

// Whether `others` wait besides this worker, which then counts as waiting no longer.
bool ConnectionLoop::LeavesAtLeast(int others) {
  int waiting = waiting_;
  while (waiting > others) {
    if (waiting_.compare_exchange_weak(waiting, waiting - 1)) return true;
  }
  return false;
}

void ConnectionLoop::Finish(Threads::iterator self) {
  --alive_;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!service_.stop.stop_requested()) finished_.splice(finished_.end(), threads_, self);
}

void ConnectionLoop::Work(Threads::iterator self) {
  while (true) {
    epoll_event event{};
    const int ready = ::epoll_wait(epoll_.get(), &event, 1, tick_ms_);
    if (service_.stop.stop_requested()) return;  // Stop joins this one
    if (ready == 0) {
      CloseIdle();
      if (LeavesAtLeast(1)) return Finish(self);
      continue;
    }
    if (ready < 0) continue;
    ++taken_;
    const bool was_last = waiting_.fetch_sub(1) == 1;
    try {
      if (was_last && alive_ < usual_threads_) StartThread();
      if (event.data.ptr == this) {
        Accept();
      } else {
        Serve(*static_cast<Connection*>(event.data.ptr));
      }
    } catch (...) {
      // Out of memory: what this was about is lost, the others go on.
    }
    ++waiting_;
    if (LeavesAtLeast(usual_threads_)) return Finish(self);
  }
}

bool ConnectionLoop::RequestsWait(int timeout_ms) const {
  pollfd events{epoll_.get(), POLLIN, 0};
  return ::poll(&events, 1, timeout_ms) > 0;
}

bool ConnectionLoop::StopsWithin(std::chrono::microseconds patience) const {
  pollfd stop{stop_event_.get(), POLLIN, 0};
  const timespec time{0, std::chrono::nanoseconds(patience).count()};
  return ::ppoll(&stop, 1, &time, nullptr) > 0;
}

// Starts a worker whenever requests wait and those there are are all held up.
void ConnectionLoop::Watch() {
  std::chrono::microseconds patience = kStuck;
  while (!service_.stop.stop_requested()) {
    if (!RequestsWait(-1)) continue;
    const std::uint64_t taken = taken_;
    if (StopsWithin(patience)) return;
    const bool stuck = taken_ == taken && RequestsWait(0);
    patience = stuck && StartThread() ? kStillStuck : kStuck;
  }
}

void ConnectionLoop::Accept() {
  while (!service_.stop.stop_requested()) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    Descriptor socket(
        ::accept4(listening_.get(), reinterpret_cast<sockaddr*>(&address), &length, SOCK_CLOEXEC));
    if (socket) {
      Add(std::move(socket), AddressText(address));
    } else if (errno != EINTR && errno != ECONNABORTED && !MakeRoomFor(errno)) {
      break;
    }
  }
  Arm(EPOLL_CTL_MOD, listening_.get(), this);
}

// Without a free descriptor a client would wait in silence: the spare one is given up to tell it.
// False when there is nobody to accept.
bool ConnectionLoop::MakeRoomFor(int accept_error) {
  if (accept_error == EAGAIN || accept_error == EWOULDBLOCK) return false;
  if (accept_error == EMFILE || accept_error == ENFILE) {
    spare_.Close();
    Descriptor socket(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const bool accepted(socket);
    if (accepted) {
      TurnAway(std::move(socket), "no file descriptor is left; raise the limit (ulimit -n)");
    }
    spare_ = Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (accepted) return true;
  }
  ::poll(nullptr, 0, 10);  // out of memory, or descriptors others hold: not in a busy loop
  return false;
}

void ConnectionLoop::TurnAway(Descriptor socket, const char* why) const {
  if (!service_.options.tls) {
    const std::string answer = fmt::format(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Length: {}\r\nConnection: close\r\n\r\n{}\n",
        std::strlen(why) + 1, why);
    ::send(socket.get(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  ::shutdown(socket.get(), SHUT_WR);
  // What has arrived is taken off: closing before that would be a reset.
  std::array<char, 4096> sink;
  while (::recv(socket.get(), sink.data(), sink.size(), MSG_DONTWAIT) > 0) {
  }
}

void ConnectionLoop::Add(Descriptor socket, std::string peer) {
  if (open_ >= service_.options.max_connections) {
    return TurnAway(std::move(socket), "too many open connections; close some");
  }
  std::list<Connection> added;
  Connection& connection = added.emplace_back(std::move(socket), std::move(peer), service_);
  connection.self = added.begin();
  connection.waiting_since = NowMicros();
  const std::lock_guard<std::mutex> lock(mutex_);
  ++open_;  // before it can be answered
  if (!Arm(EPOLL_CTL_ADD, connection.http.fd(), &connection)) {
    --open_;
    return;
  }
  connections_.splice(connections_.end(), added);
  if (service_.stop.stop_requested()) connection.http.Interrupt();
}

void ConnectionLoop::Serve(Connection& connection) {
  // Also reads what the worker before wrote last: all that it did happened before.
  connection.waiting_since.exchange(0);
  bool goes_on = false;
  try {
    goes_on = connection.http.Serve();
  } catch (...) {
    // Out of memory: this connection ends, the others go on.
  }
  if (!goes_on) return Remove(connection);
  const std::int64_t now = NowMicros();
  const int fd = connection.http.fd();
  connection.waiting_since = now;  // last: the worker to come reads it first
  // From here on it may be another worker's.
  if (!Arm(EPOLL_CTL_MOD, fd, &connection)) return Remove(connection);
  if (now >= next_tick_) CloseIdle();
}

void ConnectionLoop::Remove(Connection& connection) {
  std::list<Connection> removed;  // closed outside the lock
  const std::lock_guard<std::mutex> lock(mutex_);
  removed.splice(removed.end(), connections_, connection.self);
  --open_;
}

// Ends connections whose idle timeout is over: what is cut becomes readable, and a worker that
// finds no request there closes it.
void ConnectionLoop::CloseIdle() {
  const std::int64_t now = NowMicros();
  next_tick_ = now + tick_ms_ * 1000LL;
  const std::int64_t limit = now - service_.options.idle_timeout_ms * 1000LL;
  const std::lock_guard<std::mutex> lock(mutex_);
  for (Connection& connection : connections_) {
    const std::int64_t since = connection.waiting_since;
    if (since != 0 && since <= limit) connection.http.Interrupt();
  }
}

void ConnectionLoop::Stop() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto put = ::write(stop_event_.get(), &one, sizeof one);
  Threads threads;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (Connection& connection : connections_) connection.http.Interrupt();
    threads.swap(threads_);
    threads.splice(threads.end(), finished_);
  }
  for (std::thread& thread : threads) thread.join();
  if (watcher_.joinable()) watcher_.join();
  connections_.clear();
  open_ = 0;
  listening_.Close();
}

}  // namespace aweber
