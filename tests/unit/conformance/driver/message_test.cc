// The driver protocol's lines: what is a reply, what is noise, what breaks the contract.
#include "conformance/driver/message.h"

#include <gtest/gtest.h>

#include "base/text/json.h"
#include "conformance/driver/line_reader.h"

namespace aweber::conformance {
namespace {

using Kind = DriverLine::Kind;

TEST(DriverMessage, RequestIsOneLineWithIdAndOpFirst) {
  EXPECT_EQ(EncodeRequest(7, "callback", {{"case", "c1"}, {"url", "https://a/?b=\n"}}),
            R"({"id":7,"op":"callback","case":"c1","url":"https://a/?b=\n"})");
}

struct LineRow {
  const char* line;
  Kind kind;
  const char* problem;  // part of it
};

class DriverLineTable : public testing::TestWithParam<LineRow> {};

TEST_P(DriverLineTable, IsRead) {
  const DriverLine line = ReadDriverLine(GetParam().line);
  EXPECT_EQ(line.kind, GetParam().kind) << line.problem;
  EXPECT_NE(line.problem.find(GetParam().problem), std::string::npos) << line.problem;
}

INSTANTIATE_TEST_SUITE_P(
    Lines, DriverLineTable,
    testing::Values(LineRow{R"({"id":1,"ok":{}})", Kind::kReply, ""},
                    LineRow{R"( {"ok":{"url":"u"},"id":2} )", Kind::kReply, ""},
                    LineRow{R"({"id":1,"err":{"kind":"network"}})", Kind::kReply, ""},
                    LineRow{R"({"id":1,"unsupported":{"feature":"revoke"}})", Kind::kReply, ""},
                    LineRow{R"({"id":1,"ok":{},"note":"later versions may say more"})",
                            Kind::kReply, ""},
                    LineRow{"hello", Kind::kNotJson, ""}, LineRow{"", Kind::kNotJson, ""},
                    LineRow{R"({"id":1,"ok":{})", Kind::kNotJson, ""},
                    LineRow{"42", Kind::kBroken, "not an object"},
                    LineRow{R"(["id",1])", Kind::kBroken, "not an object"},
                    LineRow{R"({"ok":{}})", Kind::kBroken, "no integer \"id\""},
                    LineRow{R"({"id":"1","ok":{}})", Kind::kBroken, "no integer \"id\""},
                    LineRow{R"({"id":1.5,"ok":{}})", Kind::kBroken, "no integer \"id\""},
                    LineRow{R"({"id":1})", Kind::kBroken, "none of \"ok\""},
                    LineRow{R"({"id":1,"ok":{},"err":{"kind":"other"}})", Kind::kBroken,
                            "both \"ok\" and \"err\""},
                    LineRow{R"({"id":1,"ok":true})", Kind::kBroken, "\"ok\" is boolean"},
                    LineRow{R"({"id":1,"err":{}})", Kind::kBroken, "no string \"kind\""},
                    LineRow{R"({"id":1,"err":{"kind":"state_missmatch"}})", Kind::kBroken,
                            "unknown err.kind \"state_missmatch\"; did you mean "
                            "\"state_mismatch\"?"},
                    LineRow{R"({"id":1,"err":{"kind":"42"}})", Kind::kBroken,
                            "unknown err.kind \"42\"; use one of state_mismatch, "},
                    LineRow{R"({"id":1,"unsupported":{}})", Kind::kBroken, "no string \"feature\""},
                    LineRow{R"({"id":1,"id":1,"ok":{}})", Kind::kBroken, "not acceptable JSON"}));

TEST(DriverMessage, ErrKeepsItsMembers) {
  const DriverLine line =
      ReadDriverLine(R"({"id":3,"err":{"kind":"http","message":"busy","status":503}})");
  EXPECT_EQ(line.id, 3);
  EXPECT_EQ(line.reply.kind, Reply::Kind::kErr);
  EXPECT_EQ(line.reply.err_kind, "http");
  EXPECT_EQ(line.reply.err_message, "busy");
  EXPECT_EQ(JsonInt(line.reply.err, "status"), 503);
}

TEST(DriverMessage, RepliesMustHaveTheirMembers) {
  Reply empty;
  EXPECT_TRUE(CheckReplyMembers("callback", empty).ok());
  EXPECT_FALSE(CheckReplyMembers("authorize", empty).ok());
  EXPECT_EQ(CheckReplyMembers("call", empty).error().message,
            "the reply to \"call\" has no integer \"status\" in \"ok\": {}");
  Reply refusal;
  refusal.kind = Reply::Kind::kErr;
  EXPECT_TRUE(CheckReplyMembers("authorize", refusal).ok());
}

Reply Hello(const char* ok) {
  Reply reply;
  reply.ok = *ParseJson(ok);
  return reply;
}

TEST(DriverMessage, HelloFlattensFeatures) {
  const auto identity = ReadHello(Hello(
      R"({"protocol":1,"client":{"name":"n","version":"2","language":"C"},
          "features":{"state":true,"revoke":false,"pkce":["S256"],"auth":["basic","body"],
                      "refresh":["on_401"],"concurrent":4,"unknown":1}})"));
  ASSERT_TRUE(identity.ok());
  EXPECT_EQ(identity->name, "n");
  EXPECT_EQ(identity->feature_list,
            (std::vector<std::string>{"state", "pkce:S256", "auth:basic", "auth:body",
                                      "refresh:on_401", "concurrent:4"}));
  EXPECT_TRUE(identity->Claims("state"));
  EXPECT_FALSE(identity->Claims("revoke"));
  EXPECT_TRUE(identity->Claims("pkce"));
  EXPECT_FALSE(identity->Claims("auth:query"));
  EXPECT_TRUE(identity->Claims("concurrent:4"));
  EXPECT_FALSE(identity->Claims("concurrent:8"));
}

TEST(DriverMessage, HelloErrorsNameTheMember) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"client":{"name":"n"}})", "\"protocol\" must be 1, not absent"},
      {R"({"protocol":2,"client":{"name":"n"}})", "\"protocol\" must be 1, not 2"},
      {R"({"protocol":1})", "\"client\""},
      {R"({"protocol":1,"client":{"name":"n"},"features":[]})", "\"features\" must be an object"},
      {R"({"protocol":1,"client":{"name":"n"},"features":{"state":"yes"}})", "\"state\""},
      {R"({"protocol":1,"client":{"name":"n"},"features":{"auth":"basic"}})", "\"auth\""},
      {R"({"protocol":1,"client":{"name":"n"},"features":{"concurrent":0}})", "\"concurrent\""},
  };
  for (const auto& [ok, part] : rows) {
    const auto identity = ReadHello(Hello(ok));
    ASSERT_FALSE(identity.ok()) << ok;
    EXPECT_NE(identity.error().message.find(part), std::string::npos) << identity.error().message;
  }
}

