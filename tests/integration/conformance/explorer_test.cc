// Explore from end to end against a small client in this process, right or wrong in one way.
#include "conformance/explore/explorer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>

#include "base/http/client.h"
#include "base/os/file.h"
#include "base/os/random.h"
#include "base/text/base64.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "conformance/driver/launch.h"
#include "conformance/explore/generate.h"
#include "mockserver/scenario/loader.h"

namespace aweber::conformance::explore {
namespace {

// What all drivers of a test share.
struct Habits {
  bool ignores_state = false;
  int ignores_state_times = -1;  // -1: always
  std::function<void()> after_mistake = [] {};
  bool refuses_loopback = false;
  bool knows_no_query = false;  // appends "?" to whatever the authorization endpoint is
  int dies_at_call = 0;         // the Nth API request; 0: never
  int calls = 0;
  std::string dies_at;   // each operation of this name
  std::string hangs_at;  // the same, without the wait
};

// Logs in with state, calls with Bearer, claims no more.
class TinyClient final : public Driver {
 public:
  explicit TinyClient(Habits& habits) : habits_(habits) {}

  Result<ClientIdentity> Start() override {
    ClientIdentity identity;
    identity.name = "tiny";
    identity.feature_list = {"state"};
    identity.features = {{"state", true}};
    if (habits_.dies_at == "revoke") {
      identity.feature_list.emplace_back("revoke");
      identity.features["revoke"] = true;
    }
    return identity;
  }

  Result<Reply> Send(const std::string& op, Json members, Micros) override {
    const std::string session = JsonString(members, "session").value_or("");
    if (op == habits_.dies_at) return Error{"driver.died", "the driver died: boom"};
    if (op == habits_.hangs_at) return Error{"driver.timeout", "no reply within 1 s"};
    if (op == "open") {
      told_ = members;
      sessions_.clear();
    }
    if (op == "authorize") return Authorize(sessions_[session]);
    if (op == "callback") {
      return Callback(sessions_[session], JsonString(members, "url").value_or(""));
    }
    if (op == "call") return Call(sessions_[session], members);
    if (op == "token") {
      const std::string& token = sessions_[session].token;
      return token.empty() ? Refusal("reauthorize") : OkReply({{"access_token", token}});
    }
    return OkReply();
  }

  void Stop(bool) override {}
  std::string TakeStderr() override { return ""; }
  std::vector<std::string> TakeWarnings() override { return {}; }

 private:
  struct Session {
    std::string state, token;
  };

  static Reply Refusal(const std::string& kind) { return ErrReply(kind, "no"); }

  std::string OpenMember(const char* name) const { return JsonString(told_, name).value_or(""); }

  std::string Scopes() const {
    std::string scopes;
    for (const Json& scope : told_.at("scopes")) {
      scopes += (scopes.empty() ? "" : " ") + scope.get<std::string>();
    }
    return scopes;
  }

  Reply Authorize(Session& session) {
    session.state = SystemRandom::System().Alphanumeric(32);
    Form query{{"response_type", "code"},
               {"client_id", OpenMember("client_id")},
               {"redirect_uri", OpenMember("redirect_uri")},
               {"scope", Scopes()},
               {"state", session.state}};
    const std::string endpoint = OpenMember("authorize_url");
    const bool has_query = endpoint.find('?') != std::string::npos && !habits_.knows_no_query;
    const char joint = has_query ? '&' : '?';
    return OkReply({{"url", endpoint + joint + query.Encode()}});
  }

  bool TakesState(const Session& session, const Form& query) {
    const auto states = query.Count("state");
    if (states == 1 && !session.state.empty() && query.GetOr("state") == session.state) return true;
    if (!habits_.ignores_state || habits_.ignores_state_times == 0) return false;
    // Where it shows: in a callback that leads to a token request.
    if (session.state.empty() || query.Count("code") != 1) return false;
    if (habits_.ignores_state_times > 0) --habits_.ignores_state_times;
    habits_.after_mistake();
    return true;
  }

