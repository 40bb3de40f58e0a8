// Finding: each of the 27 filters alone, together, sorted; and input that is not taken.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text/json.h"
#include "tests/support/api_subject.h"

namespace aweber::mock {
namespace {

using testing::ApiSubject;
using testing::kAccountPath;
using testing::kForm;
using testing::kJson;
using testing::kListPath;
using testing::kManyPath;

// A filter takes what has the value of one entry, and nothing that has another one.
TEST(ApiFind, EachFilterSelectsByItsMember) {
  ApiSubject api;
  const std::string find = kManyPath + "/subscribers?ws.op=find";
  struct Row {
    const char* filter;
    std::string value;
    const char* member;
    Json wanted;
  };
  const Json one = api.Get(find + "&subscription_method=webform&status=subscribed")["entries"][0];
  const std::vector<Row> rows = {
      {"email", one["email"], "email", one["email"]},
      {"name", one["name"], "name", one["name"]},
      {"status", "unconfirmed", "status", "unconfirmed"},
      {"ad_tracking", "ebook", "ad_tracking", "ebook"},
      {"misc_notes", "met at the fair", "misc_notes", "met at the fair"},
      {"subscription_method", "import", "subscription_method", "import"},
      {"unsubscribe_method", "customer cp", "unsubscribe_method", "customer cp"},
      {"last_followup_message_number_sent", "2", "last_followup_message_number_sent", 2},
      {"area_code", "215", "area_code", 215},
      {"dma_code", "504", "dma_code", 504},
      {"latitude", "40.2884", "latitude", 40.2884},
      {"longitude", "-75.2091", "longitude", -75.2091},
      {"city", "Berlin", "city", "Berlin"},
      {"region", "PA", "region", "PA"},
      {"postal_code", "10001", "postal_code", "10001"},
      {"country", "Japan", "country", "Japan"},
  };
  for (const Row& row : rows) {
    const Json page = api.Get(find + fmt::format("&{}={}", row.filter, FormEncode(row.value)));
    EXPECT_GT(page["entries"].size(), 0u) << row.filter;
    for (const Json& entry : page["entries"]) EXPECT_EQ(entry[row.member], row.wanted);
    EXPECT_LT(api.Get(page["total_size_link"]).get<int>(), 1000) << row.filter;
  }
}

TEST(ApiFind, DaysTagsAndFields) {
  ApiSubject api;
  const std::string find = kManyPath + "/subscribers?ws.op=find";
  const auto total = [&](const std::string& filter) {
    return api.Get(find + "&ws.show=total_size&" + filter).get<int>();
  };
  const Json one = api.Get(find + "&status=unsubscribed")["entries"][0];
  const auto day_of = [&](const char* member) {
    return one[member].get<std::string>().substr(0, 10);
  };
  for (const auto& [filter, member] :
       {std::pair("subscribed", "subscribed_at"), std::pair("unsubscribed", "unsubscribed_at")}) {
    const std::string day = day_of(member);
    const int at = total(fmt::format("{}_at={}", filter, day));
    const int before = total(fmt::format("{}_before={}", filter, day));
    const int after = total(fmt::format("{}_after={}", filter, day));
    const int all = total(std::string(filter) == "subscribed" ? "" : "status=unsubscribed");
    EXPECT_GT(at, 0) << filter;
    EXPECT_EQ(before + after - at, all) << filter << ": both include the day";
    const std::string american = day.substr(5) + "-" + day.substr(0, 4);
    EXPECT_EQ(total(fmt::format("{}_at={}", filter, american)), at);
  }
  EXPECT_GT(total("verified_at=" + day_of("verified_at")), 0);
  const Json followed = api.Get(find + "&last_followup_message_number_sent=1")["entries"][0];
  EXPECT_GT(total("last_followup_message_sent_at=" +
                  followed["last_followup_sent_at"].get<std::string>().substr(0, 10)),
            0);
  const int vip = total("tags=%5B%22vip%22%5D"), both = total("tags=%5B%22vip%22,%22trial%22%5D");
  EXPECT_GT(both, 0);
  EXPECT_LT(both, vip);
  EXPECT_EQ(total("tags_not_in=%5B%22vip%22%5D"), 1000 - vip);
  const int green = total("custom_fields=" + FormEncode(R"({"color":"green"})"));
  EXPECT_GT(green, 0);
  EXPECT_EQ(total("custom_fields=" + FormEncode(R"({"colour":"green"})")), 0);
  EXPECT_LT(total("custom_fields=" + FormEncode(R"({"color":"green"})") + "&status=unconfirmed"),
            green);
  EXPECT_EQ(total("email="), 1000) << "empty counts as absent";
  EXPECT_EQ(total("name=NOBODY"), 0);
}

TEST(ApiFind, Sorted) {
  ApiSubject api;
  const std::string find = kManyPath + "/subscribers?ws.op=find&status=unsubscribed";
  for (const std::string key : {"subscribed_at", "unsubscribed_at"}) {
    for (const bool down : {false, true}) {
      std::string last;
      const Json page = api.Get(find + "&sort_key=" + key + (down ? "&sort_order=desc" : ""));
      for (const Json& entry : page["entries"]) {
        const std::string at = entry[key];
        if (!last.empty()) {
          EXPECT_EQ(down ? at <= last : last <= at, true) << last << " " << at;
        }
        last = at;
      }
    }
  }
  EXPECT_EQ(api.Get(kManyPath + "/subscribers?sort_order=desc&ws.size=1")["entries"][0]["id"],
            3101000);
}

TEST(ApiFind, EveryLimitOfTheTable) {
  ApiSubject api;
  const std::string find = kManyPath + "/subscribers?ws.op=find&";
  const std::string long60(61, 'a'), long50(51, 'a'), long100(101, 'a');
  for (const std::string& bad : {"email=" + long50,
                                 "name=" + long60,
                                 "ad_tracking=" + std::string(21, 'a'),
                                 "misc_notes=" + long60,
                                 "city=" + long100,
                                 "region=" + long100,
                                 "postal_code=" + long100,
                                 "country=" + long100,
                                 std::string("status=deleted"),
                                 std::string("subscription_method=x"),
                                 std::string("unsubscribe_method=x"),
                                 std::string("area_code=1000"),
                                 std::string("area_code=-1"),
                                 std::string("dma_code=882"),
                                 std::string("latitude=90.1"),
                                 std::string("longitude=-180.1"),
                                 std::string("latitude=north"),
                                 std::string("last_followup_message_number_sent=1002"),
                                 std::string("subscribed_at=today"),
                                 std::string("subscribed_before=2026-02-30"),
                                 std::string("unsubscribed_after=1"),
                                 std::string("verified_at=x"),
                                 std::string("tags=vip"),
                                 std::string("tags=%5B1%5D"),
                                 std::string("tags_not_in=%7B%7D"),
                                 std::string("custom_fields=%5B%5D"),
                                 std::string("name=%ff")}) {
    const HttpResponse reply = api.Send("GET", find + bad);
    EXPECT_EQ(reply.status, 400) << bad;
    EXPECT_EQ(ApiSubject::ErrorType(reply), "BadRequestError") << bad;
  }
  EXPECT_EQ(ApiSubject::ErrorType(api.Send("GET", find + "sort_key=email")), "WebServiceError");
  // Unknown and repeated parameters do no harm (assumed).
  EXPECT_EQ(api.Send("GET", find + "colour=red&status=subscribed&status=unsubscribed").status, 200);
}

// Refused with AWeber's error, and nothing half written.
TEST(ApiFind, BadInputWritesNothing) {
  ApiSubject api;
  const std::string all = kListPath + "/subscribers", one = all + "/3000001";
  const auto before = [&] { return DumpJson(api.Get(one)) + DumpJson(api.Get(kListPath)); };
  const std::string untouched = before();
  const std::string megabyte(1'000'001, 'a');
  struct Row {
    const char *method, *type;
    std::string target, body;
    int status;
  };
  const std::vector<Row> rows = {
      {"POST", kJson, all, "[]", 400},
      {"POST", kJson, all, "{", 400},
      {"POST", kJson, all, R"({"email":7})", 400},
      {"POST", kJson, all, R"({"email":"a@b.co","name":{}})", 400},
      {"POST", kJson, all, R"({"email":"a@b.co","last_followup_message_number_sent":1002})", 400},
      {"POST", kJson, all, R"({"email":"a@b.co","last_followup_message_number_sent":1.5})", 400},
      {"POST", kJson, all, R"({"email":"a@b.co","custom_fields":{"color":7}})", 400},
      {"POST", kJson, all, R"({"email":"a@b.co","tags":[1]})", 400},
      {"POST", kJson, all, fmt::format(R"({{"email":"{}@b.co"}})", std::string(60, 'a')), 400},
      {"POST", kJson, all, fmt::format(R"({{"email":"a@b.co","name":"{}"}})", megabyte), 403},
      {"POST", kForm, all, "email=%ff", 400},
      {"POST", kForm, all, "", 400},
      {"PATCH", kJson, one, R"({"name":"X","status":"unconfirmed"})", 400},
      {"PATCH", kJson, one, R"({"name":"X","tags":["a"]})", 400},
      {"PATCH", kJson, one, R"({"name":"X","tags":{"put":["a"]}})", 400},
      {"PATCH", kJson, one, R"({"name":"X","ip_address":"203.0.113.1"})", 400},
      {"PATCH", kJson, one, R"({"name":"X","email":"reader2@example.com"})", 400},
      {"PATCH", kForm, one, R"({"name":"X"})", 209},  // a form with one odd name: nothing changes
      {"PUT", kJson, one, "{}", 405},
      {"POST", kJson, one, R"({"name":"X"})", 400},
      {"POST", kJson, one, R"({"ws.op":"copy"})", 400},
      {"DELETE", "", all, "", 400},
      {"DELETE", "", kAccountPath + "/lists/2000001/subscribers/-1", "", 404},
      {"GET", "", all + "/3000001x", "", 404},
      {"GET", "", all + "/03000001", "", 404},
      {"GET", "", all + "/99999999999999999999", "", 404},
      {"GET", "", all + "/3100001", "", 404},
      {"GET", "", kAccountPath + "?ws.op=getEverything", "", 400},
      {"GET", "", all + "?ws.op=find&ws.op=x", "", 200},
  };
  for (const Row& row : rows) {
    const HttpResponse reply = api.Send(row.method, row.target, row.type, row.body);
    EXPECT_EQ(reply.status, row.status)
        << row.method << " " << row.target << " " << row.body.substr(0, 80) << reply.body;
  }
  EXPECT_EQ(before(), untouched);
}

TEST(ApiFind, ATrailingSlashIsTolerated) {
  ApiSubject api;
  EXPECT_EQ(api.Send("GET", kAccountPath + "/?ws.op=findSubscribers&ws.size=1").status, 200);
  EXPECT_EQ(api.Send("GET", kAccountPath + "/lists/").status, 200);
}

}  // namespace
}  // namespace aweber::mock
