// The customers' document: what is written is read again, what is wrong is refused with its place,
// and the published schema says the same.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

// valijson's headers shadow names of their own.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#pragma GCC diagnostic pop

#include "base/os/file.h"
#include "base/text/json.h"
#include "mockserver/data/document.h"
#include "mockserver/data/sample.h"
#include "mockserver/program/customer_file.h"
#include "mockserver/scenario/parse.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_file.h"

namespace aweber::mock {
namespace {

const char* const kSchemaPath = "mockserver/data/customers.schema.json";
const UnixTime kOrigin = FromUnixSeconds(1'800'000'000);

bool SchemaTakes(const Json& document) {
  static const auto* schema = [] {
    auto* made = new valijson::Schema;
    const auto text = nlohmann::json::parse(DumpJson(CustomerSchema()));
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(text), *made);
    return made;
  }();
  const auto plain = nlohmann::json::parse(DumpJson(document));
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  return validator.validate(*schema, valijson::adapters::NlohmannJsonAdapter(plain), nullptr);
}

TEST(CustomerDocument, TheSampleIsReadAsItWasWritten) {
  const AccountData sample = SampleAccount(1000001, "Example Company", 50);
  const Json written = WriteAccount(sample, kOrigin);
  const auto read = ReadAccount(*ParseJson(DumpJson(written)), {kOrigin, kOrigin});
  ASSERT_TRUE(read.ok()) << read.error().Place() << ": " << read.error().message;
  EXPECT_EQ(DumpJson(WriteAccount(*read, kOrigin)), DumpJson(written));
  ASSERT_EQ(read->due.size(), sample.due.size());
  for (std::size_t i = 0; i < sample.due.size(); ++i) {
    EXPECT_EQ(read->due[i].at, sample.due[i].at);
    EXPECT_EQ(read->due[i].id, sample.due[i].id);
  }
  EXPECT_TRUE(SchemaTakes({{"accounts", {written}}}));
}

TEST(CustomerDocument, SchemaFileIsWhatTheRowsSay) {
  const std::string path = SourcePath(kSchemaPath);
  const std::string wanted = DumpJsonPretty(CustomerSchema()) + "\n";
  if (std::getenv("AWEBER_UPDATE_DOCS") != nullptr) {
    ASSERT_TRUE(WriteFileAtomically(path, wanted).ok());
  }
  EXPECT_EQ(ReadFile(path).value_or(""), wanted) << "run AWEBER_UPDATE_DOCS=1 mockserver_unit_test";
}

Result<std::shared_ptr<const Customers>> FromYaml(const std::string& text) {
  const auto document = ParseYaml(text, "own.yaml");
  if (!document.ok()) return document.error();
  return ReadCustomers(*document);
}

TEST(CustomerDocument, DatesAndWhatIsLeftOut) {
  const auto own = FromYaml(R"(accounts:
  - id: 1000001
    lists:
      - name: Main
        custom_fields: [{name: shoe}]
        subscribers:
          - {email: ada@example.com, subscribed_at: -3d, custom_fields: {shoe: "44"}}
          - {email: ben@example.com, subscribed_at: "2026-01-31T12:00:00.25Z", status: unsubscribed}
        broadcasts:
          - {subject: Hello, status: sent, sent_at: -1d, body_text: "see https://example.com/a"}
          - {subject: Soon, status: scheduled, scheduled_for: +90m}
)");
  ASSERT_TRUE(own.ok()) << own.error().message;
  for (const UnixTime origin : {kOrigin, kOrigin + std::chrono::hours(7)}) {
    const auto account = (*own)->Account(1000001, origin);
    ASSERT_TRUE(account);
    const MailingList& list = account->lists[0];
    EXPECT_EQ(list.unique_list_id, fmt::format("awlist{}", list.id));
    EXPECT_EQ(list.subscribers[0].subscribed, -Moment(std::chrono::hours(72)));
    EXPECT_EQ(list.subscribers[0].custom_fields[0].first, list.custom_fields[0].id);
    EXPECT_EQ(origin + list.subscribers[1].subscribed,
              FromUnixSeconds(1'769'860'800) + Micros(250'000));
    EXPECT_EQ(list.subscribers[1].left_by, UnsubscribedBy::kLink);
    ASSERT_NE(list.broadcasts[0].results, nullptr) << "drawn";
    EXPECT_EQ(list.broadcasts[0].results->recipients.size(), 1u);
    ASSERT_EQ(account->due.size(), 1u);
    EXPECT_EQ(account->due[0].at, Moment(std::chrono::minutes(90)));
  }
  EXPECT_FALSE((*own)->Account(7, kOrigin));
}

TEST(CustomerDocument, TheExampleOfThePageIsGood) {
  const std::string page = ReadFile(SourcePath("docs/customer-data.md")).value_or("");
  const std::string begin = "```yaml\n";
  const std::size_t at = page.find(begin);
  ASSERT_NE(at, std::string::npos);
  const std::string text =
      page.substr(at + begin.size(), page.find("```\n", at + 4) - at - begin.size());
  const auto own = FromYaml(text);
  ASSERT_TRUE(own.ok()) << own.error().message;
  EXPECT_EQ((*own)->ids(), std::vector<std::int64_t>{1000001});
  EXPECT_TRUE(SchemaTakes(internal::YamlToJson(ParseYaml(text, "page")->root())));
}

struct BadDocument {
  const char* name;
  std::string text;     // below "accounts: [{id: 1000001, ...", a list's members
  std::string message;  // all of it but the quoted line
  bool schema_takes = false;
};

class BadCustomers : public testing::TestWithParam<BadDocument> {};

TEST_P(BadCustomers, AreRefusedWithTheirPlace) {
  const std::string text =
      "accounts:\n  - id: 1000001\n    lists:\n      - name: Main\n" + GetParam().text;
  const auto own = FromYaml(text);
  ASSERT_FALSE(own.ok());
  const std::string& message = own.error().message;
  EXPECT_EQ(message.substr(0, message.find('\n')), GetParam().message);
  EXPECT_NE(message.find("\n"), std::string::npos) << "the line and a caret";
  const auto document = ParseYaml(text, "own.yaml");
  EXPECT_EQ(SchemaTakes(internal::YamlToJson(document->root())), GetParam().schema_takes);
}

const std::string kPlace = ": accounts[0].lists[0].";

INSTANTIATE_TEST_SUITE_P(
    All, BadCustomers,
    testing::Values(
        BadDocument{
            "UnknownMember", "        subscriber: []\n",
            "own.yaml:5:9" + kPlace + "subscriber: unknown member; did you mean \"subscribers\"?"},
        BadDocument{"NotAnArray", "        subscribers: 7\n",
                    "own.yaml:5:22" + kPlace + "subscribers: must be an array"},
        BadDocument{"Missing", "        subscribers: [{name: Ada}]\n",
                    "own.yaml:5:23" + kPlace + "subscribers[0]: \"email\" is missing"},
        BadDocument{
            "NotText", "        subscribers: [{email: a@b.co, name: 7}]\n",
            "own.yaml:5:45" + kPlace + "subscribers[0].name: must be text; put it in quotes"},
        BadDocument{"TooLong",
                    fmt::format("        segments: [{{name: a}}]\n        subscribers:\n"
                                "          - email: a@b.co\n            ad_tracking: {}\n",
                                std::string(21, 'x')),
                    "own.yaml:8:26" + kPlace +
                        "subscribers[0].ad_tracking: must have at most 20 characters, not 21"},
        BadDocument{"NoSuchStatus", "        subscribers: [{email: a@b.co, status: gone}]\n",
                    "own.yaml:5:47" + kPlace +
                        "subscribers[0].status: must be one of \"subscribed\", \"unsubscribed\", "
                        "\"unconfirmed\""},
        BadDocument{"BadDate", "        subscribers: [{email: a@b.co, subscribed_at: soon}]\n",
                    "own.yaml:5:54" + kPlace +
                        "subscribers[0].subscribed_at: must be a date as "
                        "\"2026-01-31T12:00:00Z\", or an offset as \"-3d\" or \"+90m\"",
                    true},
        BadDocument{"SameAddress", "        subscribers: [{email: a@b.co}, {email: a@b.co}]\n",
                    "own.yaml:5:40" + kPlace +
                        "subscribers[1]: the list has another subscriber with the email a@b.co",
                    true},
        BadDocument{"SameId", "        segments: [{id: 4, name: a}, {id: 4, name: b}]\n",
                    "own.yaml:5:38" + kPlace +
                        "segments[1]: 4 is the id of another of the account's segments",
                    true},
        BadDocument{"UnknownField",
                    "        subscribers: [{email: a@b.co, custom_fields: {shoe: x}}]\n",
                    "own.yaml:5:55" + kPlace +
                        "subscribers[0].custom_fields.shoe: the list has no such custom field",
                    true},
        BadDocument{"NoDateToSend", "        broadcasts: [{subject: a, status: scheduled}]\n",
                    "own.yaml:5:22" + kPlace +
                        "broadcasts[0]: a scheduled broadcast needs \"scheduled_for\"",
                    true},
        BadDocument{"NoSegment", "        broadcasts: [{subject: a, segment: 9}]\n",
                    "own.yaml:5:22" + kPlace + "broadcasts[0]: the list has no segment 9", true},
        BadDocument{"NoForm", "        split_tests: [{name: a, parts: [{form: 9}]}]\n",
                    "own.yaml:5:23" + kPlace + "split_tests[0]: the list has no web form 9", true},
        BadDocument{
            "LinkBeyond",
            "        broadcasts: [{subject: a, status: sent, sent_at: -1d, results: {clicks: "
            "[[3, -1d, 0]]}}]\n",
            "own.yaml:5:72" + kPlace + "broadcasts[0].results: a click names link 0; there are 0",
            true},
        BadDocument{
            "NoList", "        broadcasts: [{subject: a, include_lists: [8]}]\n",
            "own.yaml:5:51" + kPlace + "broadcasts[0].include_lists[0]: the account has no list 8",
            true}),
    [](const auto& bad) { return bad.param.name; });

TEST(CustomerFile, BelongsToSomebodyWhoCanAuthorize) {
  test::TemporaryFile file("accounts: [{id: 5}]\n");
  const auto own = ReadCustomerFile(file.path(), {{"a@example.com", "x", false, 6, "Six"}});
  ASSERT_FALSE(own.ok());
  EXPECT_EQ(own.error().message.substr(0, own.error().message.find('\n')),
            file.path() +
                ":1:17: accounts[0].id: no customer can authorize for account 5; give one of the "
                "configuration's accounts this account_id");
  EXPECT_TRUE(ReadCustomerFile(file.path(), {{"a@example.com", "x", false, 5, "Five"}}).ok());
}

}  // namespace
}  // namespace aweber::mock
