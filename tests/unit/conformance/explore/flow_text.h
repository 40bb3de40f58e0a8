// Flows in tests, as explore describes them: "authorize; consent deny; B: call [api/403]; with
// public".
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "conformance/explore/flow.h"
#include "conformance/explore/model.h"

namespace aweber::conformance::explore {

// Claims all that the model asks about.
inline constexpr ClientTraits kFull = {.persists = true, .refreshes_on_401 = true};

inline std::size_t RowNamed(std::string_view name, const auto& rows) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows[row].name == name) return row;
  }
  ADD_FAILURE() << "no row " << name;
  return 0;
}

inline Action ActionFrom(std::string_view text) {
  Action action;
  if (text.starts_with("B: ")) {
    action.session = 'B';
    text.remove_prefix(3);
  }
  if (const std::size_t bracket = text.find(" ["); bracket != std::string_view::npos) {
    const std::string_view name = text.substr(bracket + 2, text.size() - bracket - 3);
    action.behaviour = RowNamed(name, Behaviours());
    text = text.substr(0, bracket);
  }
  for (std::size_t way = 0; way < Ways().size(); ++way) {
    std::string words(ActionName(Ways()[way].kind));
    if (!Ways()[way].name.empty()) words += " " + std::string(Ways()[way].name);
    if (words != text) continue;
    action.way = way;
    return action;
  }
  ADD_FAILURE() << "no action " << text;
  return action;
}

inline Flow FlowFrom(std::string_view text) {
  Flow flow;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("; "), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 2, text.size()));
    if (part.starts_with("with ")) {
      flow.world.push_back(RowNamed(part.substr(5), Variations()));
    } else {
      flow.actions.push_back(ActionFrom(part));
    }
  }
  return flow;
}

}  // namespace aweber::conformance::explore
