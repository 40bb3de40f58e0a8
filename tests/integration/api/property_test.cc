// What must hold of a world whatever was written to it, and that its state travels whole.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text/json.h"
#include "mockserver/admin/state.h"
#include "mockserver/data/dates.h"
#include "tests/integration/api/random_world.h"

namespace aweber::mock {
namespace {

using testing::ApiSubject;
using testing::kAccountPath;
using testing::kListPath;
using testing::kTrialsPath;
using testing::RandomWorld;

class ApiProperty : public ::testing::TestWithParam<unsigned> {};

TEST_P(ApiProperty, InvariantsHoldWhateverIsWritten) {
  ApiSubject api(SettingsFor(Profile::kAWeber), 5);
  RandomWorld world(api, GetParam());
  for (int i = 1; i <= 300 && !HasFailure(); ++i) {
    world.Step();
    if (i % 100 == 0) world.CheckInvariants();
  }
  EXPECT_GT(world.written(), 100) << "most writes were refused: the test shows little";
}

// What the API answers, without the address of the server and without the tags, which depend on it.
std::string ShownState(ApiSubject& api) {
  std::string told;
  for (const std::string& list : {kListPath, kTrialsPath}) {
    for (const char* part :
         {"", "/subscribers", "/broadcasts?status=sent", "/broadcasts?status=draft",
          "/broadcasts?status=scheduled", "/campaigns", "/custom_fields", "/tags", "/segments",
          "/landing_pages", "/web_forms", "/web_form_split_tests"}) {
      const Json reply = api.Get(list + part);
      told += DumpJson(reply);
      if (!reply.is_object() || !reply.contains("entries")) continue;
      for (const Json& entry : reply["entries"]) {
        const std::string self = JsonString(entry, "self_link").value_or("");
        if (self.empty()) continue;
        told += DumpJson(api.Get(self));
        if (self.find("/subscribers/") != std::string::npos) {
          told += DumpJson(api.Get(self + "?ws.op=getActivity"));
        }
        if (self.find("/broadcasts/") != std::string::npos) {
          told +=
              DumpJson(api.Get(self + "/opens")) + DumpJson(api.Get(self + "/clicks?detailed=1"));
        }
      }
    }
  }
  const std::string tag = "\"http_etag\":", end = "\\\"\"";
  for (std::size_t at = 0; (at = told.find(tag, at)) != std::string::npos;) {
    told.erase(at, told.find(end, at + tag.size() + 3) + end.size() - at);
  }
  for (std::size_t at = 0; (at = told.find(api.base(), at)) != std::string::npos;) {
    told.replace(at, api.base().size(), "BASE");
  }
  return told;
}

// "" when they are the same, else what each says where they begin to differ; a whole world is too long
// to print.
std::string FirstDifference(const std::string& a, const std::string& b) {
  if (a == b) return "";
  const auto at = static_cast<std::size_t>(
      std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  const std::size_t begin = at < 200 ? 0 : at - 200;
  return a.substr(begin, 400) + "\n  instead of\n" + b.substr(begin, 400);
}

// A world that was written to at random, exported and imported elsewhere is the same world: in what it
// answers, and in what its future brings.
TEST_P(ApiProperty, AStateTravelsWhole) {
  ApiSubject here(SettingsFor(Profile::kAWeber), 5);
  here.space().AddWebhook({.url = "http://127.0.0.1:9/hook", .events = {"subscriber.added"}});
  RandomWorld world(here, GetParam());
  for (int i = 0; i < 300; ++i) world.Step();
  const Json exported = ExportState(here.space());

  ApiSubject there(SettingsFor(Profile::kAWeber), 9);
  const auto imported = ImportState(there.space(), *ParseJson(DumpJson(exported)));
  ASSERT_TRUE(imported.ok()) << imported.error().field << imported.error().message;
  there.UseToken(there.Token({}));
  EXPECT_EQ(
      FirstDifference(DumpJson(ExportState(there.space())["data"]), DumpJson(exported["data"])),
      "");
  EXPECT_EQ(ExportState(there.space())["webhooks"], exported["webhooks"]);
  EXPECT_EQ(FirstDifference(ShownState(there), ShownState(here)), "");
  for (ApiSubject* api : {&here, &there}) api->space().Advance(std::chrono::hours(24 * 5));
  EXPECT_EQ(FirstDifference(ShownState(there), ShownState(here)), "") << "five days later";
  EXPECT_EQ(there.PostJson(kListPath + "/subscribers", {{"email", "next@example.org"}})
                .headers.GetOr("Location")
                .substr(there.base().size()),
            here.PostJson(kListPath + "/subscribers", {{"email", "next@example.org"}})
                .headers.GetOr("Location")
                .substr(here.base().size()));

  there.Fresh();
  EXPECT_EQ(there.Get(kAccountPath + "/lists/2000002")["total_subscribers"], 9)
      << "a reset brings back the data that the space was made with";
}

INSTANTIATE_TEST_SUITE_P(Seeds, ApiProperty, ::testing::Range(1u, 4u));

// A state that is refused changes nothing.
TEST(ApiState, ABadStateChangesNothing) {
  ApiSubject api(SettingsFor(Profile::kAWeber), 5);
  api.PostJson(kListPath + "/subscribers", {{"email", "kept@example.org"}});
  const Json good = ExportState(api.space());
  struct Row {
    std::string pointer;
    Json value;
    std::string place, message;
  };
  const std::string list = "/data/accounts/0/lists/0";
  const std::string place = "data.accounts[0].lists[0]";
  const std::vector<Row> rows = {
      {"/data/seed", -1, "data.seed", "must be an integer from 0"},
      {"/data/accounts", 7, "data.accounts", "must be an array"},
      {"/data/accounts/0/id", 0, "data.accounts[0].id",
       "must be a whole number from 1 to 2147483647"},
      {"/data/accounts/1", good["data"]["accounts"][0], "data.accounts[1].id",
       "another account has this id"},
      {"/data/accounts/0/next_id", 5, "data.accounts[0]", "\"next_id\" must be 50000002 or more"},
      {list + "/name", "", place + ".name", "must not be empty"},
      {list + "/colour", 1, place + ".colour", "unknown member"},
      {list + "/subscribers/0/emial", "x", place + ".subscribers[0].emial",
       "unknown member; did you mean \"email\"?"},
      {list + "/subscribers/1/id", 3000001, place + ".subscribers[1]",
       "3000001 is the id of another of the account's subscribers"},
      {list + "/subscribers/0/status", "gone", place + ".subscribers[0].status",
       "must be one of \"subscribed\", \"unsubscribed\", \"unconfirmed\""},
      {list + "/broadcasts/0/scheduled_for", "soon", place + ".broadcasts[0].scheduled_for",
       "must be a date as \"2026-01-31T12:00:00Z\", or an offset as \"-3d\" or \"+90m\""},
      {list + "/broadcasts/1/scheduled_for", nullptr, place + ".broadcasts[1].scheduled_for",
       "must be a date as \"2026-01-31T12:00:00Z\", or an offset as \"-3d\" or \"+90m\""},
      {list + "/broadcasts/0/include_lists", Json::array({7}),
       place + ".broadcasts[0].include_lists[0]", "the account has no list 7"},
      {"/data/accounts/0/leaving", Json::array({7}), "data.accounts[0].leaving[0]",
       "must be [list, subscriber, date]"},
      {"/webhooks", Json::array({{{"id", "wh-1"}}}), "webhooks[0].client_id", "is required"},
  };
  for (const Row& row : rows) {
    Json bad = good;
    bad[Json::json_pointer(row.pointer)] = row.value;
    const auto imported = ImportState(api.space(), bad);
    ASSERT_FALSE(imported.ok()) << row.pointer;
    EXPECT_EQ(imported.error().field, row.place) << row.pointer;
    EXPECT_NE(imported.error().message.find(row.message), std::string::npos)
        << row.pointer << ": " << imported.error().message;
    EXPECT_EQ(DumpJson(ExportState(api.space())["data"]), DumpJson(good["data"])) << row.pointer;
  }
}

}  // namespace
}  // namespace aweber::mock
