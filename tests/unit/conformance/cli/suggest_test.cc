#include "conformance/cli/suggest.h"

#include <gtest/gtest.h>

namespace aweber::conformance {
namespace {

TEST(SuggestId, NamesTheNearestOrTheFamily) {
  const std::vector<std::string> known = {"cb-a",           "cb-b",     "cb-state-bound",
                                          "cb-state-exact", "cb-other", "cb-third",
                                          "token/basic",    "az-one"};
  const std::pair<const char*, const char*> rows[] = {
      {"cb-stat-bound", "did you mean 'cb-state-bound'?"},
      {"cb-state", "there are cb-state-bound, cb-state-exact"},
      {"cb-nonesuch", "there are cb-a, cb-b, cb-state-bound, cb-state-exact, cb-other and 1 more"},
      {"token/nonesuch", "there is token/basic"},
      {"xx-nonesuch", ""},
      {"nonesuch", ""},
      {"", ""},
  };
  for (const auto& [id, hint] : rows) EXPECT_EQ(SuggestId(id, known), hint) << id;
  EXPECT_EQ(SuggestId("az-on", known, '"'), "did you mean \"az-one\"?");
}

}  // namespace
}  // namespace aweber::conformance
