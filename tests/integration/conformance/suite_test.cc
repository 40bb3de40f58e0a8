// RunSuite with a client in this process, whose one bad habit comes after its case has been judged,
// or breaks the driver. The mock is a real one.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <utility>

#include "base/http/client.h"
#include "base/os/file.h"
#include "base/text/base64.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "conformance/driver/launch.h"
#include "conformance/driver/message.h"
#include "conformance/result/run_model.h"
#include "conformance/run/runner.h"
#include "mockserver/scenario/loader.h"

namespace aweber::conformance {
namespace {

// A login; and two that lean on it: one that forbids API requests, and a forged callback.
constexpr const char* kScenarios[] = {R"(id: own/base
title: A login
why: Others lean on it.
tags: [own]
steps: [authorize, consent, callback]
expect:
  client: {callback: ok}
  checks: [tk-code-exact]
)",
                                      R"(id: own/middle
title: A login and nothing after it
why: Late requests break it.
tags: [own]
control: own/base
steps: [authorize, consent, callback]
expect:
  client: {callback: ok}
  requires:
    - {seen: token, status: 200, committed: true, note: the login}
  never:
    - {seen: api}
)",
                                      R"(id: own/top
title: A forged callback
why: It leans on the login.
tags: [own]
needs: [state]
control: own/base
steps:
  - authorize
  - consent
  - callback: {tamper: [{flip: state}]}
expect:
  client:
    callback: {is: refused, kinds: [state_mismatch]}
  requires:
    - {seen: decision, status: 302, committed: true, note: a code was issued}
  never:
    - {seen: token, after: callback, check: cb-state-mismatch}
  checks: [cb-state-mismatch]
)"};

class FakeClient;
struct Habits {
  std::function<std::optional<Error>(const std::string& token)> after_exchange;
  std::function<void(FakeClient&)> at_close;
  std::function<void(FakeClient&)> at_end;
};

class FakeClient final : public Driver {
 public:
  explicit FakeClient(const Habits& habits) : habits_(habits) {}

  Result<ClientIdentity> Start() override {
    ClientIdentity identity;
    identity.name = "fake";
    identity.features = {{"state", true}};
    identity.feature_list = {"state"};
    return identity;
  }

  Result<Reply> Send(const std::string& op, Json members, Micros) override {
    if (op == "open") opened.push_back(members);
    if (op == "close" && habits_.at_close) habits_.at_close(*this);
    if (op == "authorize") return OkReply({{"url", AuthorizationUrl()}});
    if (op == "callback") return Callback(JsonString(members, "url").value_or(""));
    return OkReply();
  }

  void Stop(bool) override {
    if (habits_.at_end) habits_.at_end(*this);
  }
  std::string TakeStderr() override { return std::exchange(words, std::exchange(later, {})); }
  std::vector<std::string> TakeWarnings() override { return std::exchange(warnings, {}); }

  HttpResponse Ask(const std::string& method, const std::string& url, const HttpHeaders& headers,
                   const std::string& body = "") {
    auto response = http_->Send(method, url, headers, body);
    EXPECT_TRUE(response.ok()) << url;
    return response ? *response : HttpResponse{};
  }

  std::vector<Json> opened;
  std::vector<std::string> tokens;
  std::string words;
  std::string later;  // is there when `words` have been taken
  std::vector<std::string> warnings;

 private:
  std::string OpenMember(const char* name) const {
    return JsonString(opened.back(), name).value_or("");
  }

  std::string AuthorizationUrl() const {
    const Form query{{"response_type", "code"},
                     {"client_id", OpenMember("client_id")},
                     {"redirect_uri", OpenMember("redirect_uri")},
                     {"scope", "account.read"},
                     {"state", kState}};
    return OpenMember("authorize_url") + "?" + query.Encode();
  }

