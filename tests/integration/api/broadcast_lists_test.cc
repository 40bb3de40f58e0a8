// A broadcast to several lists: whom it goes to, whose its results are, and ids of what they did.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "base/text/json.h"
#include "mockserver/data/document.h"
#include "mockserver/data/life.h"
#include "tests/support/api_subject.h"

namespace aweber::mock {
namespace {

using testing::ApiSubject;
using testing::kListPath;
using testing::kManyPath;
using testing::kTrialsPath;
using Addresses = std::set<std::string>;

class BroadcastLists : public ::testing::Test {
 protected:
  std::vector<Json> Entries(std::string next) {
    std::vector<Json> entries;
    while (!next.empty()) {
      const Json page = api_.Get(next);
      entries.insert(entries.end(), page["entries"].begin(), page["entries"].end());
      next = JsonString(page, "next_collection_link").value_or("");
    }
    return entries;
  }
  Addresses Readers(const std::string& list) {
    Addresses readers;
    for (const Json& one : Entries(list + "/subscribers?ws.op=find&status=subscribed")) {
      readers.insert(one["email"].get<std::string>());
    }
    return readers;
  }
  std::string Links(const std::vector<std::string>& lists) {
    Json links = Json::array();
    for (const std::string& list : lists) links.push_back(api_.base() + list);
    return DumpJson(links);
  }
  // A broadcast of the list kListPath, just sent; its campaign.
  std::string Send(const std::vector<std::string>& include,
                   const std::vector<std::string>& exclude) {
    const HttpResponse made =
        api_.Form1("POST", kListPath + "/broadcasts",
                   {{"subject", "News"},
                    {"body_html", "<a href=\"https://www.example.org/a\">this</a>"},
                    {"include_lists", Links(include)},
                    {"exclude_lists", Links(exclude)}});
    const Json broadcast = *ParseJson(made.body);
    self_ = broadcast["self_link"];
    EXPECT_EQ(api_.Form1("POST", self_ + "/schedule",
                         {{"scheduled_for", FormatRfc3339(api_.space().Now())}})
                  .status,
              200);
    return fmt::format("{}/campaigns/b{}", kListPath, broadcast["broadcast_id"].get<int>());
  }
  // By the messages; each link leads to the subscriber, and no address is served twice.
  Addresses Recipients(const std::string& campaign) {
    Addresses recipients;
    for (const Json& one : Entries(campaign + "/messages")) {
      const std::string email = api_.Get(one["subscriber_link"])["email"];
      EXPECT_TRUE(recipients.insert(email).second) << email;
    }
    EXPECT_EQ(api_.Get(campaign)["total_sent"], recipients.size());
    return recipients;
  }

