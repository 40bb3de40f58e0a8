#include "mockserver/admin/event_hub.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace aweber::mock {

namespace {

// Of most entries; longer ones would make the ring hold far more than what was published.
constexpr std::size_t kLongestKept = 4096;

std::size_t WeightOf(const Event& event) {
  return sizeof(Event) + event.space.size() + event.type.size() + event.data.size();
}

}  // namespace

void EventHub::Publish(const std::string& space, const std::string& type, std::string data) {
  Push({0, space, type, std::move(data), 0, nullptr});
}

void EventHub::PublishEntry(const std::string& space, const char* type, std::uint64_t sequence) {
  Push({0, space, type, "{}", sequence, nullptr});
}

void EventHub::Push(Event event) {
  {
    const std::lock_guard lock(mutex_);
    event.id = ++last_id_;
    bytes_ += WeightOf(event);
    event.rendered = std::make_shared<RenderedEvent>();
    events_.push_back(std::move(event));
    // The newest is kept whatever it weighs.
    while (events_.size() > bounds_.events || (bytes_ > bounds_.bytes && events_.size() > 1)) {
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

std::shared_ptr<void> EventHub::AddReader() {
  const std::lock_guard lock(mutex_);
  if (readers_ >= bounds_.readers) return nullptr;
  ++readers_;
  return {this, [](void* hub) { static_cast<EventHub*>(hub)->RemoveReader(); }};
}

void EventHub::RemoveReader() {
  const std::lock_guard lock(mutex_);
  --readers_;
}

std::string RenderOnce(const Event& event, const std::function<std::string()>& render) {
  std::string mine;
  std::call_once(event.rendered->once, [&] {
    mine = render();
    if (mine.size() <= kLongestKept) event.rendered->text = mine;
  });
  if (!mine.empty()) return mine;
  return event.rendered->text.empty() ? render() : event.rendered->text;
}

std::string FormatServerSentEvent(const Event& event) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.id, event.type, event.data);
}

}  // namespace aweber::mock
