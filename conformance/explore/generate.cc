#include "conformance/explore/generate.h"

#include <rapidcheck/Gen.h>
#include <rapidcheck/Random.h>
#include <rapidcheck/gen/Numeric.h>
#include <rapidcheck/seq/Create.h>
#include <rapidcheck/seq/Transform.h>
#include <rapidcheck/shrink/Shrink.h>
#include <rapidcheck/shrinkable/Create.h>
#include <rapidcheck/shrinkable/Operations.h>

#include <algorithm>
#include <set>

namespace aweber::conformance::explore {
namespace {

// Numbers out of a RapidCheck generator.
class Dice {
 public:
  explicit Dice(const rc::Random& random) : random_(random) {}
  // 0 to `end` - 1.
  std::size_t Below(std::size_t end) {
    return rc::gen::inRange<std::size_t>(0, end)(random_.split()).value();
  }
  bool OneIn(std::size_t chances) { return Below(chances) == 0; }
  template <typename Item>
  const Item& Of(const std::vector<Item>& items) {
    return items[Below(items.size())];
  }

 private:
  rc::Random random_;
};

// How often an action is tried where a session stands: mostly what leads on.
std::size_t WeightOf(ActionKind kind, const SessionState& state) {
  const bool holds = state.tokens == Tokens::kLive || state.tokens == Tokens::kExpired;
  switch (kind) {
    case ActionKind::kAuthorize:
      return state.login == Login::kNone || state.login == Login::kDoubtful ? 20 : 2;
    case ActionKind::kConsent:
      return 40;
    case ActionKind::kCallback:
      return state.login == Login::kGranted || state.login == Login::kDenied ? 40 : 3;
    case ActionKind::kCall:
      return holds ? 8 : 1;
    case ActionKind::kRefresh:
      return holds ? 6 : 1;
    case ActionKind::kToken:
      return 1;
    case ActionKind::kRevoke:
      return holds ? 3 : 1;
    case ActionKind::kExpire:
      return state.tokens == Tokens::kLive ? 4 : 1;
    case ActionKind::kTwoCalls:
      return state.tokens == Tokens::kExpired ? 4 : 1;
    case ActionKind::kRestart:
      return holds ? 2 : 1;
    case ActionKind::kAdvance:
    case ActionKind::kRevokeTokens:
      return 1;
  }
  return 1;
}

// How often a variation is drawn: what changes the client's part throughout more than the others,
// since it is to be seen together with them.
std::size_t WeightOf(const Variation& variation) {
  const bool throughout =
      variation.effect == WorldEffect::kPublic || variation.effect == WorldEffect::kIssuer;
  return throughout ? 8 : 1;
}

std::vector<std::size_t> RowsOf(const std::vector<bool>& offered) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < offered.size(); ++row) {
    if (offered[row]) rows.push_back(row);
  }
  return rows;
}

constexpr ActionKind kKinds[] = {
    ActionKind::kAuthorize, ActionKind::kConsent, ActionKind::kCallback, ActionKind::kCall,
    ActionKind::kRefresh,   ActionKind::kToken,   ActionKind::kRevoke,   ActionKind::kExpire,
    ActionKind::kAdvance,   ActionKind::kRestart, ActionKind::kTwoCalls, ActionKind::kRevokeTokens};

class FlowBuilder {
 public:
  FlowBuilder(const Offer& offer, const rc::Random& random) : offer_(offer), dice_(random) {}

  Flow Build() {
    DrawTheme();
    DrawWorld();
    two_users_ = dice_.OneIn(3);
    Model model(offer_.client, TraitsOf(flow_.world));
    // The longer of two: most of what can go wrong comes after a login.
    const std::size_t length = 1 + std::max(dice_.Below(kMostActions), dice_.Below(kMostActions));
    Action action = DrawBehaviour(model, {WaysOf(ActionKind::kAuthorize).front(), 'A', 0});
    for (;;) {
      model.Do(action);
      flow_.actions.push_back(action);
      if (flow_.actions.size() >= length) return std::move(flow_);
      action = DrawAction(model);
    }
  }

