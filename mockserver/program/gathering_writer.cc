#include "mockserver/program/gathering_writer.h"

#include <fmt/format.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace aweber::mock {
namespace {

constexpr std::chrono::milliseconds kPoll{50};

// Whether the descriptor takes PIPE_BUF bytes without blocking, or refuses them at once.
bool HasRoom(int descriptor) {
  pollfd ready{descriptor, POLLOUT, 0};
  return ::poll(&ready, 1, static_cast<int>(kPoll.count())) != 0;
}

}  // namespace

GatheringWriter::GatheringWriter(int descriptor, GatheringOptions options)
    : descriptor_(descriptor),
      options_(options),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void GatheringWriter::Add(std::string_view text) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return gathered_.size() < options_.most || stuck_; });
  if (gathered_.size() >= options_.most) {
    ++dropped_;
    return;
  }
  gathered_ += text;
  if (waiting_) changed_.notify_one();
}

void GatheringWriter::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (true) {
    waiting_ = true;
    changed_.wait(lock, stop, [this] { return !gathered_.empty(); });
    waiting_ = false;
    if (gathered_.empty()) return;  // and a stop was requested
    std::string text = std::exchange(gathered_, {});
    const std::uint64_t dropped = std::exchange(dropped_, 0);
    if (dropped != 0) {
      text += fmt::format("log: {} lines were dropped, because nobody read the log.\n", dropped);
    }
    lock.unlock();
    room_.notify_all();
    if (!Write(text, stop)) return;
    lock.lock();
    if (!stop.stop_requested()) {
      changed_.wait_for(lock, stop, options_.delay, [] { return false; });
    }
  }
}

bool GatheringWriter::Write(std::string_view text, const std::stop_token& stop) {
  std::chrono::milliseconds waited{0};
  bool stopping = stop.stop_requested();
  while (!text.empty()) {
    if (!HasRoom(descriptor_)) {
      if (!stopping && stop.stop_requested()) {
        stopping = true;
        waited = {};
      }
      waited += kPoll;
      if (waited < options_.patience) continue;
      SetStuck(true);
      if (stopping) return false;
      continue;
    }
    // A pipe that poll(2) calls writable takes PIPE_BUF bytes without blocking.
    const ssize_t put =
        ::write(descriptor_, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    if (put < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (put <= 0) return true;
    text.remove_prefix(static_cast<std::size_t>(put));
    SetStuck(false);
    waited = {};
  }
  return true;
}

void GatheringWriter::SetStuck(bool stuck) {
  const std::lock_guard lock(mutex_);
  if (stuck_ == stuck) return;
  stuck_ = stuck;
  room_.notify_all();
}

}  // namespace aweber::mock