  Result<Reply> Callback(const std::string& url) {
    const Form query = ParseForm(url.substr(url.find('?') + 1));
    if (query.GetOr("state") != kState) return ErrReply("state_mismatch", "not my state");
    const Form body{{"grant_type", "authorization_code"},
                    {"code", query.GetOr("code")},
                    {"redirect_uri", OpenMember("redirect_uri")}};
    const HttpResponse response =
        Ask("POST", OpenMember("token_url"),
            {{"Authorization",
              "Basic " + Base64Encode(OpenMember("client_id") + ":" + OpenMember("client_secret"))},
             {"Content-Type", "application/x-www-form-urlencoded"}},
            body.Encode());
    const auto reply = ParseJson(response.body);
    tokens.push_back(reply ? JsonString(*reply, "access_token").value_or("") : "");
    EXPECT_GE(tokens.back().size(), 20u) << response.body;
    if (habits_.after_exchange) {
      if (const auto error = habits_.after_exchange(tokens.back())) return *error;
    }
    return OkReply();
  }

  static constexpr const char* kState = "c2VjcmV0LXN0YXRlLW9mLXRoZS1zZXNzaW9u";
  const Habits& habits_;
  std::unique_ptr<HttpClient> http_ = MakeHttpClient();
};

class SuiteTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = MakeTempDirectory("suite-test").value();
    std::filesystem::create_directories(directory_ + "/scenarios/own");
    std::filesystem::create_directory(directory_ + "/store");
    for (const char* const text : kScenarios) {
      const std::string name = std::string(text).substr(8, std::string(text).find('\n') - 8);
      ASSERT_TRUE(WriteFileAtomically(directory_ + "/scenarios/own/" + name + ".yaml", text).ok());
    }
    auto scenarios = mock::LoadScenarioDirectory(directory_ + "/scenarios");
    ASSERT_TRUE(scenarios.ok()) << scenarios.error().message;
    scenarios_ = *scenarios;
    auto server = mock::MockServer::Start({.scheme = "http"});
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = std::move(*server);
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  class Sink final : public EventSink {
   public:
    void OnRunStarted(const RunInfo& info) override { collector.OnRunStarted(info); }
    void OnCaseFinished(const CaseResult& result) override {
      collector.OnCaseFinished(result);
      if (result.amended) amended.push_back(result.id);
    }
    void OnRunFinished(const RunSummary& summary) override { collector.OnRunFinished(summary); }
    RunCollector collector;
    std::vector<std::string> amended;
  };

  // All three scenarios, in order.
  RunModel Run(const Habits& habits) {
    RunOptions options;
    options.make_driver = [&](int) { return std::make_unique<FakeClient>(habits); };
    options.max_restarts = 0;
    options.seed = ++runs_;  // spaces of their own
    options.store_root = directory_ + "/store";
    Sink sink;
    RunSuite(scenarios_, {0, 1, 2}, *server_, options, sink, SystemClock::System());
    amended_ = sink.amended;
    return sink.collector.Model();
  }

  std::string directory_;
  std::vector<mock::Scenario> scenarios_;
  std::unique_ptr<mock::MockServer> server_;
  std::vector<std::string> amended_;
  std::uint64_t runs_ = 0;
};

using Ids = std::vector<std::string>;

std::vector<std::string> OutcomesIn(const RunModel& model) {
  std::vector<std::string> outcomes;
  for (const CaseResult& result : model.cases) {
    outcomes.push_back(result.id + " " + OutcomeName(result.outcome));
  }
  return outcomes;
}

TEST_F(SuiteTest, AGoodClientPassesAndNothingIsAmended) {
  const RunModel model = Run({});
  EXPECT_EQ(OutcomesIn(model), (Ids{"own/base pass", "own/middle pass", "own/top pass"}))
      << model.cases[0].reason << model.cases[1].reason << model.cases[2].reason;
  EXPECT_EQ(amended_, Ids{});
}

