#include <gtest/gtest.h>

#include "base/os/process.h"

namespace aweber {
namespace {

using Words = std::vector<std::string>;

// What `printf '%s\n' LINE` shows in a POSIX shell.
TEST(CommandLineTest, SplitsAsAShellWould) {
  struct {
    std::string_view line;
    Words words;
  } const kCases[] = {
      {"python3 driver.py --port 0", {"python3", "driver.py", "--port", "0"}},
      {"  a \t b\nc ", {"a", "b", "c"}},
      {"'a b' \"c d\"", {"a b", "c d"}},
      {"a'b c'd\"e f\"", {"ab cde f"}},
      {"'' \"\" x", {"", "", "x"}},
      {R"(a\ b \'c \\)", {"a b", "'c", "\\"}},
      {R"("a\"b\\c\$d\`e\nf")", {"a\"b\\c$d`e\\nf"}},
      {R"('a\"b\')", {"a\\\"b\\"}},
      {"a\\\nb \"c\\\nd\" 'e\\\nf'", {"ab", "cd", "e\\\nf"}},
      {"$HOME *.cc ~ # a;b|c", {"$HOME", "*.cc", "~", "#", "a;b|c"}},  // no expansion
      {"it\"'\"s", {"it's"}},
      {"\xc3\xa9 'x'", {"\xc3\xa9", "x"}},
  };
  for (const auto& c : kCases) {
    const auto words = SplitCommandLine(c.line);
    ASSERT_TRUE(words.ok()) << c.line;
    EXPECT_EQ(*words, c.words) << c.line;
  }
}

TEST(CommandLineTest, RefusesWhatAShellWouldWaitFor) {
  struct {
    std::string_view line;
    Error error;
  } const kCases[] = {
      {"a 'b", {"command.quote", "the single quote at offset 2 is not closed"}},
      {"a \"b\\\"", {"command.quote", "the double quote at offset 2 is not closed"}},
      {"\"", {"command.quote", "the double quote at offset 0 is not closed"}},
      {"a \\", {"command.quote", "a backslash ends the line; write \\\\ for a backslash"}},
      {"", {"command.empty", "the command line holds no words"}},
      {" \t\n", {"command.empty", "the command line holds no words"}},
      {"\\\n", {"command.empty", "the command line holds no words"}},
  };
  for (const auto& c : kCases) {
    const auto words = SplitCommandLine(c.line);
    ASSERT_FALSE(words.ok()) << c.line;
    EXPECT_EQ(words.error(), c.error) << c.line;
  }
}

TEST(CommandLineTest, QuotesWhatNeedsQuotes) {
  EXPECT_EQ(QuoteForShell("a-b_c/d.e:f=g@h,i+1%"), "a-b_c/d.e:f=g@h,i+1%");
  EXPECT_EQ(QuoteForShell(""), "''");
  EXPECT_EQ(QuoteForShell("a b"), "'a b'");
  EXPECT_EQ(QuoteForShell("it's"), "'it'\\''s'");
  EXPECT_EQ(QuoteForShell("https://h/?a=1&b"), "'https://h/?a=1&b'");
  for (const std::string word :
       {"", "a", "$x `y`", "it's", "\\", "\n", "a\"b", "~", "#", "\xff*"}) {
    EXPECT_EQ(*SplitCommandLine(QuoteForShell(word) + " x"), (Words{word, "x"}));
  }
}

}  // namespace
}  // namespace aweber
