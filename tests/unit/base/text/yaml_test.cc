#include "base/text/yaml.h"

#include <gtest/gtest.h>

namespace aweber {
namespace {

using Kind = YamlNode::Kind;

// The tree in one line: i:1 f:1.5 b:true n s:text [a, b] {k: v}.
std::string Show(const YamlNode& node) {
  std::string text;
  switch (node.kind) {
    case Kind::kNull:
      return "n";
    case Kind::kBool:
      return node.bool_value ? "b:true" : "b:false";
    case Kind::kInt:
      return "i:" + std::to_string(node.int_value);
    case Kind::kFloat:
      return "f:" + std::to_string(node.float_value);
    case Kind::kString:
      return "s:" + node.scalar;
    case Kind::kSequence:
      for (const YamlNode& item : node.items) text += (text.empty() ? "" : ", ") + Show(item);
      return "[" + text + "]";
    case Kind::kMap:
      for (const auto& member : node.members) {
        text += (text.empty() ? "" : ", ") + member.key + ": " + Show(member.value);
      }
      return "{" + text + "}";
  }
  return "?";
}

std::string Parse(std::string_view text) {
  const auto document = ParseYaml(text, "f.yaml");
  return document.ok() ? Show(document->root())
                       : document.error().code + " " + document.error().message;
}

TEST(YamlTest, CoreSchemaScalars) {
  struct {
    std::string_view text;
    std::string_view tree;
  } const kCases[] = {
      // YAML 1.2 §10.3.2, and what YAML 1.1 readers make of the same text.
      {"yes", "s:yes"},
      {"no", "s:no"},
      {"on", "s:on"},
      {"off", "s:off"},
      {"y", "s:y"},
      {"true", "b:true"},
      {"True", "b:true"},
      {"TRUE", "b:true"},
      {"tRUE", "s:tRUE"},
      {"false", "b:false"},
      {"FALSE", "b:false"},
      {"\"true\"", "s:true"},
      {"'1'", "s:1"},
      {"\"\"", "s:"},
      {"'it''s'", "s:it's"},
      {"\"a\\\"b\\\\\"", "s:a\"b\\"},
      {"'a\n b'", "s:a b"},
      {"|\n  12", "s:12"},
      {">\n  a\n  b\n", "s:a b\n"},
      {"null", "n"},
      {"~", "n"},
      {"Null", "n"},
      {"", "n"},
      {"'null'", "s:null"},
      {"nULL", "s:nULL"},
      {"0", "i:0"},
      {"017", "i:17"},
      {"0o17", "i:15"},
      {"0o18", "s:0o18"},
      {"0x1F", "i:31"},
      {"0x", "s:0x"},
      {"-12", "i:-12"},
      {"+12", "i:12"},
      {"-0x1", "s:-0x1"},
      {"1_000", "s:1_000"},
      {"12:30", "s:12:30"},
      {"2026-01-02", "s:2026-01-02"},
      {"0b11", "s:0b11"},
      {"9223372036854775807", "i:9223372036854775807"},
      {"-9223372036854775808", "i:-9223372036854775808"},
      {"1.5", "f:1.500000"},
      {"1.", "f:1.000000"},
      {".5", "f:0.500000"},
      {"+1e3", "f:1000.000000"},
      {"-1.5E-1", "f:-0.150000"},
      {"1e", "s:1e"},
      {".", "s:."},
      {"1.2.3", "s:1.2.3"},
      {".inf", "f:inf"},
      {"-.INF", "f:-inf"},
      {".nan", "f:nan"},
      {"-", "[n]"},
      {"+", "s:+"},
      {"1 # comment", "i:1"},
      {"a#b", "s:a#b"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Parse(c.text), c.tree) << c.text;
}

TEST(YamlTest, Structure) {
  EXPECT_EQ(Parse("a: 1\nb:\n  - x\n  - {c: yes, d: }\n  - [1, \"2\"]\ne:\n"),
            "{a: i:1, b: [s:x, {c: s:yes, d: n}, [i:1, s:2]], e: n}");
  EXPECT_EQ(Parse("200: a\ntrue: b\n'null': c\n\"d e\": f\n<<: g\n"),
            "{200: s:a, true: s:b, null: s:c, d e: s:f, <<: s:g}");
  EXPECT_EQ(Parse("---\na: 1\n...\n"), "{a: i:1}");
  EXPECT_EQ(Parse("%YAML 1.2\n---\na: 1\n"), "{a: i:1}");
  EXPECT_EQ(Parse("a: 1\r\nb: 2\r\n"), "{a: i:1, b: i:2}");
  EXPECT_EQ(Parse("\xef\xbb\xbf"
                  "a: 1"),
            "{a: i:1}");
  EXPECT_EQ(Parse("# only a comment\n"), "n");
}

TEST(YamlTest, Marks) {
  const auto document = ParseYaml("a: 1\nlist:\n  - \xc3\xa9: x\n    b: [1, 22]\n", "f.yaml");
  ASSERT_TRUE(document.ok());
  const auto at = [](YamlMark mark) {
    return std::to_string(mark.line) + ":" + std::to_string(mark.column);
  };
  const YamlNode& root = document->root();
  EXPECT_EQ(at(root.mark), "1:1");
  EXPECT_EQ(at(root.Find("a")->mark), "1:4");
  EXPECT_EQ(at(root.members[1].key_mark), "2:1");
  const YamlNode& entry = root.Find("list")->items[0];
  EXPECT_EQ(at(entry.members[0].key_mark), "3:5");
  EXPECT_EQ(at(entry.members[0].value.mark), "3:8");  // characters, not bytes
  EXPECT_EQ(at(entry.Find("b")->items[1].mark), "4:12");
  EXPECT_EQ(root.Find("none"), nullptr);
}

TEST(YamlTest, RefusesWithPlaceLineAndCaret) {
  struct {
    std::string_view text;
    std::string_view error;
  } const kCases[] = {
      {"a: 1\nb: 2\na: 3\n",
       "yaml.duplicate_key f.yaml:3:1: duplicate key \"a\"; it is first on line 1\n  a: 3\n  ^"},
      {"x: {a: 1, 'a': 2}",
       "yaml.duplicate_key f.yaml:1:11: duplicate key \"a\"; it is first on line 1\n"
       "  x: {a: 1, 'a': 2}\n            ^"},
      {"a: &x 1\n",
       "yaml.anchor f.yaml:1:4: anchors (&name) are not supported; write the value out where it is "
       "used\n  a: &x 1\n     ^"},
      {"a: *x\n",
       "yaml.alias f.yaml:1:4: aliases (*name) are not supported; write the value out\n"
       "  a: *x\n     ^"},
      {"a: !!str 1\n",
       "yaml.tag f.yaml:1:4: tags (!name) are not supported; quote the value if it is text\n"
       "  a: !!str 1\n     ^"},
      {"a: ! 1\n",
       "yaml.tag f.yaml:1:4: tags (!name) are not supported; quote the value if it is text\n"
       "  a: ! 1\n     ^"},
      {"a: !x [1]\n",
       "yaml.tag f.yaml:1:4: tags (!name) are not supported; quote the value if it is text\n"
       "  a: !x [1]\n     ^"},
      {"a: 1\n---\nb: 2\n",
       "yaml.documents f.yaml:2:1: a second document; one file holds one\n  ---\n  ^"},
      {"n: 9223372036854775808\n",
       "yaml.range f.yaml:1:4: the number 9223372036854775808 is out of range; quote it if it is "
       "text\n  n: 9223372036854775808\n     ^"},
      {"? [a]\n: 1\n",
       "yaml.key f.yaml:1:3: a key must be a plain word or a quoted string; is a bracket left "
       "open?\n  ? [a]\n    ^"},
      {"null: 1\n",
       "yaml.key f.yaml:1:1: a key is missing; quote it if the name is \"null\"\n  null: 1\n  ^"},
      {"a: 1\nb: \x01\n",
       "yaml.character f.yaml:2:4: the control character U+0001; in a quoted string write \\x01\n"
       "  b: \x01\n     ^"},
      {"a: 1\nb: \xff\n",
       "yaml.encoding f.yaml:2:1: this line is not UTF-8; save the file as UTF-8\n  b: \xff\n  ^"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Parse(c.text), c.error) << c.text;
}

TEST(YamlTest, SyntaxErrorsKeepTheirPlace) {
  for (const auto& [text, start] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"a: [1, 2\nb: 3\n", "yaml.syntax f.yaml:"},
           {"a: 'x\n", "yaml.syntax f.yaml:1:4: this quote is not closed\n"},
           {"a: \"x\\\"\n", "yaml.syntax f.yaml:1:4: this quote is not closed\n"},
           {"a: 'it''s\n\n", "yaml.syntax f.yaml:1:4: this quote is not closed\n"},
           {"- a\nb: 1\n",
            "yaml.syntax f.yaml:2:1: this belongs to nothing above it; check the indentation\n"},
           {"a: 1\n b: 2\n",
            "yaml.syntax f.yaml:2:3: a second \":\" here; check the indentation, or quote the "
            "text\n"},
           {"a:\n\t- x\n", "yaml.syntax f.yaml:2:"},
           {"a: \"\\q\"\n", "yaml.syntax f.yaml:1:"},
           {"a: b: c\n",
            "yaml.syntax f.yaml:1:5: a second \":\" here; check the indentation, or quote the "
            "text\n"},
       }) {
    const std::string error = Parse(text);
    EXPECT_EQ(error.substr(0, start.size()), start) << error;
    EXPECT_EQ(error.back(), '^') << error;
  }
}

TEST(YamlTest, DepthAndSizeAreLimited) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(Parse(nested(32)).substr(0, 2), "[[");
  EXPECT_EQ(Parse(nested(33)).substr(0, 60),
            "yaml.too_deep f.yaml:1:33: nested more than 32 levels deep\n ");
  EXPECT_EQ(ParseYaml("abcd", "f.yaml", {.max_bytes = 3}).error(),
            (Error{"yaml.too_large", "f.yaml: 4 bytes; at most 3 are read"}));
  EXPECT_TRUE(ParseYaml("abc", "f.yaml", {.max_bytes = 3}).ok());
}

TEST(YamlTest, ErrorAtCutsLongLinesAndKeepsTabs) {
  const std::string line = "k: \"" + std::string(300, 'x') + "\t!" + std::string(300, 'y') + "\"";
  const auto document = ParseYaml(line, "f.yaml");
  ASSERT_TRUE(document.ok());
  const Error error = document->ErrorAt({1, 306}, "c", "m");
  EXPECT_EQ(error.message, "f.yaml:1:306: m\n  " + std::string(79, 'x') + "\t!" +
                               std::string(60, 'y') + "\n  " + std::string(79, ' ') + "\t^");
  EXPECT_EQ(document->ErrorAt({}, "c", "m").message, "f.yaml: m");
  EXPECT_EQ(document->ErrorAt({99, 1}, "c", "m").message, "f.yaml: m");
}

// What a missing value is blamed on: its key, not the next line.
TEST(YamlTest, AMissingValueIsFoundAtItsKey) {
  const auto document = ParseYaml("a:\n  b:\nc: 1\n", "f.yaml");
  ASSERT_TRUE(document.ok());
  const YamlNode* b = document->root().Find("a")->Find("b");
  EXPECT_EQ(b->mark.line, 2);
  EXPECT_EQ(b->mark.column, 3);
}

}  // namespace
}  // namespace aweber
