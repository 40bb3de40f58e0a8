#include "base/text/json.h"

#include <gtest/gtest.h>

namespace aweber {
namespace {

TEST(JsonTest, ReadsAndWritesInOrder) {
  for (const std::string_view text : {
           R"({"b":1,"a":[true,false,null,"x"],"c":{}})",
           "[]",
           "\"text\"",
           "null",
           "-1",
           "1.5",
           R"({"":0})",
           R"([[[[]]]])",
           R"("\u0001\"\\\n")",
           R"({"a":{"a":{"a":1}}})",
           "18446744073709551615",
           "-9223372036854775808",
       }) {
    const auto json = ParseJson(text);
    ASSERT_TRUE(json.ok()) << text << ": " << json.error().message;
    EXPECT_EQ(DumpJson(*json), text);
  }
  EXPECT_EQ(DumpJson(*ParseJson(" \t\r\n[ 1 ,\n2 ] \n")), "[1,2]");
  EXPECT_EQ(DumpJson(*ParseJson(R"("\u00e9\ud83d\ude00\/")")), "\"\xc3\xa9\xf0\x9f\x98\x80/\"");
}

TEST(JsonTest, RefusesWithLineAndColumn) {
  struct {
    std::string_view text;
    std::string_view code;
    std::string_view message;
  } const kCases[] = {
      {"", "json.invalid", "line 1 column 1: nothing where JSON is expected"},
      {" ", "json.invalid",
       "line 1 column 2: syntax error while parsing value - unexpected end of input; expected '[', "
       "'{', or a literal"},
      {"{\"a\":1,\n \"a\":2}", "json.duplicate_key",
       "line 2 column 2: the name \"a\" occurs twice in one object"},
      {R"({"x":{"k":1,"y":[],"k":2}})", "json.duplicate_key",
       "line 1 column 20: the name \"k\" occurs twice in one object"},
      {R"({"a":1,"\u0061":2})", "json.duplicate_key",
       "line 1 column 8: the name \"a\" occurs twice in one object"},
      {R"({"a\"":1, "a\"" :2})", "json.duplicate_key",
       "line 1 column 11: the name \"a\\\"\" occurs twice in one object"},
      {R"({"\\":1,"\\":2})", "json.duplicate_key",
       "line 1 column 9: the name \"\\\\\" occurs twice in one object"},
      {"[1,]", "json.invalid",
       "line 1 column 4: syntax error while parsing value - unexpected ']'; expected '[', '{', or "
       "a "
       "literal"},
      {"{\"a\":1,}", "json.invalid",
       "line 1 column 8: syntax error while parsing object key - unexpected '}'; expected string "
       "literal"},
      {"[1] x", "json.invalid",
       "line 1 column 5: syntax error while parsing value - invalid literal; expected end of "
       "input"},
      {"{\"\xc3\xa9\":\n \"\xc3\xa9\" 1}", "json.invalid",
       "line 2 column 6: syntax error while parsing object - unexpected number literal; expected "
       "'}'"},
      {"[1e999]", "json.invalid", "line 1 column 6: a number out of range"},
      {{"[1]\0[2]", 7}, "json.invalid", "line 1 column 4: a NUL byte"},
  };
  for (const auto& c : kCases) {
    const auto json = ParseJson(c.text);
    ASSERT_FALSE(json.ok()) << c.text;
    EXPECT_EQ(json.error().code, c.code);
    EXPECT_EQ(json.error().message, c.message);
  }
}

// RFC 8259 §2-§8: near misses that lenient readers take.
TEST(JsonTest, RefusesWhatIsNotJson) {
  for (const std::string_view text : {"{a:1}",
                                      "{'a':1}",
                                      "[1 2]",
                                      "[01]",
                                      "[+1]",
                                      "[.5]",
                                      "[1.]",
                                      "[0x1]",
                                      "[NaN]",
                                      "[Infinity]",
                                      "// c\n1",
                                      "/* c */1",
                                      "[\"\t\"]",
                                      "[\"\\x41\"]",
                                      "[\"\\u12\"]",
                                      "[\"\\ud800\"]",
                                      "[\"a]",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "[1",
                                      "[1]]",
                                      "tru",
                                      "True",
                                      "\"a\"\"b\"",
                                      "[\"\xff\"]",
                                      "[\"\xc0\x80\"]",
                                      "[\"\xed\xa0\x80\"]",
                                      "\xff\xfe[",
                                      "access_token=x"}) {
    const auto json = ParseJson(text);
    ASSERT_FALSE(json.ok()) << text;
    EXPECT_EQ(json.error().code, "json.invalid") << text;
  }
}

