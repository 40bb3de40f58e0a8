// WebhookWorker: sends webhooks, away from the requests that caused them.
//
// Purpose: one thread sends deliveries in the order in which they were made; each is tried up to
//   kTries times at once (assumed: AWeber publishes no schedule) until an answer is 2xx, and each
//   attempt is an entry of the space's journal.
// Ownership: owns its thread, which starts with the first delivery; keeps a space alive while a
//   delivery of it is queued. Thread safety: all members from any thread. Bounded: kMaxQueue.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/http/client.h"
#include "mockserver/space/space_impl.h"

namespace aweber::mock {

class WebhookWorker {
 public:
  WebhookWorker() = default;
  ~WebhookWorker();

  void Add(std::shared_ptr<SpaceImpl> space, std::vector<WebhookDelivery> deliveries);
  // Waits until everything added before was sent or given up.
  void Drain();

  static constexpr std::size_t kMaxQueue = 10'000;
  static constexpr int kTries = 3;
  static constexpr int kTimeoutMs = 10'000;

 private:
  struct Item {
    std::shared_ptr<SpaceImpl> space;
    WebhookDelivery delivery;
  };
  void Run(std::stop_token stop);
  void Send(SpaceImpl& space, WebhookDelivery& delivery, std::stop_token stop);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Item> queue_;
  bool busy_ = false;
  std::unique_ptr<HttpClient> client_;
  std::jthread thread_;  // last: everything above must exist while it runs
};

}  // namespace aweber::mock
