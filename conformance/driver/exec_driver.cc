#include "conformance/driver/exec_driver.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/text/json.h"
#include "conformance/driver/message.h"
#include "conformance/driver/process_groups.h"

namespace aweber::conformance {
namespace {

// How much that is not JSON a driver may print between two replies before it is taken for a program
// that does not speak the protocol at all.
constexpr std::size_t kMaxNoiseLines = 1000;
constexpr std::size_t kMaxNoiseBytes = 4u << 20;
constexpr std::size_t kKeptWarnings = 20;
constexpr std::size_t kStderrHead = 256u << 10;
constexpr std::size_t kStderrTail = 64u << 10;
// An end of output is usually the end of the process: how long to wait for its exit status.
constexpr Micros kExitDelay = std::chrono::milliseconds(500);
constexpr std::string_view kUnknownOp = "x-probe";

}  // namespace

ExecDriver::ExecDriver(ExecDriverOptions options, Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      lines_(kMaxLineBytes),
      stderr_(kStderrHead, kStderrTail) {
  IgnoreSigpipe();
}

ExecDriver::~ExecDriver() { EndProcess(options_.grace); }

Result<ClientIdentity> ExecDriver::Start() {
  EndProcess(options_.grace);
  const Micros deadline = clock_.Steady() + options_.start_timeout;
  if (const Status spawned = Spawn(); !spawned) return spawned.error();
  auto identity = Handshake(deadline);
  if (!identity) return identity;
  {
    const std::lock_guard lock(mutex_);
    limit_ = identity->concurrent;
  }
  if (options_.probe_unknown_op && !probed_) {
    if (const Status probed = Probe(); !probed) return probed.error();
    probed_ = true;
  }
  return identity;
}

Status ExecDriver::Spawn() {
  auto spawned = ChildProcess::Spawn({.argv = options_.argv,
                                      .extra_env = options_.extra_env,
                                      .working_directory = options_.directory,
                                      .protocol_fd = options_.protocol_fd});
  if (!spawned) return Error{"driver.spawn", spawned.error().message};
  const std::lock_guard lifecycle(lifecycle_);
  process_.emplace(std::move(spawned).value());
  RememberProcessGroup(process_->pid());
  {
    const std::lock_guard lock(mutex_);
    closed_ = false;
    broken_.reset();
    ended_.reset();
    waiting_.clear();
    noise_lines_ = noise_bytes_ = 0;
    last_noise_.clear();
    lines_.Clear();
    limit_ = 1;
  }
  wake_fd_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
#ifdef SYS_pidfd_open
  leader_fd_ = static_cast<int>(::syscall(SYS_pidfd_open, process_->pid(), 0));
#endif
  reader_ = std::thread([this] { ReadOutput(); });
  return {};
}

Result<ClientIdentity> ExecDriver::Handshake(Micros deadline) {
  const Json members = {{"v", kProtocolVersion}};
  const auto reply = Exchange("hello", members, deadline - clock_.Steady());
  if (!reply) {
    if (reply.error().code == "driver.timeout") {
      return Error{"driver.timeout",
                   fmt::format("{}; a driver has {} to start and answer hello",
                               reply.error().message, SecondsText(options_.start_timeout))};
    }
    return reply.error();
  }
  auto identity = ReadHello(*reply);
  if (!identity) EndProcess(options_.grace);
  return identity;
}

// An unknown op is answered with `unsupported`, so that later versions can add one.
Status ExecDriver::Probe() {
  const std::string op(kUnknownOp);
  const auto reply = Exchange(op, Json::object(), options_.start_timeout);
  if (!reply) return reply.error();
  if (reply->kind == Reply::Kind::kUnsupported) return {};
  EndProcess(options_.grace);
  return Error{"driver.protocol",
               fmt::format("the unknown op \"{}\" was answered with \"{}\"; the protocol asks for "
                           "{{\"unsupported\":{{\"feature\":\"{}\"}}}}",
                           op, reply->kind == Reply::Kind::kOk ? "ok" : "err", op)};
}

Result<Reply> ExecDriver::Send(const std::string& op, Json members, Micros timeout) {
  {
    std::unique_lock lock(mutex_);
    const bool free = changed_.wait_for(lock, options_.stop, timeout,
                                        [&] { return in_flight_ < limit_ || broken_; });
    if (!free && !options_.stop.stop_requested()) {
      return Error{"driver.timeout", fmt::format("\"{}\" was never sent: earlier operations took "
                                                 "all of {}",
                                                 op, SecondsText(timeout))};
    }
    ++in_flight_;
  }
  auto reply = Exchange(op, members, timeout);
  {
    const std::lock_guard lock(mutex_);
    --in_flight_;
  }
  changed_.notify_all();
  return reply;
}

Result<Reply> ExecDriver::Exchange(const std::string& op, const Json& members, Micros timeout) {
  const Micros deadline = clock_.Steady() + timeout;
  std::int64_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!broken_ && ended_) Break("driver.died", "it was not running");
    if (!broken_) {
      id = ++last_id_;
      waiting_[id].op = op;
    }
  }
  if (id == 0) return EndWithError(op);
  if (const Status written = WriteLine(EncodeRequest(id, op, members) + "\n", deadline); !written) {
    const std::lock_guard lock(mutex_);
    Break(written.error().code, written.error().message);
  }
  {
    std::unique_lock lock(mutex_);
    const auto left = std::max(deadline - clock_.Steady(), Micros::zero());
    changed_.wait_for(lock, options_.stop, left,
                      [&] { return waiting_[id].reply.has_value() || broken_; });
    auto reply = std::move(waiting_[id].reply);
    waiting_.erase(id);
    if (reply) {
      const Status complete = CheckReplyMembers(op, *reply);
      if (complete) return std::move(*reply);
      Break(complete.error().code, complete.error().message);
    } else if (options_.stop.stop_requested()) {
      Break("driver.interrupted", "interrupted");
    } else if (!broken_) {
      std::string noise;
      if (noise_lines_ > 0) {
        noise = fmt::format("; {} lines on its output were not JSON, the last: {}", noise_lines_,
                            last_noise_);
      }
      // Of hello's time a part was the start's: Handshake says what both have.
      const std::string time = op == "hello" ? "in time" : "within " + SecondsText(timeout);
      Break("driver.timeout", fmt::format("no reply to \"{}\" {}{}", op, time, noise));
    }
  }
  return EndWithError(op);
}

