// Scratch: the folder of one run, and the sweep of folders whose run has died.
//
// Purpose: a run that is killed outright cannot tidy up. Its folder holds a locked file, and the lock
//   ends with the run; the next run finds folders whose lock is free, ends what still runs for them
//   and removes them.
// Ownership: owns the folder; the destructor removes it. Thread safety: one thread.
// Errors: Make: Error{"file.*"}. What cannot be swept is left for the next run.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace aweber::conformance {

class Scratch {
 public:
  // Sweeps, then makes a folder below ScratchParent().
  static Result<Scratch> Make();
  Scratch(Scratch&& other) noexcept
      : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch();

  const std::string& path() const { return path_; }

 private:
  Scratch(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;
};

// Where runs keep their files: TMPDIR when it is set; else memory (/dev/shm) where there is enough of
// it, since a run makes a thousand small files, syncs and removes them; else /tmp.
std::string ScratchParent();
// Removes the folders below `parent` that dead runs of this user have left; answers how many.
int SweepDeadRuns(const std::string& parent);

}  // namespace aweber::conformance
