// Options: the table of what the mock's program may be told (config.h): each row is a flag, its
//   environment twin AWEBER_MOCK_* and its key in the YAML file.
//
// Ownership, thread safety: a constant table.
// Errors: an option's `apply` answers what is wrong with its text, to follow the option's name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mockserver/program/config.h"

namespace aweber::mock {

struct Option {
  std::string_view name;  // flag without dashes; YAML key; environment twin in capitals
  std::string_view help;
  bool is_switch;
  // "" when `text` is good and the config has it, else "must be ...".
  std::string (*apply)(const std::string& text, Config& config);
};

// In the order in which they are to be applied: the profile first, because it sets every switch.
const std::vector<Option>& Options();
// The heading of --help below which the flag `name` stands.
std::string GroupOf(std::string_view name);

}  // namespace aweber::mock
