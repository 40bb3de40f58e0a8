#include "conformance/run/plan.h"

#include <algorithm>
#include <map>

#include "conformance/driver/features.h"

namespace aweber::conformance {
namespace {

class Planner {
 public:
  explicit Planner(const std::vector<mock::Scenario>& scenarios) : scenarios_(scenarios) {
    for (std::size_t i = 0; i < scenarios.size(); ++i) by_id_[scenarios[i].id] = i;
  }

  // The plan's index of scenario `which`, its control first.
  std::size_t Add(std::size_t which, int depth = 0) {
    if (const auto known = places_.find(which); known != places_.end()) return known->second;
    PlannedCase planned;
    planned.scenario = &scenarios_[which];
    planned.needed = NeededFeatures(*planned.scenario);
    const auto control = by_id_.find(planned.scenario->control);
    // A circle of controls cannot be played in any order; it is cut where it closes.
    if (control != by_id_.end() && control->second != which && depth < 8) {
      planned.control = Add(control->second, depth + 1);
      for (const std::string& feature : plan_[planned.control].needed) {
        auto& needed = planned.needed;
        if (std::find(needed.begin(), needed.end(), feature) == needed.end()) {
          needed.push_back(feature);
        }
      }
    }
    plan_.push_back(std::move(planned));
    places_[which] = plan_.size() - 1;
    return plan_.size() - 1;
  }

  std::vector<PlannedCase> plan_;

 private:
  const std::vector<mock::Scenario>& scenarios_;
  std::map<std::string, std::size_t> by_id_;
  std::map<std::size_t, std::size_t> places_;
};

}  // namespace

std::vector<PlannedCase> PlanCases(const std::vector<mock::Scenario>& scenarios,
                                   const std::vector<std::size_t>& selected) {
  Planner planner(scenarios);
  for (std::size_t place = 0; place < selected.size(); ++place) {
    PlannedCase& planned = planner.plan_[planner.Add(selected[place])];
    planned.selected = true;
    planned.index = place;
  }
  return std::move(planner.plan_);
}

}  // namespace aweber::conformance
