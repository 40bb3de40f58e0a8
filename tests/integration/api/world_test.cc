// The world behind the API: what is written is there, and what the clock makes happen.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text/json.h"
#include "tests/support/api_subject.h"

namespace aweber::mock {
namespace {

using testing::ApiSubject;
using testing::kAccountPath;
using testing::kListPath;
using testing::kManyPath;
using testing::kTrialsPath;

std::string Instant(UnixTime time) { return FormatRfc3339(time); }

TEST(ApiWorld, ASubscriberFromTheFirstDayToTheLast) {
  ApiSubject api;
  const HttpResponse added = api.PostJson(kListPath + "/subscribers",
                                          {{"email", "ada@example.org"},
                                           {"name", "Ada"},
                                           {"tags", {"New", "vip"}},
                                           {"custom_fields", {{"COLOR", "red"}, {"shoe", "44"}}},
                                           {"ip_address", "203.0.113.77"},
                                           {"ad_tracking", "EBook"}});
  ASSERT_EQ(added.status, 201) << added.body;
  const std::string self = added.headers.GetOr("Location");
  Json ada = api.Get(self);
  EXPECT_EQ(ada["tags"], Json::array({"new", "vip"}));
  EXPECT_EQ(ada["custom_fields"], Json({{"color", "red"}, {"company", nullptr}}));
  EXPECT_EQ(ada["ad_tracking"], "ebook");
  EXPECT_EQ(ada["status"], "subscribed");
  EXPECT_EQ(ada["subscription_method"], "api");
  EXPECT_TRUE(ada["city"].is_string());
  EXPECT_TRUE(ada.contains("uuid"));

  // PATCH: fields left out become null, tags are added and removed.
  const HttpResponse changed =
      api.Patch(self, {{"custom_fields", {{"company", "Mill"}}},
                       {"tags", {{"add", {"late"}}, {"remove", {"VIP"}}}}});
  ada = *ParseJson(changed.body);
  EXPECT_EQ(ada["custom_fields"], Json({{"color", nullptr}, {"company", "Mill"}}));
  EXPECT_EQ(ada["tags"], Json::array({"new", "late"}));
  EXPECT_FALSE(ada.contains("uuid"));

  // Found on every list, with the list that it is on.
  const Json found = api.Get(kAccountPath + "?ws.op=findSubscribers&email=ada%40example.org");
  ASSERT_EQ(found["entries"].size(), 1u);
  EXPECT_EQ(found["entries"][0]["list_name"], "Newsletter");

  // Moved: unsubscribed here, subscribed there under a new id.
  const HttpResponse moved =
      api.PostJson(self, {{"ws.op", "move"}, {"list_link", api.base() + kTrialsPath}});
  ASSERT_EQ(moved.status, 201) << moved.body;
  EXPECT_EQ(api.Get(self)["unsubscribe_method"], "api: move");
  const std::string there = moved.headers.GetOr("Location");
  EXPECT_NE(there, self);
  EXPECT_EQ(api.Get(there)["status"], "subscribed");
  EXPECT_EQ(api.PostJson(self, {{"ws.op", "move"}, {"list_link", api.base() + kTrialsPath}}).status,
            405);

  EXPECT_EQ(api.Patch(there, {{"status", "unsubscribed"}}).status, 209);
  EXPECT_EQ(api.Get(there)["unsubscribe_method"], "api: unsubscribe");
  EXPECT_EQ(api.Send("DELETE", there).status, 200);
  EXPECT_EQ(api.Send("GET", there).status, 404);
  EXPECT_EQ(api.PostJson(kTrialsPath + "/subscribers", {{"email", "ada@example.org"}})
                .headers.GetOr("Location"),
            api.base() + kTrialsPath + "/subscribers/50000003")
      << "an id never returns";
}

TEST(ApiWorld, AddingTwice) {
  ApiSubject api;
  const Json again = {{"email", "reader1@example.com"}, {"tags", {"more"}}};
  EXPECT_EQ(api.PostJson(kListPath + "/subscribers", again).status, 400);
  Json update = again;
  update["update_existing"] = "true";
  const HttpResponse updated = api.PostJson(kListPath + "/subscribers", update);
  EXPECT_EQ(updated.status, 201);
  EXPECT_EQ(api.Get(updated.headers.GetOr("Location"))["tags"],
            Json::array({"newsletter", "more"}));
  Json strict = {{"email", "s@example.org"},
                 {"strict_custom_fields", true},
                 {"custom_fields", {{"Color", "red"}}}};
  EXPECT_EQ(api.PostJson(kListPath + "/subscribers", strict).status, 400);
  strict["custom_fields"] = {{"color", "red"}};
  EXPECT_EQ(api.PostJson(kListPath + "/subscribers", strict).status, 201);
  // On a list that confirms, a new one waits, and a second one is told so.
  const Json late = {{"email", "late@example.org"}};
  EXPECT_EQ(api.PostJson(kTrialsPath + "/subscribers", late).status, 201);
  const HttpResponse waits = api.PostJson(kTrialsPath + "/subscribers", late);
  EXPECT_NE(waits.body.find("has not confirmed"), std::string::npos);
}

TEST(ApiWorld, AReservedAddressIsRefusedInAWebersWords) {
  ApiSubject api;
  const std::string reserved =
      "Invalid Subscriber IP address. The address is part of a reserved block.";
  const std::string odd =
      "ip_address: must be an IPv4 address: four decimal numbers up to 255, without leading zeros";
  const std::string six = "ip_address: must be an IPv4 address, not IPv6";
  const std::pair<const char*, const std::string&> rows[] = {{"192.168.0.1", reserved},
                                                             {"10.1.1.1", reserved},
                                                             {"127.0.0.1", reserved},
                                                             {"172.16.0.1", reserved},
                                                             {"255.1.1.1", reserved},
                                                             {"300.1.1.1", odd},
                                                             {"010.1.1.1", odd},
                                                             {"-8.8.8.8", odd},
                                                             {"8.8.8", odd},
                                                             {"8.8.8.8.8", odd},
                                                             {"0x8.8.8.8", odd},
                                                             {"134744072", odd},
                                                             {"x", odd},
                                                             {"::1", six},
                                                             {"2001:db8::1", six},
                                                             {"::ffff:8.8.8.8", six}};
  for (const auto& [ip, message] : rows) {
    const HttpResponse reply =
        api.PostJson(kListPath + "/subscribers", {{"email", "ip@example.org"}, {"ip_address", ip}});
    EXPECT_EQ(reply.status, 400) << ip;
    EXPECT_EQ(ParseJson(reply.body).value_or(Json())["error"]["message"], message) << ip;
  }
}

TEST(ApiWorld, ABroadcastIsSentWhenTheClockPassesItsTime) {
  ApiSubject api;
  const HttpResponse made =
      api.Form1("POST", kManyPath + "/broadcasts",
                {{"subject", "News"},
                 {"body_html", "<p>Read <a href=\"https://www.example.org/a\">this</a></p>"}});
  const std::string self = (*ParseJson(made.body))["self_link"];
  EXPECT_EQ((*ParseJson(made.body))["body_text"], "Read this");
  const UnixTime at = api.space().Now() + std::chrono::hours(2);
  EXPECT_EQ(api.Form1("POST", self + "/schedule", {{"scheduled_for", Instant(at)}}).body,
            R"({"self_link":")" + self + "\"}");
  EXPECT_EQ(api.Get(self)["status"], "scheduled");
  api.space().Advance(std::chrono::minutes(119));
  EXPECT_EQ(api.Get(self)["status"], "scheduled");
  EXPECT_FALSE(api.Get(self).contains("stats"));
  api.space().Advance(std::chrono::minutes(1));
  Json sent = api.Get(self);
  EXPECT_EQ(sent["status"], "sent");
  EXPECT_EQ(sent["sent_at"], sent["scheduled_for"]);
  EXPECT_EQ(sent["stats"]["unique_opens"], 0) << "nobody has opened it yet";
  EXPECT_GT(sent["stats"]["num_emailed"], 700);

