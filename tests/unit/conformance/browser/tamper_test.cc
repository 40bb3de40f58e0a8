// What the runner does to callback URLs: every kind, and that nothing else changes.
#include "conformance/browser/tamper.h"

#include <gtest/gtest.h>

namespace aweber::conformance {
namespace {

using mock::CallbackTamper;

struct Row {
  const char* name;
  std::vector<CallbackTamper> tampers;
  const char* expected;  // after "https://app.test/cb"
};

constexpr const char* kUrl = "https://app.test/cb?code=aB%2Dc&state=Xy9&iss=https%3a%2f%2Fas";

class TamperTable : public testing::TestWithParam<Row> {};

TEST_P(TamperTable, ChangesThisAndNothingElse) {
  const Variables variables = {{"code", "aB-c"}, {"B.state", "other one"}};
  const auto url = TamperCallback(kUrl, GetParam().tampers, variables);
  ASSERT_TRUE(url.ok()) << url.error().message;
  EXPECT_EQ(*url, std::string("https://app.test/cb") + GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, TamperTable,
    testing::Values(
        Row{"nothing", {}, "?code=aB%2Dc&state=Xy9&iss=https%3a%2f%2Fas"},
        Row{"flip", {{"flip", "state", "", {}}}, "?code=aB%2Dc&state=Xy0&iss=https%3a%2f%2Fas"},
        Row{"case", {{"case", "state", "", {}}}, "?code=aB%2Dc&state=xY9&iss=https%3a%2f%2Fas"},
        Row{"prefix", {{"prefix", "state", "", {}}}, "?code=aB%2Dc&state=Xy&iss=https%3a%2f%2Fas"},
        Row{"suffix",
            {{"suffix", "state", "z", {}}},
            "?code=aB%2Dc&state=Xy9z&iss=https%3a%2f%2Fas"},
        Row{"encode",
            {{"encode", "state", "", {}}},
            "?code=aB%2Dc&state=%58%79%39&iss=https%3a%2f%2Fas"},
        Row{"remove", {{"remove", "state", "", {}}}, "?code=aB%2Dc&iss=https%3a%2f%2Fas"},
        Row{"set",
            {{"set", "state", "${B.state}", {}}},
            "?code=aB%2Dc&state=other+one&iss=https%3a%2f%2Fas"},
        Row{"set empty", {{"set", "state", "", {}}}, "?code=aB%2Dc&state=&iss=https%3a%2f%2Fas"},
        Row{"set new", {{"set", "x", "1", {}}}, "?code=aB%2Dc&state=Xy9&iss=https%3a%2f%2Fas&x=1"},
        Row{"add",
            {{"add", "code", "n", {}}},
            "?code=aB%2Dc&state=Xy9&iss=https%3a%2f%2Fas&code=n"},
        Row{"order",
            {{"order", "", "", {"iss", "state"}}},
            "?iss=https%3a%2f%2Fas&state=Xy9&code=aB%2Dc"},
        Row{"raw", {{"raw", "", "code=${code}&&x", {}}}, "?code=aB-c&&x"},
        Row{"base",
            {{"base", "", "https://app.test/cb/other", {}}},
            "/other?code=aB%2Dc&state=Xy9&iss=https%3a%2f%2Fas"},
        Row{"scheme",
            {{"part", "iss", "scheme", {}}},
            "?code=aB%2Dc&state=Xy9&iss=http%3A%2F%2Fas"},
        Row{"host",
            {{"part", "iss", "host", {}}},
            "?code=aB%2Dc&state=Xy9&iss=https%3A%2F%2Fwww.as"},
        Row{"port",
            {{"part", "iss", "port", {}}},
            "?code=aB%2Dc&state=Xy9&iss=https%3A%2F%2Fas%3A8443"},
        Row{"path",
            {{"part", "base", "path", {}}},
            "/other?code=aB%2Dc&state=Xy9&iss=https%3a%2f%2Fas"},
        Row{"query",
            {{"part", "iss", "query", {}}},
            "?code=aB%2Dc&state=Xy9&iss=https%3A%2F%2Fas%3Ffrom%3Dother"},
        Row{"two",
            {{"remove", "iss", "", {}}, {"flip", "state", "", {}}},
            "?code=aB%2Dc&state=Xy0"},
        Row{"all gone",
            {{"remove", "iss", "", {}}, {"remove", "code", "", {}}, {"remove", "state", "", {}}},
            ""}),
    [](const testing::TestParamInfo<Row>& row) {
      std::string name = row.param.name;
      for (char& c : name) c = c == ' ' ? '_' : c;
      return name;
    });

TEST(Tamper, KeepsTheFragment) {
  const auto url = TamperCallback("app:/cb?state=a#f", {{"set", "state", "b", {}}}, {});
  EXPECT_EQ(url.value(), "app:/cb?state=b#f");
}

TEST(Tamper, ACaseChangeAlwaysChangesSomething) {
  EXPECT_EQ(TamperCallback("a:?state=123", {{"case", "state", "", {}}}, {}).value(),
            "a:?state=124");
}

// Another case would be a variant of the right value, which another check is about.
TEST(Tamper, AFlipIsNoChangeOfCase) {
  for (const char last : {'a', 'A'}) {
    const std::string url = std::string("a:?state=x") + last;
    EXPECT_EQ(TamperCallback(url, {{"flip", "state", "", {}}}, {}).value(), "a:?state=xb");
  }
}

TEST(Tamper, UnknownKindsAndVariablesAreErrors) {
  EXPECT_EQ(TamperCallback("a:?b=c", {{"shake", "b", "", {}}}, {}).error().code, "tamper.kind");
  EXPECT_EQ(TamperCallback("a:?state=c", {{"shake", "state", "", {}}}, {}).error().code,
            "tamper.kind");
  EXPECT_EQ(Substitute("x${nobody}", {}).error().message, "${nobody} is not known at this step");
  EXPECT_EQ(Substitute("${a}-${a}${b", {{"a", "1"}}).value(), "1-1${b");
}

TEST(Tamper, IsDescribedInWords) {
  EXPECT_EQ(DescribeTamper({"flip", "state", "", {}}), "flip state");
  EXPECT_EQ(DescribeTamper({"order", "", "", {"state", "code"}}), "order state code");
  EXPECT_EQ(DescribeTamper({"raw", "", "x", {}}), "raw");
}

}  // namespace
}  // namespace aweber::conformance
