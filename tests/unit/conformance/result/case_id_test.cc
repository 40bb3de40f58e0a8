#include "conformance/result/case_id.h"

#include <gtest/gtest.h>

namespace aweber::conformance {
namespace {

TEST(SelectsCase, APlainIdStandsForItsVariants) {
  const struct {
    const char* pattern;
    const char* id;
    bool selects;
  } rows[] = {
      {"t/e", "t/e", true},           {"t/e", "t/e[string]", true},
      {"t/e", "t/ex[string]", false}, {"t/e[string]", "t/e[string]", true},
      {"t/e[string]", "t/e", false},  {"t/**", "t/e[string]", true},
      {"t/e*", "t/e[string]", true},  {"t", "t/e", false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(SelectsCase(row.pattern, row.id), row.selects) << row.pattern << " " << row.id;
  }
}

TEST(SelectsCase, TheIdOfAnEarlierVersionSelectsTheVariant) {
  EXPECT_TRUE(SelectsCase("token/expires-float", "token/expires[float]"));
  EXPECT_TRUE(SelectsCase("token/expires-*", "token/expires[float]"));
  EXPECT_FALSE(SelectsCase("token/expires-float", "token/expires[null]"));
  EXPECT_FALSE(SelectsCase("token/expires-absent", "token/expires[float]"));
}

}  // namespace
}  // namespace aweber::conformance
