#include "base/text/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace aweber {
namespace {

TEST(Glob, Table) {
  const struct {
    const char* pattern;
    const char* text;
    bool matches;
  } rows[] = {
      // a character stands for itself
      {"", "", true},
      {"", "a", false},
      {"a/b", "a/b", true},
      {"/1.0/accounts", "/1.0/accounts", true},
      {"/1.0/accounts", "/1.0/accounts/", false},
      {"a.c", "abc", false},
      {"t/e[string]", "t/e[string]", true},
      {"t/e[string]", "t/es", false},
      // * stays within a segment
      {"*", "", true},
      {"a/*", "a/b", true},
      {"a/*", "a/b/c", false},
      {"a/*", "a", false},
      {"/1.0/*", "/1.0/accounts", true},
      {"/1.0/*", "/1.0/accounts/1", false},
      {"/1.0/accounts/*/lists", "/1.0/accounts/7/lists", true},
      {"/1.0/accounts/*/lists", "/1.0/accounts/7/8/lists", false},
      {"*/ok", "callback/ok", true},
      {"t/e*", "t/e[string]", true},
      {"a*c*e", "abcde", true},
      {"a*c*e", "abde", false},
      // ** goes over segments, and may stand for none at either end
      {"**", "", true},
      {"**", "a/b", true},
      {"a/**", "a/b/c", true},
      {"a/**", "a/", true},
      {"a/**", "a", true},
      {"a/**", "ab", false},
      {"/1.0/**", "/1.0", true},
      {"/1.0/**", "/1.0/", true},
      {"/1.0/**", "/1.0/accounts/1", true},
      {"/1.0/**", "/1.01", false},
      {"/**", "", true},
      {"**/c", "a/b/c", true},
      {"**/c", "/c", true},
      {"**/c", "c", true},
      {"**/c", "abc", false},
      {"a/**/c", "a/c", true},
      {"a/**/c", "a/b/b/c", true},
      {"a/**/c", "ac", false},
      {"**/subscribers", "/1.0/a/b/subscribers", true},
      {"a**c", "a/b/c", true},
      // ? is one character of a segment
      {"?", "a", true},
      {"?", "", false},
      {"?", "/", false},
      {"?b", "ab", true},
      {"a?b", "a/b", false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(GlobMatches(row.pattern, row.text), row.matches) << row.pattern << " " << row.text;
  }
}

TEST(Glob, Wildcards) {
  EXPECT_TRUE(HasWildcard("a/*"));
  EXPECT_TRUE(HasWildcard("a?"));
  EXPECT_FALSE(HasWildcard("t/e[string]"));
}

// A matcher that tries every length of every star would not end.
TEST(Glob, NoPatternIsSlow) {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "**a";
  EXPECT_FALSE(GlobMatches(pattern, std::string(2000, 'a') + "b"));
  pattern.clear();
  for (int i = 0; i < 50; ++i) pattern += "**/*a";
  EXPECT_FALSE(GlobMatches(pattern, std::string(2000, 'a') + "/b"));
}

}  // namespace
}  // namespace aweber
