// Drawing and shrinking flows.
#include "conformance/explore/generate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "conformance/explore/flow_scenario.h"
#include "tests/unit/conformance/explore/flow_text.h"

namespace aweber::conformance::explore {
namespace {

Offer Everything() {
  Offer offer;
  offer.client = kFull;
  offer.ways.assign(Ways().size(), true);
  offer.behaviours.assign(Behaviours().size(), true);
  offer.variations.assign(Variations().size(), true);
  return offer;
}

class ExploreGenerate : public testing::Test {
 protected:
  void SetUp() override {
    if (!WhyNoGenerator().empty()) GTEST_SKIP() << WhyNoGenerator();
  }
};

TEST_F(ExploreGenerate, TheSameSeedGivesTheSameFlows) {
  const Offer offer = Everything();
  std::set<std::string> different;
  for (std::uint64_t number = 0; number < 200; ++number) {
    const Flow flow = DrawFlow(offer, 7, number, 2);
    EXPECT_EQ(flow, DrawFlow(offer, 7, number, 2));
    different.insert(DescribeFlow(flow));
    different.insert(DescribeFlow(DrawFlow(offer, 7, number, 3)));
    different.insert(DescribeFlow(DrawFlow(offer, 8, number, 2)));
  }
  EXPECT_GT(different.size(), 500u);
}

TEST_F(ExploreGenerate, EveryFlowIsALegalScenario) {
  const Offer offer = Everything();
  std::set<std::size_t> ways, behaviours, variations, lengths;
  for (std::uint64_t number = 0; number < 6000; ++number) {
    const Flow flow = DrawFlow(offer, 1, number, 0);
    ASSERT_TRUE(IsLegal(flow, kFull)) << DescribeFlow(flow);
    lengths.insert(flow.actions.size());
    for (const Action& action : flow.actions) {
      ways.insert(action.way);
      behaviours.insert(action.behaviour);
    }
    variations.insert(flow.world.begin(), flow.world.end());
    if (number % 16 != 0) continue;  // the loader is the slow part
    const auto scenario = ToScenario(flow, kFull, {});
    ASSERT_TRUE(scenario.ok()) << DescribeFlow(flow) << "\n" << scenario.error().message;
  }
  EXPECT_EQ(ways.size(), Ways().size());
  for (std::size_t row = 0; row < Behaviours().size(); ++row) {
    EXPECT_TRUE(behaviours.contains(row)) << Behaviours()[row].name;
  }
  EXPECT_EQ(variations.size(), Variations().size());
  EXPECT_EQ(lengths.size(), kMostActions);
}

// A mistake that a client makes for the second user alone, or without a secret, is of one rare way.
TEST_F(ExploreGenerate, RareWaysMeetASecondUserASecondLoginAndAPublicClient) {
  const Offer offer = Everything();
  const std::size_t way = RowNamed("issuer-missing", Ways());
  int second_user = 0, second_login = 0, without_secret = 0;
  for (std::uint64_t number = 0; number < 6000; ++number) {
    const Flow flow = DrawFlow(offer, 1, number, 0);
    const WorldTraits world = TraitsOf(flow.world);
    Model model(kFull, world);
    int logins = 0;
    for (const Action& action : flow.actions) {
      if (action.kind() == ActionKind::kAuthorize && action.session == 'A') ++logins;
      if (action.way == way && model.Of(action.session).login == Login::kGranted) {
        second_user += action.session == 'B';
        second_login += action.session == 'A' && logins > 1;
        without_secret += world.public_client;
      }
      model.Do(action);
    }
  }
  EXPECT_GT(second_user, 5);
  EXPECT_GT(second_login, 5);
  EXPECT_GT(without_secret, 5);
}

TEST_F(ExploreGenerate, WhatIsNotOfferedIsNotDrawn) {
  Offer offer = Everything();
  const std::size_t way = RowNamed("state-missing", Ways());
  const std::size_t behaviour = RowNamed("token/lost", Behaviours());
  const std::size_t variation = RowNamed("public", Variations());
  offer.ways[way] = offer.behaviours[behaviour] = offer.variations[variation] = false;
  for (std::uint64_t number = 0; number < 2000; ++number) {
    const Flow flow = DrawFlow(offer, 1, number, 0);
    for (const Action& action : flow.actions) {
      EXPECT_NE(action.way, way);
      EXPECT_NE(action.behaviour, behaviour);
    }
    EXPECT_EQ(std::count(flow.world.begin(), flow.world.end(), variation), 0);
  }
}

struct ShrinkRow {
  std::string from, fails_when_it_has, to;
};

TEST_F(ExploreGenerate, ShrinkingEndsInTheSmallest) {
  const ShrinkRow rows[] = {
      {"authorize; consent wrong-password; consent; callback; call; refresh; restart; call "
       "[api/503]; with public; with issuer",
       "call [api/503]", "authorize; consent; callback; call [api/503]"},
      {"authorize; B: authorize; consent; B: consent; B: callback [token/lost]; callback; call",
       "callback [token/lost]", "authorize; consent; callback [token/lost]"},
      {"authorize; consent; callback; authorize; consent deny; callback; call; with hostile-secret",
       "consent deny", "authorize; consent deny"},
      {"authorize; B: authorize; consent; B: consent; callback swapped; with awkward",
       "with awkward", "authorize; with awkward"},
      // A consent page is a step more, and plainer than none.
      {"authorize; callback [token/lost]; call; with public; with auto-approve",
       "callback [token/lost]", "authorize; consent; callback [token/lost]"},
  };
  for (const ShrinkRow& row : rows) {
    int asked = 0;
    const Flow smallest = ShrinkFlow(FlowFrom(row.from), kFull, [&](const Flow& flow) {
      ++asked;
      EXPECT_TRUE(IsLegal(flow, kFull)) << DescribeFlow(flow);
      return DescribeFlow(flow).find(row.fails_when_it_has) != std::string::npos;
    });
    EXPECT_EQ(DescribeFlow(smallest), row.to);
    EXPECT_LT(asked, 200);
  }
}

TEST_F(ExploreGenerate, WhatNothingPlainerShowsStays) {
  const Flow flow = FlowFrom("authorize; consent; callback; expire; parallel; with reuse-revokes");
  EXPECT_EQ(ShrinkFlow(flow, kFull, [](const Flow&) { return false; }), flow);
}

}  // namespace
}  // namespace aweber::conformance::explore
