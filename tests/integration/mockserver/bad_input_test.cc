// Bad input: a 4xx or a closed connection and a journal entry; never a crash, never a stuck worker.
#include <gtest/gtest.h>

#include "tests/support/mock_flow.h"
#include "tests/support/raw_socket.h"

namespace aweber::mock {
namespace {

class BadInput : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = MockServer::Start({.scheme = "http"});
    ASSERT_TRUE(started.ok());
    server_ = std::move(*started);
  }
  std::string Raw(const std::string& text) {
    test::RawSocket socket(ParseUri(server_->base_url())->EffectivePort());
    socket.Send(text);
    socket.Finish();
    return socket.ReadAll();
  }
  // The server still answers an ordinary request.
  void ExpectAlive() {
    Flow flow(*server_);
    EXPECT_EQ(flow.Get("/1.0/accounts").status, 400);
  }
  using Flow = testing::Flow;
  std::unique_ptr<MockServer> server_;
};

TEST_F(BadInput, WhatIsNoHttpIsJournaled) {
  for (const char* text :
       {"\x16\x03\x01 hello", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\r\n\r\n\r\n",
        "POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nshort",
        "POST /oauth2/token HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/1.1\r\nno colon here\r\n\r\n"}) {
    const std::string reply = Raw(text);
    EXPECT_TRUE(reply.empty() || reply.find("HTTP/1.1 4") == 0 || reply.find("HTTP/1.1 5") == 0)
        << reply;
  }
  ExpectAlive();
  int malformed = 0;
  for (const JournalEntry& entry : server_->default_space()->journal().Entries()) {
    if (entry.endpoint != Endpoint::kMalformed) continue;
    ++malformed;
    EXPECT_EQ(entry.error, "malformed");
    EXPECT_FALSE(entry.why_rejected.empty());
  }
  EXPECT_GE(malformed, 6);
}

TEST_F(BadInput, HundredThousandHeaders) {
  std::string text = "GET /1.0/accounts HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 100'000; ++i) text += "X: y\r\n";
  const std::string reply = Raw(text + "\r\n");
  EXPECT_TRUE(reply.empty() || reply.find("HTTP/1.1 431") == 0) << reply.substr(0, 100);
  ExpectAlive();
}

TEST_F(BadInput, MegabyteParameters) {
  Flow flow(*server_);
  const std::string big(1 << 20, 'a');
  EXPECT_EQ(
      flow.Token({{"grant_type", big}}, testing::Basic(testing::kClientId, testing::kClientSecret))
          .body,
      R"({"error":"unsupported_grant_type"})");
  EXPECT_EQ(flow.Token({{"grant_type", "refresh_token"}, {"refresh_token", big}},
                       testing::Basic(testing::kClientId, testing::kClientSecret))
                .status,
            400);
  EXPECT_EQ(flow.Get("/oauth2/authorize?client_id=" + big).status, 400);
  EXPECT_EQ(flow.Get("/1.0/accounts?access_token=" + big).status, 401);
  EXPECT_EQ(flow.Get("/1.0/" + big).status, 400);
}

TEST_F(BadInput, OddParametersAreRefusedNotMisread) {
  Flow flow(*server_, false);
  const auto post = [&](const std::string& body) {
    return flow
        .Send("POST", "/oauth2/token",
              {{"Content-Type", testing::kForm},
               {"Authorization", testing::Basic(testing::kClientId, testing::kClientSecret)}},
              body)
        .status;
  };
  for (const char* body :
       {"", "&&&&", "=", "%", "grant_type", "grant_type=%ff", "grant_type=refresh_token%00",
        "grant_type=refresh_token&refresh_token=%c3%28", "grant_type=a&grant_type=b",
        "grant_type=refresh_token&refresh_token=a=b=c"}) {
    EXPECT_EQ(post(body), 400) << body;
  }
  for (const char* target : {"/oauth2/authorize", "/oauth2/authorize?", "/oauth2/authorize?%",
                             "/oauth2/authorize?=", "/oauth2/authorize?client_id=%zz",
                             "/oauth2/authorize?client_id=a&client_id=b"}) {
    EXPECT_EQ(flow.Get(target).status, 400) << target;
  }
  for (const char* target : {"/s/", "/s//", "/s/none/oauth2/token", "//", "/s/../1.0", "/1.0x",
                             "/.well-known/x", "/oauth2/token/", "/OAUTH2/token"}) {
    EXPECT_EQ(flow.Get(target).status, 404) << target;
  }
}

TEST_F(BadInput, DeepAndDuplicateJson) {
  Flow flow(*server_, false);
  const auto post = [&](const std::string& body) {
    return flow
        .Send("POST", "/oauth2/token",
              {{"Content-Type", "application/json"},
               {"Authorization", testing::Basic(testing::kClientId, testing::kClientSecret)}},
              body)
        .status;
  };
  EXPECT_EQ(post(std::string(100'000, '[')), 400);
  EXPECT_EQ(post(R"({"grant_type":"refresh_token","grant_type":"x"})"), 400);
  EXPECT_EQ(post("[1]"), 400);
  EXPECT_EQ(post("{\"grant_type\":\"\xff\"}"), 400);
}

TEST_F(BadInput, UnusualMethods) {
  Flow flow(*server_);
  for (const char* method : {"PUT", "DELETE", "OPTIONS", "PATCH"}) {
    EXPECT_EQ(flow.Send(method, "/oauth2/token").status, 405) << method;
    EXPECT_EQ(flow.Send(method, "/oauth2/authorize").status, 405) << method;
  }
}

}  // namespace
}  // namespace aweber::mock