  Reply Callback(Session& session, const std::string& url) {
    const std::string asked = url.substr(0, url.find('?'));
    const std::string own = OpenMember("redirect_uri");
    const Form query = ParseForm(url.substr(std::min(url.size(), url.find('?') + 1)));
    if (asked != own.substr(0, own.find('?'))) return Refusal("other");
    if (habits_.refuses_loopback && own.starts_with("http://127.0.0.1")) return Refusal("other");
    if (!TakesState(session, query)) return Refusal("state_mismatch");
    session.state.clear();
    if (query.Has("error") || query.Count("code") != 1 || query.GetOr("code").empty())
      return Refusal("provider_error");
    const Form body{
        {"grant_type", "authorization_code"}, {"code", query.GetOr("code")}, {"redirect_uri", own}};
    const std::string credentials =
        FormEncode(OpenMember("client_id")) + ":" + FormEncode(OpenMember("client_secret"));
    const auto response = http_->Send("POST", OpenMember("token_url"),
                                      {{"Authorization", "Basic " + Base64Encode(credentials)},
                                       {"Content-Type", "application/x-www-form-urlencoded"}},
                                      body.Encode());
    if (!response) return Refusal("network");
    const auto tokens = ParseJson(response->body);
    if (response->status != 200 || !tokens) return Refusal("invalid_response");
    const std::string type = JsonString(*tokens, "token_type").value_or("bearer");
    const std::string token = JsonString(*tokens, "access_token").value_or("");
    if (token.empty() || type == "mac") return Refusal("invalid_response");
    session.token = token;
    return OkReply();
  }

  Result<Reply> Call(const Session& session, const Json& members) {
    if (++habits_.calls == habits_.dies_at_call)
      return Error{"driver.died", "the driver died: boom"};
    const std::string url = JsonString(members, "url").value_or("");
    if (!url.starts_with(OpenMember("api_url"))) return Refusal("other");
    if (session.token.empty()) return Refusal("reauthorize");
    const Json* const body = JsonMember(members, "body");
    HttpHeaders headers;
    headers.Add("Authorization", "Bearer " + session.token);
    if (body != nullptr) headers.Add("Content-Type", "application/json");
    const auto response = http_->Send(JsonString(members, "method").value_or("GET"), url, headers,
                                      body == nullptr ? "" : DumpJson(*body));
    return response ? OkReply({{"status", response->status}}) : Refusal("network");
  }

  Habits& habits_;
  Json told_;
  std::map<std::string, Session> sessions_;
  std::unique_ptr<HttpClient> http_ = MakeHttpClient();
};

class Listener final : public ExploreListener {
 public:
  void OnStarted(const RunInfo&) override {}
  void OnProgress(const ExploreProgress& progress) override { last = progress; }
  void OnFinding(const Finding& finding) override {
    (finding.flaky ? flaky : found).push_back(finding.accusation.Key());
    if (finding.flaky) after_accident();
  }
  std::function<void()> after_accident = [] {};
  ExploreProgress last;
  std::vector<std::string> found, flaky;
};

class ExplorerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!WhyNoGenerator().empty()) GTEST_SKIP() << WhyNoGenerator();
    directory_ = MakeTempDirectory("explorer-test").value();
    for (const char* const name : {"/out", "/store"}) {
      std::filesystem::create_directory(directory_ + name);
    }
    auto server = mock::MockServer::Start({.scheme = "http"});
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = std::move(*server);
    options_.run.make_driver = [this](int) { return std::make_unique<TinyClient>(habits_); };
    options_.run.seed = 1;
    options_.run.store_root = directory_ + "/store";
    options_.sequences = 150;
    options_.out = directory_ + "/out";
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  ExploreSummary Explored() {
    return Explore(*server_, options_, listener_, SystemClock::System());
  }
  std::vector<std::string> Files() const { return ListFiles(directory_ + "/out", ".yaml").value(); }

  std::string directory_;
  std::unique_ptr<mock::MockServer> server_;
  Habits habits_;
  ExploreOptions options_;
  Listener listener_;
};

TEST_F(ExplorerTest, ARightClientIsAccusedOfNothing) {
  const ExploreSummary summary = Explored();
  EXPECT_EQ(summary.harness_error, "");
  EXPECT_EQ(summary.sequences, 150u);
  EXPECT_EQ(listener_.found, std::vector<std::string>{});
  EXPECT_EQ(summary.ExitStatus(true), kExitGood);
  EXPECT_GT(summary.coverage.states(), 10u);
  EXPECT_EQ(listener_.last.sequences, 150u);
  // Every space and every store is gone.
  EXPECT_EQ(server_->spaces().size(), 1u);
  EXPECT_TRUE(std::filesystem::is_empty(directory_ + "/store"));
}

TEST_F(ExplorerTest, AMistakeIsFoundShrunkAndWrittenOnce) {
  habits_.ignores_state = true;
  const ExploreSummary summary = Explored();
  EXPECT_EQ(summary.ExitStatus(false), kExitFailed);
  std::map<std::string, int> keys;
  for (const std::string& key : listener_.found) ++keys[key];
  const auto state = keys.lower_bound("cb-state-");
  ASSERT_TRUE(state != keys.end() && state->first.starts_with("cb-state-"));
  for (const auto& [key, count] : keys) EXPECT_LE(count, 1) << key;
  ASSERT_EQ(Files().size(), summary.findings.size());
  for (const Finding& finding : summary.findings) {
    EXPECT_FALSE(finding.flaky) << finding.accusation.Key();
    const auto scenario = mock::ParseScenario(ReadFile(finding.file).value(), finding.file);
    ASSERT_TRUE(scenario.ok()) << scenario.error().message;
    EXPECT_EQ(scenario->front().id, finding.result.id);
    if (finding.accusation.check.starts_with("cb-state-m")) {  // missing, mismatch
      EXPECT_LE(finding.flow.actions.size(), 3u) << DescribeFlow(finding.flow);
      EXPECT_TRUE(finding.flow.world.empty());
    }
  }
}

