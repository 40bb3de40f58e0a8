#include "base/text/diff.h"

#include <gtest/gtest.h>

namespace aweber {
namespace {

TEST(Diff, EqualStringsHaveNoDifference) {
  EXPECT_EQ(FirstDifference("abc", "abc"), std::nullopt);
  EXPECT_EQ(FirstDifference("", ""), std::nullopt);
  EXPECT_EQ(MarkDifference("abc", "abc"), "");
  EXPECT_EQ(DescribeDifference("abc", "abc"), "");
}

TEST(Diff, FindsTheFirstByteThatDiffers) {
  EXPECT_EQ(FirstDifference("abc", "abd"), 2u);
  EXPECT_EQ(FirstDifference("abc", "ab"), 2u);
  EXPECT_EQ(FirstDifference("", "x"), 0u);
}

TEST(Diff, MarksAnAddedSlash) {
  EXPECT_EQ(MarkDifference("https://a/cb", "https://a/cb/"),
            "expected: https://a/cb\n"
            "seen:     https://a/cb/\n"
            "                      ^ character 13: expected the end, saw '/'");
}

TEST(Diff, EscapesWhatCannotBeSeenAndKeepsTheCaretBelowIt) {
  EXPECT_EQ(MarkDifference("a\nb", "a\nc"),
            "expected: a\\x0Ab\n"
            "seen:     a\\x0Ac\n"
            "               ^ character 3: expected 'b', saw 'c'");
}

TEST(Diff, DescribesASecretWithoutShowingIt) {
  EXPECT_EQ(DescribeDifference("s3cret", "s3creT+"),
            "6 characters expected, 7 seen; the first difference is at character 6");
}

}  // namespace
}  // namespace aweber
