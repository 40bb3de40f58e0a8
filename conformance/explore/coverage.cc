#include "conformance/explore/coverage.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/json.h"

namespace aweber::conformance::explore {
namespace {

// In the place of a variation's row: a second user did it. What goes wrong with him alone is another
// thing, wherever he stands.
constexpr std::size_t kSecondUser = static_cast<std::size_t>(-1);

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
  Model model(client, TraitsOf(flow.world));
  for (const Action& action : flow.actions) {
    const bool first_user = action.session == flow.actions.front().session;
    pairs.emplace(model.Of(action.session).Name(), action.way, action.behaviour,
                  first_user ? 0 : kSecondUser);
    // A variation with each way, whatever the state: all three together are too many to try.
    for (const std::size_t row : flow.world) pairs.emplace("", action.way, 0, row + 1);
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
  std::set<Pair> pairs = PairsOf(flow, client);
  for (const Pair& pair : pairs) {
    if (!std::get<0>(pair).empty()) states_.insert(std::get<0>(pair));
  }
  seen_.merge(pairs);
  for (const Action& action : flow.actions) {
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
