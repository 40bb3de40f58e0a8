// The API's switches: where sources differ, both sides can be had.
#include <gtest/gtest.h>

#include "base/text/json.h"
#include "tests/support/api_subject.h"

namespace aweber::mock {
namespace {

using testing::ApiSubject;
using testing::kAccountPath;
using testing::kListPath;
using testing::kManyPath;
using testing::kTrialsPath;

const std::string kFind = kListPath + "/subscribers?ws.op=find";

// Without the document, which describes the defaults.
Json Body(ApiSubject& api, const std::string& target) {
  testing::Flow flow(api.server(), false);
  return ParseJson(flow.Call(target, api.Token({})).body).value_or(Json());
}

TEST(ApiSwitches, FindTotal) {
  ApiSubject api;
  EXPECT_TRUE(Body(api, kFind).contains("total_size_link"));
  api.Set("find_total", "number");
  EXPECT_EQ(Body(api, kFind)["total_size"], 3);
  EXPECT_FALSE(Body(api, kFind).contains("total_size_link"));
  api.Set("find_total", "both");
  EXPECT_EQ(Body(api, kFind)["total_size"], 3);
  EXPECT_TRUE(Body(api, kFind).contains("total_size_link"));
}

TEST(ApiSwitches, TotalSizeReply) {
  ApiSubject api;
  EXPECT_EQ(Body(api, kFind + "&ws.show=total_size"), 3);
  api.Set("total_size_reply", "object");
  EXPECT_EQ(Body(api, kFind + "&ws.show=total_size"), Json({{"total_size", 3}}));
}

TEST(ApiSwitches, CollectionTypes) {
  ApiSubject api;
  EXPECT_EQ(Body(api, "/1.0/accounts")["resource_type_link"],
            "https://api.aweber.com/1.0/#accounts");
  api.Set("collection_types", "document");
  EXPECT_EQ(Body(api, "/1.0/accounts")["resource_type_link"],
            "https://api.aweber.com/1.0/#account");
}

TEST(ApiSwitches, UnsetMembers) {
  ApiSubject api;
  const std::string one = kListPath + "/subscribers/3000001";
  EXPECT_TRUE(Body(api, one)["ad_tracking"].is_null());
  api.Set("unset_members", "empty");
  EXPECT_EQ(Body(api, one)["ad_tracking"], "");
  EXPECT_EQ(Body(api, one)["custom_fields"]["color"], "");
  api.Set("unset_members", "absent");
  EXPECT_FALSE(Body(api, one).contains("ad_tracking"));
  EXPECT_FALSE(Body(api, one).contains("unsubscribed_at"));
}

TEST(ApiSwitches, ActivityOrder) {
  ApiSubject api;
  const std::string activity = kListPath + "/subscribers/3000001?ws.op=getActivity";
  EXPECT_EQ(Body(api, activity)["entries"].back()["type"], "subscribed");
  api.Set("activity_order", "oldest_first");
  EXPECT_EQ(Body(api, activity)["entries"].front()["type"], "subscribed");
}

TEST(ApiSwitches, LegacyLinks) {
  ApiSubject api;
  const Json campaign = Body(api, kManyPath + "/campaigns/b4100003");
  const std::string links = campaign["links_collection_link"];
  const Json page = api.Get(links);
  ASSERT_EQ(page["entries"].size(), 2u);
  const Json clicks = api.Get(page["entries"][0]["clicks_collection_link"]);
  EXPECT_EQ(clicks["total_size"], page["entries"][0]["total_clicks"]);
  api.Set("legacy_links", "404");
  EXPECT_EQ(api.Send("GET", links).status, 404);
}

TEST(ApiSwitches, UnconfirmedDelete) {
  ApiSubject api;
  const HttpResponse added = api.PostJson(kTrialsPath + "/subscribers", {{"email", "a@b.co"}});
  const std::string place = added.headers.GetOr("Location");
  EXPECT_EQ(api.Send("DELETE", place).status, 405);
  api.Set("unconfirmed_delete", "200");
  EXPECT_EQ(api.Send("DELETE", place).status, 200);
}

TEST(ApiSwitches, MoveByJson) {
  ApiSubject api;
  const Json move = {{"ws.op", "move"}, {"list_link", api.base() + kTrialsPath}};
  api.Set("move_by_json", "refuse");
  EXPECT_EQ(api.PostJson(kListPath + "/subscribers/3000001", move).status, 415);
  api.Set("move_by_json", "accept");
  EXPECT_EQ(api.PostJson(kListPath + "/subscribers/3000001", move).status, 201);
}

TEST(ApiSwitches, BroadcastCreateStatus) {
  ApiSubject api;
  const Form form{{"subject", "Hi"}, {"body_text", "Hello"}};
  const HttpResponse now = api.Form1("POST", kListPath + "/broadcasts", form);
  EXPECT_EQ(now.status, 200);
  EXPECT_FALSE(now.headers.Has("Location"));
  api.Set("broadcast_create_status", "201");
  const HttpResponse made = api.Form1("POST", kListPath + "/broadcasts", form);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ((*ParseJson(made.body))["self_link"], made.headers.GetOr("Location"));
}

TEST(ApiSwitches, DeleteMissingBroadcast) {
  ApiSubject api;
  EXPECT_EQ(api.Send("DELETE", kListPath + "/broadcasts/1").status, 204);
  api.Set("delete_missing_broadcast", "404");
  EXPECT_EQ(ApiSubject::ErrorType(api.Send("DELETE", kListPath + "/broadcasts/1")),
            "BroadcastNotFoundError");
}

TEST(ApiSwitches, CancelUnscheduled) {
  ApiSubject api;
  EXPECT_EQ(api.Send("POST", kListPath + "/broadcasts/4000001/cancel").status, 200);
  api.Set("cancel_unscheduled", "409");
  EXPECT_EQ(api.Send("POST", kListPath + "/broadcasts/4000001/cancel").status, 409);
}

TEST(ApiSwitches, WebFormsPaging) {
  ApiSubject api;
  EXPECT_EQ(api.Get(kAccountPath + "?ws.op=getWebForms")["total_size"], 9);
  api.Set("web_forms_paging", "required");
  EXPECT_EQ(api.Send("GET", kAccountPath + "?ws.op=getWebForms").status, 400);
  EXPECT_EQ(api.Send("GET", kAccountPath + "?ws.op=getWebForms&ws.start=0&ws.size=5").status, 200);
}

TEST(ApiSwitches, ScheduleTolerance) {
  ApiSubject api;
  const std::string draft = kListPath + "/broadcasts/4000001";
  const auto schedule = [&](int seconds_ago) {
    const auto at = api.space().Now() - std::chrono::seconds(seconds_ago);
    return api.Form1("POST", draft + "/schedule", {{"scheduled_for", FormatRfc3339(at)}}).status;
  };
  EXPECT_EQ(schedule(61), 400);
  EXPECT_EQ(schedule(60), 200);
  api.Fresh();
  api.Set("schedule_tolerance", 5);
  EXPECT_EQ(schedule(6), 400);
}

TEST(ApiSwitches, PurchaseDelay) {
  ApiSubject api;
  api.Set("purchase_delay", 0);
  const HttpResponse made =
      api.PostJson(kListPath + "/purchases", {{"email", "b@example.org"},
                                              {"ip_address", "203.0.113.5"},
                                              {"vendor", "Shop"},
                                              {"product_name", "Book"},
                                              {"event_note", ""},
                                              {"currency", "EUR"},
                                              {"value", 1.5},
                                              {"event_time", "2026-01-02T17:04:34Z"},
                                              {"url", "https://shop.example.org/1"}});
  EXPECT_EQ(api.Get(made.headers.GetOr("Location"))["entries"].size(), 2u);
}

TEST(ApiSwitches, OneLandingPageByEitherScope) {
  ApiSubject api;
  const std::string pages = kListPath + "/landing_pages";
  const std::string one = pages + "/" + StableUuid("landing-page", 0);
  for (const char* scope : {"landing-page.read", "list.read"}) {
    api.UseToken(api.Token({scope}));
    EXPECT_EQ(api.Send("GET", one).status, 200) << scope;
  }
  EXPECT_EQ(api.Send("GET", pages).status, 403) << "all of them: landing-page.read alone";
  api.UseToken(api.Token({"email.read"}));
  EXPECT_EQ(api.Send("GET", one).status, 403);
}

TEST(ApiSwitches, AddressesInOpensNeedTheRightToReadSubscribers) {
  ApiSubject api;
  const std::string opens = kManyPath + "/broadcasts/4100003/opens";
  EXPECT_TRUE(api.Get(opens)["entries"][0].contains("email"));
  api.UseToken(api.Token({"email.read"}));
  EXPECT_FALSE(api.Get(opens)["entries"][0].contains("email"));
  EXPECT_EQ(api.Get(kManyPath + "/campaigns/b4100003/stats")["total_size"], 19);
}

}  // namespace
}  // namespace aweber::mock
