// Badge: a run in three words, as a picture and for services that draw badges.
//
// Thread safety: pure functions. Errors: none.
#pragma once

#include <string>

#include "conformance/result/run_model.h"

namespace aweber::conformance {

struct Badge {
  std::string label, message;
  std::string color;  // "brightgreen" "yellow" "red" "lightgrey", as badge services name them
};
Badge BadgeOf(const RunModel& model);

std::string BadgeSvg(const Badge& badge);
// The "endpoint" document that badge services read: schemaVersion, label, message, color.
std::string BadgeJson(const Badge& badge);

}  // namespace aweber::conformance