TEST_F(ExplorerTest, WhatDoesNotShowItselfAgainIsFlaky) {
  habits_.ignores_state = true;
  habits_.ignores_state_times = 1;
  const ExploreSummary summary = Explored();
  ASSERT_FALSE(summary.findings.empty());
  for (const Finding& finding : summary.findings) {
    EXPECT_TRUE(finding.flaky) << finding.accusation.Key();
  }
  EXPECT_EQ(summary.ExitStatus(true), kExitGood);
}

TEST_F(ExplorerTest, AnAccidentDoesNotHideItsCauseForever) {
  habits_.ignores_state = true;
  habits_.ignores_state_times = 1;
  listener_.after_accident = [this] { habits_.ignores_state_times = -1; };
  options_.sequences = 400;
  const ExploreSummary summary = Explored();
  ASSERT_FALSE(listener_.flaky.empty());
  const std::string accident = listener_.flaky.front();
  int told = 0;
  for (const Finding& finding : summary.findings) {
    if (finding.accusation.Key() != accident) continue;
    ++told;
    EXPECT_FALSE(finding.flaky);  // it stands for the accident
  }
  EXPECT_EQ(told, 1) << accident;
  EXPECT_EQ(Files().size(), summary.findings.size());
}

TEST_F(ExplorerTest, WhatCannotBeConfirmedIsFlaky) {
  std::stop_source stop;
  options_.run.stop = stop.get_token();
  habits_.ignores_state = true;
  int mistakes = 0;
  habits_.after_mistake = [&] {
    if (++mistakes == 2) stop.request_stop();  // while the first one is shrunk
  };
  const ExploreSummary summary = Explored();
  ASSERT_FALSE(summary.findings.empty());
  for (const Finding& finding : summary.findings) {
    EXPECT_TRUE(finding.flaky);
    EXPECT_NE(finding.result.reason.find("was not played again"), std::string::npos)
        << finding.result.reason;
  }
  EXPECT_EQ(summary.ExitStatus(false), kExitInterrupted);
}

// The parameters are lost in the middle of another query: no response_type is seen either.
TEST_F(ExplorerTest, OneMistakeIsOneFindingThatNamesItsFurtherChecks) {
  habits_.knows_no_query = true;
  options_.sequences = 400;
  const ExploreSummary summary = Explored();
  ASSERT_EQ(summary.findings.size(), 1u) << testing::PrintToString(listener_.found);
  const Finding& finding = summary.findings[0];
  EXPECT_EQ(finding.accusation.check, "az-query-kept");
  EXPECT_NE(AlsoSeenAs(finding).find("az-response-type"), std::string::npos);
  const std::string text = ReadFile(finding.file).value();
  EXPECT_NE(text.find("Also seen as "), std::string::npos) << text;
}

// The order of the parameters, or an unknown one, is not why; nor is any other variation.
TEST_F(ExplorerTest, WhatIsRefusedInAnyCaseIsNotBlamedOnWhatIsUnusual) {
  habits_.refuses_loopback = true;
  options_.sequences = 600;
  const ExploreSummary summary = Explored();
  ASSERT_EQ(listener_.found, std::vector<std::string>{"expected-outcome at callback"});
  EXPECT_EQ(DescribeFlow(summary.findings[0].flow), "authorize; consent; callback; with loopback");
}

TEST_F(ExplorerTest, TheFirstFindingEndsItWhereThatIsAsked) {
  habits_.ignores_state = true;
  options_.run.fail_fast = true;
  const ExploreSummary summary = Explored();
  EXPECT_LT(summary.sequences, 150u);
  EXPECT_FALSE(summary.findings.empty());
}

TEST_F(ExplorerTest, ADriverThatDiesIsKeptAsAFileAndStartedAgain) {
  habits_.dies_at_call = 40;
  const ExploreSummary summary = Explored();
  EXPECT_EQ(summary.sequences, 150u);
  // It died once and not again when the flow was played anew: flaky, and never a fail.
  EXPECT_EQ(summary.ExitStatus(false), kExitGood);
  EXPECT_EQ(listener_.flaky.size(), 1u);
  ASSERT_EQ(Files().size(), 1u);
  EXPECT_TRUE(mock::ParseScenario(ReadFile(Files()[0]).value(), "found").ok());
}

