// ScenarioLibrary: the scenarios that can be played by id, and their hot reload.
//
// Purpose: the built-in ones, overlaid by a directory. A file that became bad keeps its last good
//   version and is reported. The built-in ones are read when they are first asked for: reading them
//   takes longer than all else that a mock does to start.
// Ownership: owns parsed scenarios; answers copies. Thread safety: all members.
// Errors: Load joins the errors of all files, each with file, line and column.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "mockserver/scenario/scenario.h"

namespace aweber::mock {

class ScenarioLibrary {
 public:
  // `directory` may be "" for the built-in ones alone.
  Status Load(const std::string& directory);

  // A single file beside the directory, reloaded like the others; answers its scenarios.
  Result<std::vector<Scenario>> AddFile(const std::string& file);

  struct Reloaded {
    int loaded = 0;
    std::vector<std::string> changed;  // ids that are new or differ
    std::vector<std::string> errors;   // files that keep their last good version
  };
  Reloaded Reload();
  // Modification times and names of the directory's files as one text: differs when a reload is
  // due.
  std::string Fingerprint() const;

  std::optional<Scenario> Find(const std::string& id) const;
  std::vector<Scenario> All() const;  // sorted by id
  // Ids near to a wrong one, for messages.
  std::string Nearest(const std::string& id) const;

 private:
  struct Source {
    std::string file, id_hint;
  };
  using Scenarios = std::map<std::string, Scenario>;
  // Under the mutex, both.
  Result<std::vector<Source>> Sources() const;
  const Scenarios& Known() const;

  mutable std::mutex mutex_;
  std::string directory_;
  std::vector<std::string> single_files_;
  mutable Scenarios scenarios_;  // those of files, and the built-in ones once they are read
  mutable bool built_in_read_ = false;
  std::map<std::string, std::string> texts_;  // file -> text of the version in use
};

}  // namespace aweber::mock