// A body may hold a token; the error goes to logs and reports.
TEST(JsonTest, ErrorsDoNotEchoTheText) {
  for (const std::string_view text :
       {R"({"access_token":"AT-very-secret)", R"({"access_token" "AT-very-secret"})",
        R"(["AT-very-secret" "x"])", "[AT-very-secret]", "[\"AT-very-secret'; expected \xff\"]",
        "\"0AT-very-secret'; expected e AT-very-secret\xe6qq", "[\"AT-very-secret\x01\"]"}) {
    const auto json = ParseJson(text);
    ASSERT_FALSE(json.ok());
    EXPECT_EQ(json.error().message.find("secret"), std::string::npos) << json.error().message;
  }
}

TEST(JsonTest, DepthIsLimited) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(ParseJson(nested(64)).ok());
  EXPECT_EQ(ParseJson(nested(65)).error(),
            (Error{"json.too_deep", "line 1 column 65: nested more than 64 levels deep"}));
  EXPECT_EQ(ParseJson(std::string(1u << 20, '[')).error().code, "json.too_deep");
  EXPECT_EQ(ParseJson(R"({"a":{"b":[1]}})", {.max_depth = 2}).error().message,
            "line 1 column 11: nested more than 2 levels deep");
  EXPECT_TRUE(ParseJson("1", {.max_depth = 0}).ok());
}

TEST(JsonTest, SizeIsLimited) {
  EXPECT_TRUE(ParseJson("[1]", {.max_bytes = 3}).ok());
  EXPECT_EQ(ParseJson("[12]", {.max_bytes = 3}).error(),
            (Error{"json.too_large", "JSON text of 4 bytes; at most 3 are read"}));
}

TEST(JsonTest, ReadsSoManyValuesAndNoMore) {
  const std::string text = R"({"a":[1,"2",{}],"b":null})";  // six, the object itself included
  EXPECT_TRUE(ParseJson(text, {.max_values = 6}).ok());
  EXPECT_EQ(ParseJson(text, {.max_values = 5}).error(),
            (Error{"json.too_many", "line 1 column 24: more than 5 values"}));
  EXPECT_EQ(ParseJson("[[],[]]", {.max_values = 2}).error().code, "json.too_many");
}

TEST(JsonTest, AppendsStringsAsDumpDoes) {
  for (const std::string text :
       {"", "abc", "a\"b\\c", "\n\x01", "\x7f", "\xc3\xa9", "\xff", "a/b"}) {
    std::string out = "x";
    AppendJsonString(out, text);
    EXPECT_EQ(out, "x" + DumpJson(Json(text)));
  }
}

TEST(JsonTest, DuplicatesAreFoundInLargeObjectsToo) {
  std::string text = "{";
  for (int i = 0; i < 20'000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(ParseJson(text + "\"last\":1}").ok());
  EXPECT_EQ(ParseJson(text + "\"k3\":1}").error().code, "json.duplicate_key");
  EXPECT_EQ(ParseJson(text + "\"k19999\":1}").error().code, "json.duplicate_key");
}

TEST(JsonTest, WritingCannotFail) {
  EXPECT_EQ(DumpJson(Json("\xff")), "\"\xef\xbf\xbd\"");
  EXPECT_EQ(DumpJsonPretty(Json{{"a", {1, 2}}}), "{\n  \"a\": [\n    1,\n    2\n  ]\n}");
}

TEST(JsonTest, TypedReads) {
  const Json object = *ParseJson(
      R"({"s":"x","i":7200,"neg":-1,"f":1.0,"b":false,"n":null,"max":9223372036854775807,)"
      R"("over":9223372036854775808,"i_text":"7200"})");
  EXPECT_EQ(JsonString(object, "s"), "x");
  EXPECT_EQ(JsonString(object, "i"), std::nullopt);
  EXPECT_EQ(JsonString(object, "n"), std::nullopt);
  EXPECT_EQ(JsonString(object, "absent"), std::nullopt);
  EXPECT_EQ(JsonInt(object, "i"), 7200);
  EXPECT_EQ(JsonInt(object, "neg"), -1);
  EXPECT_EQ(JsonInt(object, "max"), INT64_MAX);
  EXPECT_EQ(JsonInt(object, "over"), std::nullopt);
  EXPECT_EQ(JsonInt(object, "f"), std::nullopt);
  EXPECT_EQ(JsonInt(object, "i_text"), std::nullopt);
  EXPECT_EQ(JsonInt(object, "b"), std::nullopt);
  EXPECT_EQ(JsonBool(object, "b"), false);
  EXPECT_EQ(JsonBool(object, "i"), std::nullopt);
  ASSERT_NE(JsonMember(object, "n"), nullptr);
  EXPECT_TRUE(JsonMember(object, "n")->is_null());
  EXPECT_EQ(JsonMember(object, "absent"), nullptr);
  EXPECT_EQ(JsonMember(Json::array({1}), "s"), nullptr);
}

}  // namespace
}  // namespace aweber
