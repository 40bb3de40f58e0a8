#include "conformance/explore/flow.h"

#include <array>

namespace aweber::conformance::explore {
namespace {

constexpr std::array<std::string_view, 12> kActionNames = {
    "authorize", "consent", "callback", "call",          "refresh", "token",
    "revoke",    "expire",  "advance",  "revoke_tokens", "restart", "parallel"};

std::vector<std::vector<std::size_t>> SortWays() {
  std::vector<std::vector<std::size_t>> sorted(kActionNames.size());
  for (std::size_t i = 0; i < Ways().size(); ++i) {
    sorted[static_cast<std::size_t>(Ways()[i].kind)].push_back(i);
  }
  return sorted;
}

}  // namespace

std::string_view ActionName(ActionKind kind) {
  return kActionNames[static_cast<std::size_t>(kind)];
}

const std::vector<std::size_t>& WaysOf(ActionKind kind) {
  static const auto* const sorted = new std::vector<std::vector<std::size_t>>(SortWays());
  return (*sorted)[static_cast<std::size_t>(kind)];
}

std::string DescribeAction(const Action& action) {
  const Way& way = Ways()[action.way];
  std::string text = action.session == 'A' ? "" : std::string(1, action.session) + ": ";
  text += ActionName(way.kind);
  if (!way.name.empty()) text += " " + std::string(way.name);
  if (action.behaviour != 0) {
    text += " [" + std::string(Behaviours()[action.behaviour].name) + "]";
  }
  return text;
}

std::string DescribeFlow(const Flow& flow) {
  std::string text;
  for (const Action& action : flow.actions) {
    if (!text.empty()) text += "; ";
    text += DescribeAction(action);
  }
  for (const std::size_t row : flow.world) text += "; with " + std::string(Variations()[row].name);
  return text;
}

}  // namespace aweber::conformance::explore
