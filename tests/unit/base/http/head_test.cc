#include "base/http/head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http/chunked.h"

namespace aweber {
namespace {

using State = HeadScanner::State;
using testing::ElementsAre;
using testing::Pair;

TEST(HeadScanner, FindsTheEndHoweverTheBytesAreSplit) {
  const std::string head = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string bytes = head + "body\r\n\r\n";
  for (std::size_t split = 1; split < head.size(); ++split) {
    HeadScanner scanner;
    EXPECT_EQ(scanner.Scan(std::string_view(bytes).substr(0, split)), State::kMore) << split;
    EXPECT_EQ(scanner.Scan(bytes), State::kComplete);
    EXPECT_EQ(scanner.size(), head.size());
  }
}

TEST(HeadScanner, HoldsItsLimitsToTheByte) {
  HeadLimits limits;
  limits.first_line = 10;
  limits.fields = 10;
  limits.field_count = 2;
  struct Row {
    const char* bytes;
    State state;
    int status;
  };
  const Row rows[] = {
      {"12345678\r\n\r\n", State::kComplete, 0},
      {"123456789\r\n\r\n", State::kRefused, 414},
      {"1234567890", State::kMore, 0},
      {"12345678901", State::kRefused, 414},
      {"a\r\n123456\r\n\r\n", State::kComplete, 0},
      {"a\r\n1234567\r\n\r\n", State::kRefused, 431},
      {"a\r\n12345678901", State::kRefused, 431},
      {"a\r\nb\r\nc\r\n\r\n", State::kComplete, 0},
      {"a\r\nb\r\nc\r\nd\r\n", State::kRefused, 431},
      {"a\n", State::kRefused, 400},
      {"\n", State::kRefused, 400},
      {"\r\n", State::kRefused, 400},
  };
  for (const Row& row : rows) {
    HeadScanner scanner(limits);
    EXPECT_EQ(scanner.Scan(row.bytes), row.state) << row.bytes;
    if (row.state == State::kRefused) {
      EXPECT_EQ(scanner.refusal().status, row.status) << row.bytes;
    }
  }
}

TEST(HeadScanner, GivesTheSameVerdictByteForByte) {
  HeadLimits limits;
  limits.fields = 10;
  for (const std::string& bytes :
       {std::string("a\r\n123456\r\n\r\n"), std::string("a\r\n1234567\r\n\r\n"),
        std::string("a\r\n12345678\r\n\r\n")}) {
    HeadScanner whole(limits);
    HeadScanner split(limits);
    State state = State::kMore;
    for (std::size_t i = 1; i <= bytes.size() && state == State::kMore; ++i) {
      state = split.Scan(std::string_view(bytes).substr(0, i));
    }
    EXPECT_EQ(state, whole.Scan(bytes)) << bytes;
  }
}

TEST(ParseRequestHead, TakesALegalHeadApart) {
  RequestHead head;
  ASSERT_EQ(ParseRequestHead("POST /a?b HTTP/1.1\r\nHost: h\r\nX: \ta b\t \r\nx:\r\n"
                             "Content-Length: 007\r\nExpect: 100-Continue\r\n\r\n",
                             head),
            std::nullopt);
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/a?b");
  EXPECT_THAT(head.headers.fields(),
              ElementsAre(Pair("Host", "h"), Pair("X", "a b"), Pair("x", ""),
                          Pair("Content-Length", "007"), Pair("Expect", "100-Continue")));
  EXPECT_EQ(head.framing, BodyFraming::kLength);
  EXPECT_EQ(head.content_length, 7u);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_TRUE(head.expect_continue);
}

TEST(ParseResponseHead, DecidesWhetherABodyFollows) {
  struct Row {
    const char* head;
    const char* method;
    BodyFraming framing;
    bool keep_alive;
  };
  const Row rows[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", "GET", BodyFraming::kLength, true},
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "GET", BodyFraming::kNone, true},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "GET", BodyFraming::kChunked, true},
      {"HTTP/1.1 200 OK\r\n\r\n", "GET", BodyFraming::kUntilClose, false},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", "HEAD", BodyFraming::kNone, true},
      {"HTTP/1.1 304 Not Modified\r\n\r\n", "GET", BodyFraming::kNone, true},
      {"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", "GET", BodyFraming::kNone, false},
      {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", "GET", BodyFraming::kLength, false},
  };
  for (const Row& row : rows) {
    ResponseHead head;
    EXPECT_EQ(ParseResponseHead(row.head, row.method, head), std::nullopt);
    EXPECT_EQ(head.framing, row.framing) << row.head;
    EXPECT_EQ(head.keep_alive, row.keep_alive) << row.head;
  }
}

TEST(ParseResponseHead, RefusesStatusLinesThatAreNone) {
  for (const char* line :
       {"", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 2000", "HTTP/1.1 -20",
        "HTTP/1.1  200", "HTTP/1.1 099 x", "HTTP/2.0 200 OK", "ICY 200 OK"}) {
    ResponseHead head;
    EXPECT_NE(ParseResponseHead(std::string(line) + "\r\n\r\n", "GET", head), std::nullopt) << line;
  }
}

TEST(ListHasToken, ComparesWholeMembersWithoutCase) {
  EXPECT_TRUE(ListHasToken("te, Close ,x", "close"));
  EXPECT_FALSE(ListHasToken("closed, not-close", "close"));
  EXPECT_FALSE(ListHasToken("", "close"));
}

TEST(ChunkedDecoder, SaysWhereTheMessageEnds) {
  const std::string message = "3\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: x\r\n\r\n";
  ChunkedDecoder decoder(13);
  std::string body;
  std::size_t consumed = 0;
  EXPECT_EQ(decoder.Decode(message + "GET /", body, consumed), ChunkedDecoder::State::kDone);
  EXPECT_EQ(consumed, message.size());
  EXPECT_EQ(body, "abc0123456789");
}

TEST(ChunkedDecoder, RefusesOneByteOverTheLimit) {
  ChunkedDecoder decoder(12);
  std::string body;
  std::size_t consumed = 0;
  EXPECT_EQ(decoder.Decode("3\r\nabc\r\nA\r\n", body, consumed), ChunkedDecoder::State::kRefused);
  EXPECT_EQ(decoder.refusal().status, 413);
}

TEST(ChunkedDecoder, RefusesExtensionsAndTrailersWithoutEnd) {
  for (const std::string& start : {std::string("1;"), std::string("0\r\n")}) {
    ChunkedDecoder decoder(12);
    std::string body;
    std::size_t consumed = 0;
    EXPECT_EQ(decoder.Decode(start + std::string(20'000, 'x'), body, consumed),
              ChunkedDecoder::State::kRefused);
  }
}

}  // namespace
}  // namespace aweber
