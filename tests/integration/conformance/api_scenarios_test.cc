// The scenarios of API use notice a client that asks for something else: each that a client passes
// when it does what it is asked, a client fails whose every call reads the accounts.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/http/client.h"
#include "base/os/file.h"
#include "base/text/base64.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "conformance/driver/driver.h"
#include "conformance/driver/launch.h"
#include "conformance/driver/message.h"
#include "conformance/result/run_model.h"
#include "conformance/run/runner.h"
#include "mockserver/scenario/loader.h"

namespace aweber::conformance {
namespace {

enum class Calls { kWhatIsAsked, kTheAccounts };

// Logs in and calls, and never refreshes. It says the truth about what it did.
class ApiCaller final : public Driver {
 public:
  explicit ApiCaller(Calls calls) : calls_(calls) {}

  Result<ClientIdentity> Start() override {
    ClientIdentity identity;
    identity.name = "api caller";
    identity.features = {{"state", true}};
    identity.feature_list = {"state"};
    return identity;
  }

  Result<Reply> Send(const std::string& op, Json members, Micros) override {
    const auto text = [&](const char* name) { return JsonString(members, name).value_or(""); };
    if (op == "open") told_ = members;
    if (op == "authorize") {
      Form query{{"response_type", "code"},
                 {"client_id", OpenMember("client_id")},
                 {"redirect_uri", OpenMember("redirect_uri")},
                 {"state", kState}};
      std::string scopes;
      for (const Json& scope : told_.value("scopes", Json::array())) {
        scopes += (scopes.empty() ? "" : " ") + scope.get<std::string>();
      }
      query.Add("scope", scopes);
      return OkReply({{"url", OpenMember("authorize_url") + "?" + query.Encode()}});
    }
    if (op == "callback") return Exchange(text("url"));
    if (op != "call") return OkReply();
    const bool asked = calls_ == Calls::kWhatIsAsked;
    const bool body = asked && members.contains("body");
    HttpHeaders headers{{"Authorization", "Bearer " + token_}};
    if (body) headers.Add("Content-Type", "application/json");
    const auto response = http_->Send(asked ? text("method") : "GET",
                                      asked ? text("url") : OpenMember("api_url") + "/accounts",
                                      headers, body ? DumpJson(members["body"]) : "");
    if (!response) return ErrReply("transport", response.error().message);
    return OkReply({{"status", response->status}});
  }

  void Stop(bool) override {}
  std::string TakeStderr() override { return ""; }
  std::vector<std::string> TakeWarnings() override { return {}; }

 private:
  static constexpr const char* kState = "c2VjcmV0LXN0YXRlLW9mLXRoZS1zZXNzaW9u";

  std::string OpenMember(const char* name) const { return JsonString(told_, name).value_or(""); }

  Result<Reply> Exchange(const std::string& url) {
    const Form query = ParseForm(url.substr(url.find('?') + 1));
    if (query.GetOr("state") != kState) return ErrReply("state_mismatch", "not my state");
    const Form body{{"grant_type", "authorization_code"},
                    {"code", query.GetOr("code")},
                    {"redirect_uri", OpenMember("redirect_uri")}};
    const std::string credentials = OpenMember("client_id") + ":" + OpenMember("client_secret");
    const auto response = http_->Send("POST", OpenMember("token_url"),
                                      {{"Authorization", "Basic " + Base64Encode(credentials)},
                                       {"Content-Type", "application/x-www-form-urlencoded"}},
                                      body.Encode());
    if (!response) return ErrReply("transport", response.error().message);
    const auto reply = ParseJson(response->body);
    token_ = reply ? JsonString(*reply, "access_token").value_or("") : "";
    return token_.empty() ? ErrReply("provider_error", "no token") : OkReply();
  }

  const Calls calls_;
  Json told_ = Json::object();
  std::string token_;
  std::unique_ptr<HttpClient> http_ = MakeHttpClient();
};

class Collecting final : public EventSink {
 public:
  void OnRunStarted(const RunInfo& info) override { collector.OnRunStarted(info); }
  void OnCaseFinished(const CaseResult& result) override { collector.OnCaseFinished(result); }
  void OnRunFinished(const RunSummary& summary) override { collector.OnRunFinished(summary); }
  RunCollector collector;
};

// Each positive scenario of the API, and its outcome with such a client.
std::map<std::string, Outcome> Play(Calls calls) {
  std::vector<mock::Scenario> scenarios;
  for (const mock::Scenario& one : mock::BuiltInScenarios().value()) {
    if (one.id.starts_with("api/") && one.control.empty()) scenarios.push_back(one);
  }
  auto server = mock::MockServer::Start({.scheme = "http"});
  EXPECT_TRUE(server.ok()) << server.error().message;
  const std::string store = MakeTempDirectory("api-scenarios-test").value();
  RunOptions options;
  options.make_driver = [&](int) { return std::make_unique<ApiCaller>(calls); };
  options.seed = 1;
  options.store_root = store;
  std::vector<std::size_t> all(scenarios.size());
  std::iota(all.begin(), all.end(), 0);
  Collecting sink;
  RunSuite(scenarios, all, **server, options, sink, SystemClock::System());
  std::error_code ignored;
  std::filesystem::remove_all(store, ignored);
  std::map<std::string, Outcome> outcomes;
  for (const CaseResult& result : sink.collector.Model().cases) {
    outcomes[result.id] = result.outcome;
  }
  return outcomes;
}

TEST(ApiScenarios, NoticeAClientThatAsksForSomethingElse) {
  const auto right = Play(Calls::kWhatIsAsked);
  const auto wrong = Play(Calls::kTheAccounts);
  int noticed = 0;
  for (const auto& [id, outcome] : right) {
    // What reads the accounts has its mutants in tests/mutants; what needs a refresh, too.
    if (id == "api/ok" || id == "api/bearer-header" || outcome == Outcome::kSkip) continue;
    if (id.find("401") != std::string::npos || id.find("expired") != std::string::npos) continue;
    EXPECT_STREQ(OutcomeName(outcome), "pass") << id;
    // Another status is a failure; with the same one, what was required was not seen.
    EXPECT_STRNE(OutcomeName(wrong.at(id)), "pass") << id;
    ++noticed;
  }
  EXPECT_GE(noticed, 34);
}

}  // namespace
}  // namespace aweber::conformance