// What breaks at one operation, whatever else the flow holds, is one finding of the client, and no
// reason to give up: most flows do not break, and those that are played again do not count.
TEST_F(ExplorerTest, AClientThatDiesAtOneOperationIsExploredToTheEnd) {
  habits_.dies_at = "revoke";
  options_.sequences = 300;
  options_.run.max_restarts = 3;
  const ExploreSummary summary = Explored();
  EXPECT_EQ(summary.harness_error, "");
  EXPECT_EQ(summary.sequences, 300u);
  ASSERT_EQ(listener_.found, std::vector<std::string>{"expected-outcome at revoke"});
  const Finding& finding = summary.findings.front();
  EXPECT_EQ(finding.flow.actions.size(), 2u) << DescribeFlow(finding.flow);
  EXPECT_TRUE(finding.shrunk);
  EXPECT_FALSE(finding.flaky);
  EXPECT_EQ(summary.ExitStatus(false), kExitFailed);
  const std::string text = ReadFile(finding.file).value();
  EXPECT_NE(text.find("Found by explore and shrunk to: "), std::string::npos) << text;
  EXPECT_NE(text.find("control: "), std::string::npos) << text;
}

// In each flow it hangs: nothing is known of it then, and each play would take as long again.
TEST_F(ExplorerTest, AHangIsNotShrunkAndDoesNotSayThatItWas) {
  habits_.hangs_at = "call";
  options_.sequences = 40;
  options_.run.max_restarts = 100;
  const ExploreSummary summary = Explored();
  ASSERT_EQ(listener_.found, std::vector<std::string>{"expected-outcome at call"});
  EXPECT_FALSE(summary.findings[0].shrunk);
  EXPECT_FALSE(summary.findings[0].flaky);
  const std::string text = ReadFile(Files().at(0)).value();
  EXPECT_NE(text.find("Found by explore in: "), std::string::npos) << text;
}

TEST_F(ExplorerTest, ADriverThatBreaksEachTimeEndsTheExploration) {
  habits_.dies_at = "authorize";
  options_.run.max_restarts = 2;
  const ExploreSummary summary = Explored();
  EXPECT_EQ(summary.harness_error,
            "the driver broke 3 times in a row, the last: the driver died: boom; --max-restarts "
            "allows more");
  EXPECT_EQ(summary.ExitStatus(false), kExitBroken);
  ASSERT_EQ(summary.findings.size(), 1u);
  EXPECT_EQ(summary.findings[0].flow.actions.size(), 1u) << DescribeFlow(summary.findings[0].flow);
}

TEST_F(ExplorerTest, AFindingThatCannotBeWrittenIsSaid) {
  habits_.ignores_state = true;
  options_.out = directory_ + "/gone";
  const ExploreSummary summary = Explored();
  EXPECT_NE(summary.out_problem.find("/gone"), std::string::npos) << summary.out_problem;
  EXPECT_FALSE(summary.findings.empty());
  EXPECT_EQ(summary.ExitStatus(false), kExitBroken);
}

TEST_F(ExplorerTest, TheSameSeedTriesTheSame) {
  options_.sequences = 60;
  const Json first = Explored().coverage.ToJson();
  EXPECT_EQ(first, Explored().coverage.ToJson());
}

// What each shard plays is no other's, and together it is what one machine would have played.
TEST_F(ExplorerTest, ShardsPlayTheSameExplorationTogether) {
  options_.sequences = 60;
  const Json whole = Explored().coverage.ToJson();
  std::map<std::string, int> actions;
  for (int index = 1; index <= 3; ++index) {
    options_.run.shard = {index, 3};
    const ExploreSummary part = Explored();
    EXPECT_EQ(part.sequences, 20u);
    EXPECT_EQ(part.info.shard.index, index);
    const Json tried = part.coverage.ToJson();
    for (const auto& [name, count] : tried.at("actions").items()) {
      actions[name] += count.get<int>();
    }
  }
  for (const auto& [name, count] : whole.at("actions").items()) {
    EXPECT_EQ(actions[name], count.get<int>()) << name;
  }
}

TEST_F(ExplorerTest, AnInterruptionIsToldAsOne) {
  std::stop_source stop;
  options_.run.stop = stop.get_token();
  stop.request_stop();
  const ExploreSummary summary = Explored();
  EXPECT_EQ(summary.sequences, 0u);
  EXPECT_EQ(summary.ExitStatus(false), kExitInterrupted);
}

}  // namespace
}  // namespace aweber::conformance::explore
