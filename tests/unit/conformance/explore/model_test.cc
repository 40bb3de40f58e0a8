// The model against the RFCs and the guide: the reply that it expects of the last action.
#include "conformance/explore/model.h"

#include <gtest/gtest.h>

#include "tests/unit/conformance/explore/flow_text.h"

namespace aweber::conformance::explore {
namespace {

const char* Word(Expected expected) {
  switch (expected) {
    case Expected::kOk:
      return "ok";
    case Expected::kRefused:
      return "refused";
    case Expected::kAny:
      break;
  }
  return "any";
}

struct End {
  std::string expected, state;
};

End EndOf(const Flow& flow, const ClientTraits& client) {
  Model model(client, TraitsOf(flow.world));
  End end;
  for (const Action& action : flow.actions) {
    EXPECT_TRUE(model.CanDo(action)) << DescribeFlow(flow) << ": " << DescribeAction(action);
    end.expected = Word(model.Do(action));
    end.state = model.Of(action.session).Name();
  }
  return end;
}

struct Row {
  std::string flow;
  std::string expected;
  std::string state;
  ClientTraits client = kFull;
};

TEST(ExploreModel, WhatARightClientAnswers) {
  const std::string login = "authorize; consent; callback; ";
  ClientTraits forgets = kFull, no_401 = kFull, by_call = kFull;
  forgets.persists = false;
  no_401.refreshes_on_401 = false;
  by_call.refreshes_by_call = true;
  const Row rows[] = {
      // The login.
      {"authorize", "ok", "asked/none"},
      {"authorize; with auto-approve", "ok", "granted/none"},
      {"authorize [authorize/server-error]; callback", "refused", "doubtful/none"},
      {"authorize; consent wrong-password; consent; callback", "ok", "spent/live"},
      {"authorize; consent deny; callback", "refused", "doubtful/none"},
      {"authorize; consent; callback", "ok", "spent/live"},
      {"authorize; consent; callback swapped", "ok", "spent/live"},
      {"authorize; consent; advance 2h; callback", "refused", "doubtful/none"},
      {"authorize; consent; restart; callback", "any", "doubtful/unclear"},
      // RFC 6749 §10.12.
      {"authorize; consent; callback state-missing", "refused", "doubtful/none"},
      {"authorize; consent; callback state-flipped; callback", "any", "doubtful/unclear"},
      {"authorize; consent; callback error-and-code", "refused", "doubtful/none"},
      {"authorize; B: callback unsolicited", "refused", "none/none"},
      {login + "callback state-cut", "refused", "spent/live"},
      {login + "callback", "any", "spent/live"},
      // RFC 9207.
      {"authorize; consent; callback issuer-missing; with issuer", "refused", "doubtful/none"},
      // The token's answer.
      {"authorize; consent; callback [token/unknown-members]", "ok", "spent/live"},
      {"authorize; consent; callback [token/no-refresh-token]", "ok", "spent/live-"},
      {"authorize; consent; callback [token/expires-garbage]", "any", "spent/unclear"},
      {"authorize; consent; callback [token/invalid-grant]", "refused", "doubtful/none"},
      {"authorize; consent; callback [token/lost]", "refused", "doubtful/none"},
      {"authorize; consent; callback; with wrong-secret", "refused", "doubtful/none"},
      {"authorize; consent; callback; with public; with wrong-secret", "ok", "spent/live"},
      {"authorize; consent; callback; with token-certificate-name", "refused", "doubtful/none"},
      {"authorize; consent; callback; with trace-reply", "any", "spent/unclear"},
      // API requests.
      {"authorize; call", "refused", "asked/none"},
      {login + "call", "ok", "spent/live"},
      {login + "call [api/403]", "refused", "spent/live"},
      {login + "call [api/503]; call", "ok", "spent/live"},
      {login + "call [api/rate-limit]; call", "any", "spent/unclear"},
      {login + "call [api/rate-limit]; " + login + "call", "any", "spent/unclear"},
      {login + "call [api/rate-limit]; advance 2h; " + login + "call", "any", "spent/unclear"},
      {login + "call [api/rate-limit]; authorize; consent; callback", "any", "spent/unclear"},
      {login + "call [api/rate-limit]; B: authorize; B: consent; B: callback; B: call", "ok",
       "spent/live"},
      {login + "call [api/html]", "any", "spent/live"},
      // The token that is over is answered 401 first.
      {login + "expire; call [api/403]", "refused", "spent/live"},
      {login + "expire; call [api/html]", "any", "spent/live"},
      {login + "expire; call [api/rate-limit]", "refused", "spent/unclear"},
      {login + "expire; call [api/401]", "refused", "spent/unclear"},
      {login + "expire; call [api/expired-once]", "ok", "spent/live"},
      {login + "expire; call [api/403]", "any", "spent/unclear", no_401},
      {login + "revoke_tokens; call [api/403]", "refused", "spent/unclear"},
      {login + "call [api/expired-once]", "ok", "spent/live"},
      {login + "call [api/401]", "refused", "spent/unclear"},  // the fresh token too
      {login + "call [api/401]; call", "any", "spent/unclear"},
      {login + "expire; call", "ok", "spent/live"},
      {login + "expire; call", "any", "spent/unclear", no_401},
      {login + "expire; call [token/503]", "refused", "spent/expired"},
      {login + "expire; call [token/lost]", "refused", "spent/unclear"},
      {login + "expire; call [token/lost]; call", "any", "spent/unclear"},
      {login + "expire; parallel", "ok", "spent/live"},
      {login + "advance 2h; call", "ok", "spent/live"},
      {login + "revoke_tokens; call", "refused", "spent/unclear"},
      {login + "call; with api-certificate-expired", "any", "spent/unclear"},
      // Refresh: RFC 6749 §6.
      {"authorize; refresh", "refused", "asked/none"},
      {login + "refresh", "ok", "spent/live"},
      {login + "refresh [token/no-refresh-token]; refresh", "ok", "spent/live"},
      {login + "refresh [token/503]; refresh", "ok", "spent/live"},
      {login + "refresh [token/invalid-grant]", "refused", "spent/unclear"},
      {login + "refresh [token/lost]; call", "any", "spent/unclear"},
      {login + "refresh [token/lost]; refresh", "any", "spent/unclear"},
      {login + "refresh [token/lost]; refresh; with not-rotated", "ok", "spent/live"},
      {"authorize; consent; callback [token/no-refresh-token]; refresh", "refused",
       "spent/unclear"},
      {login + "restart; refresh", "ok", "spent/live"},
      {login + "restart kill; refresh", "any", "spent/unclear", forgets},
      // Revocation: RFC 7009.
      {login + "revoke", "ok", "spent/none"},
      {login + "revoke; call", "refused", "spent/none"},
      {login + "revoke [revoke/503]", "refused", "spent/live"},
      {login + "revoke [revoke/503]; revoke", "ok", "spent/none"},
      {login + "revoke [revoke/redirected]", "any", "spent/unclear"},
      {login + "revoke; with revoke-certificate-unknown", "any", "spent/unclear"},
      {login + "revoke_tokens; revoke", "any", "spent/unclear"},
      // After doubt a new login makes things plain again.
      {login + "refresh [token/invalid-grant]; authorize; consent; callback; call", "ok",
       "spent/live"},
      // A client is told of another scope than it has, and may ask for it.
      {"authorize; consent; callback [token/scope-widened]; call", "ok", "spent/live"},
      {"authorize; consent; callback [token/scope-widened]; refresh", "any", "spent/unclear"},
      {"authorize; consent; callback [token/scope-narrowed]; expire; call", "any", "spent/unclear"},
      {"authorize; consent; callback [token/scope-narrowed]; " + login + "refresh", "ok",
       "spent/live"},
      {login + "refresh [token/scope-widened]; refresh", "any", "spent/unclear"},
      // Who has no "refresh now" calls, once its tokens are ended.
      {login + "refresh", "ok", "spent/live", by_call},
      {login + "refresh [token/lost]; call", "any", "spent/unclear", by_call},
      {login + "refresh [token/503]", "refused", "spent/expired", by_call},
      {login + "call [api/rate-limit]; " + login + "refresh", "any", "spent/unclear", by_call},
      {login + "refresh; with api-certificate-expired", "any", "spent/unclear", by_call},
      // Tokens of a second: what the client would use is a matter of its own clock.
      {login + "token; with lifetime-1", "any", "spent/live"},
      // Two users.
      {"authorize; B: authorize; consent; B: consent; callback state-of-other-user; B: callback",
       "any", "doubtful/unclear"},
      {"authorize; B: authorize; consent; callback; B: consent; B: callback state-of-other-user; "
       "call",
       "ok", "spent/live"},
      {"authorize; callback; call [api/rate-limit]; B: authorize; B: callback; B: call; "
       "with auto-approve",
       "any", "spent/unclear"},
      {"authorize; callback; B: authorize; B: callback; B: refresh; call [token/503]; "
       "with auto-approve",
       "refused", "spent/expired", by_call},
      {login + "B: call", "refused", "none/none"},
      {login + "B: authorize; B: consent; B: callback state-of-other-user", "refused",
       "doubtful/none"},
  };
  for (const Row& row : rows) {
    const End end = EndOf(FlowFrom(row.flow), row.client);
    EXPECT_EQ(end.expected, row.expected) << row.flow;
    EXPECT_EQ(end.state, row.state) << row.flow;
  }
}

TEST(ExploreModel, WhatMakesNoSenseIsNotLegal) {
  for (const char* const flow :
       {"consent", "call", "B: authorize", "authorize; callback", "authorize; consent; consent",
        "authorize; expire", "authorize; callback unsolicited",
        "authorize; consent; callback issuer-missing", "authorize; B: call create",
        "authorize; call [api/403]", "authorize; consent deny; callback [token/503]",
        "authorize; consent deny [authorize/unavailable]",
        "authorize; consent; callback; call [token/503]",
        "authorize; consent; callback; call [api/late-expiry]",
        "authorize; consent; callback; expire; parallel [token/503]",
        "authorize; consent; revoke_tokens",
        "authorize; B: authorize; B: callback redirect-of-other-user"}) {
    EXPECT_FALSE(IsLegal(FlowFrom(flow), kFull)) << flow;
  }
  EXPECT_FALSE(IsLegal({}, kFull));
  EXPECT_TRUE(IsLegal(FlowFrom("authorize; consent; callback"), kFull));
}

}  // namespace
}  // namespace aweber::conformance::explore
