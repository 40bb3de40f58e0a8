// Requests that cannot be parsed: refused with the right status, told to on_malformed with a
// reason, and never seen by the handler.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http/server.h"
#include "tests/support/http_helpers.h"
#include "tests/support/raw_socket.h"

namespace aweber {
namespace {

using test::RawSocket;
using test::StatusLineOf;
using namespace std::string_literals;
using testing::HasSubstr;
using testing::StartsWith;

class MalformedRequests : public testing::Test {
 protected:
  MalformedRequests() {
    HttpServerOptions options;
    options.max_body = 1000;
    options.read_timeout_ms = timeout_ms_;
    server_ = test::StartServer(
        options,
        [this](const HttpRequest& request) {
          handled_.Add(request.target);
          return HttpResponse{};
        },
        [this](const MalformedRequest& request) { malformed_.Add(request); });
  }

  static constexpr int timeout_ms_ = 300;
  test::Recorder<std::string> handled_;
  test::Recorder<MalformedRequest> malformed_;
  std::unique_ptr<HttpServer> server_;  // last: stops before the recorders go
};

struct Malformed {
  const char* name;
  std::string request;
  int status;
  std::string reason;
};

const std::string kPost = "POST / HTTP/1.1\r\nHost: h\r\n";

const Malformed kRows[] = {
    {"NoVersion", "GET /\r\n\r\n", 400, "request line is not"},
    {"SpaceInTarget", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400, "request line is not"},
    {"DoubleSpace", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "request line is not"},
    {"EmptyTarget", "GET  HTTP/1.1\r\nHost: h\r\n\r\n", 400, "empty request target"},
    {"Garbage", "\x01\x02\x03\r\n\r\n", 400, "request line is not"},
    {"OddMethod", "GE(T / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "method with characters"},
    {"ControlInTarget", "GET /\x07 HTTP/1.1\r\nHost: h\r\n\r\n", 400, "control character"},
    {"LowerVersion", "GET / http/1.1\r\nHost: h\r\n\r\n", 400, "does not carry HTTP/1.1"},
    {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "HTTP/2.0 is not spoken"},
    {"BareLineFeed", "GET / HTTP/1.1\nHost: h\n\n", 400, "bare line feed"},
    {"NoColon", "GET / HTTP/1.1\r\nHost: h\r\nX-Broken\r\n\r\n", 400,
     "header line without a colon"},
    {"SpaceBeforeColon", "GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400,
     "between header name and colon"},
    {"EmptyName", "GET / HTTP/1.1\r\nHost: h\r\n: v\r\n\r\n", 400, "header name"},
    {"ObsFold", "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", 400, "obs-fold"},
    {"NulInValue", "GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n"s, 400,
     "control character in the value of X"},
    {"CrInValue", "GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n", 400, "control character"},
    {"NoHost", "GET / HTTP/1.1\r\n\r\n", 400, "without Host"},
    {"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", 400, "more than one Host"},
    {"TwoLengths", kPost + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400,
     "more than one Content-Length (request smuggling)"},
    {"ListOfLengths", kPost + "Content-Length: 1, 1\r\n\r\nx", 400, "is not a number"},
    {"SignedLength", kPost + "Content-Length: +1\r\n\r\nx", 400, "is not a number"},
    {"NegativeLength", kPost + "Content-Length: -1\r\n\r\nx", 400, "is not a number"},
    {"HugeLength", kPost + "Content-Length: 99999999999999999999\r\n\r\nx", 400, "is not a number"},
    {"LengthAndChunked", kPost + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
     "beside Transfer-Encoding (request smuggling)"},
    {"TwoCodings", kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
     "more than one Transfer-Encoding"},
    {"UnknownCoding", kPost + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501, "gzip, chunked"},
    {"ChunkedInHttp10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "HTTP/1.0"},
    {"BodyOverLimit", kPost + "Content-Length: 1001\r\n\r\n", 413, "over the limit of 1000"},
    {"ChunkSizeNotHex", kPost + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400,
     "chunk size is not a hexadecimal number"},
    {"ChunkSizeNegative", kPost + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400,
     "not a hexadecimal number"},
    {"ChunkSizeEndless", kPost + "Transfer-Encoding: chunked\r\n\r\n1000000000000000\r\n", 400,
     "too many digits"},
    {"ChunkTooLong", kPost + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400,
     "chunk longer than its size"},
    {"ChunkBareLf", kPost + "Transfer-Encoding: chunked\r\n\r\n1\na\n", 400, "hexadecimal"},
    {"ChunkedOverLimit", kPost + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n", 413,
     "over the limit"},
    {"TlsOnPlainPort", "\x16\x03\x01\x02\x00\x01"s, 0, "TLS handshake on a port"},
};

class RefusedRequests : public MalformedRequests, public testing::WithParamInterface<Malformed> {};

TEST_P(RefusedRequests, GetTheirStatusAndAReason) {
  const Malformed& row = GetParam();
  RawSocket socket(server_->port());
  socket.Send(row.request);
  const std::string response = socket.ReadAll();
  if (row.status != 0) {
    EXPECT_THAT(StatusLineOf(response),
                fmt::format("HTTP/1.1 {} {}", row.status, HttpReasonPhrase(row.status)));
    EXPECT_THAT(response, HasSubstr("\r\nConnection: close\r\n"));
  }
  EXPECT_EQ(socket.end(), RawSocket::End::kFin) << "a refusal must not be lost to a reset";
  const auto malformed = malformed_.Await(1);
  ASSERT_EQ(malformed.size(), 1u);
  EXPECT_EQ(malformed[0].status, row.status);
  EXPECT_THAT(malformed[0].reason, HasSubstr(row.reason));
  EXPECT_THAT(row.request, StartsWith(malformed[0].head.substr(0, 20)));
  EXPECT_THAT(malformed[0].peer, StartsWith("127.0.0.1:"));
  EXPECT_TRUE(handled_.All().empty());
}

INSTANTIATE_TEST_SUITE_P(Table, RefusedRequests, testing::ValuesIn(kRows),
                         [](const auto& param) { return std::string(param.param.name); });

TEST_F(MalformedRequests, AHundredThousandHeadersAreRefusedAndTheAnswerArrives) {
  RawSocket socket(server_->port());
  std::string request = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 100'000; ++i) request += fmt::format("X-{}: y\r\n", i);
  socket.Send(request + "\r\n");
  EXPECT_EQ(StatusLineOf(socket.ReadResponse()), "HTTP/1.1 431 Request Header Fields Too Large");
  EXPECT_EQ(socket.ReadAll(), "");
  EXPECT_EQ(socket.end(), RawSocket::End::kFin);
  const auto malformed = malformed_.Await(1);
  ASSERT_EQ(malformed.size(), 1u);
  EXPECT_EQ(malformed[0].status, 431);
  EXPECT_LE(malformed[0].head.size(), 64u << 10);
}

TEST_F(MalformedRequests, AThousandHeadersAreTakenAndOneMoreIsNot) {
  std::string request = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 1; i < 1000; ++i) request += "a:b\r\n";
  RawSocket good(server_->port());
  good.Send(request + "\r\n");
  EXPECT_EQ(StatusLineOf(good.ReadResponse()), "HTTP/1.1 200 OK");
  RawSocket bad(server_->port());
  bad.Send(request + "a:b\r\n\r\n");
  EXPECT_EQ(StatusLineOf(bad.ReadResponse()), "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST_F(MalformedRequests, ATargetOverTheLimitIs414) {
  RawSocket socket(server_->port());
  // More than the sockets' buffers hold: closing without reading the rest would reset the sender.
  const std::string target(32 << 20, 'a');
  EXPECT_TRUE(socket.Send("GET /" + target + " HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_EQ(StatusLineOf(socket.ReadResponse()), "HTTP/1.1 414 URI Too Long");
  ASSERT_EQ(malformed_.Await(1).size(), 1u);
  EXPECT_TRUE(handled_.All().empty());
}

TEST_F(MalformedRequests, HalfARequestIsReportedAsClosed) {
  for (const char* half : {"G", "GET / HTTP/1.1\r\nHo", "GET / HTTP/1.1\r\nHost: h\r\n"}) {
    RawSocket socket(server_->port());
    socket.Send(half);
    socket.Finish();
    EXPECT_EQ(socket.ReadAll(), "");
  }
  const auto malformed = malformed_.Await(3);
  ASSERT_EQ(malformed.size(), 3u);
  for (const auto& request : malformed) {
    EXPECT_EQ(request.status, 0);
    EXPECT_EQ(request.reason, "the connection was closed within a request head");
  }
  EXPECT_EQ(malformed[1].head, "GET / HTTP/1.1\r\nHo");
}

TEST_F(MalformedRequests, HalfABodyIsReportedAsClosed) {
  RawSocket length(server_->port());
  length.Send(kPost + "Content-Length: 10\r\n\r\n1234");
  length.Finish();
  EXPECT_EQ(length.ReadAll(), "");
  RawSocket chunked(server_->port());
  chunked.Send(kPost + "Transfer-Encoding: chunked\r\n\r\n5\r\nab");
  chunked.Finish();
  EXPECT_EQ(chunked.ReadAll(), "");
  const auto malformed = malformed_.Await(2);
  ASSERT_EQ(malformed.size(), 2u);
  EXPECT_EQ(malformed[0].reason, "the connection was closed after 4 of 10 body bytes");
  EXPECT_EQ(malformed[1].reason, "the connection was closed within a chunked body");
  EXPECT_TRUE(handled_.All().empty());
}

TEST_F(MalformedRequests, WhatDoesNotArriveInTimeIs408) {
  for (const std::string& half : {std::string("GET / HT"), kPost + "Content-Length: 5\r\n\r\nab",
                                  kPost + "Transfer-Encoding: chunked\r\n\r\n5\r\n"}) {
    RawSocket socket(server_->port());
    socket.Send(half);
    EXPECT_EQ(StatusLineOf(socket.ReadAll()), "HTTP/1.1 408 Request Timeout") << half;
  }
  EXPECT_EQ(malformed_.Await(3).size(), 3u);
}

TEST_F(MalformedRequests, ASilentConnectionIsNobodysMistake) {
  {
    RawSocket socket(server_->port());
    socket.Finish();
    EXPECT_EQ(socket.ReadAll(), "");
  }
  {
    RawSocket socket(server_->port());
    socket.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    socket.ReadResponse();
    socket.Finish();
    EXPECT_EQ(socket.ReadAll(), "");
  }
  EXPECT_TRUE(malformed_.All().empty());
}

}  // namespace
}  // namespace aweber