Status ExecDriver::WriteLine(const std::string& line, Micros deadline) {
  const std::lock_guard writing(writing_);
  int fd = -1;
  {
    const std::lock_guard lifecycle(lifecycle_);
    if (process_) fd = process_->stdin_fd();
  }
  if (fd < 0) return Error{"driver.died", "its standard input is closed"};
  for (std::string_view rest = line; !rest.empty();) {
    const ssize_t written = ::write(fd, rest.data(), rest.size());
    if (written > 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno == EAGAIN) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock_.Steady());
      if (left.count() <= 0) {
        return Error{"driver.timeout", "it does not read its standard input"};
      }
      pollfd waited{fd, POLLOUT, 0};
      ::poll(&waited, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 100)));
      if (options_.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
    } else if (errno != EINTR) {
      return Error{"driver.died", "it closed its standard input"};
    }
  }
  return {};
}

void ExecDriver::ReadOutput() {
  enum { kProtocol, kStderr, kStdout, kWake, kLeader };
  std::array<pollfd, 5> polled{pollfd{process_->output_fd(), POLLIN, 0},
                               pollfd{process_->stderr_fd(), POLLIN, 0},
                               pollfd{process_->stdout_fd(), POLLIN, 0},
                               pollfd{wake_fd_, POLLIN, 0}, pollfd{leader_fd_, POLLIN, 0}};
  bool leader_gone = false;
  std::array<char, 65536> buffer;
  while (polled[kProtocol].fd >= 0 || polled[kStderr].fd >= 0 || polled[kStdout].fd >= 0) {
    if (::poll(polled.data(), polled.size(), leader_gone ? 0 : -1) < 0 && errno != EINTR) return;
    for (const int which : {kStderr, kStdout, kProtocol}) {
      pollfd& source = polled[which];
      if (source.fd < 0 || source.revents == 0) continue;
      const ssize_t size = ::read(source.fd, buffer.data(), buffer.size());
      if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      const std::lock_guard lock(mutex_);
      if (size <= 0) {
        source.fd = -1;  // poll skips negative descriptors
        if (which != kProtocol) continue;
        closed_ = true;
        Break("driver.died", "it closed its output");
        continue;
      }
      const std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
      if (which != kProtocol) {
        stderr_.Append(bytes);  // with --driver-fd its standard output is free text as well
        continue;
      }
      const bool fits = lines_.Feed(bytes, [this](std::string_view line) {
        OnLine(line);
        return !broken_.has_value();
      });
      if (!fits) {
        Break("driver.protocol", fmt::format("a line is longer than {} bytes", kMaxLineBytes));
      }
      if (broken_) source.fd = -1;  // nothing it says counts any more
    }
    if (polled[kWake].revents != 0) return;
    // What the driver left behind may hold its output open: the output ends when it has been read
    // dry after the leader's end.
    if (leader_gone && polled[kProtocol].fd >= 0 && polled[kProtocol].revents == 0) {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      Break("driver.died", "it ended");
      polled[kProtocol].fd = -1;
    }
    if (polled[kLeader].fd >= 0 && polled[kLeader].revents != 0) {
      leader_gone = true;
      polled[kLeader].fd = -1;
    }
    if (leader_gone && polled[kProtocol].fd < 0) leader_gone = false;  // back to waiting
  }
}

