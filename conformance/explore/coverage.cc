#include "conformance/explore/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "base/text/json.h"

namespace aweber::conformance::explore {
namespace {

void Count(std::vector<std::size_t>& counts, std::size_t size, std::size_t row) {
  counts.resize(size);
  ++counts[row];
}

std::size_t CountOf(const std::vector<std::size_t>& counts, std::size_t row) {
  return row < counts.size() ? counts[row] : 0;
}

}  // namespace

std::set<Coverage::Pair> Coverage::PairsOf(const Flow& flow, const ClientTraits& client) {
  std::set<Pair> pairs;
  const WorldTraits world = TraitsOf(flow.world);
  Model model(client, world);
  bool restarted = false;
  std::map<char, int> logins;
  for (const Action& action : flow.actions) {
    const auto add = [&](std::string_view circumstance) {
      pairs.emplace(circumstance, action.way, action.behaviour);
    };
    add(model.Of(action.session).Name());
    // What goes wrong in one of these alone is another thing, whatever the state: with the state as
    // well they are too many to try.
    restarted |= action.kind() == ActionKind::kRestart;
    if (action.kind() == ActionKind::kAuthorize) ++logins[action.session];
    if (world.public_client) add("public client");
    if (action.session != flow.actions.front().session) add("second user");
    if (logins[action.session] > 1) add("second login");
    if (restarted) add("restarted");
    // A variation with each way, whatever the server does then.
    for (const std::size_t row : flow.world) pairs.emplace(Variations()[row].name, action.way, 0);
    model.Do(action);
  }
  return pairs;
}

std::size_t Coverage::NewIn(const Flow& flow, const ClientTraits& client) const {
  const std::set<Pair> pairs = PairsOf(flow, client);
  return static_cast<std::size_t>(std::count_if(
      pairs.begin(), pairs.end(), [this](const Pair& pair) { return !seen_.contains(pair); }));
}

void Coverage::Add(const Flow& flow, const ClientTraits& client) {
  seen_.merge(PairsOf(flow, client));
  Model model(client, TraitsOf(flow.world));
  for (const Action& action : flow.actions) {
    states_.insert(model.Of(action.session).Name());
    model.Do(action);
    Count(ways_, Ways().size(), action.way);
    Count(behaviours_, Behaviours().size(), action.behaviour);
  }
  for (const std::size_t row : flow.world) Count(variations_, Variations().size(), row);
}

Json Coverage::ToJson() const {
  Json actions = Json::object(), behaviours = Json::object(), variations = Json::object();
  for (std::size_t row = 0; row < Ways().size(); ++row) {
    const Way& way = Ways()[row];
    const std::string name = way.name.empty()
                                 ? std::string(ActionName(way.kind))
                                 : fmt::format("{} {}", ActionName(way.kind), way.name);
    actions[name] = CountOf(ways_, row);
  }
  for (std::size_t row = 1; row < Behaviours().size(); ++row) {
    behaviours[std::string(Behaviours()[row].name)] = CountOf(behaviours_, row);
  }
  for (std::size_t row = 0; row < Variations().size(); ++row) {
    variations[std::string(Variations()[row].name)] = CountOf(variations_, row);
  }
  return {{"states", std::vector<std::string>(states_.begin(), states_.end())},
          {"pairs", pairs()},
          {"actions", std::move(actions)},
          {"behaviours", std::move(behaviours)},
          {"variations", std::move(variations)}};
}

}  // namespace aweber::conformance::explore
