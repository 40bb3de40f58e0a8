#include "mockserver/admin/event_hub.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace aweber::mock {

namespace {

std::size_t WeightOf(const Event& event) {
  return sizeof(Event) + event.space.size() + event.type.size() + event.data.size();
}

}  // namespace

void EventHub::Publish(const std::string& space, const std::string& type, std::string data) {
  Push({0, space, type, std::move(data), 0});
}

void EventHub::PublishEntry(const std::string& space, const char* type, std::uint64_t sequence) {
  Push({0, space, type, "{}", sequence});
}

void EventHub::Push(Event event) {
  {
    const std::lock_guard lock(mutex_);
    event.id = ++last_id_;
    bytes_ += WeightOf(event);
    events_.push_back(std::move(event));
    // The newest is kept whatever it weighs.
    while (events_.size() > capacity_ || (bytes_ > max_bytes_ && events_.size() > 1)) {
      bytes_ -= WeightOf(events_.front());
      events_.pop_front();
    }
  }
  changed_.notify_all();
}

EventHub::Batch EventHub::Read(std::uint64_t after, const std::string& space, int timeout_ms,
                               std::stop_token stop) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, std::chrono::milliseconds(timeout_ms),
                    [&] { return last_id_ != after; });
  Batch batch;
  batch.last_id = last_id_;
  // A reader from before a restart of the server comes with an id from the future.
  const bool from_the_future = after > last_id_;
  batch.gap = from_the_future || (!events_.empty() && after + 1 < events_.front().id);
  for (const Event& event : events_) {
    if (event.id > after && event.space == space) batch.events.push_back(event);
  }
  return batch;
}

std::uint64_t EventHub::last_id() const {
  const std::lock_guard lock(mutex_);
  return last_id_;
}

std::string FormatServerSentEvent(const Event& event) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.id, event.type, event.data);
}

}  // namespace aweber::mock
