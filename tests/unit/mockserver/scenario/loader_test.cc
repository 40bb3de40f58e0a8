// The loader: every part of a file arrives, and every mistake is named with its place and its cure.
#include "mockserver/scenario/loader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "base/os/file.h"
#include "base/text/json.h"
#include "tests/unit/mockserver/scenario/bad_files.h"

namespace aweber::mock {
namespace {

using testing::ElementsAre;

class BadScenario : public testing::TestWithParam<BadFile> {};

TEST_P(BadScenario, IsRefusedWithItsPlaceAndCure) {
  Result<std::vector<Scenario>> parsed = ParseScenario(GetParam().text, "f.yaml", "a/b");
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(Loader, BadScenario, testing::ValuesIn(BadFiles()),
                         [](const auto& bad) { return bad.param.name; });

// A file with a head; the tests add what they are about.
std::vector<Scenario> Parse(const std::string& body) {
  Result<std::vector<Scenario>> parsed =
      ParseScenario("id: a/b\ntitle: T\nwhy: W\n" + body, "f.yaml");
  if (!parsed.ok()) ADD_FAILURE() << parsed.error().message;
  return parsed.value_or({});
}

Scenario ParseOne(const std::string& body) {
  std::vector<Scenario> all = Parse(body);
  EXPECT_EQ(all.size(), 1u);
  return all.empty() ? Scenario{} : all.front();
}

TEST(ScenarioLoader, TheHeadArrives) {
  Scenario scenario = ParseOne(
      "tags: [x, y]\nspec: \"RFC 6749 §4.1\"\nneeds: [state, \"refresh:on_401\"]\n"
      "profiles: [aweber]\ncontrol: callback/ok\nlimits: {operation: 20s, whole: 1m}\n");
  EXPECT_EQ(scenario.id, "a/b");
  EXPECT_EQ(scenario.variant, "");
  EXPECT_EQ(scenario.title, "T");
  EXPECT_EQ(scenario.why, "W");
  EXPECT_THAT(scenario.tags, ElementsAre("x", "y"));
  EXPECT_THAT(scenario.spec, ElementsAre("RFC 6749 §4.1"));
  EXPECT_THAT(scenario.needs, ElementsAre("state", "refresh:on_401"));
  EXPECT_THAT(scenario.profiles, ElementsAre("aweber"));
  EXPECT_EQ(scenario.control, "callback/ok");
  EXPECT_EQ(scenario.limits.operation, std::chrono::seconds(20));
  EXPECT_EQ(scenario.limits.whole, std::chrono::minutes(1));
  EXPECT_EQ(scenario.file, "f.yaml");
}

TEST(ScenarioLoader, TheServerPartArrives) {
  Scenario scenario = ParseOne(R"(
server:
  client:
    type: public
    redirect_uri: "http://127.0.0.1:9/cb"
    scopes: [account.read]
    secret: hostile
    told_client_id: id
    told_client_secret: ""
    told_redirect_uri: "https://other.test/"
    authorize_query: a=b
  settings: {access_token_ttl: 7200, bad_code_error: invalid_grant, echo_scope: true}
  rules:
    - id: first
      on: {endpoint: token, grant: refresh_token, client_id: c, method: POST, path: /oauth2/*, token_state: used}
      when: {nth: 2, probability: 0.5}
      times: 3
      then: [lose_reply, {delay: 250ms}]
)");
  const ScenarioClient& client = scenario.server.client;
  EXPECT_EQ(client.type, "public");
  EXPECT_EQ(client.redirect_uri, "http://127.0.0.1:9/cb");
  EXPECT_THAT(client.scopes, ElementsAre("account.read"));
  EXPECT_EQ(client.secret, "hostile");
  EXPECT_EQ(client.told_client_id, "id");
  EXPECT_EQ(client.told_client_secret, "");
  EXPECT_EQ(client.told_redirect_uri, "https://other.test/");
  EXPECT_EQ(client.authorize_query, "a=b");
  EXPECT_EQ(DumpJson(scenario.server.settings),
            R"({"access_token_ttl":7200,"bad_code_error":"invalid_grant","echo_scope":true})");
  ASSERT_EQ(scenario.server.rules.size(), 1u);
  const Rule& rule = scenario.server.rules[0];
  EXPECT_EQ(rule.id, "first");
  EXPECT_EQ(rule.on.endpoint, Endpoint::kToken);
  EXPECT_EQ(rule.on.grant, "refresh_token");
  EXPECT_EQ(rule.on.client_id, "c");
  EXPECT_EQ(rule.on.method, "POST");
  EXPECT_EQ(rule.on.path, "/oauth2/*");
  EXPECT_EQ(rule.on.token_state, "used");
  EXPECT_EQ(rule.when.nth, 2u);
  EXPECT_EQ(rule.when.first, 3u);
  EXPECT_EQ(rule.when.probability, 0.5);
  ASSERT_EQ(rule.then.size(), 2u);
  EXPECT_EQ(rule.then[0].kind, FaultKind::kLoseReply);
  EXPECT_EQ(rule.then[0].phase, Phase::kAfter);
  EXPECT_EQ(rule.then[1].kind, FaultKind::kDelay);
  EXPECT_EQ(rule.then[1].delay_ms, 250);
}

struct FaultCase {
  std::string text;
  void (*check)(const Fault&);
};

TEST(ScenarioLoader, EveryFaultArrives) {
  const FaultCase cases[] = {
      {"{oauth_error: invalid_grant}",
       [](const Fault& f) {
         EXPECT_EQ(f.error, "invalid_grant");
         EXPECT_EQ(f.status, 0) << "what fits the error";
         EXPECT_EQ(f.phase, Phase::kBefore);
       }},
      {"{oauth_error: {error: e, description: d, uri: u, status: 401, headers: {A: b, C: 1}}}",
       [](const Fault& f) {
         EXPECT_EQ(f.description, "d");
         EXPECT_EQ(f.uri, "u");
         EXPECT_EQ(f.status, 401);
         EXPECT_EQ(f.headers.GetOr("C"), "1");
       }},
      {"{http_status: 503}", [](const Fault& f) { EXPECT_EQ(f.status, 503); }},
      {"{http_status: {status: 302, location: l, content_type: t, body: b, phase: after}}",
       [](const Fault& f) {
         EXPECT_EQ(f.location, "l");
         EXPECT_EQ(f.content_type, "t");
         EXPECT_EQ(f.body, "b");
         EXPECT_EQ(f.phase, Phase::kAfter);
       }},
      {"retry_after",
       [](const Fault& f) {
         EXPECT_EQ(f.status, 429);
         EXPECT_EQ(f.retry_after_s, -1);
       }},
      {"{retry_after: 7}", [](const Fault& f) { EXPECT_EQ(f.retry_after_s, 7); }},
      {"rate_limit", [](const Fault& f) { EXPECT_EQ(f.kind, FaultKind::kRateLimit); }},
      {"{dribble: {by: 5ms}}",
       [](const Fault& f) {
         EXPECT_EQ(f.delay_ms, 5);
         EXPECT_EQ(f.phase, Phase::kAfter);
       }},
      {"{dribble: 5ms}", [](const Fault& f) { EXPECT_EQ(f.delay_ms, 5); }},
      {"hang", [](const Fault& f) { EXPECT_EQ(f.phase, Phase::kBefore); }},
      {"{reset: {phase: after}}", [](const Fault& f) { EXPECT_EQ(f.phase, Phase::kAfter); }},
      {"close_empty", [](const Fault& f) { EXPECT_EQ(f.kind, FaultKind::kCloseEmpty); }},
      {"{truncate: 40}",
       [](const Fault& f) {
         EXPECT_EQ(f.bytes, 40u);
         EXPECT_EQ(f.phase, Phase::kAfter);
       }},
      {"{content_length: {bytes: 9}}", [](const Fault& f) { EXPECT_EQ(f.bytes, 9u); }},
      {"malformed_chunk", [](const Fault& f) { EXPECT_EQ(f.phase, Phase::kAfter); }},
      {"{raw_body: hello}",
       [](const Fault& f) {
         EXPECT_EQ(f.body, "hello");
         EXPECT_EQ(f.status, 200);
       }},
      {"{gate: {name: g, size: 8}}",
       [](const Fault& f) {
         EXPECT_EQ(f.gate, "g");
         EXPECT_EQ(f.gate_size, 8);
       }},
      {"{tls: wrong_name}", [](const Fault& f) { EXPECT_EQ(f.tls, "wrong_name"); }},
  };
  for (const FaultCase& c : cases) {
    SCOPED_TRACE(c.text);
    Result<std::vector<Rule>> rules = ParseRules("[{on: any, then: " + c.text + "}]", "r.yaml");
    ASSERT_TRUE(rules.ok()) << rules.error().message;
    ASSERT_EQ(rules->size(), 1u);
    EXPECT_EQ((*rules)[0].on.endpoint, std::nullopt);
    ASSERT_EQ((*rules)[0].then.size(), 1u);
    c.check((*rules)[0].then[0]);
  }
}

TEST(ScenarioLoader, MutationsKeepTheirOrderAndTypes) {
  Result<std::vector<Rule>> rules = ParseRules(R"(
- on: token
  then:
    - token_mutation:
        set: {expires_in: "3600", scope: null, extra: {deep: [1, 2.5, true]}}
        remove: [token_type]
        keep: refresh_token
    - redirect_tamper:
        remove: code
        set: {state: x}
        add: {state: 5}
        order: [state, code]
)",
                                               "r.yaml");
  ASSERT_TRUE(rules.ok()) << rules.error().message;
  const std::vector<TokenMutation>& token = (*rules)[0].then[0].token;
  ASSERT_EQ(token.size(), 5u);
  EXPECT_EQ(token[0].member, "expires_in");
  EXPECT_EQ(token[0].value, Json("3600"));
  EXPECT_TRUE(token[1].value.is_null());
  EXPECT_EQ(DumpJson(token[2].value), R"({"deep":[1,2.5,true]})");
  EXPECT_EQ(token[3].kind, TokenMutation::Kind::kRemove);
  EXPECT_EQ(token[3].member, "token_type");
  EXPECT_EQ(token[4].kind, TokenMutation::Kind::kKeep);
  const std::vector<RedirectTamper>& redirect = (*rules)[0].then[1].redirect;
  ASSERT_EQ(redirect.size(), 4u);
  EXPECT_EQ(redirect[0].kind, RedirectTamper::Kind::kRemove);
  EXPECT_EQ(redirect[1].value, "x");
  EXPECT_EQ(redirect[2].kind, RedirectTamper::Kind::kAdd);
  EXPECT_EQ(redirect[2].value, "5");
  EXPECT_THAT(redirect[3].order, ElementsAre("state", "code"));
}

TEST(ScenarioLoader, RulesAreReadFromJsonToo) {
  Result<std::vector<Rule>> rules =
      ParseRules(R"([{"on":{"endpoint":"api"},"times":1,"then":[{"http_status":500}]}])", "body");
  ASSERT_TRUE(rules.ok()) << rules.error().message;
  EXPECT_EQ((*rules)[0].then[0].status, 500);
}

TEST(ScenarioLoader, StepsArriveWithLabels) {
  Scenario scenario = ParseOne(R"(
server: {rules: [{on: token, then: {gate: g}}]}
steps:
  - authorize
  - authorize: {session: B, visit: false}
  - consent: deny
  - consent: {decision: wrong-password}
  - callback: {from: B, tamper: [{set: {a: "1", b: 2}}, {order: [state, code]}, {flip: state}]}
    label: mixed
  - callback: {unsolicited: "${redirect_uri}?code=x", session: C}
  - call: /accounts
  - call: {method: POST, path: "${other}/x", body: {email: e, n: [1]}}
  - advance: 90s
  - advance: {to: next_expiry}
  - restart: {kill: true}
  - expire
  - revoke_tokens
  - release: g
  - parallel:
      - call: /a
      - {call: /b, label: named}
  - repeat: {times: 3, steps: [refresh, token, revoke]}
)");
  std::vector<std::string> labels;
  for (const Step& step : scenario.steps) labels.push_back(step.label);
  EXPECT_THAT(labels, ElementsAre("authorize", "authorize#2", "consent", "consent#2", "mixed",
                                  "callback", "call", "call#2", "advance", "advance#2", "restart",
                                  "expire", "revoke_tokens", "release", "parallel", "repeat"));
  const std::vector<Step>& steps = scenario.steps;
  EXPECT_EQ(steps[0].session, "A");
  EXPECT_TRUE(steps[0].visit);
  EXPECT_EQ(steps[0].line, 7);
  EXPECT_EQ(steps[1].session, "B");
  EXPECT_FALSE(steps[1].visit);
  EXPECT_EQ(steps[2].decision, "deny");
  EXPECT_EQ(steps[3].decision, "wrong-password");
  EXPECT_EQ(steps[4].from, "B");
  ASSERT_EQ(steps[4].tamper.size(), 4u);
  EXPECT_EQ(steps[4].tamper[1].name, "b");
  EXPECT_EQ(steps[4].tamper[1].value, "2");
  EXPECT_THAT(steps[4].tamper[2].order, ElementsAre("state", "code"));
  EXPECT_EQ(steps[4].tamper[3].how, "flip");
  EXPECT_EQ(steps[4].tamper[3].name, "state");
  EXPECT_EQ(steps[5].unsolicited, "${redirect_uri}?code=x");
  EXPECT_EQ(steps[6].method, "GET");
  EXPECT_EQ(steps[6].path, "/accounts");
  EXPECT_EQ(steps[7].method, "POST");
  EXPECT_EQ(DumpJson(steps[7].body), R"({"email":"e","n":[1]})");
  EXPECT_EQ(steps[8].by, std::chrono::seconds(90));
  EXPECT_EQ(steps[9].to, "next_expiry");
  EXPECT_TRUE(steps[10].kill);
  EXPECT_EQ(steps[13].gate, "g");
  ASSERT_EQ(steps[14].steps.size(), 2u);
  EXPECT_EQ(steps[14].steps[0].label, "call#3");
  EXPECT_EQ(steps[14].steps[1].label, "named");
  EXPECT_EQ(steps[15].times, 3);
  EXPECT_EQ(steps[15].steps.size(), 3u);
}

TEST(ScenarioLoader, ExpectationsArriveAndTheRestMustBeOk) {
  Scenario scenario = ParseOne(R"(
control: callback/ok
steps: [authorize, consent, callback, {call: /accounts}]
expect:
  client:
    callback: {is: refused, kinds: [state_mismatch, other]}
    call: {is: any, status: [401, 403]}
  requires:
    - {seen: token, grant: authorization_code, status: 200, committed: true, fault: delay, sent_in: body, after: consent, before: call, at_least: 2, at_most: 3, note: n}
    - {seen: any, during: callback, method: GET, path: /1.0/**, token_state: live}
  never:
    - {seen: token, after: callback, at_most: 1, check: cb-state-mismatch}
  checks: [cb-state-mismatch]
)");
  const Expectation& expect = scenario.expect;
  ASSERT_EQ(expect.client.size(), 3u);
  EXPECT_EQ(expect.client[0].step, "callback");
  EXPECT_EQ(expect.client[0].is, "refused");
  EXPECT_THAT(expect.client[0].kinds, ElementsAre("state_mismatch", "other"));
  EXPECT_THAT(expect.client[1].statuses, ElementsAre(401, 403));
  EXPECT_EQ(expect.client[2].step, "authorize");
  EXPECT_EQ(expect.client[2].is, "ok");
  ASSERT_EQ(expect.requirements.size(), 2u);
  const WirePattern& first = expect.requirements[0];
  EXPECT_EQ(first.on.endpoint, Endpoint::kToken);
  EXPECT_EQ(first.on.grant, "authorization_code");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.committed, true);
  EXPECT_EQ(first.fault, "delay");
  EXPECT_EQ(first.sent_in, "body");
  EXPECT_EQ(first.after, "consent");
  EXPECT_EQ(first.before, "call");
  EXPECT_EQ(first.at_least, 2);
  EXPECT_EQ(first.at_most, 3);
  EXPECT_EQ(first.note, "n");
  EXPECT_EQ(expect.requirements[1].on.endpoint, std::nullopt);
  EXPECT_EQ(expect.requirements[1].at_least, 1);
  EXPECT_EQ(expect.requirements[1].at_most, -1);
  EXPECT_EQ(expect.requirements[1].during, "callback");
  ASSERT_EQ(expect.never.size(), 1u);
  EXPECT_EQ(expect.never[0].at_most, 1);
  EXPECT_EQ(expect.never[0].check, "cb-state-mismatch");
  EXPECT_THAT(expect.checks, ElementsAre("cb-state-mismatch"));
}

// Each of them would take minutes, and gigabytes, to be read to its end.
TEST(ScenarioLoader, TooMuchIsRefusedBeforeItIsRead) {
  const auto many = [](const std::string& line, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += fmt::format(fmt::runtime(line), i);
    return text;
  };
  const std::string head = "id: a/b\ntitle: T\nwhy: W\n";
  const std::string steps = "steps:\n" + many("  - authorize\n", 1001);
  struct {
    std::string text, message;
  } const kRows[] = {
      {head + steps,
       "f.yaml:5:3: a list has 1001 steps, more than 1000; make several scenarios of it"},
      {head + "matrix:\n  a:\n" + many("    - {{name: n{}}}\n", 20'000) + steps,
       "f.yaml:6:5: the matrix has more than 64 variants"},
      {head + "matrix:\n  a:\n" + many("    - {{name: n{}}}\n", 64) + "tags:\n" +
           many("  - t{}\n", 5000),
       "f.yaml:1:1: the file has 320320 values in all its variants, more than 200000; make several "
       "files of it"},
  };
  for (const auto& row : kRows) {
    const auto parsed = ParseScenario(row.text, "f.yaml");
    ASSERT_FALSE(parsed.ok());
    EXPECT_EQ(parsed.error().message.substr(0, row.message.size()), row.message);
  }
}

TEST(ScenarioLoader, TheMatrixKeepsTypesAndLeavesWhatPlayPutsIn) {
  std::vector<Scenario> all = Parse(R"(
matrix:
  value:
    - {name: number, v: 60, steps: [authorize]}
    - {name: other, v: 90, steps: [authorize, consent]}
  place:
    - {name: here, text: x}
server:
  settings: {code_ttl: "${value.v}"}
  client: {told_client_id: "id-${value.v}-${place.text}-${B.state}"}
steps: "${value.steps}"
)");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].id, "a/b[number,here]");
  EXPECT_EQ(all[0].variant, "number,here");
  EXPECT_EQ(all[1].id, "a/b[other,here]");
  EXPECT_EQ(all[0].server.settings["code_ttl"], Json(60));
  EXPECT_EQ(all[1].server.settings["code_ttl"], Json(90));
  EXPECT_EQ(all[0].server.client.told_client_id, "id-60-x-${B.state}");
  EXPECT_EQ(all[0].steps.size(), 1u);
  EXPECT_EQ(all[1].steps.size(), 2u);
}

TEST(ScenarioLoader, OneBuiltInScenarioIsFoundByIdAndByVariant) {
  EXPECT_EQ(FindBuiltInScenario("callback/ok")->size(), 1u);
  EXPECT_EQ(FindBuiltInScenario("callback/state-case")->size(), 3u);
  Result<std::vector<Scenario>> one = FindBuiltInScenario("callback/state-case[prefix]");
  ASSERT_TRUE(one.ok()) << one.error().message;
  ASSERT_EQ(one->size(), 1u);
  EXPECT_EQ((*one)[0].id, "callback/state-case[prefix]");
  EXPECT_EQ(FindBuiltInScenario("callback/okay").error().message,
            "there is no scenario \"callback/okay\"; did you mean \"callback/ok\"?");
  EXPECT_EQ(FindBuiltInScenario("callback/state-case[x]").error().message,
            "scenario \"callback/state-case[x]\" has no such variant; it has "
            "callback/state-case[case], callback/state-case[prefix], callback/state-case[suffix]");
}

class ScenarioDirectory : public testing::Test {
 protected:
  ~ScenarioDirectory() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& path, const std::string& body) {
    std::filesystem::create_directories(std::filesystem::path(root_ + "/" + path).parent_path());
    std::string id = path.substr(0, path.size() - 5);
    Status written = WriteFileAtomically(root_ + "/" + path,
                                         fmt::format("id: {}\ntitle: T\nwhy: W\n{}", id, body));
    ASSERT_TRUE(written.ok()) << written.error().message;
  }

  std::string root_ = MakeTempDirectory("scenarios").value();
};

TEST_F(ScenarioDirectory, LoadsEveryFileSortedById) {
  Write("b/two.yaml", "");
  Write("b/one.yaml", "");
  Write("a.yaml", "control: callback/ok\n");  // built in
  Result<std::vector<Scenario>> all = LoadScenarioDirectory(root_);
  ASSERT_TRUE(all.ok()) << all.error().message;
  std::vector<std::string> ids;
  for (const Scenario& scenario : *all) ids.push_back(scenario.id);
  EXPECT_THAT(ids, ElementsAre("a", "b/one", "b/two"));
}

TEST_F(ScenarioDirectory, AllErrorsAreToldAtOnce) {
  Write("one.yaml", "tag: x\n");
  Write("two.yaml", "control: callback/okk\n");
  Write("three.yaml", "control: two\n");
  Write("four.yaml", "steps: [authorise]\n");
  Result<std::vector<Scenario>> all = LoadScenarioDirectory(root_);
  ASSERT_FALSE(all.ok());
  std::string message = all.error().message;
  for (std::size_t at; (at = message.find(root_)) != std::string::npos;) {
    message.replace(at, root_.size(), "DIR");
  }
  EXPECT_EQ(message,
            "DIR/four.yaml:4:9: unknown step \"authorise\"; did you mean \"authorize\"?\n"
            "  steps: [authorise]\n"
            "          ^\n"
            "DIR/one.yaml:4:1: unknown key \"tag\" in the scenario; did you mean \"tags\"?\n"
            "  tag: x\n"
            "  ^\n"
            "DIR/three.yaml: control \"two\" has a control itself; name a positive scenario\n"
            "DIR/two.yaml: control \"callback/okk\" does not exist; did you mean "
            "\"callback/ok\"?");
}

TEST_F(ScenarioDirectory, AMissingDirectoryIsNamed) {
  Result<std::vector<Scenario>> all = LoadScenarioDirectory(root_ + "/none");
  ASSERT_FALSE(all.ok());
  EXPECT_THAT(all.error().message, testing::HasSubstr(root_ + "/none"));
}

}  // namespace
}  // namespace aweber::mock