// A line that broke the protocol is quoted, and the quotation cut where it pleases.
TEST_F(SuiteTest, WhyADriverBrokeHoldsNoSecretNotEvenHalfOfOne) {
  std::string token;
  Habits habits;
  for (const std::size_t before : {0, 140}) {
    habits.after_exchange = [&](const std::string& got) {
      token = got;
      return Error{"driver.protocol",
                   "a line is JSON but not an object: " + Excerpt(std::string(before, 'x') + got)};
    };
    const RunModel model = Run(habits);
    EXPECT_NE(model.summary.harness_error.find("the driver broke once: a line is"),
              std::string::npos)
        << model.summary.harness_error;
    for (const std::string& text :
         {model.summary.harness_error, model.cases[0].reason, model.cases[1].reason}) {
      EXPECT_EQ(text.find(token.substr(0, 10)), std::string::npos) << text;
      EXPECT_NE(text.find("[at-1]"), std::string::npos) << text;
    }
    EXPECT_EQ(model.cases[1].outcome, Outcome::kNotRun);
  }
}

TEST_F(SuiteTest, WhatADriverSaysAtItsEndIsItsLastCases) {
  Habits habits;
  habits.at_end = [](FakeClient& client) {
    client.words = "bye; the token was " + client.tokens.front();
    client.warnings = {"ended with exit status 3 after bye"};
  };
  // The last case is refused before there is a token: only the warning is news.
  const RunModel model = Run(habits);
  EXPECT_EQ(amended_, Ids{"own/top"});
  ASSERT_EQ(model.cases[2].warnings.size(), 2u);
  EXPECT_EQ(model.cases[2].warnings[0], "ended with exit status 3 after bye");
}

TEST_F(SuiteTest, ALeakBetweenTwoCasesIsTheFirstOnes) {
  Habits habits;
  habits.at_close = [](FakeClient& client) {
    if (client.opened.size() == 1) client.later = "the token was " + client.tokens.front();
  };
  const RunModel model = Run(habits);
  EXPECT_EQ(amended_, Ids{"own/base"});
  EXPECT_EQ(model.cases[0].outcome, Outcome::kFail);
  EXPECT_EQ(model.cases[0].stderr_text, "the token was [at-1]");
  EXPECT_EQ(model.cases[1].stderr_text, "");
}

TEST_F(SuiteTest, ALateRequestAmendsItsCase) {
  Habits habits;
  habits.at_end = [](FakeClient& client) {
    const std::string api = JsonString(client.opened[1], "api_url").value_or("");
    client.Ask("GET", api + "/accounts", {{"Authorization", "Bearer " + client.tokens[1]}});
  };
  const RunModel model = Run(habits);
  EXPECT_EQ(amended_, Ids{"own/middle"});
  EXPECT_EQ(OutcomesIn(model), (Ids{"own/base pass", "own/middle fail", "own/top pass"}));
}

TEST_F(SuiteTest, ALateRequestThatChangesNothingIsNoNews) {
  Habits habits;
  habits.at_end = [](FakeClient& client) {
    const std::string api = JsonString(client.opened[0], "api_url").value_or("");
    client.Ask("GET", api + "/accounts", {{"Authorization", "Bearer " + client.tokens[0]}});
  };
  Run(habits);
  EXPECT_EQ(amended_, Ids{});
}

// It breaks the control, and what leans on that shows nothing any more.
TEST_F(SuiteTest, ALateRequestToTheRootAmendsItsCaseAndThoseThatLeanOnIt) {
  Habits habits;
  habits.at_end = [this](FakeClient& client) {
    client.Ask("GET", server_->base_url() + "/1.0/accounts",
               {{"Authorization", "Bearer " + client.tokens[0]}});
  };
  const RunModel model = Run(habits);
  EXPECT_EQ(amended_, (Ids{"own/base", "own/middle", "own/top"}));
  EXPECT_EQ(OutcomesIn(model),
            (Ids{"own/base fail", "own/middle inconclusive", "own/top inconclusive"}));
  EXPECT_NE(model.cases[2].reason.find("own/base"), std::string::npos) << model.cases[2].reason;
}

}  // namespace
}  // namespace aweber::conformance
