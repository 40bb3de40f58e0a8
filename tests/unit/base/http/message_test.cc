#include "base/http/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http/response_writer.h"

namespace aweber {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(HttpHeaders, KeepOrderAndDuplicatesAndCompareWithoutCase) {
  HttpHeaders headers = {{"Set-Cookie", "a"}, {"X", "1"}, {"set-cookie", "b"}};
  EXPECT_EQ(headers.Get("SET-COOKIE"), "a");
  EXPECT_THAT(headers.GetAll("set-cookie"), ElementsAre("a", "b"));
  EXPECT_EQ(headers.Get("set-cooki"), std::nullopt);
  EXPECT_EQ(headers.GetOr("missing", "fallback"), "fallback");
  EXPECT_FALSE(headers.Has("missing"));
  headers.Add("X", "2");
  EXPECT_THAT(headers.fields(), ElementsAre(Pair("Set-Cookie", "a"), Pair("X", "1"),
                                            Pair("set-cookie", "b"), Pair("X", "2")));
}

TEST(HttpHeaders, SetReplacesAllAndRemoveTakesAll) {
  HttpHeaders headers = {{"A", "1"}, {"B", "2"}, {"a", "3"}};
  headers.Set("a", "4");
  EXPECT_THAT(headers.fields(), ElementsAre(Pair("A", "4"), Pair("B", "2")));
  headers.Set("C", "5");
  headers.Remove("b");
  EXPECT_THAT(headers.fields(), ElementsAre(Pair("A", "4"), Pair("C", "5")));
}

TEST(HttpRequest, SplitsItsTargetAtTheFirstQuestionMark) {
  struct Row {
    const char* target;
    const char* path;
    const char* query;
  };
  for (const Row& row : {Row{"/a?b?c", "/a", "b?c"}, Row{"/a", "/a", ""}, Row{"/a?", "/a", ""},
                         Row{"?q", "", "q"}, Row{"*", "*", ""}}) {
    HttpRequest request;
    request.target = row.target;
    EXPECT_EQ(request.Path(), row.path);
    EXPECT_EQ(request.Query(), row.query);
  }
}

TEST(HttpReasonPhrase, KnowsTheRegistryAndNothingElse) {
  EXPECT_EQ(HttpReasonPhrase(100), "Continue");
  EXPECT_EQ(HttpReasonPhrase(302), "Found");
  EXPECT_EQ(HttpReasonPhrase(422), "Unprocessable Content");
  EXPECT_EQ(HttpReasonPhrase(511), "Network Authentication Required");
  for (const int unknown : {0, 209, 306, 418, 512, 999}) EXPECT_EQ(HttpReasonPhrase(unknown), "");
}

TEST(FormatHttpDate, IsTheFixedFormatOfTheRfc) {
  EXPECT_EQ(FormatHttpDate(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");  // RFC 9110 §5.6.7
  EXPECT_EQ(FormatHttpDate(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace aweber