 private:
  void DrawTheme() {
    theme_.way = dice_.Of(RowsOf(offer_.ways));
    theme_.behaviour = dice_.Of(RowsOf(offer_.behaviours));
  }

  void DrawWorld() {
    std::vector<std::size_t> by_weight;
    for (const std::size_t row : RowsOf(offer_.variations)) {
      by_weight.insert(by_weight.end(), WeightOf(Variations()[row]), row);
      if (ThemeNeeds(Variations()[row].effect)) AddVariation(row);
    }
    const std::size_t count = by_weight.empty() || dice_.OneIn(2) ? 0 : 1 + dice_.Below(3);
    for (std::size_t i = 0; i < count; ++i) AddVariation(dice_.Of(by_weight));
    std::sort(flow_.world.begin(), flow_.world.end());
  }

  bool ThemeNeeds(WorldEffect effect) const {
    return (effect == WorldEffect::kIssuer && Ways()[theme_.way].issuer) ||
           (effect == WorldEffect::kShortLife && Behaviours()[theme_.behaviour].short_life);
  }

  void AddVariation(std::size_t row) {
    for (const std::size_t other : flow_.world) {
      if (Variations()[other].group == Variations()[row].group) return;
    }
    flow_.world.push_back(row);
  }

  Action DrawAction(const Model& model) {
    Action action;
    action.session = two_users_ && !dice_.OneIn(3) ? 'B' : 'A';
    std::vector<ActionKind> kinds;
    for (const ActionKind kind : kKinds) {
      if (Fitting(model, kind, action.session).empty()) continue;
      kinds.insert(kinds.end(), WeightOf(kind, model.Of(action.session)), kind);
    }
    const auto ways = Fitting(model, dice_.Of(kinds), action.session);
    action.way = DrawRow(ways, ways.front(), theme_.way);
    return DrawBehaviour(model, action);
  }

  std::vector<std::size_t> Fitting(const Model& model, ActionKind kind, char session) const {
    std::vector<std::size_t> fitting;
    for (const std::size_t way : WaysOf(kind)) {
      if (offer_.ways[way] && model.CanDo({way, session, 0})) fitting.push_back(way);
    }
    return fitting;
  }

  Action DrawBehaviour(const Model& model, Action action) {
    std::vector<std::size_t> fitting;
    for (std::size_t row = 1; row < Behaviours().size(); ++row) {
      action.behaviour = row;
      if (offer_.behaviours[row] && model.CanDo(action)) fitting.push_back(row);
    }
    action.behaviour = fitting.empty() ? 0 : DrawRow(fitting, 0, theme_.behaviour);
    return action;
  }

  // The theme where it fits, or any other now and then; else the plain one.
  std::size_t DrawRow(const std::vector<std::size_t>& rows, std::size_t plain, std::size_t theme) {
    const bool fits = std::find(rows.begin(), rows.end(), theme) != rows.end();
    if (fits && dice_.OneIn(2)) return theme;
    return dice_.OneIn(4) ? dice_.Of(rows) : plain;
  }

  const Offer& offer_;
  Dice dice_;
  // A way and a behaviour that this flow comes back to. Were each drawn alike at each step, hardly a
  // flow would hold a rare one together with a second user, a second login, or a public client.
  Action theme_;
  // A second user gets most steps of such a flow: few of them would not even log in.
  bool two_users_ = false;
  Flow flow_;
};

