// Guardian: a small process that outlives this one when it is killed outright, ends what it had
// started for its cases, and removes its folder.
//
// Purpose: a parent-death signal reaches children, not what they started in turn. The guardian
//   holds the end of a pipe; when the pipe closes without a word, the run has died.
// Ownership: owns the process and the pipe. Make it before any thread is started. Thread safety:
//   none. Errors: none; without a guardian the run goes on.
#pragma once

#include <sys/types.h>

#include <string>

namespace aweber::conformance {

class Guardian {
 public:
  // `folder`: of the run; the folders of its cases lie below it.
  explicit Guardian(const std::string& folder);
  ~Guardian();
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;

 private:
  pid_t pid_ = -1;
  int pipe_ = -1;
};

}  // namespace aweber::conformance
