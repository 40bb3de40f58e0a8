// Each wire fault, watched at the socket.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http/server.h"
#include "tests/support/http_helpers.h"
#include "tests/support/raw_socket.h"

namespace aweber {
namespace {

using Kind = WireFault::Kind;
using test::BodyOf;
using test::HeadOf;
using test::RawSocket;
using test::StatusLineOf;
using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::StartsWith;
using Sent = std::pair<std::size_t, bool>;

constexpr char kRequest[] = "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";

class WireFaults : public testing::Test {
 protected:
  // The first request gets the fault, later ones do not.
  void Serve(WireFault fault) {
    server_ = test::StartServer([this, fault](const HttpRequest& request) {
      handled_.Add(request.target);
      HttpResponse response;
      response.headers.Add("Content-Type", "text/plain");
      response.body = "0123456789";
      if (request.target == "/x") response.fault = fault;
      response.on_sent = [this](std::size_t bytes, bool complete) { sent_.Add({bytes, complete}); };
      return response;
    });
  }

  // What the peer sees until the server ends the connection.
  std::string Exchange(RawSocket& socket) {
    socket.Send(kRequest);
    return socket.ReadAll();
  }

  test::Recorder<std::string> handled_;
  test::Recorder<Sent> sent_;
  std::unique_ptr<HttpServer> server_;  // last: stops before the recorders go
};

WireFault Fault(Kind kind, std::size_t bytes = 0) {
  WireFault fault;
  fault.kind = kind;
  fault.bytes = bytes;
  return fault;
}

TEST_F(WireFaults, ResetEndsWithRst) {
  Serve(Fault(Kind::kReset));
  RawSocket socket(server_->port());
  EXPECT_EQ(Exchange(socket), "");
  EXPECT_EQ(socket.end(), RawSocket::End::kReset);
  EXPECT_THAT(sent_.Await(1), ElementsAre(Pair(0u, false)));
}

TEST_F(WireFaults, CloseEmptyEndsWithFinAndNoByte) {
  Serve(Fault(Kind::kCloseEmpty));
  RawSocket socket(server_->port());
  EXPECT_EQ(Exchange(socket), "");
  EXPECT_EQ(socket.end(), RawSocket::End::kFin);
  EXPECT_THAT(sent_.Await(1), ElementsAre(Pair(0u, false)));
}

TEST_F(WireFaults, TruncatePromisesMoreThanItSends) {
  Serve(Fault(Kind::kTruncate, 4));
  RawSocket socket(server_->port());
  const std::string response = Exchange(socket);
  EXPECT_THAT(HeadOf(response), HasSubstr("\r\nContent-Length: 10\r\n"));
  EXPECT_EQ(BodyOf(response), "0123");
  EXPECT_EQ(socket.end(), RawSocket::End::kFin);
  EXPECT_THAT(sent_.Await(1), ElementsAre(Pair(response.size(), false)));
}

TEST_F(WireFaults, ContentLengthIsWhatTheFaultSays) {
  for (const std::size_t promised : {std::size_t{3}, std::size_t{99}}) {
    Serve(Fault(Kind::kContentLength, promised));
    RawSocket socket(server_->port());
    const std::string response = Exchange(socket);
    EXPECT_THAT(HeadOf(response), HasSubstr(fmt::format("\r\nContent-Length: {}\r\n", promised)));
    EXPECT_EQ(BodyOf(response), "0123456789");
    EXPECT_EQ(socket.end(), RawSocket::End::kFin);
  }
}

TEST_F(WireFaults, MalformedChunkHasABrokenSize) {
  Serve(Fault(Kind::kMalformedChunk));
  RawSocket socket(server_->port());
  const std::string response = Exchange(socket);
  EXPECT_THAT(HeadOf(response), HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_THAT(HeadOf(response), Not(HasSubstr("Content-Length")));
  EXPECT_EQ(BodyOf(response), "zz\r\n0123456789\r\n0\r\n\r\n");
  EXPECT_EQ(socket.end(), RawSocket::End::kFin);
}

TEST_F(WireFaults, RawIsWrittenVerbatim) {
  WireFault fault = Fault(Kind::kRaw);
  fault.raw = "HTTP/1.1 200\nnot http\0\r\n"s;
  Serve(fault);
  RawSocket socket(server_->port());
  EXPECT_EQ(Exchange(socket), fault.raw);
  EXPECT_EQ(socket.end(), RawSocket::End::kFin);
  EXPECT_THAT(sent_.Await(1), ElementsAre(Pair(24u, true)));
}

TEST_F(WireFaults, DribbleSendsByteForByteAndKeepsTheConnection) {
  WireFault fault = Fault(Kind::kDribble);
  fault.delay_ms = 5;
  Serve(fault);
  RawSocket socket(server_->port());
  socket.Send(kRequest);
  // A reader that the machine holds up finds several bytes at once, but not the status line whole.
  const std::string first = socket.ReadSome();
  EXPECT_LT(first.size(), std::string_view("HTTP/1.1 200 OK").size());
  EXPECT_EQ(StatusLineOf(first + socket.ReadResponse()), "HTTP/1.1 200 OK");
  socket.Send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(StatusLineOf(socket.ReadResponse()), "HTTP/1.1 200 OK");
  const auto sent = sent_.Await(2);
  EXPECT_EQ(sent[0].first, sent[1].first);
}

TEST_F(WireFaults, DribbleEndsWhenThePeerLeaves) {
  WireFault fault = Fault(Kind::kDribble);
  fault.delay_ms = 3'600'000;
  Serve(fault);
  RawSocket socket(server_->port());
  socket.Send(kRequest);
  EXPECT_EQ(socket.ReadSome(50), "");
  EXPECT_EQ(socket.end(), RawSocket::End::kTimeout);
  socket.Close();
  EXPECT_THAT(sent_.Await(1), ElementsAre(Pair(0u, false)));
}

TEST_F(WireFaults, HangNeverAnswersAndEndsWhenThePeerLeaves) {
  Serve(Fault(Kind::kHang));
  RawSocket socket(server_->port());
  socket.Send(kRequest);
  EXPECT_EQ(socket.ReadSome(50), "");
  EXPECT_EQ(socket.end(), RawSocket::End::kTimeout);
  EXPECT_TRUE(sent_.All().empty());
  socket.Close();
  EXPECT_THAT(sent_.Await(1), ElementsAre(Pair(0u, false)));
}

TEST_F(WireFaults, HangIsNotEndedByAPipelinedRequest) {
  Serve(Fault(Kind::kHang));
  RawSocket socket(server_->port());
  socket.Send(kRequest);
  ASSERT_EQ(handled_.Await(1).size(), 1u);
  socket.Send(kRequest);  // stays in the socket: the server must not take it for a farewell
  EXPECT_EQ(socket.ReadSome(50), "");
  EXPECT_EQ(socket.end(), RawSocket::End::kTimeout);
}

TEST_F(WireFaults, HangEndsWhenTheServerStops) {
  Serve(Fault(Kind::kHang));
  RawSocket socket(server_->port());
  socket.Send(kRequest);
  EXPECT_EQ(socket.ReadSome(50), "");
  server_->Stop();
  EXPECT_THAT(sent_.All(), ElementsAre(Pair(0u, false)));
  EXPECT_EQ(socket.ReadAll(), "");
}

TEST_F(WireFaults, DelayComesBeforeTheResponse) {
  WireFault fault;
  fault.delay_ms = 40;
  Serve(fault);
  RawSocket socket(server_->port());
  const auto start = std::chrono::steady_clock::now();
  socket.Send(kRequest);
  EXPECT_EQ(BodyOf(socket.ReadResponse()), "0123456789");
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(40));
}

TEST_F(WireFaults, ADelayEndsWithItsPeer) {
  WireFault fault;
  fault.delay_ms = 3'600'000;
  Serve(fault);
  RawSocket socket(server_->port());
  socket.Send(kRequest);
  EXPECT_EQ(socket.ReadSome(20), "");
  socket.Close();
  EXPECT_THAT(sent_.Await(1), ElementsAre(Pair(0u, false)));
}

TEST_F(WireFaults, APeerThatLeftIsNotCountedAsServed) {
  server_ = test::StartServer([this](const HttpRequest&) {
    HttpResponse response;
    response.body = std::string(64 << 20, 'x');  // more than the sockets' buffers hold
    response.on_sent = [this](std::size_t bytes, bool complete) { sent_.Add({bytes, complete}); };
    return response;
  });
  RawSocket socket(server_->port());
  socket.Send(kRequest);
  EXPECT_THAT(socket.ReadSome(), StartsWith("HTTP/1.1 200 OK"));
  socket.Close();
  const auto sent = sent_.Await(1);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_FALSE(sent[0].second);
}

}  // namespace
}  // namespace aweber