// Plainer ways and servers for one action, the plainest first.
rc::Seq<Action> Plainer(const Action& action) {
  std::vector<Action> plainer;
  const auto add = [&](Action candidate) {
    if (!(candidate == action)) plainer.push_back(candidate);
  };
  const std::size_t plain = WaysOf(action.kind()).front();
  add({plain, action.session, 0});
  add({action.way, action.session, 0});
  add({plain, action.session, action.behaviour});
  if (action.kind() == ActionKind::kTwoCalls) {
    add({WaysOf(ActionKind::kCall).front(), action.session, action.behaviour});
  }
  // A row that stands earlier in its table is the plainer one.
  for (const std::size_t way : WaysOf(action.kind())) {
    if (way < action.way) add({way, action.session, action.behaviour});
  }
  return rc::seq::fromContainer(plainer);
}

// An ordinary consent page where there was none: a step more, and a plainer server.
std::vector<Flow> WithConsent(const Flow& flow) {
  Flow usual;
  for (const std::size_t row : flow.world) {
    if (Variations()[row].effect != WorldEffect::kAutoApprove) usual.world.push_back(row);
  }
  if (usual.world.size() == flow.world.size()) return {};
  for (const Action& action : flow.actions) {
    usual.actions.push_back(action);
    const bool asks = action.kind() == ActionKind::kAuthorize &&
                      Behaviours()[action.behaviour].effect != Effect::kError;
    if (asks) usual.actions.push_back({WaysOf(ActionKind::kConsent).front(), action.session, 0});
  }
  return {usual};
}

rc::Seq<Flow> Shrinks(const Flow& flow) {
  const auto with_actions = [flow](const std::vector<Action>& actions) {
    return Flow{flow.world, actions};
  };
  const auto with_world = [flow](const std::vector<std::size_t>& world) {
    return Flow{world, flow.actions};
  };
  // One user where two are not needed.
  std::vector<Flow> fewer_users;
  for (const char gone : {'A', 'B'}) {
    Flow one{flow.world, {}};
    for (Action action : flow.actions) {
      if (action.session == gone) continue;
      action.session = 'A';
      one.actions.push_back(action);
    }
    if (one.actions.size() < flow.actions.size()) fewer_users.push_back(one);
  }
  // A step that needs another to go with it: any two.
  std::vector<Flow> without_pairs;
  for (std::size_t first = 0; first < flow.actions.size(); ++first) {
    for (std::size_t second = first + 2; second < flow.actions.size(); ++second) {
      Flow fewer = flow;
      fewer.actions.erase(fewer.actions.begin() + static_cast<std::ptrdiff_t>(second));
      fewer.actions.erase(fewer.actions.begin() + static_cast<std::ptrdiff_t>(first));
      without_pairs.push_back(std::move(fewer));
    }
  }
  return rc::seq::concat(
      rc::seq::map(rc::shrink::removeChunks(flow.world), with_world),
      rc::seq::fromContainer(WithConsent(flow)), rc::seq::fromContainer(fewer_users),
      rc::seq::map(rc::shrink::removeChunks(flow.actions), with_actions),
      rc::seq::fromContainer(without_pairs),
      rc::seq::map(rc::shrink::eachElement(flow.actions, Plainer), with_actions));
}

}  // namespace

std::string WhyNoGenerator() { return ""; }

Flow DrawFlow(const Offer& offer, std::uint64_t seed, std::uint64_t number, int attempt) {
  const rc::Gen<Flow> flows = [&offer](const rc::Random& random, int) {
    return rc::shrinkable::just(FlowBuilder(offer, random).Build());
  };
  rc::Random random(seed ^ (number * 0x9E3779B97F4A7C15ULL));
  for (int i = 0; i < attempt; ++i) random.split();
  return flows(random.split()).value();
}

Flow ShrinkFlow(const Flow& flow, const ClientTraits& client,
                const std::function<bool(const Flow&)>& fails) {
  std::set<std::string> asked;
  const auto still_fails = [&](const Flow& candidate) {
    return IsLegal(candidate, client) && asked.insert(DescribeFlow(candidate)).second &&
           fails(candidate);
  };
  return rc::shrinkable::findLocalMin(rc::shrinkable::shrinkRecur(flow, &Shrinks), still_fails)
      .first;
}

}  // namespace aweber::conformance::explore
