// Watch: which files a driver is made of, and whether they changed.
//
// Purpose: `run --watch` plays the suite again when the client under test is edited. The files are
//   those that the driver's command and configuration name, and what lies beside them with the same
//   ending, so that a changed module counts too, and one that is made later.
// Thread safety: none. Errors: a file that cannot be read counts as changed when it comes back.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aweber::conformance {

class Watch {
 public:
  // `command`: as for --driver, started in `directory` ("" for the current one); `config`: a file,
  // or "".
  Watch(const std::string& command, const std::string& directory, const std::string& config);

  // The files that are watched, sorted. Empty: the command names none, there is nothing to watch.
  const std::vector<std::string>& files() const { return files_; }
  // The first file that differs from the last look or is new since then; "" when none does.
  std::string Changed();

 private:
  struct Stamp {
    std::filesystem::file_time_type time = {};
    std::uintmax_t size = 0;
    bool operator==(const Stamp&) const = default;
  };
  static Stamp StampOf(const std::string& file);
  // Adds to `files_` what now lies beside the files that were named.
  void FindFiles();

  std::vector<std::string> named_;
  std::string config_;
  std::vector<std::string> files_;
  std::map<std::string, Stamp> seen_;
};

}  // namespace aweber::conformance
