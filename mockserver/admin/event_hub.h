// EventHub: what happened lately, numbered, for any number of readers (server-sent events).
//
// Purpose: the journal and the admin API publish here; GET /events reads on from an id, so a client
//   that reconnects with Last-Event-ID misses nothing that is still kept.
// Ownership: owns a bounded ring; readers hold only a number. Thread safety: all members.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

namespace aweber::mock {

// An event as its readers get it, made by the first of them for all.
struct RenderedEvent {
  std::once_flag once;
  std::string text;  // "" when it is too long to be kept
};

struct Event {
  std::uint64_t id = 0;
  std::string space;
  std::string
      type;  // "request", "reply", "clock", "scenario", "faults", "tokens", "reset", "spaces"
  std::string data = "{}";     // one line of JSON, redacted
  std::uint64_t sequence = 0;  // "request" and "reply": the journal entry, shown when read
  std::shared_ptr<RenderedEvent> rendered;
};

struct EventBounds {
  std::size_t events = 4096;
  std::size_t bytes = 4u << 20;  // of the events as they were published
  std::size_t readers = 256;
};

class EventHub {
 public:
  explicit EventHub(EventBounds bounds = {}) : bounds_(bounds) {}

  void Publish(const std::string& space, const std::string& type, std::string data);
  // "request" when an entry was appended, "reply" when it changed.
  void PublishEntry(const std::string& space, const char* type, std::uint64_t sequence);

  struct Batch {
    std::vector<Event> events;
    bool gap = false;           // events after `after` were dropped before they could be read
    std::uint64_t last_id = 0;  // where to read on
  };
  // Events of `space` after `after`; waits up to `timeout_ms` of real time for the first.
  Batch Read(std::uint64_t after, const std::string& space, int timeout_ms,
             std::stop_token stop) const;
  std::uint64_t last_id() const;

  // Counts as a reader while it is kept, no longer than the hub; null when there are too many.
  std::shared_ptr<void> AddReader();
  std::size_t most_readers() const { return bounds_.readers; }

 private:
  void Push(Event event);
  void RemoveReader();
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  const EventBounds bounds_;
  std::size_t readers_ = 0;
  std::size_t bytes_ = 0;  // of the events that are kept
  std::deque<Event> events_;
  std::uint64_t last_id_ = 0;
};

// The event's text: made by `render` once for all readers, unless it is long.
std::string RenderOnce(const Event& event, const std::function<std::string()>& render);

// One event as text/event-stream wants it. `data` must be free of line breaks.
std::string FormatServerSentEvent(const Event& event);

}  // namespace aweber::mock
