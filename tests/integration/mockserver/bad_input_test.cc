// Bad input: a 4xx or a closed connection and a journal entry; never a crash, never a stuck worker.
#include <gtest/gtest.h>

#include "base/text/json.h"
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

struct BadRow {
  const char* name;
  std::string text;
  const char* status;  // "" when the connection is just closed
  const char* why;     // a part of the reason in the journal
};

std::string ManyHeaders(int count) {
  std::string text = "GET /1.0/accounts HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < count; ++i) text += "X: y\r\n";
  return text + "\r\n";
}

std::string Post(const std::string& headers, const std::string& body = "") {
  return "POST /oauth2/token HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
}

// Each is a 4xx (505 for a version that is none) or a closed connection, and one journal entry that
// says why.
TEST_F(BadInput, WhatIsNoHttpIsJournaled) {
  const BadRow kRows[] = {
      {"TLS on a plain port", "\x16\x03\x01 hello", "", "TLS handshake"},
      {"a word", "GET\r\n\r\n", "400", ""},
      {"no version", "GET /\r\n\r\n", "400", ""},
      {"an unknown version", "GET / HTTP/9.9\r\n\r\n", "505", ""},
      {"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400", ""},
      {"a method that is no token", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", "400", ""},
      {"binary", std::string("\x00\xff\x00\r\n\r\n", 7), "400", ""},
      {"a header without a colon", "GET / HTTP/1.1\r\nno colon here\r\n\r\n", "400", ""},
      {"a space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400", ""},
      {"a folded header", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", "400", ""},
      {"a length that is none", Post("Content-Length: x\r\n"), "400", ""},
      {"a negative length", Post("Content-Length: -1\r\n"), "400", ""},
      {"two lengths", Post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), "400", ""},
      {"length and chunks",
       Post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400", ""},
      {"a length beyond the limit", Post("Content-Length: 99999999999\r\n"), "413", "limit"},
      {"a chunk size that is none", Post("Transfer-Encoding: chunked\r\n", "zz\r\n"), "400", ""},
      {"a chunk size beyond all", Post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n"),
       "4", ""},
      {"a chunk without its end", Post("Transfer-Encoding: chunked\r\n", "2\r\nabcd\r\n"), "400",
       ""},
      {"half a chunked body", Post("Transfer-Encoding: chunked\r\n", "5\r\nab"), "",
       "closed within a chunked body"},
      {"half a body", Post("Content-Length: 100\r\n", "short"), "", "after 5 of 100 body bytes"},
      {"half a head", "GET / HTTP/1.1\r\nHost", "", "closed within a request head"},
      {"100,000 headers", ManyHeaders(100'000), "431", ""},
      {"a target of 2 MiB", "GET /" + std::string(2 << 20, 'a') + " HTTP/1.1\r\n\r\n", "414", ""},
  };
  Journal& journal = server_->default_space()->journal();
  for (const BadRow& row : kRows) {
    SCOPED_TRACE(row.name);
    const std::uint64_t before = journal.LastSequence();
    const std::string reply = Raw(row.text);
    const std::string status = reply.substr(0, std::min<std::size_t>(reply.size(), 12));
    if (*row.status == 0) {
      EXPECT_EQ(reply, "");
    } else if (!reply.empty()) {  // may be lost to a reset when much was still unread
      EXPECT_EQ(status.find(std::string("HTTP/1.1 ") + row.status), 0u) << reply.substr(0, 200);
    }
    const auto entry = journal.Wait(
        before, [](const JournalEntry& one) { return one.endpoint == Endpoint::kMalformed; }, 5000);
    ASSERT_TRUE(entry);
    EXPECT_EQ(journal.LastSequence(), before + 1);
    EXPECT_EQ(entry->error, "malformed");
    EXPECT_NE(entry->why_rejected, "");
    EXPECT_NE(entry->why_rejected.find(row.why), std::string::npos) << entry->why_rejected;
    EXPECT_LE(entry->request.body.size(), 64u << 10);
  }
  ExpectAlive();
}

// Half requests hold no worker: others are answered while they wait.
TEST_F(BadInput, HalfRequestsHoldNobodyUp) {
  std::vector<test::RawSocket> halves;
  for (int i = 0; i < 100; ++i) {
    halves.emplace_back(ParseUri(server_->base_url())->EffectivePort());
    halves.back().Send(i % 2 == 0 ? "POST /oauth2/tok" : Post("Content-Length: 10\r\n", "gra"));
  }
  ExpectAlive();
}

// What is HTTP but no good request is answered, refused and journaled by its endpoint.
TEST_F(BadInput, OddRequestsAreJournaledWithTheirReason) {
  Flow flow(*server_, false);
  const std::string basic = testing::Basic(testing::kClientId, testing::kClientSecret);
  struct {
    const char* body;
    const char* why;
  } const kBodies[] = {
      {"grant_type=refresh_token&refresh_token=%", "has a broken percent-escape or is not UTF-8"},
      {"grant_type=refresh_token&refresh_token=%c3%28", "or is not UTF-8"},
      {"grant_type=refresh_token&refresh_token=\xff", "or is not UTF-8"},
      {"grant_type=refresh_token&grant_type=refresh_token",
       "\"grant_type\" was sent more than once"},
      {"", "grant_type is missing"},
      {"=&&", "grant_type is missing"},
  };
  for (const auto& one : kBodies) {
    const HttpResponse reply =
        flow.Send("POST", "/oauth2/token",
                  {{"Content-Type", testing::kForm}, {"Authorization", basic}}, one.body);
    EXPECT_EQ(reply.body, R"({"error":"invalid_request"})") << one.body;
    const JournalEntry entry = server_->default_space()->journal().Entries().back();
    EXPECT_NE(entry.why_rejected.find(one.why), std::string::npos) << entry.why_rejected;
    EXPECT_EQ(entry.request.body, one.body) << "the raw bytes are kept";
  }
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

// Not parsed, and said so; one fewer is read as ever.
TEST_F(BadInput, TooManyParametersAreRefused) {
  Flow flow(*server_, false);
  Space& space = *server_->default_space();
  std::string most = "a=1";
  for (int i = 1; i < 1000; ++i) most += "&p" + std::to_string(i) + "=1";
  const std::string more = most + "&b=1";
  const auto post = [&](const std::string& path, const std::string& body) {
    return flow.Send(
        "POST", path,
        {{"Content-Type", testing::kForm},
         {"Authorization", testing::Basic(testing::kClientId, testing::kClientSecret)}},
        body);
  };
  const auto why = [&] { return space.journal().Entries().back().why_rejected; };
  EXPECT_EQ(post("/oauth2/token", more).body, R"({"error":"invalid_request"})");
  EXPECT_EQ(why(), "the body has 1001 parameters, more than 1000");
  EXPECT_EQ(post("/oauth2/token", most).body, R"({"error":"invalid_request"})");
  EXPECT_EQ(why(), "grant_type is missing");
  EXPECT_EQ(post("/oauth2/token?" + more, "").body, R"({"error":"invalid_request"})");
  EXPECT_EQ(why(), "the query has 1001 parameters, more than 1000");
  Json json;
  for (int i = 0; i <= 1000; ++i) json["p" + std::to_string(i)] = "1";
  flow.Send("POST", "/oauth2/token", {{"Content-Type", "application/json"}}, DumpJson(json));
  EXPECT_EQ(why(), "the body has 1001 parameters, more than 1000");
  const Json revocation = *ParseJson(post("/oauth2/revoke", more).body);
  EXPECT_EQ(revocation["error"], "invalid_request");
  EXPECT_EQ(why(), "the body has 1001 parameters, more than 1000");
  const HttpResponse page = flow.Get(flow.AuthorizeUrl() + "&" + more);
  EXPECT_EQ(page.status, 400);
  EXPECT_FALSE(page.headers.Has("Location"));
  EXPECT_EQ(why(), "the query has 1006 parameters, more than 1000");
  EXPECT_EQ(post("/oauth2/authorize", more).status, 400);
  EXPECT_EQ(why(), "the form has 1001 parameters, more than 1000");
  const std::string token = space.IssueTokens({testing::kClientId, "", {}})->first.value;
  const HttpResponse reply = flow.Call("/1.0/accounts?" + more, token);
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ((*ParseJson(reply.body))["error"]["type"], "WebServiceError");
  EXPECT_EQ(why(), "the query has 1001 parameters, more than 1000");
  EXPECT_EQ(flow.Call("/1.0/accounts?" + most, token).status, 200);
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