void ExecDriver::OnLine(std::string_view text) {
  DriverLine line = ReadDriverLine(text);
  if (line.kind == DriverLine::Kind::kBroken) return Break("driver.protocol", line.problem);
  if (line.kind == DriverLine::Kind::kNotJson) {
    ++noise_lines_;
    noise_bytes_ += text.size();
    last_noise_ = Excerpt(text, 80);
    AddWarning(fmt::format("not JSON on its output: {}", Excerpt(text)));
    if (noise_lines_ > kMaxNoiseLines || noise_bytes_ > kMaxNoiseBytes) {
      Break("driver.protocol",
            fmt::format("its output is not the protocol: {} lines that are not JSON, the last: "
                        "{}; print elsewhere, or move the protocol with --driver-fd",
                        noise_lines_, last_noise_));
    }
    return;
  }
  noise_lines_ = noise_bytes_ = 0;
  const auto asked = waiting_.find(line.id);
  if (asked == waiting_.end()) {
    const bool was_asked = line.id >= 1 && line.id <= last_id_;
    return Break("driver.protocol",
                 was_asked ? fmt::format("a second reply to id {}: {}", line.id, Excerpt(text))
                           : fmt::format("a reply to id {}, which was never asked: {}", line.id,
                                         Excerpt(text)));
  }
  if (asked->second.reply) {
    return Break("driver.protocol",
                 fmt::format("a second reply to id {}: {}", line.id, Excerpt(text)));
  }
  asked->second.reply = std::move(line.reply);
  changed_.notify_all();
}

void ExecDriver::Break(std::string code, std::string message) {
  if (!broken_) broken_ = Error{std::move(code), std::move(message)};
  changed_.notify_all();
}

void ExecDriver::AddWarning(std::string text) {
  if (warnings_.kept.size() < kKeptWarnings) {
    warnings_.kept.push_back(std::move(text));
  } else {
    ++warnings_.dropped;
  }
}

