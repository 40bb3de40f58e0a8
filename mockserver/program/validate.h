// `validate`: scenario files, folders of them and files of customers' data, without playing them; as
// strict as `run`.
//
// Errors: printed, one for each path. Thread safety: from main.
#pragma once

#include <string>
#include <vector>

namespace aweber::mock {

// `checks`: the ids that a scenario may name. Answers the exit status.
int Validate(const std::vector<std::string>& paths, const std::vector<std::string>& checks);

}  // namespace aweber::mock
