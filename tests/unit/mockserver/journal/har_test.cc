// HAR 1.2: every member that the format requires is there with its type, whatever the entry; and
// what was exported reads back as what was on the wire.
#include "mockserver/journal/har.h"

#include <gtest/gtest.h>

#include "base/text/json.h"

namespace aweber::mock {
namespace {

JournalEntry Exchange() {
  JournalEntry entry;
  entry.sequence = 1;
  entry.real_time = FromUnixSeconds(1'800'000'000);
  entry.finished_real_time = entry.real_time + Micros(2'500);
  entry.endpoint = Endpoint::kToken;
  entry.local_path = "/oauth2/token";
  entry.request = {.method = "POST",
                   .target = "/oauth2/token?x=1&y=a%20b",
                   .headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                               {"X-Twice", "1"},
                               {"X-Twice", "2"}},
                   .body = "grant_type=refresh_token&scope=a+b"};
  entry.state = EntryState::kAnswered;
  entry.status = 302;
  entry.response_headers = {{"Location", "https://a.test/"}, {"Content-Type", "application/json"}};
  entry.response_body = "{}";
  return entry;
}

JournalEntry Malformed() {
  JournalEntry entry;
  entry.endpoint = Endpoint::kMalformed;
  entry.request.body = "\x16\x03 \xff not HTTP";
  entry.state = EntryState::kAborted;
  entry.why_rejected = "no HTTP";
  return entry;
}

JournalEntry Hanging() {
  JournalEntry entry = Exchange();
  entry.state = EntryState::kUnderWay;
  entry.status = 0;
  entry.response_headers = {};
  entry.response_body.clear();
  entry.finished_real_time = {};
  return entry;
}

struct Member {
  const char* name;
  const char* type;  // "string" "number" "array" "object"
};

void ExpectMembers(const Json& object, std::initializer_list<Member> members, const char* where) {
  for (const Member& member : members) {
    ASSERT_TRUE(object.contains(member.name)) << where << "." << member.name;
    EXPECT_STREQ(object[member.name].type_name(), member.type) << where << "." << member.name;
  }
}

Json ExportedLog(const std::vector<JournalEntry>& entries) {
  const auto har = ParseJson(HarFromEntries(entries, "https://127.0.0.1:9", Redactor()));
  EXPECT_TRUE(har.ok());
  return har.ok() ? (*har)["log"] : Json();
}

TEST(Har, HasEveryRequiredMember) {
  const Json log = ExportedLog({Exchange(), Malformed(), Hanging()});
  ExpectMembers(log, {{"version", "string"}, {"creator", "object"}, {"entries", "array"}}, "log");
  EXPECT_EQ(log["version"], "1.2");
  ExpectMembers(log["creator"], {{"name", "string"}, {"version", "string"}}, "creator");
  ASSERT_EQ(log["entries"].size(), 3u);
  for (const Json& entry : log["entries"]) {
    ExpectMembers(entry,
                  {{"startedDateTime", "string"},
                   {"time", "number"},
                   {"request", "object"},
                   {"response", "object"},
                   {"cache", "object"},
                   {"timings", "object"}},
                  "entry");
    EXPECT_GE(entry["time"].get<double>(), 0);
    ExpectMembers(entry["timings"], {{"send", "number"}, {"wait", "number"}, {"receive", "number"}},
                  "timings");
    ExpectMembers(entry["request"],
                  {{"method", "string"},
                   {"url", "string"},
                   {"httpVersion", "string"},
                   {"cookies", "array"},
                   {"headers", "array"},
                   {"queryString", "array"},
                   {"headersSize", "number"},
                   {"bodySize", "number"}},
                  "request");
    ExpectMembers(entry["response"],
                  {{"status", "number"},
                   {"statusText", "string"},
                   {"httpVersion", "string"},
                   {"cookies", "array"},
                   {"headers", "array"},
                   {"content", "object"},
                   {"redirectURL", "string"},
                   {"headersSize", "number"},
                   {"bodySize", "number"}},
                  "response");
    ExpectMembers(entry["response"]["content"], {{"size", "number"}, {"mimeType", "string"}},
                  "content");
    if (entry["request"].contains("postData")) {
      ExpectMembers(entry["request"]["postData"],
                    {{"mimeType", "string"}, {"params", "array"}, {"text", "string"}}, "postData");
    }
    for (const char* side : {"request", "response"}) {
      for (const Json& header : entry[side]["headers"]) {
        ExpectMembers(header, {{"name", "string"}, {"value", "string"}}, side);
      }
    }
  }
}

TEST(Har, SaysWhatWasOnTheWire) {
  const Json log = ExportedLog({Exchange()});
  const Json& entry = log["entries"][0];
  EXPECT_EQ(entry["startedDateTime"], "2027-01-15T08:00:00.000Z");
  EXPECT_EQ(entry["time"], 2.5);
  EXPECT_EQ(entry["request"]["url"], "https://127.0.0.1:9/oauth2/token?x=1&y=a%20b");
  EXPECT_EQ(entry["request"]["queryString"],
            Json::array({{{"name", "x"}, {"value", "1"}}, {{"name", "y"}, {"value", "a b"}}}));
  EXPECT_EQ(entry["request"]["postData"]["params"],
            Json::array({{{"name", "grant_type"}, {"value", "refresh_token"}},
                         {{"name", "scope"}, {"value", "a b"}}}));
  EXPECT_EQ(entry["response"]["redirectURL"], "https://a.test/");
}

// Requests that came by the names of AWeber, or by a proxy, have those in their URLs.
TEST(Har, UrlsAreThoseThatTheClientUsed) {
  JournalEntry proxied = Exchange();
  proxied.request.tls = true;
  proxied.request.server_name = "auth.aweber.com";
  JournalEntry absolute = Exchange();
  absolute.request.target = "http://elsewhere.test/x";
  const Json log = ExportedLog({proxied, absolute});
  EXPECT_EQ(log["entries"][0]["request"]["url"],
            "https://auth.aweber.com/oauth2/token?x=1&y=a%20b");
  EXPECT_EQ(log["entries"][1]["request"]["url"], "http://elsewhere.test/x");
}

TEST(Har, ReadsBack) {
  const auto entries =
      EntriesFromHar(HarFromEntries({Exchange()}, "https://127.0.0.1:9", Redactor()));
  ASSERT_TRUE(entries.ok()) << entries.error().message;
  ASSERT_EQ(entries->size(), 1u);
  const JournalEntry& entry = entries->front();
  EXPECT_EQ(entry.request.method, "POST");
  EXPECT_EQ(entry.request.target, "/oauth2/token?x=1&y=a%20b");
  EXPECT_EQ(entry.request.body, "grant_type=refresh_token&scope=a+b");
  EXPECT_EQ(entry.request.headers.GetAll("X-Twice"), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(entry.status, 302);
  EXPECT_EQ(entry.facts.grant_type, "refresh_token");
}

TEST(Har, LeavesOutWhatWasNoRequest) {
  const auto recording = [](const std::string& url) {
    const Json at_home = {{"request", {{"method", "GET"}, {"url", url}}}};
    const Json sent = {{"request", {{"method", "GET"}, {"url", "https://a.test/1.0/accounts"}}}};
    return EntriesFromHar(DumpJson({{"log", {{"entries", {at_home, sent}}}}}));
  };
  for (const char* url : {"data:text/plain,x", "blob:https://a.test/1", "chrome-extension://a/b"}) {
    const auto entries = recording(url);
    ASSERT_TRUE(entries.ok()) << entries.error().message;
    ASSERT_EQ(entries->size(), 1u) << url;
    EXPECT_EQ(entries->front().sequence, 2u);
  }
  EXPECT_EQ(recording("http:s//a.test/x").error().message,
            "log.entries[0]: the URL \"http:s//a.test/x\" has no host");
}

// A recording has no registrations: the type of a client is what all its requests show.
TEST(Har, AClientsTypeIsWhatItsRequestsShow) {
  struct Row {
    const char* name;
    const char* authorize;  // the query, without client_id
    const char* token;      // the body, without client_id
    bool known, is_public;
  };
  const Row rows[] = {
      {"a secret", "state=s", "client_secret=x", true, false},
      {"a secret, and PKCE", "code_challenge=c", "client_secret=x&code_verifier=v", true, false},
      {"PKCE alone", "code_challenge=c", "code_verifier=v", true, true},
      {"PKCE and an empty secret", "code_challenge=c", "client_secret=", true, true},
      {"an empty secret", "state=s", "client_secret=", false, false},
      {"nothing", "state=s", "code=c", true, false},
  };
  for (const Row& row : rows) {
    JournalEntry authorize, token;
    authorize.endpoint = Endpoint::kAuthorize;
    authorize.request.method = "GET";
    authorize.request.target = std::string("/oauth2/authorize?client_id=a&") + row.authorize;
    token.endpoint = Endpoint::kToken;
    token.request.method = "POST";
    token.request.target = "/oauth2/token";
    token.request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
    token.request.body = std::string("client_id=a&") + row.token;
    const auto entries =
        EntriesFromHar(HarFromEntries({authorize, token}, "https://127.0.0.1:9", Redactor()));
    ASSERT_TRUE(entries.ok()) << entries.error().message;
    ASSERT_EQ(entries->size(), 2u);
    EXPECT_EQ(entries->back().facts.client_known, row.known) << row.name;
    EXPECT_EQ(entries->back().facts.client_public, row.is_public) << row.name;
  }
}

}  // namespace
}  // namespace aweber::mock
