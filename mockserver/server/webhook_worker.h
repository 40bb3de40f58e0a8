// WebhookWorker: sends webhooks, away from the requests that caused them.
//
// Purpose: each consumer (an origin) has a queue of its own and is sent its deliveries one after the
//   other, in the order in which they were made: a slow one delays nobody else, as long as fewer than
//   kMaxThreads are slow at once. A delivery is tried up to kTries times at once (assumed: AWeber
//   publishes no schedule) until an answer is 2xx, and each attempt is an entry of its space's journal.
// Ownership: owns its threads, which start when deliveries wait; keeps a space alive while a delivery
//   of it is queued. Thread safety: all members from any thread; Add also under a space's lock.
// Bounded: kMaxQueue deliveries wait for one consumer, kMaxQueued for all. What is beyond that is
//   dropped, and `note` is told, on a thread of the worker.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/http/client.h"
#include "mockserver/space/space_impl.h"

namespace aweber::mock {

class WebhookWorker {
 public:
  // Takes an entry into the journal and the log.
  using Note = std::function<void(SpaceImpl&, JournalEntry)>;
  explicit WebhookWorker(Note note) : note_(std::move(note)) {}
  ~WebhookWorker();

  void Add(const std::shared_ptr<SpaceImpl>& space, std::vector<WebhookDelivery> deliveries);
  // Waits until everything added before was sent, given up or dropped, and noted.
  void Drain();

  static constexpr std::size_t kMaxThreads = 8;
  static constexpr std::size_t kMaxQueue = 1'000;
  static constexpr std::size_t kMaxQueued = 10'000;
  static constexpr int kTries = 3;
  static constexpr int kTimeoutMs = 10'000;

 private:
  struct Item {
    std::shared_ptr<SpaceImpl> space;
    WebhookDelivery delivery;
  };
  // Deliveries to one consumer that were dropped since the last time somebody noted it.
  struct Dropped {
    std::shared_ptr<SpaceImpl> space;
    WebhookDelivery first;
    std::size_t count = 0;
  };

  void Queue(Item item);
  void Drop(Item item);
  void Hire();
  void Run(const std::stop_token& stop);
  void Serve(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  void Send(SpaceImpl& space, WebhookDelivery& delivery, const std::stop_token& stop);
  bool MustNote() const { return !dropped_.empty() && !noting_; }
  void NoteDropped(const Dropped& dropped);

  const Note note_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  // By origin, while deliveries wait or one is under way. Those that nobody serves are in `ready_`.
  std::map<std::string, std::deque<Item>> consumers_;
  std::deque<std::string> ready_;
  std::deque<Dropped> dropped_;  // one a space and consumer
  bool noting_ = false;          // one thread at a time does: journal and log have one order
  std::size_t queued_ = 0;       // in all queues
  std::size_t idle_ = 0;         // threads that wait
  std::size_t working_ = 0;
  std::unique_ptr<HttpClient> client_;  // made before the first thread
  std::stop_source stop_;
  std::vector<std::jthread> threads_;  // last: everything above must exist while they run
};

}  // namespace aweber::mock
