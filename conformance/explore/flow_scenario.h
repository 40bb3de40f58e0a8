// A flow as an ordinary scenario: the text of a scenario file, and what the loader makes of it.
//
// Purpose: what `explore` plays is what stands in the file that it writes: the flow becomes text,
//   and the loader of scenario files reads it. The replies that the model expects are the
//   scenario's `expect`.
// Ownership, thread safety: pure functions and plain values.
// Errors: Error{"scenario.*"} where the loader refuses the text: a mistake of a table.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "conformance/explore/flow.h"
#include "conformance/explore/model.h"
#include "mockserver/scenario/scenario.h"

namespace aweber::conformance::explore {

// What a scenario says of itself beside its flow.
struct Wording {
  std::string id = "explore/flow";
  std::string title = "A generated flow";
  std::string why = "Generated.";
  std::string profile;              // "" for all
  std::vector<std::string> checks;  // the first is its subject
  bool leans = false;               // on the control, also where nothing has to be refused
};

// The positive scenario that a flow with a refusal leans on, one in which the client ends, and one
// about values that are new each time.
inline constexpr const char* kControl = "callback/ok";

std::string ScenarioText(const Flow& flow, const ClientTraits& client, const Wording& wording);
Result<mock::Scenario> ToScenario(const Flow& flow, const ClientTraits& client,
                                  const Wording& wording);

// The number of the action that made the step with this label; two calls at once make two steps.
std::optional<std::size_t> ActionLabelled(const Flow& flow, std::string_view label);

}  // namespace aweber::conformance::explore
