#include <gtest/gtest.h>

#include "base/text/yaml.h"

namespace aweber {
namespace {

YamlDocument MustParse(std::string_view text) {
  auto document = ParseYaml(text, "f.yaml");
  EXPECT_TRUE(document.ok()) << document.error().message;
  return std::move(*document);
}

TEST(YamlMapReaderTest, ReadsEveryType) {
  const YamlDocument document = MustParse(
      "s: text\nt: 012\ni: -3\nn: 1.5\nm: 2\nb: true\nd: 11m\nl: [a, \"1\"]\none: a\no: fast\n"
      "map: {x: 1}\nseq: [1]\nany: ~\n");
  YamlMapReader reader(document, document.root(), "the test");
  EXPECT_EQ(reader.String("s"), "text");
  EXPECT_EQ(reader.Text("t"), "012");
  EXPECT_EQ(reader.Int("i"), -3);
  EXPECT_EQ(reader.Number("n"), 1.5);
  EXPECT_EQ(reader.Number("m"), 2.0);
  EXPECT_EQ(reader.Bool("b"), true);
  EXPECT_EQ(reader.Duration("d"), std::chrono::minutes(11));
  EXPECT_EQ(reader.StringList("l"), (std::vector<std::string>{"a", "1"}));
  EXPECT_EQ(reader.StringList("one"), std::vector<std::string>{"a"});
  EXPECT_EQ(reader.OneOf("o", {"slow", "fast"}), "fast");
  ASSERT_NE(reader.Map("map"), nullptr);
  ASSERT_NE(reader.Sequence("seq"), nullptr);
  ASSERT_NE(reader.Child("any"), nullptr);
  EXPECT_EQ(reader.String("absent"), std::nullopt);
  EXPECT_EQ(reader.StringList("absent_too"), std::vector<std::string>{});
  reader.Require("s");
  EXPECT_TRUE(reader.Finish().ok());
}

TEST(YamlMapReaderTest, Durations) {
  struct {
    std::string_view text;
    std::int64_t micros;
  } const kGood[] = {{"0", 0},
                     {"5", 5'000'000},
                     {"0.25", 250'000},
                     {"250ms", 250'000},
                     {"90s", 90'000'000},
                     {"1.5h", 5'400'000'000},
                     {"2d", 172'800'000'000},
                     {"7us", 7},
                     {"\"1m\"", 60'000'000}};
  for (const auto& c : kGood) {
    const YamlDocument document = MustParse("d: " + std::string(c.text));
    YamlMapReader reader(document, document.root(), "the test");
    EXPECT_EQ(reader.Duration("d"), Micros(c.micros)) << c.text;
    EXPECT_TRUE(reader.Finish().ok());
  }
  for (const std::string_view bad : {"-1", "-1s", "1 s", "1S", "1sec", "s", "''", ".inf", ".nan",
                                     "1e3s", "999999999d", "1h30m"}) {
    const YamlDocument document = MustParse("d: " + std::string(bad));
    YamlMapReader reader(document, document.root(), "the test");
    EXPECT_EQ(reader.Duration("d"), std::nullopt) << bad;
    EXPECT_EQ(
        reader.Finish().error().message,
        "f.yaml:1:4: \"d\" must be a duration such as 250ms, 90s, 11m, 1h, 2d, or a number of "
        "seconds\n  d: " +
            std::string(bad) + "\n     ^");
  }
}

TEST(YamlMapReaderTest, NamesTheWrongType) {
  struct {
    std::string_view text;
    void (*read)(YamlMapReader&);
    std::string_view what;
  } const kCases[] = {
      {"k: 12", [](YamlMapReader& r) { r.String("k"); },
       "\"k\" must be a string, not an integer; write \"12\" in quotes"},
      {"k: true", [](YamlMapReader& r) { r.String("k"); },
       "\"k\" must be a string, not a boolean; write \"true\" in quotes"},
      {"k: ", [](YamlMapReader& r) { r.String("k"); }, "\"k\" must be a string, not nothing"},
      {"k: [a]", [](YamlMapReader& r) { r.Text("k"); }, "\"k\" must be a single value, not a list"},
      {"k: \"1\"", [](YamlMapReader& r) { r.Int("k"); }, "\"k\" must be an integer, not a string"},
      {"k: 1.5", [](YamlMapReader& r) { r.Int("k"); }, "\"k\" must be an integer, not a number"},
      {"k: x", [](YamlMapReader& r) { r.Number("k"); }, "\"k\" must be a number, not a string"},
      {"k: yes", [](YamlMapReader& r) { r.Bool("k"); },
       "\"k\" must be true or false, not a string"},
      {"k: {}", [](YamlMapReader& r) { r.Duration("k"); },
       "\"k\" must be a duration such as 90s or 11m, not a map"},
      {"k: {}", [](YamlMapReader& r) { r.StringList("k"); },
       "\"k\" must be a string or a list of strings, not a map"},
      {"k: [a, 1]", [](YamlMapReader& r) { r.StringList("k"); },
       "each entry of \"k\" must be a string, not an integer"},
      {"k: 1", [](YamlMapReader& r) { r.Map("k"); }, "\"k\" must be a map, not an integer"},
      {"k: {}", [](YamlMapReader& r) { r.Sequence("k"); }, "\"k\" must be a list, not a map"},
      {"k: []",
       [](YamlMapReader& r) {
         r.OneOf("k", {"a", "b"});
       },
       "\"k\" must be one of a, b, not a list"},
  };
  for (const auto& c : kCases) {
    const YamlDocument document = MustParse(c.text);
    YamlMapReader reader(document, document.root(), "the test");
    c.read(reader);
    EXPECT_TRUE(reader.failed());
    const Status status = reader.Finish();
    ASSERT_FALSE(status.ok()) << c.text;
    EXPECT_EQ(status.error().code, "yaml.type");
    const std::string& message = status.error().message;
    EXPECT_EQ(message.substr(message.find(": ") + 2, message.find('\n') - message.find(": ") - 2),
              c.what);
  }
}

TEST(YamlMapReaderTest, UnknownKeysAreRefusedWithASuggestion) {
  const YamlDocument document = MustParse("on: token\nwhne: x\n");
  YamlMapReader reader(document, document.root(), "a rule");
  reader.String("on");
  reader.String("when");
  EXPECT_EQ(reader.Finish().error(),
            (Error{"yaml.unknown_key",
                   "f.yaml:2:1: unknown key \"whne\" in a rule; did you mean \"when\"?\n  whne: x\n"
                   "  ^"}));
  YamlMapReader other(document, document.root(), "a rule");
  other.String("on");
  other.Require("on");
  other.Int("count");
  EXPECT_EQ(other.Finish().error().message,
            "f.yaml:2:1: unknown key \"whne\" in a rule; known are count, on\n  whne: x\n  ^");
}

TEST(YamlMapReaderTest, OneOfSuggests) {
  const YamlDocument document = MustParse("then: hagn\n");
  YamlMapReader reader(document, document.root(), "a rule");
  EXPECT_EQ(reader.OneOf("then", {"hang", "reset"}), std::nullopt);
  EXPECT_EQ(reader.Finish().error(),
            (Error{"yaml.value",
                   "f.yaml:1:7: \"then\" must be one of hang, reset, not \"hagn\"; did you mean "
                   "\"hang\"?\n  then: hagn\n        ^"}));
}

TEST(YamlMapReaderTest, AMissingKeyThatIsMisspeltIsShownWhereItStands) {
  const YamlDocument document = MustParse("id: a\ntitel: b\n");
  YamlMapReader reader(document, document.root(), "the scenario");
  reader.String("id");
  reader.Require("title");
  EXPECT_EQ(reader.Finish().error(),
            (Error{"yaml.unknown_key",
                   "f.yaml:2:1: unknown key \"titel\" in the scenario; did you mean \"title\"?\n"
                   "  titel: b\n  ^"}));
}

TEST(YamlMapReaderTest, TheFirstErrorIsKept) {
  const YamlDocument document = MustParse("a: 1\nb: 2\nc: 3\n");
  YamlMapReader reader(document, document.root(), "the test");
  reader.Fail(document.root().Find("b")->mark, "first");
  EXPECT_EQ(reader.Int("a"), std::nullopt);  // a no-op from here on
  reader.Fail({}, "second");
  reader.Require("z");
  EXPECT_EQ(reader.Finish().error(), (Error{"yaml.value", "f.yaml:2:4: first\n  b: 2\n     ^"}));
}

TEST(YamlMapReaderTest, RequiresKeysAndAMap) {
  const YamlDocument document = MustParse("rules:\n  - {on: x}\n");
  const YamlNode& rule = document.root().Find("rules")->items[0];
  YamlMapReader reader(document, rule, "a rule");
  reader.Require("then");
  EXPECT_EQ(reader.Finish().error(),
            (Error{"yaml.missing_key",
                   "f.yaml:2:5: a rule needs the key \"then\"\n    - {on: x}\n      ^"}));
  YamlMapReader scalar(document, *rule.Find("on"), "a rule");
  EXPECT_EQ(scalar.String("x"), std::nullopt);
  EXPECT_EQ(
      scalar.Finish().error(),
      (Error{"yaml.type",
             "f.yaml:2:10: a rule must be a map, not a string\n    - {on: x}\n           ^"}));
}

}  // namespace
}  // namespace aweber