Error ExecDriver::EndWithError(const std::string& op) {
  Error error;
  bool closed = false;
  {
    const std::lock_guard lock(mutex_);
    error = *broken_;
    closed = closed_;
  }
  // A process whose output ended, or that no longer reads, is most likely about to exit.
  const bool exited = error.code == "driver.died" && AwaitExit(kExitDelay);
  EndProcess(error.code == "driver.interrupted" ? Micros::zero() : options_.grace);
  if (error.code != "driver.died") return error;
  const std::lock_guard lock(mutex_);
  if (exited && ended_) {
    error.message =
        fmt::format("the driver ended ({}) before it answered \"{}\"", ended_->Describe(), op);
    if (noise_lines_ > 0) {
      error.message += fmt::format("; the last it printed was no reply: {}", last_noise_);
    }
  } else if (closed) {
    error.message = fmt::format(
        "the driver closed its output, though it still ran, before it "
        "answered \"{}\"",
        op);
  } else {
    error.message = fmt::format("the driver cannot take \"{}\": {}", op, error.message);
  }
  return error;
}

bool ExecDriver::AwaitExit(Micros limit) {
  const Micros deadline = clock_.Steady() + limit;
  while (true) {
    {
      const std::lock_guard lifecycle(lifecycle_);
      if (!process_ || process_->Poll()) return true;
    }
    if (clock_.Steady() >= deadline) return false;
    if (!clock_.SleepFor(std::chrono::milliseconds(1), options_.stop)) return false;
  }
}

ExitStatus ExecDriver::EndProcess(Micros grace) {
  const std::lock_guard lifecycle(lifecycle_);
  if (!process_) {
    const std::lock_guard lock(mutex_);
    return ended_.value_or(ExitStatus{});
  }
  const pid_t leader = process_->pid();
  const ExitStatus status = process_->Terminate(grace);
  ForgetProcessGroup(leader);
  // What it wrote last is still in the pipes; a descendant that left the group may hold them open,
  // so the reader is told to go after one more look.
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t ignored = ::write(wake_fd_, &one, sizeof one);
  if (reader_.joinable()) reader_.join();
  ::close(wake_fd_);
  if (leader_fd_ >= 0) ::close(leader_fd_);
  wake_fd_ = leader_fd_ = -1;
  process_.reset();
  const std::lock_guard lock(mutex_);
  ended_ = status;
  return status;
}

void ExecDriver::Stop(bool kill) {
  bool running = false;
  {
    const std::lock_guard lifecycle(lifecycle_);
    running = process_.has_value();
  }
  if (!running) return;
  if (kill) {
    EndProcess(Micros::zero());
    return;
  }
  const auto farewell = Exchange("bye", Json::object(), options_.grace);
  if (!farewell) {  // it ended without a reply, or broke: it is ended by now
    const std::lock_guard lock(mutex_);
    const bool well =
        farewell.error().code == "driver.died" && ended_ && !ended_->signaled && ended_->code == 0;
    if (!well && farewell.error().code != "driver.interrupted") {
      AddWarning(farewell.error().message);
    }
    return;
  }
  {
    const std::lock_guard lifecycle(lifecycle_);
    if (process_) process_->CloseStdin();
  }
  const bool left = AwaitExit(options_.grace);
  const ExitStatus status = EndProcess(options_.grace);
  const std::lock_guard lock(mutex_);
  if (!left) {
    AddWarning(fmt::format("still running {} after bye", SecondsText(options_.grace)));
  } else if (status.signaled || status.code != 0) {
    AddWarning(fmt::format("ended with {} after bye", status.Describe()));
  }
}

std::string ExecDriver::TakeStderr() {
  const std::lock_guard lock(mutex_);
  return stderr_.Take();
}

std::vector<std::string> ExecDriver::TakeWarnings() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> taken = std::exchange(warnings_.kept, {});
  if (warnings_.dropped > 0) {
    taken.push_back(fmt::format("{} more warnings", std::exchange(warnings_.dropped, 0)));
  }
  return taken;
}

}  // namespace aweber::conformance