TEST(LineReader, SplitsWhateverTheChunks) {
  LineReader reader(10);
  std::vector<std::string> lines;
  const auto keep = [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  };
  EXPECT_TRUE(reader.Feed("on", keep));
  EXPECT_TRUE(reader.Feed("e\ntwo\r\n\nth", keep));
  EXPECT_TRUE(reader.Feed("ree\n", keep));
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "", "three"}));
}

TEST(LineReader, RefusesALineOverTheLimit) {
  LineReader reader(4);
  const auto keep = [](std::string_view) { return true; };
  EXPECT_TRUE(reader.Feed("1234\n", keep));
  EXPECT_TRUE(reader.Feed("123", keep));
  EXPECT_FALSE(reader.Feed("45", keep));
}

TEST(BoundedText, KeepsBothEndsAndCountsTheRest) {
  BoundedText text(3, 4);
  text.Append("abcdef");
  for (int i = 0; i < 10; ++i) text.Append("0123456789");
  const std::string kept = text.Take();
  EXPECT_TRUE(kept.starts_with("abc\n[")) << kept;
  EXPECT_TRUE(kept.ends_with("6789")) << kept;
  EXPECT_LT(kept.size(), 60u);
  EXPECT_EQ(text.Take(), "");
}

}  // namespace
}  // namespace aweber::conformance