  // A week later: opens and clicks, the same by every way of counting.
  api.UseToken(api.Token({}));
  api.space().Advance(std::chrono::hours(24 * 8));
  api.UseToken(api.Token({}));
  sent = api.Get(self);
  const std::int64_t opens = sent["stats"]["unique_opens"];
  EXPECT_GT(opens, 100);
  EXPECT_EQ(api.Get(self + "/opens")["total_size"], opens);
  const std::string campaign =
      kManyPath + fmt::format("/campaigns/b{}", sent["broadcast_id"].get<std::int64_t>());
  EXPECT_EQ(api.Get(campaign + "/stats/unique_opens")["value"], opens);
  EXPECT_EQ(api.Get(campaign + "/stats/unique_clicks")["value"], sent["stats"]["unique_clicks"]);
  EXPECT_EQ(api.Get(self + "/clicks?detailed=true")["total_size"],
            api.Get(campaign)["total_clicks"]);
  std::int64_t daily = 0;
  const Json days = api.Get(campaign + "/stats/daily_opens");
  for (const Json& day : days["value"]) {
    daily += day["total"].get<std::int64_t>();
  }
  EXPECT_EQ(daily, api.Get(campaign)["total_opens"]);
  // Who left by its link is unsubscribed.
  const std::int64_t left = api.Get(campaign + "/stats/total_unsubscribed")["value"];
  EXPECT_GT(left, 0);
  const Json gone = api.Get(kManyPath +
                            "/subscribers?ws.op=find&unsubscribe_method=unsubscribe%20"
                            "link&ws.show=total_size&unsubscribed_after=" +
                            FormatRfc3339(at).substr(0, 10));
  EXPECT_GT(gone, 0);
}

TEST(ApiWorld, ACancelledBroadcastIsNotSent) {
  ApiSubject api;
  const std::string scheduled = kListPath + "/broadcasts/4000002";
  EXPECT_EQ(api.Send("POST", scheduled + "/cancel").status, 200);
  EXPECT_EQ(api.Send("POST", scheduled + "/cancel").status, 200) << "also when it is a draft";
  api.space().Advance(std::chrono::hours(48));
  api.UseToken(api.Token({}));
  EXPECT_EQ(api.Get(scheduled)["status"], "draft");
  api.Fresh();
  api.Get(scheduled);
  api.space().Advance(std::chrono::hours(48));
  api.UseToken(api.Token({}));
  EXPECT_EQ(api.Get(scheduled)["status"], "sent") << "Reset brings the sample back";
}

TEST(ApiWorld, DatesThatProgramsSend) {
  ApiSubject api;
  const std::string draft = kListPath + "/broadcasts/4000001";
  const std::string now = FormatRfc3339(api.space().Now());  // 2026-11-23T14:20:48.000Z
  const std::string naive = now.substr(0, 19);
  for (const std::string& sent :
       {naive + ".123456", naive + ".123Z", naive + "+00:00", naive + ".1234567Z", " " + now,
        naive.substr(0, 10) + " " + naive.substr(11)}) {
    EXPECT_EQ(api.Form1("POST", draft + "/schedule", {{"scheduled_for", sent}}).status, 200)
        << sent;
    EXPECT_EQ(api.Get(draft)["status"], "sent") << sent;
    api.Fresh();
  }
  for (const char* bad : {"tomorrow", "2026-13-01", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00+",
                          "2026-02-30", "1", "2026-01-01T00:00:00 Z5"}) {
    EXPECT_EQ(
        ApiSubject::ErrorType(api.Form1("POST", draft + "/schedule", {{"scheduled_for", bad}})),
        "InvalidDatetimeError")
        << bad;
  }
}

TEST(ApiWorld, APurchaseShowsAfterItsDelay) {
  ApiSubject api;
  const HttpResponse made =
      api.PostJson(kListPath + "/purchases", {{"email", "buyer@example.org"},
                                              {"ip_address", "203.0.113.5"},
                                              {"vendor", "Shop"},
                                              {"product_name", "Book"},
                                              {"event_note", "first"},
                                              {"currency", "USD"},
                                              {"value", 10},
                                              {"event_time", "2026-01-02T17:04:34.567Z"},
                                              {"url", "https://shop.example.org/1"}});
  ASSERT_EQ(made.status, 202) << made.body;
  const std::string activity = made.headers.GetOr("Location");
  ASSERT_TRUE(activity.ends_with("?ws.op=getActivity")) << activity;
  EXPECT_EQ(api.Get(activity)["entries"].size(), 1u) << "subscribed, and nothing else yet";
  api.space().Advance(std::chrono::seconds(5));
  const Json entries = api.Get(activity)["entries"];
  ASSERT_EQ(entries.size(), 2u);
  const auto event = std::find_if(entries.begin(), entries.end(),
                                  [](const Json& one) { return one["type"] == "tracked_event"; });
  ASSERT_NE(event, entries.end());
  EXPECT_EQ((*event)["event_time"], "2026-01-02T12:04:34-05:00");
}

TEST(ApiWorld, APurchaseCountsAsThreeRequests) {
  auto server = *MockServer::Start({.scheme = "http"});
  testing::Flow flow(*server, false);
  Space& space = *server->default_space();
  const std::string token = space.IssueTokens({testing::kClientId, "", {}})->first.value;
  const HttpHeaders headers{{"Authorization", "Bearer " + token}, {"Content-Type", "text/plain"}};
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(flow.Send("POST", kListPath + "/purchases", headers, "").status, 415) << i;
  }
  EXPECT_EQ(flow.Send("POST", kListPath + "/purchases", headers, "").status, 403);
}

