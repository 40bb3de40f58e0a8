// What of a body is taken as it was meant: addresses, texts, tags, names of custom fields.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text/json.h"
#include "tests/support/api_subject.h"

namespace aweber::mock {
namespace {

using testing::ApiSubject;
using testing::kListPath;
using testing::kTrialsPath;

std::string MessageOf(const HttpResponse& reply) {
  return ParseJson(reply.body).value_or(Json())["error"]["message"];
}

TEST(ApiStrictness, AnAddressIsOneSubscriberHoweverItIsWritten) {
  ApiSubject api;
  const std::string all = kListPath + "/subscribers";
  const HttpResponse twice = api.PostJson(all, {{"email", "READER1@Example.COM"}});
  EXPECT_EQ(twice.status, 400);
  EXPECT_EQ(MessageOf(twice), "email: Subscriber already subscribed.");
  // Added again: the same subscriber, whose address stays as it was.
  const HttpResponse updated = api.PostJson(
      all, {{"email", "Reader1@example.com"}, {"name", "New"}, {"update_existing", true}});
  EXPECT_EQ(updated.headers.GetOr("Location"), api.base() + all + "/3000001");
  EXPECT_EQ(api.Get(all + "/3000001")["email"], "reader1@example.com");
  EXPECT_EQ(api.Get(all + "/3000001")["name"], "New");
  // Another's is taken, its own in other letters is not.
  EXPECT_EQ(api.Patch(all + "/3000001", {{"email", "READER2@example.com"}}).status, 400);
  EXPECT_EQ(api.Patch(all + "/3000001", {{"email", "Reader1@Example.com"}}).status, 209);
  EXPECT_EQ(api.Get(all + "/3000001")["email"], "Reader1@Example.com");
  const std::string by_address = all + "?subscriber_email=rEADER2%40example.com";
  EXPECT_EQ(api.Patch(by_address, {{"name", "Two"}}).status, 209);
  EXPECT_EQ(api.Get(all + "/3000002")["name"], "Two");
  EXPECT_EQ(api.PostJson(kTrialsPath + "/subscribers", {{"email", "READER1@EXAMPLE.com"}}).status,
            201);
  EXPECT_EQ(api.Form1("POST", all + "/3000001",
                      {{"ws.op", "move"}, {"list_link", api.base() + kTrialsPath}})
                .status,
            405)
      << "the address is on that list";
  EXPECT_EQ(api.Send("DELETE", by_address).status, 200);
  EXPECT_EQ(api.Send("GET", all + "/3000002").status, 404);
  // A find compares with case, as documented.
  EXPECT_EQ(api.Get(all + "?ws.op=find&email=reader1%40example.com")["entries"].size(), 0u);
}

TEST(ApiStrictness, TextsHaveNoControlCharacters) {
  ApiSubject api;
  struct Row {
    Json member;
    const char *type, *message;  // "" when it is taken
  };
  constexpr const char* kBad = "BadRequestError";
  const Row rows[] = {
      {{{"name", "Ada\u0001"}}, kBad, "name: must not contain control characters"},
      {{{"name", "Ada\nLovelace"}}, kBad, "name: must not contain control characters"},
      {{{"ad_tracking", "a\tb"}}, kBad, "ad_tracking: must not contain control characters"},
      {{{"misc_notes", std::string("a\0b", 3)}},
       kBad,
       "misc_notes: must not contain control characters"},
      {{{"misc_notes", "two\r\nlines"}}, "", ""},
      {{{"custom_fields", {{"color", "a\x7f"}}}},
       kBad,
       "custom_fields: must not contain control characters"},
      {{{"custom_fields", {{"color", "two\nlines"}}}}, "", ""},
      {{{"tags", {"a", ""}}}, kBad, "tags: must not contain an empty tag"},
      {{{"tags", {" "}}}, kBad, "tags: must not contain an empty tag"},
      {{{"tags", {"a\nb"}}}, kBad, "tags: must not contain control characters"},
      {{{"tags", Json::array()}}, "", ""},
      {{{"email", "ad\u0002a@example.org"}},
       "WebServiceError",
       "email: must not contain control characters"},
  };
  for (const Row& row : rows) {
    api.Fresh();
    Json body = {{"email", "ada@example.org"}};
    body.update(row.member);
    const HttpResponse reply = api.PostJson(kListPath + "/subscribers", body);
    EXPECT_EQ(reply.status, row.type[0] == '\0' ? 201 : 400) << DumpJson(body);
    EXPECT_EQ(ApiSubject::ErrorType(reply), row.type) << DumpJson(body);
    if (row.type[0] != '\0') {
      EXPECT_EQ(MessageOf(reply), row.message);
    }
  }
  const std::string one = kListPath + "/subscribers/3000001";
  EXPECT_EQ(MessageOf(api.Patch(one, {{"tags", {{"add", {""}}}}})),
            "tags: must not contain an empty tag");
  EXPECT_EQ(MessageOf(api.Form1("POST", kListPath + "/broadcasts",
                                {{"subject", "a\nb"}, {"body_text", "x"}})),
            "subject: must not contain control characters");
  EXPECT_EQ(
      api.Form1("POST", kListPath + "/broadcasts", {{"subject", "a"}, {"body_text", "x\r\n\ty"}})
          .status,
      200);
}

// What AWeber alone writes is refused when something is made, as when it is changed.
TEST(ApiStrictness, ReadOnlyMembersAreNotTakenFromANewcomer) {
  ApiSubject api;
  for (const char* member : {"id", "uuid", "status", "subscribed_at", "self_link", "list_link",
                             "verified_at", "subscription_method", "resource_type_link"}) {
    const HttpResponse reply = api.PostJson(kListPath + "/subscribers",
                                            {{"email", "ada@example.org"}, {member, "subscribed"}});
    EXPECT_EQ(ApiSubject::ErrorType(reply), "BadRequestError") << member;
    EXPECT_EQ(MessageOf(reply), fmt::format("{}: may not be written", member));
  }
  EXPECT_EQ(api.PostJson(kListPath + "/subscribers",
                         {{"email", "ada@example.org"}, {"source", "a shop"}, {"ws.op", "create"}})
                .status,
            201)
      << "an unknown member is ignored";
}

TEST(ApiStrictness, CustomFieldsThatDifferInCase) {
  ApiSubject api;
  const std::string fields = kListPath + "/custom_fields";
  EXPECT_EQ(api.Form1("POST", fields, {{"ws.op", "create"}, {"name", "COLOR"}}).status, 201);
  int number = 0;
  const auto taken = [&](const Json& sent, bool strict) {
    const HttpResponse reply =
        api.PostJson(kListPath + "/subscribers", {{"email", fmt::format("c{}@b.co", ++number)},
                                                  {"custom_fields", sent},
                                                  {"strict_custom_fields", strict}});
    if (reply.status != 201) return Json(MessageOf(reply));
    return api.Get(reply.headers.GetOr("Location"))["custom_fields"];
  };
  const auto set = [](const char* color, const char* capitals) {
    const auto value = [](const char* text) { return text == nullptr ? Json() : Json(text); };
    return Json({{"color", value(color)}, {"company", nullptr}, {"COLOR", value(capitals)}});
  };
  for (const bool strict : {false, true}) {
    EXPECT_EQ(taken({{"COLOR", "red"}}, strict), set(nullptr, "red")) << strict;
    EXPECT_EQ(taken({{"color", "red"}}, strict), set("red", nullptr)) << strict;
    EXPECT_EQ(taken({{"COLOR", "a"}, {"color", "b"}}, strict), set("b", "a")) << strict;
  }
  EXPECT_EQ(taken({{"Color", "red"}}, true), "custom_fields: Invalid field: Color");
  EXPECT_EQ(taken({{"Color", "red"}}, false), set("red", nullptr)) << "the first that is alike";
  // The field's own name decides, wherever it stands.
  EXPECT_EQ(taken({{"Color", "x"}, {"color", "y"}}, false), set("y", nullptr));
  EXPECT_EQ(taken({{"color", "y"}, {"Color", "x"}}, false), set("y", nullptr));
}

}  // namespace
}  // namespace aweber::mock
