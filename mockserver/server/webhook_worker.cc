#include "mockserver/server/webhook_worker.h"

#include <utility>

namespace aweber::mock {

WebhookWorker::~WebhookWorker() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void WebhookWorker::Add(std::shared_ptr<SpaceImpl> space, std::vector<WebhookDelivery> deliveries) {
  {
    std::lock_guard lock(mutex_);
    for (WebhookDelivery& one : deliveries) {
      if (queue_.size() < kMaxQueue) queue_.push_back({space, std::move(one)});
    }
    if (!thread_.joinable()) {
      // Certificates are not verified: a consumer under test has its own.
      client_ = MakeHttpClient({.connect_timeout_ms = kTimeoutMs,
                                .read_timeout_ms = kTimeoutMs,
                                .total_timeout_ms = kTimeoutMs,
                                .verify_tls = false,
                                .user_agent = "aweber-mockserver"});
      thread_ = std::jthread([this](std::stop_token stop) { Run(stop); });
    }
  }
  changed_.notify_all();
}

void WebhookWorker::Drain() {
  std::unique_lock lock(mutex_);
  if (!thread_.joinable()) return;
  changed_.wait(lock, thread_.get_stop_token(), [this] { return queue_.empty() && !busy_; });
}

void WebhookWorker::Run(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !queue_.empty(); })) {
    Item item = std::move(queue_.front());
    queue_.pop_front();
    busy_ = true;
    lock.unlock();
    Send(*item.space, item.delivery, stop);
    item.space->FinishDelivery(item.delivery);
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
}

void WebhookWorker::Send(SpaceImpl& space, WebhookDelivery& delivery, std::stop_token stop) {
  while (delivery.attempts < kTries && !stop.stop_requested()) {
    ++delivery.attempts;
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

}  // namespace aweber::mock
