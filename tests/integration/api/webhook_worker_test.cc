// Who sends webhooks: a consumer that hangs delays nobody else, keeps its order, and what it lets pile up
// beyond the bound is dropped and said. Nothing here waits for time: the slow consumer answers when the
// test lets it.
#include "mockserver/server/webhook_worker.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>

#include "base/http/server.h"
#include "base/text/json.h"
#include "mockserver/data/api_data.h"
#include "tests/support/api_subject.h"

namespace aweber::mock {
namespace {

using testing::kListPath;

// Answers when it may; remembers the deliveries that came, each once however often it was tried.
class GatedConsumer {
 public:
  explicit GatedConsumer(bool open) : open_(open) {
    server_ = *HttpServer::Start({.host = "127.0.0.1"}, [this](const HttpRequest& request) {
      std::unique_lock lock(mutex_);
      const std::string id = request.headers.GetOr("AWeber-Delivery-ID");
      if (ids_.insert(id).second) bodies_.push_back(request.body);
      changed_.notify_all();
      changed_.wait(lock, [this] { return open_; });
      HttpResponse reply;
      reply.status = 204;
      return reply;
    });
  }
  ~GatedConsumer() { Open(); }
  std::string url() const { return server_->base_url() + "/hook"; }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void WaitFor(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return bodies_.size() >= count; });
  }
  std::vector<std::string> bodies() {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_;
  std::set<std::string> ids_;
  std::vector<std::string> bodies_;
  std::unique_ptr<HttpServer> server_;
};

class WebhookWorkerTest : public ::testing::Test {
 protected:
  WebhookWorkerTest() {
    server_ =
        *MockServer::Start({.scheme = "http", .on_finished = [this](const JournalEntry& entry) {
                              const std::lock_guard lock(mutex_);
                              if (entry.error == "webhook.dropped")
                                logged_.push_back(entry.why_rejected);
                            }});
  }
  Space& space() { return *server_->default_space(); }
  void Subscribe(const GatedConsumer& consumer, const std::string& event = "subscriber.added") {
    space().AddWebhook({.url = consumer.url(), .events = {event}});
  }
  // One delivery for each subscription that listens to additions.
  void Happen(int number) {
    space().UseData([&](ApiData& data) {
      Subscriber one;
      one.id = number;
      one.email = fmt::format("p{}@example.org", number);
      data.Notify({SubscriberEvent::Kind::kAdded, Moment(0), 1000001, 2000001, one, false});
    });
  }
  static std::string EmailOf(const std::string& body) {
    return ParseJson(body).value_or(Json())["data"][0]["payload"]["email"];
  }

  std::mutex mutex_;
  std::vector<std::string> logged_;
  std::unique_ptr<MockServer> server_;
};

TEST_F(WebhookWorkerTest, ASlowConsumerDelaysNobodyElse) {
  GatedConsumer slow(false), quick(true);
  Subscribe(slow);
  Subscribe(quick);
  for (int i = 1; i <= 5; ++i) Happen(i);
  quick.WaitFor(5);  // though the slow one has answered nothing
  slow.WaitFor(1);
  EXPECT_EQ(slow.bodies().size(), 1u) << "one at a time";
  slow.Open();
  server_->DrainWebhooks();
  for (GatedConsumer* consumer : {&slow, &quick}) {
    const auto bodies = consumer->bodies();
    ASSERT_EQ(bodies.size(), 5u);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      EXPECT_EQ(EmailOf(bodies[i]), fmt::format("p{}@example.org", i + 1)) << "in order";
    }
  }
}

TEST_F(WebhookWorkerTest, WhatPilesUpIsDroppedAndSaid) {
  GatedConsumer slow(false), quick(true);
  Subscribe(slow);
  Happen(0);
  slow.WaitFor(1);  // under way: it waits in no queue any more
  constexpr int kMost = static_cast<int>(WebhookWorker::kMaxQueue);
  for (int i = 1; i <= kMost + 7; ++i) Happen(i);
  // Others still get theirs.
  space().AddWebhook({.url = quick.url(), .events = {"subscriber.added"}});
  Happen(kMost + 8);
  quick.WaitFor(1);
  slow.Open();
  server_->DrainWebhooks();
  const auto bodies = slow.bodies();
  int last = -1;
  for (const std::string& body : bodies) {
    const int number = std::stoi(EmailOf(body).substr(1));
    EXPECT_GT(number, last) << "in order, with gaps for what was dropped";
    last = number;
  }
  int dropped = 0;
  std::vector<std::string> said;
  for (const JournalEntry& entry : space().journal().Entries()) {
    if (entry.error != "webhook.dropped") continue;
    said.push_back(entry.why_rejected);
    dropped += std::stoi(entry.why_rejected);
    EXPECT_EQ(entry.local_path, "/webhook");
    EXPECT_EQ(entry.state, EntryState::kAborted);
    EXPECT_TRUE(entry.request.headers.Has("AWeber-Delivery-ID"));
    const std::string origin = slow.url().substr(0, slow.url().rfind('/'));
    EXPECT_NE(entry.why_rejected.find(
                  fmt::format("not sent to {} (the first is {}): {} wait for it", origin,
                              entry.request.headers.GetOr("AWeber-Delivery-ID"), kMost)),
              std::string::npos)
        << entry.why_rejected;
  }
  EXPECT_GT(dropped, 0);
  EXPECT_EQ(dropped + static_cast<int>(bodies.size()), kMost + 9) << "each is sent or said";
  const std::lock_guard lock(mutex_);
  EXPECT_EQ(logged_, said) << "the log says the same";
}

}  // namespace
}  // namespace aweber::mock
