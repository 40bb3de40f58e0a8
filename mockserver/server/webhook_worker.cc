#include "mockserver/server/webhook_worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/text/uri.h"

namespace aweber::mock {
namespace {

// Whose queue a delivery belongs to.
std::string ConsumerOf(const WebhookDelivery& delivery) {
  const auto url = ParseUri(delivery.url);
  return url.ok() ? url->Origin() : delivery.url;
}

JournalEntry EntryOf(const SpaceImpl& space, const WebhookDelivery& delivery) {
  JournalEntry entry;
  entry.space = space.name();
  entry.real_time = SystemClock::System().Now();
  entry.virtual_time = space.Now();
  entry.local_path = "/webhook";
  entry.request.method = "POST";
  entry.request.target = delivery.url;
  entry.request.headers = delivery.headers;
  entry.request.body = delivery.body;
  if (!delivery.fault.empty()) entry.rule = "webhook: " + delivery.fault;
  return entry;
}

}  // namespace

WebhookWorker::~WebhookWorker() {
  stop_.request_stop();
  threads_.clear();
}

void WebhookWorker::Add(const std::shared_ptr<SpaceImpl>& space,
                        std::vector<WebhookDelivery> deliveries) {
  {
    const std::lock_guard lock(mutex_);
    for (WebhookDelivery& one : deliveries) Queue({space, std::move(one)});
    Hire();
  }
  changed_.notify_all();
}

void WebhookWorker::Queue(Item item) {
  const std::string origin = ConsumerOf(item.delivery);
  const auto known = consumers_.find(origin);
  const bool full = known != consumers_.end() && known->second.size() >= kMaxQueue;
  if (full || queued_ >= kMaxQueued) return Drop(std::move(item));
  if (known == consumers_.end()) ready_.push_back(origin);
  consumers_[origin].push_back(std::move(item));
  ++queued_;
}

void WebhookWorker::Drop(Item item) {
  const std::string origin = ConsumerOf(item.delivery);
  for (Dropped& known : dropped_) {
    if (known.space != item.space || ConsumerOf(known.first) != origin) continue;
    ++known.count;
    return;
  }
  dropped_.push_back({std::move(item.space), std::move(item.delivery), 1});
}

void WebhookWorker::Hire() {
  if (client_ == nullptr) {
    // Certificates are not verified: a consumer under test has its own.
    client_ = MakeHttpClient({.connect_timeout_ms = kTimeoutMs,
                              .read_timeout_ms = kTimeoutMs,
                              .total_timeout_ms = kTimeoutMs,
                              .verify_tls = false,
                              .user_agent = "aweber-mockserver"});
  }
  const std::size_t wanted = ready_.size() + (MustNote() ? 1 : 0);
  for (std::size_t free = idle_; free < wanted && threads_.size() < kMaxThreads; ++free) {
    try {
      threads_.emplace_back([this, stop = stop_.get_token()] { Run(stop); });
    } catch (const std::system_error&) {
      return;  // no more threads: those that are there go on, the next delivery tries again
    }
  }
}

void WebhookWorker::Drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop_.get_token(),
                [this] { return consumers_.empty() && dropped_.empty() && working_ == 0; });
}

void WebhookWorker::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait(lock, stop, [this] { return !ready_.empty() || MustNote(); });
    --idle_;
    if (stop.stop_requested()) return;
    ++working_;
    if (MustNote()) {
      noting_ = true;
      const Dropped dropped = std::move(dropped_.front());
      dropped_.pop_front();
      lock.unlock();
      NoteDropped(dropped);
      lock.lock();
      noting_ = false;
    } else {
      Serve(lock, stop);
    }
    --working_;
    changed_.notify_all();
  }
}

// One delivery of the consumer that has waited longest; then it is the others' turn.
void WebhookWorker::Serve(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  const std::string origin = std::move(ready_.front());
  ready_.pop_front();
  std::deque<Item>& queue = consumers_.at(origin);  // stays while its consumer is served
  Item item = std::move(queue.front());
  queue.pop_front();
  --queued_;
  lock.unlock();
  Send(*item.space, item.delivery, stop);
  item.space->FinishDelivery(item.delivery);
  lock.lock();
  if (queue.empty()) {
    consumers_.erase(origin);
  } else {
    ready_.push_back(origin);
  }
}

void WebhookWorker::Send(SpaceImpl& space, WebhookDelivery& delivery, const std::stop_token& stop) {
  while (delivery.attempts < kTries && !stop.stop_requested()) {
    ++delivery.attempts;
    JournalEntry entry = EntryOf(space, delivery);
    const auto answer = client_->Send("POST", delivery.url, delivery.headers, delivery.body, stop);
    entry.finished_real_time = SystemClock::System().Now();
    delivery.status = answer ? answer->status : 0;
    delivery.error = answer ? "" : answer.error().message;
    delivery.answer = answer ? answer->body.substr(0, 4096) : "";
    entry.state = answer ? EntryState::kAnswered : EntryState::kAborted;
    entry.status = delivery.status;
    entry.response_body = delivery.answer;
    if (answer) entry.response_headers = answer->headers;
    entry.why_rejected = delivery.error;
    space.journal().Append(std::move(entry));
    if (delivery.status >= 200 && delivery.status < 300) return;
  }
}

void WebhookWorker::NoteDropped(const Dropped& dropped) {
  JournalEntry entry = EntryOf(*dropped.space, dropped.first);
  entry.state = EntryState::kAborted;
  entry.error = "webhook.dropped";
  entry.why_rejected = fmt::format(
      "{} not sent to {} (the first is {}): {} wait for it, or {} for all consumers. Answer "
      "faster, or "
      "let fewer events happen at once",
      dropped.count == 1 ? "1 delivery was" : fmt::format("{} deliveries were", dropped.count),
      ConsumerOf(dropped.first), dropped.first.id, kMaxQueue, kMaxQueued);
  note_(*dropped.space, std::move(entry));
}

}  // namespace aweber::mock
