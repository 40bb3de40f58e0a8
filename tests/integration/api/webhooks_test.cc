// Webhooks: the signature as published, what is told, to whom, and what can be wrong with it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>

#include "base/http/server.h"
#include "base/text/json.h"
#include "mockserver/webhooks/signature.h"
#include "tests/support/api_subject.h"

namespace aweber::mock {
namespace {

using testing::ApiSubject;
using testing::kListPath;
using testing::kManyPath;
using testing::kTrialsPath;

// The vector of AWeber's documentation.
TEST(WebhookSignature, IsThePublishedOne) {
  const std::string body =
      "{\"account\": null\n,\"client_id\": \"fKcKvImyD2pQmRDWYSFx92rReytdL4Jh\"\n,\"callback\": "
      "\"5AB10F8A-EC5A-40E8-AF0B-7DC8DF580E55\"\n,\"data\": []}";
  EXPECT_EQ(WebhookSignature("bXktdmVyaWZpY2F0aW9uLWtleQ==", "Mon, 21 Oct 2019 19:05:20 GMT", body),
            "sha256=74856469e8a97c0939a8d398460e1ffc83e4e40a46e657c61e9d3723035df10a");
  EXPECT_EQ(HttpDate(FromUnixSeconds(1571684720)), "Mon, 21 Oct 2019 19:05:20 GMT");
}

// Somebody who takes webhooks and keeps them.
class Consumer {
 public:
  Consumer() {
    server_ = *HttpServer::Start({.host = "127.0.0.1"}, [this](const HttpRequest& request) {
      std::lock_guard lock(mutex_);
      seen_.push_back(request);
      HttpResponse reply;
      reply.status = status_;
      return reply;
    });
  }
  std::string url() const { return server_->base_url() + "/hook"; }
  void Answer(int status) {
    std::lock_guard lock(mutex_);
    status_ = status;
  }
  std::vector<HttpRequest> Take() {
    std::lock_guard lock(mutex_);
    return std::exchange(seen_, {});
  }

 private:
  std::mutex mutex_;
  int status_ = 204;
  std::vector<HttpRequest> seen_;
  std::unique_ptr<HttpServer> server_;
};

const std::string kKey = "bXktdmVyaWZpY2F0aW9uLWtleQ==";

bool IsGenuine(const HttpRequest& request) {
  return request.headers.GetOr("AWeber-Signature") ==
         WebhookSignature(kKey, request.headers.GetOr("Date"), request.body);
}

std::vector<std::string> EventsOf(const HttpRequest& request) {
  std::vector<std::string> events;
  const Json body = *ParseJson(request.body);
  for (const Json& one : body["data"]) events.push_back(one["event"]);
  return events;
}

class WebhookTest : public ::testing::Test {
 protected:
  WebhookSubscription Subscribe(std::vector<std::string> events = {}) {
    return api_.space().AddWebhook({.client_id = testing::kClientId,
                                    .url = consumer_.url(),
                                    .key = kKey,
                                    .events = std::move(events)});
  }
  std::vector<HttpRequest> Received() {
    api_.server().DrainWebhooks();
    return consumer_.Take();
  }
  void Add(const std::string& list, const std::string& email) {
    EXPECT_EQ(api_.PostJson(list + "/subscribers", {{"email", email}, {"name", "Ada"}}).status,
              201);
  }