// What one space writes no other one sees; what nobody writes is shared.
TEST(ApiWorld, SpacesShareTheSampleAndNothingElse) {
  ApiSubject api;
  auto other = *api.server().CreateSpace({.name = "other"});
  testing::Flow flow(api.server(), false, "/s/other");
  const std::string token = other->IssueTokens({testing::kClientId, "", {}})->first.value;
  api.Form1("PATCH", kListPath + "/subscribers/3000001", {{"name", "Changed"}});
  const Json theirs = *ParseJson(flow.Call(kListPath + "/subscribers/3000001", token).body);
  EXPECT_EQ(theirs["name"], "Reader 1");
  EXPECT_EQ(api.Get(kListPath + "/subscribers/3000001")["name"], "Changed");
}

TEST(ApiWorld, TheSampleHasEverything) {
  ApiSubject api;
  for (const std::string& list : {kListPath, kManyPath, kTrialsPath}) {
    for (const char* part : {"/segments", "/custom_fields", "/web_forms", "/web_form_split_tests",
                             "/landing_pages", "/campaigns", "/subscribers"}) {
      EXPECT_GT(api.Get(list + part)["entries"].size(), 0u) << list << part;
    }
    for (const char* status : {"draft", "scheduled", "sent"}) {
      EXPECT_GT(api.Get(list + "/broadcasts?status=" + status)["entries"].size(), 0u);
    }
  }
  const Json many = api.Get(kManyPath);
  EXPECT_EQ(many["total_subscribers"], 1000);
  for (const char* state : {"subscribed", "unsubscribed", "unconfirmed"}) {
    EXPECT_GT(many[fmt::format("total_{}_subscribers", state)], 10) << state;
  }
}

}  // namespace
}  // namespace aweber::mock
