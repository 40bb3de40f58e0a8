#include "base/text/nearest_word.h"

#include <gtest/gtest.h>

namespace aweber {
namespace {

TEST(NearestWord, IsNearEnoughToBeMeant) {
  const std::vector<std::string> words = {"when", "then", "times", "token_endpoint", "on"};
  struct {
    std::string_view word;
    std::string_view nearest;
  } const kCases[] = {
      {"whn", "when"},
      {"When", "when"},
      {"tehn", "then"},
      {"time", "times"},
      {"token_endpiont", "token_endpoint"},
      {"tokenendpoint", "token_endpoint"},
      {"banana", ""},
      {"", ""},
      {"no", "on"},
      {"xyz", ""},
      {"whxx", ""},
  };
  for (const auto& c : kCases) EXPECT_EQ(NearestWord(c.word, words), c.nearest) << c.word;
  EXPECT_EQ(NearestWord("a", {}), "");
}

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
}  // namespace aweber
