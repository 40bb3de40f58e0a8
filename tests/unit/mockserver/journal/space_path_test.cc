#include "mockserver/journal/space_path.h"

#include <gtest/gtest.h>

namespace aweber::mock {
namespace {

TEST(SpacePath, IsLeftOutWhereItIsOne) {
  constexpr std::pair<std::string_view, std::string_view> kRows[] = {
      {"/s/one/oauth2/token?x=/s/two/", "/oauth2/token?x=/s/two/"},
      {"/s/one/", "/"},
      {"/s/one", ""},
      {"/s/", ""},
      {"/s", "/s"},
      {"/1.0/accounts", "/1.0/accounts"},
      {"/s2/one/x", "/s2/one/x"},
      {"", ""},
  };
  for (const auto& [path, wanted] : kRows) EXPECT_EQ(WithoutSpace(path), wanted) << path;
}

}  // namespace
}  // namespace aweber::mock
