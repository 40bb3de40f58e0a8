#include "mockserver/faults/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace aweber::mock {
namespace {

TEST(Glob, Table) {
  const struct {
    const char* pattern;
    const char* text;
    bool matches;
  } rows[] = {
      {"/1.0/accounts", "/1.0/accounts", true},
      {"/1.0/accounts", "/1.0/accounts/", false},
      {"/1.0/*", "/1.0/accounts", true},
      {"/1.0/*", "/1.0/accounts/1", false},
      {"/1.0/**", "/1.0/accounts/1", true},
      {"/1.0/**", "/1.0/", true},
      {"/1.0/accounts/*/lists", "/1.0/accounts/7/lists", true},
      {"/1.0/accounts/*/lists", "/1.0/accounts/7/8/lists", false},
      {"**/subscribers", "/1.0/a/b/subscribers", true},
      {"?", "a", true},
      {"?", "/", false},
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"a.c", "abc", false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(GlobMatches(row.pattern, row.text), row.matches) << row.pattern << " " << row.text;
  }
}

TEST(Glob, NoPatternIsSlow) {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "**a";
  EXPECT_FALSE(GlobMatches(pattern, std::string(2000, 'a') + "b"));
}

}  // namespace
}  // namespace aweber::mock