  ApiSubject api_;
  std::string self_;
};

TEST_F(BroadcastLists, GoesToEachListOnceAnAddressAndNotToTheExcluded) {
  const Addresses own = Readers(kListPath), trials = Readers(kTrialsPath),
                  many = Readers(kManyPath);
  EXPECT_EQ(Recipients(Send({}, {})), own);
  Addresses both = own;
  both.insert(trials.begin(), trials.end());
  EXPECT_EQ(Recipients(Send({kTrialsPath}, {})), both);
  EXPECT_EQ(Recipients(Send({kTrialsPath, kListPath, kTrialsPath}, {})), both);
  Addresses all = both;
  all.insert(many.begin(), many.end());
  EXPECT_LT(all.size(), both.size() + many.size()) << "the sample has people on two lists";
  EXPECT_EQ(Recipients(Send({kTrialsPath, kManyPath}, {})), all);
  Addresses without = both;
  for (const std::string& one : many) without.erase(one);
  ASSERT_LT(without.size(), both.size());
  EXPECT_EQ(Recipients(Send({kTrialsPath}, {kManyPath})), without);
  EXPECT_EQ(Recipients(Send({kTrialsPath}, {kTrialsPath})), own);
  // An address is excluded however it is written, and only while it is subscribed there.
  api_.PostJson(kManyPath + "/subscribers", {{"email", "READER1@example.com"}});
  EXPECT_EQ(Recipients(Send({}, {kManyPath})).count("reader1@example.com"), 0u);
  const std::string there = kManyPath + "/subscribers?subscriber_email=reader1%40example.com";
  EXPECT_EQ(api_.Patch(there, {{"status", "unsubscribed"}}).status, 209);
  EXPECT_EQ(Recipients(Send({}, {kManyPath})), own);
}

TEST_F(BroadcastLists, ResultsAreOfTheListThatAReaderIsOn) {
  const std::string campaign = Send({kManyPath}, {});
  api_.Get(self_);
  const std::string day = FormatRfc3339(api_.space().Now()).substr(0, 10);
  api_.space().Advance(std::chrono::hours(24 * 9));
  api_.UseToken(api_.Token({}));
  const auto opens = Entries(self_ + "/opens");
  EXPECT_GT(opens.size(), 100u);
  EXPECT_EQ(api_.Get(self_)["stats"]["unique_opens"], opens.size());
  EXPECT_EQ(api_.Get(campaign + "/stats/unique_opens")["value"], opens.size());
  std::set<std::string> lists;
  for (const Json& open : opens) {
    const std::string link = open["subscriber_link"];
    lists.insert(link.substr(0, link.find("/subscribers/")));
    const Json reader = api_.Get(link);
    EXPECT_EQ(reader["email"], open["email"]);
  }
  EXPECT_TRUE(lists.contains(api_.base() + kManyPath));
  const Json activity =
      api_.Get(opens[0]["subscriber_link"].get<std::string>() + "?ws.op=getActivity")["entries"];
  std::set<std::string> types;
  for (const Json& one : activity) types.insert(one["type"].get<std::string>());
  EXPECT_TRUE(types.contains("open") && types.contains("sent_message"));
  const Json by_subscriber = api_.Get(campaign + "/stats/opens_by_subscriber")["value"];
  for (const Json& one : by_subscriber) {
    EXPECT_EQ(api_.Get(one["subscriber_link"])["email"], one["email"]);
  }
  // Who left by its link has left the list that the mail came from.
  EXPECT_GT(api_.Get(campaign + "/stats/total_unsubscribed")["value"], 0);
  EXPECT_GT(api_.Get(kManyPath + "/subscribers?ws.op=find&unsubscribe_method=unsubscribe%20link" +
                     "&ws.show=total_size&unsubscribed_after=" + day),
            0);
  // A purchase by one of them is a sale of this broadcast.
  const Json sales = api_.Get(campaign + "/stats/total_sales")["value"];
  EXPECT_EQ(
      api_.PostJson(kManyPath + "/purchases", {{"email", opens[0]["email"]},
                                               {"ip_address", "203.0.113.5"},
                                               {"vendor", "Shop"},
                                               {"product_name", "Book"},
                                               {"event_note", ""},
                                               {"currency", "EUR"},
                                               {"value", 2.5},
                                               {"event_time", FormatRfc3339(api_.space().Now())},
                                               {"url", "https://shop.example.org/1"}})
          .status,
      202);
  api_.space().Advance(std::chrono::seconds(5));
  EXPECT_EQ(api_.Get(campaign + "/stats/total_sales")["value"], sales.get<int>() + 1);
}

// The results that a document leaves out are drawn when all its lists are there.
TEST(BroadcastListsOfADocument, ReadersOfALaterListAreDrawn) {
  const Json document = *ParseJson(R"({"id": 7, "lists": [
      {"id": 1, "name": "One", "subscribers": [{"email": "a@b.co", "subscribed_at": "-9d"}],
       "broadcasts": [{"id": 5, "subject": "S", "status": "sent", "sent_at": "-1d",
                       "body_text": "x", "include_lists": [2]}]},
      {"id": 2, "name": "Two", "subscribers": [{"email": "A@b.co", "subscribed_at": "-9d"},
                                               {"email": "c@b.co", "subscribed_at": "-9d"}]}]})");
  const auto account = ReadAccount(document, {FromUnixSeconds(0), FromUnixSeconds(0)});
  ASSERT_TRUE(account.ok()) << account.error().message;
  const auto& results = account->lists[0].broadcasts[0].results;
  ASSERT_NE(results, nullptr);
  EXPECT_EQ(results->recipients.size(), 2u) << "A@b.co is a@b.co, and has had it";
  const auto twice = ReadAccount(*ParseJson(R"({"id": 7, "lists": [{"name": "One",
                     "subscribers": [{"email": "a@b.co"}, {"email": "A@B.co"}]}]})"),
                                 {});
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().message, "the list has another subscriber with the email A@B.co");
}

// Two broadcasts with neighbouring ids and many events each.
TEST(ActivityIds, AreUniqueAndWholeInADouble) {
  Json list = {{"id", 1}, {"name", "One"}, {"subscribers", Json::array()}};
  list["subscribers"].push_back({{"id", 900}, {"email", "a@b.co"}, {"subscribed_at", "-30d"}});
  for (const int id : {1, 2, 2147483646}) {
    Json opens = Json::array(), clicks = Json::array();
    for (int i = 0; i < 700; ++i) opens.push_back(Json::array({900, "-9d"}));
    for (int i = 0; i < 700; ++i) clicks.push_back(Json::array({900, "-8d", 0}));
    list["broadcasts"].push_back({{"id", id},
                                  {"subject", "S"},
                                  {"status", "sent"},
                                  {"sent_at", "-10d"},
                                  {"body_text", "x"},
                                  {"results",
                                   {{"links", {"https://a.example"}},
                                    {"recipients", {900}},
                                    {"opens", opens},
                                    {"clicks", clicks}}}});
  }
  const auto account = ReadAccount({{"id", 1000001}, {"lists", Json::array({list})}}, {});
  ASSERT_TRUE(account.ok()) << account.error().Place() << account.error().message;
  ApiSubject api;
  api.space().UseData([&](ApiData& data) {
    data.accounts[1000001] = *account;
    data.origin = api.space().Now();
  });
  std::set<std::int64_t> ids;
  std::string next = "/1.0/accounts/1000001/lists/1/subscribers/900?ws.op=getActivity";
  while (!next.empty()) {
    const Json page = api.Get(next);
    for (const Json& one : page["entries"]) {
      if (one["id"].is_string()) continue;
      const auto id = one["id"].get<std::int64_t>();
      EXPECT_TRUE(ids.insert(id).second) << id;
      EXPECT_LT(id, std::int64_t{1} << 53);
    }
    next = JsonString(page, "next_collection_link").value_or("");
  }
  EXPECT_EQ(ids.size(), 3 * 1401u);
}

}  // namespace
}  // namespace aweber::mock