  Consumer consumer_;
  ApiSubject api_;
};

TEST_F(WebhookTest, TellsWhatHappenedInOneSignedRequest) {
  Subscribe();
  Add(kListPath, "ada@example.org");
  const auto told = Received();
  ASSERT_EQ(told.size(), 1u);
  const HttpRequest& request = told[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.headers.GetOr("Content-Type"),
            "application/vnd.aweber.webhook+json; version=1.0");
  EXPECT_EQ(request.headers.GetOr("AWeber-Delivery-ID").size(), 36u);
  EXPECT_TRUE(IsGenuine(request));
  EXPECT_EQ(EventsOf(request),
            (std::vector<std::string>{"subscriber.added", "subscriber.subscribed"}));
  const Json body = *ParseJson(request.body);
  EXPECT_EQ(body["client_id"], testing::kClientId);
  const Json payload = body["data"][0]["payload"];
  EXPECT_EQ(payload.size(), 19u);
  EXPECT_EQ(payload["email"], "ada@example.org");
  EXPECT_EQ(payload["links"]["list"], api_.base() + kListPath);
  EXPECT_EQ(api_.Get(payload["links"]["subscriber"])["uuid"], payload["id"]);
}

TEST_F(WebhookTest, EventsFollowTheWorld) {
  Subscribe();
  Add(kTrialsPath, "late@example.org");  // waits for a confirmation
  EXPECT_EQ(EventsOf(Received().at(0)), std::vector<std::string>{"subscriber.added"});
  const std::string one = kListPath + "/subscribers/3000001";
  api_.Patch(one, {{"name", "Other"}});
  EXPECT_EQ(Received().size(), 0u) << "a change of the name is no event";
  api_.Patch(one, {{"status", "unsubscribed"}});
  EXPECT_EQ(EventsOf(Received().at(0)), std::vector<std::string>{"subscriber.unsubscribed"});
  api_.Send("DELETE", kListPath + "/subscribers/3000002");
  const auto deleted = Received();
  EXPECT_EQ((*ParseJson(deleted.at(0).body))["data"][0]["payload"]["status"], "deleted");
  EXPECT_EQ(api_.PostJson(one, {{"ws.op", "copy"}}).status, 400);
  EXPECT_EQ(Received().size(), 0u) << "what is refused did not happen";
}

TEST_F(WebhookTest, TheClockUnsubscribesToo) {
  Subscribe({"subscriber.unsubscribed"});
  api_.space().Advance(std::chrono::hours(24 * 9));  // a broadcast was sent on the way
  const auto told = Received();
  ASSERT_EQ(told.size(), 1u);
  const Json events = (*ParseJson(told[0].body))["data"];
  EXPECT_GT(events.size(), 0u);
  for (const Json& one : events) {
    EXPECT_EQ(one["payload"]["unsubscribe_method"], "unsubscribe link");
  }
}

TEST_F(WebhookTest, OnlyTheEventsAskedFor) {
  Subscribe({"subscriber.added"});
  Add(kListPath, "ada@example.org");
  EXPECT_EQ(EventsOf(Received().at(0)), std::vector<std::string>{"subscriber.added"});
}

TEST_F(WebhookTest, EachFaultShows) {
  const std::string id = Subscribe().id;
  int number = 0;
  const auto with = [&](const std::string& fault) {
    EXPECT_TRUE(api_.space().SetWebhookFault(id, fault));
    Add(kListPath, fmt::format("p{}@example.org", ++number));
    return Received();
  };
  EXPECT_FALSE(IsGenuine(with("forged_signature").at(0)));
  EXPECT_FALSE(IsGenuine(with("wrong_key").at(0)));
  const auto stale = with("stale_date");
  EXPECT_TRUE(IsGenuine(stale.at(0)));
  EXPECT_NE(stale[0].headers.GetOr("Date"), HttpDate(SystemClock::System().Now()));
  const auto twice = with("duplicate");
  ASSERT_EQ(twice.size(), 2u);
  EXPECT_EQ(twice[0].headers.GetOr("AWeber-Delivery-ID"),
            twice[1].headers.GetOr("AWeber-Delivery-ID"));
  const auto split = with("split_batch");
  ASSERT_EQ(split.size(), 2u);
  EXPECT_EQ(EventsOf(split[0]), std::vector<std::string>{"subscriber.added"});
  const auto disorder = with("out_of_order");
  ASSERT_EQ(disorder.size(), 2u);
  EXPECT_EQ(EventsOf(disorder[0]), std::vector<std::string>{"subscriber.subscribed"});
  EXPECT_TRUE(IsGenuine(with("").at(0))) << "a fault acts once";
}

TEST_F(WebhookTest, IsTriedThreeTimesAndJournaled) {
  Subscribe();
  consumer_.Answer(503);
  const auto before = api_.space().journal().Entries().size();
  Add(kListPath, "ada@example.org");
  EXPECT_EQ(Received().size(), 3u);
  const auto deliveries = api_.space().WebhookDeliveries();
  ASSERT_EQ(deliveries.size(), 1u);
  EXPECT_EQ(deliveries[0].attempts, 3);
  EXPECT_EQ(deliveries[0].status, 503);
  const auto entries = api_.space().journal().Entries();
  EXPECT_EQ(entries.size(), before + 4) << "the request, and three attempts";
  EXPECT_EQ(entries.back().local_path, "/webhook");
  EXPECT_EQ(entries.back().status, 503);
  consumer_.Answer(200);
  ASSERT_TRUE(api_.space().ResendWebhook(deliveries[0].id).ok());
  const auto again = Received();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].body, deliveries[0].body);
  EXPECT_EQ(api_.space().WebhookDeliveries().back().status, 200);
  EXPECT_EQ(api_.space().ResendWebhook("nothing").error().code, "webhook.unknown");
}

TEST_F(WebhookTest, AreThereFromTheBeginningByConfiguration) {
  auto server = *MockServer::Start({.scheme = "http",
                                    .create_spaces_on_use = true,
                                    .webhooks = {{.client_id = testing::kClientId,
                                                  .url = consumer_.url(),
                                                  .key = kKey,
                                                  .events = {"subscriber.added"}}}});
  const auto add = [&](Space& space, const std::string& prefix) {
    testing::Flow flow(*server, false, prefix);
    const std::string token = space.IssueTokens({testing::kClientId, "", {}})->first.value;
    flow.Send("POST", kListPath + "/subscribers",
              {{"Authorization", "Bearer " + token}, {"Content-Type", testing::kJson}},
              R"({"email":"ada@example.org"})");
    server->DrainWebhooks();
    return consumer_.Take();
  };
  const auto told = add(*server->default_space(), "");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(IsGenuine(told[0]));
  EXPECT_EQ(EventsOf(told[0]), std::vector<std::string>{"subscriber.added"});
  server->default_space()->Reset();
  EXPECT_EQ(add(*server->default_space(), "").size(), 1u);
  server->Dispatch({.method = "GET", .target = "/s/on-use/1.0/accounts"});
  ASSERT_NE(server->FindSpace("on-use"), nullptr);
  EXPECT_EQ(add(*server->FindSpace("on-use"), "/s/on-use").size(), 1u);
}

TEST_F(WebhookTest, NobodyListensAnyMore) {
  const std::string id = Subscribe().id;
  EXPECT_TRUE(api_.space().RemoveWebhook(id));
  EXPECT_FALSE(api_.space().RemoveWebhook(id));
  Add(kListPath, "ada@example.org");
  EXPECT_EQ(Received().size(), 0u);
}

TEST_F(WebhookTest, AResetKeepsSubscriptionsAndForgetsDeliveries) {
  Subscribe();
  Add(kListPath, "ada@example.org");
  Received();
  api_.Fresh();
  EXPECT_EQ(api_.space().WebhookDeliveries().size(), 0u);
  Add(kListPath, "ada@example.org");
  EXPECT_EQ(Received().size(), 1u);
}

}  // namespace
}  // namespace aweber::mock
