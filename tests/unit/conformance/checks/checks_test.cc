// The tables of all checks, and what holds for every check.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <set>

#include "tests/unit/conformance/checks/transcript.h"

namespace aweber::conformance {
namespace test {
namespace {

const char* VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kViolation:
      return "violation";
    case Verdict::kNotSeen:
      return "not seen";
  }
  return "?";
}

class CheckTable : public testing::TestWithParam<CheckCase> {};

TEST_P(CheckTable, JudgesAsExpected) {
  const auto& param = GetParam();
  const Check* check = FindCheck(param.check);
  ASSERT_NE(check, nullptr);
  Transcript transcript;
  param.build(transcript);
  const Judgement judgement = check->judge(transcript.view());
  EXPECT_STREQ(VerdictName(judgement.verdict), VerdictName(param.want)) << judgement.message;
  EXPECT_NE(judgement.message.find(param.message), std::string::npos) << judgement.message;
  // Nothing secret in what a report prints.
  for (const auto secret : {kSecret, kCode, kCode2, kVerifier}) {
    EXPECT_EQ(judgement.message.find(secret), std::string::npos) << judgement.message;
  }
  EXPECT_EQ(judgement.message.find("at-1-0123456789"), std::string::npos) << judgement.message;
  for (const auto sequence : judgement.evidence) {
    EXPECT_GE(sequence, 1u);
    EXPECT_LE(sequence, transcript.view().journal->size());
  }
}

std::string CaseName(const testing::TestParamInfo<CheckCase>& info) {
  std::string name;
  for (const char c : fmt::format("{} {} is {}", info.param.check, info.param.name,
                                  VerdictName(info.param.want))) {
    name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, CheckTable, testing::ValuesIn(AllCases()), CaseName);

TEST(Checks, IdsAreUniqueAndWellFormed) {
  std::set<std::string_view> seen;
  for (const auto& check : AllChecks()) {
    EXPECT_TRUE(seen.insert(check.id).second) << check.id;
    EXPECT_EQ(FindCheck(check.id), &check);
    EXPECT_EQ(check.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string_view::npos)
        << check.id;
  }
  EXPECT_EQ(FindCheck("no-such-check"), nullptr);
}

// The ids are contract: reports, baselines and adapters refer to them.
TEST(Checks, EveryIdOfTheContractIsThere) {
  for (const char* id : {"az-response-type",
                         "az-client-id",
                         "az-redirect-present",
                         "az-redirect-absolute",
                         "az-redirect-registered",
                         "az-query-kept",
                         "az-no-dup",
                         "az-scope-syntax",
                         "az-encoding",
                         "az-no-secret",
                         "az-state-present",
                         "az-state-unguessable",
                         "az-state-fresh",
                         "az-state-private",
                         "az-state-portable",
                         "az-no-implicit",
                         "az-no-password",
                         "pk-public",
                         "pk-confidential",
                         "pk-s256",
                         "pk-verifier-syntax",
                         "pk-verifier-sent",
                         "pk-match",
                         "pk-fresh",
                         "pk-no-downgrade",
                         "cb-state-mismatch",
                         "cb-state-missing",
                         "cb-state-exact",
                         "cb-state-single-use",
                         "cb-state-bound",
                         "cb-error-stops",
                         "cb-error-state",
                         "cb-sanitise",
                         "cb-unknown-ignored",
                         "cb-dup-refused",
                         "cb-order-free",
                         "cb-code-opaque",
                         "cb-leak-free",
                         "cb-no-third-party",
                         "cb-transport",
                         "cb-open-redirect",
                         "cb-loopback-literal",
                         "cb-loopback-close",
                         "cb-uri-match",
                         "iss-equal",
                         "iss-required",
                         "mixup-endpoint",
                         "tk-post",
                         "tk-form",
                         "tk-no-uri-creds",
                         "tk-grant",
                         "tk-code-exact",
                         "tk-redirect-same",
                         "tk-code-once",
                         "tk-auth",
                         "tk-auth-one",
                         "tk-basic-encoded",
                         "tk-basic-preferred",
                         "tk-public-id",
                         "tk-no-dup",
                         "tk-tls",
                         "tk-no-xorigin",
                         "tr-unknown-ignored",
                         "tr-type-case",
                         "tr-type-unknown",
                         "tr-expires-optional",
                         "tr-expires-tolerant",
                         "tr-expires-latest",
                         "tr-refresh-optional",
                         "tr-scope-changed",
                         "tr-size",
                         "tr-error-class",
                         "tr-no-secret-log",
                         "rs-header",
                         "rs-syntax",
                         "rs-one-method",
                         "rs-no-query",
                         "rs-form-rules",
                         "rs-confined",
                         "rs-401-recovers",
                         "rs-403-no-refresh",
                         "rs-bounded",
                         "rs-own-token",
                         "rf-request",
                         "rf-auth",
                         "rf-scope",
                         "rf-rotate",
                         "rf-keep",
                         "rf-persist",
                         "rf-single-flight",
                         "rf-dead-end",
                         "rf-confined",
                         "rv-request",
                         "rv-200",
                         "rv-503",
                         "sh-token-once",
                         "sh-one-refresh",
                         "sh-refresh-storm",
                         "sh-store-kept",
                         "sh-no-needless-login",
                         "sh-call-succeeds",
                         "sh-no-deadlock",
                         "sh-store-whole",
                         "sh-login-kept",
                         "sh-logout-final",
                         "sh-store-private",
                         "sh-no-secret-file",
                         "sh-no-secret-shown",
                         "adapter-honest"}) {
    EXPECT_NE(FindCheck(id), nullptr) << id;
  }
}

TEST(Checks, EveryCheckExplainsItself) {
  for (const auto& check : AllChecks()) {
    EXPECT_FALSE(check.statement.empty()) << check.id;
    EXPECT_EQ(check.statement.find('\n'), std::string_view::npos) << check.id;
    EXPECT_LE(check.statement.size(), 100u) << check.id;
    EXPECT_EQ(check.statement.back(), '.') << check.id;
    EXPECT_FALSE(check.source.empty()) << check.id;
    EXPECT_FALSE(check.why.empty()) << check.id;
    EXPECT_FALSE(check.fix.empty()) << check.id;
    EXPECT_NE(check.judge, nullptr) << check.id;
    // Levels that differ, and citations that could not be checked, are explained.
    const bool differ =
        check.levels.aweber != check.levels.rfc6749 || check.levels.aweber != check.levels.rfc9700;
    EXPECT_TRUE(!(differ || !check.verified) || !check.note.empty()) << check.id;
    const bool on = check.levels.aweber != Level::kOff || check.levels.rfc6749 != Level::kOff ||
                    check.levels.rfc9700 != Level::kOff;
    EXPECT_TRUE(on) << check.id;
  }
}

TEST(Checks, EveryCheckHasAViolatingAndACleanTranscript) {
  std::map<std::string_view, std::set<Verdict>> seen;
  for (const auto& row : AllCases()) seen[row.check].insert(row.want);
  for (const auto& check : AllChecks()) {
    EXPECT_EQ(seen[check.id].count(Verdict::kViolation), 1u) << check.id << ": no violation";
    EXPECT_EQ(seen[check.id].count(Verdict::kOk), 1u) << check.id << ": no clean transcript";
    seen.erase(check.id);
  }
  for (const auto& [id, verdicts] : seen) ADD_FAILURE() << "a table for no check: " << id;
}

TEST(Checks, NothingIsJudgedWhereNothingHappened) {
  for (const auto* profile : {"aweber", "rfc6749", "rfc9700"}) {
    CaseView nothing;  // no journal at all
    nothing.profile = profile;
    Transcript empty;
    empty.view().profile = profile;
    Transcript silent;  // steps that were played, and a driver that never answered
    silent.view().profile = profile;
    for (const auto* op : {"authorize", "callback", "call", "refresh", "revoke", "restart"}) {
      silent.Step(op, "A", StepObservation::Reply::kNone);
    }
    for (const auto& check : AllChecks()) {
      EXPECT_EQ(check.judge(nothing).verdict, Verdict::kNotSeen) << check.id;
      EXPECT_EQ(check.judge(empty.view()).verdict, Verdict::kNotSeen) << check.id;
      EXPECT_EQ(check.judge(silent.view()).verdict, Verdict::kNotSeen) << check.id;
    }
  }
}

// Two users log in, call, refresh and disconnect, all as it should be.
void CleanTranscript(Transcript& t, bool is_public, bool pkce) {
  if (is_public) t.MakePublic();
  const auto query = [&](std::string_view state, std::string_view challenge) {
    auto form = Good(state);
    if (!pkce) return form;
    form = With(std::move(form), "code_challenge", challenge);
    return With(std::move(form), "code_challenge_method", "S256");
  };
  const auto login = [&](std::string_view state, std::string_view code,
                         const std::string& challenge, const std::string& verifier,
                         const std::string& session, const std::string& answer) {
    const Form redirect = {{"code", code}, {"state", state}};
    t.Authorize(query(state, challenge), session);
    t.Consent(redirect, session);
    t.Callback(
        redirect, StepObservation::Reply::kOk,
        [&] {
          auto body = Exchange(code);
          if (pkce) body.Set("code_verifier", verifier);
          t.Token(body, answer).facts.grant_label = "grant-" + session;
        },
        session);
  };
  login(kState, kCode, std::string(kChallenge), std::string(kVerifier), "A",
        Tokens("at-1-0123456789", "rt-1-0123456789"));
  login(kState2, kCode2, "c68pau-DcqjIbbVvZpc7kMVXc8bzRGsZXBFDyfBcJPs",
        "another-verifier-of-forty-three-characters-", "B",
        Tokens("at-B-0123456789", "rt-B-0123456789"));
  t.Ok("call", [&] { t.Api("at-1-0123456789"); }).ok = {{"status", 200}};
  t.Ok("call", [&] {
     t.Api("at-1-0123456789", 401);
     t.Token(Refresh("rt-1-0123456789"), Tokens("at-2-0123456789", "rt-2-0123456789"))
         .facts.grant_label = "grant-A";
     t.Api("at-2-0123456789");
   }).ok = {{"status", 200}};
  t.Ok("refresh", [&] {
    t.Token(Refresh("rt-2-0123456789"), Tokens("at-3-0123456789", "rt-3-0123456789"))
        .facts.grant_label = "grant-A";
  });
  t.Ok("revoke", [&] { t.Revoke({{"token", "rt-3-0123456789"}}); });
}

TEST(Checks, AccuseNobodyInACleanTranscript) {
  struct CleanRow {
    const char* profile;
    bool is_public, pkce;
  };
  for (const auto& [profile, is_public, pkce] :
       {CleanRow{"aweber", false, false}, CleanRow{"aweber", true, true},
        CleanRow{"rfc6749", false, false}, CleanRow{"rfc6749", true, true},
        CleanRow{"rfc9700", false, true}, CleanRow{"rfc9700", true, true}}) {
    Transcript t;
    t.view().profile = profile;
    CleanTranscript(t, is_public, pkce);
    for (const bool foreign : {false, true}) {
      if (foreign) {
        t.MakeForeign();
        t.view().profile = profile;
      }
      for (const auto& check : AllChecks()) {
        if (check.levels.For(profile) == Level::kOff) continue;
        const auto judgement = check.judge(t.view());
        EXPECT_NE(judgement.verdict, Verdict::kViolation)
            << profile << (is_public ? " public " : " confidential ") << check.id << ": "
            << judgement.message;
      }
    }
  }
}

TEST(Levels, AreChosenByProfile) {
  const Levels levels = {Level::kGuide, Level::kShould, Level::kMust};
  EXPECT_EQ(levels.For("aweber"), Level::kGuide);
  EXPECT_EQ(levels.For("rfc6749"), Level::kShould);
  EXPECT_EQ(levels.For("rfc9700"), Level::kMust);
  EXPECT_STREQ(LevelName(Level::kInterop), "interop");
  EXPECT_STREQ(LevelName(Level::kOff), "off");
}

}  // namespace
}  // namespace test
}  // namespace aweber::conformance
