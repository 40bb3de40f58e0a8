#include "conformance/cli/watch.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <system_error>

#include "base/os/process.h"

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 2000;

// The interpreter or the tool itself is not what somebody edits.
bool IsSource(const fs::path& file) {
  std::error_code unknown;
  if (!fs::is_regular_file(file, unknown)) return false;
  const std::string path = fs::absolute(file, unknown).string();
  for (const char* const system : {"/usr/", "/bin/", "/opt/", "/lib/"}) {
    if (path.starts_with(system)) return false;
  }
  return true;
}

void AddWithSiblings(const fs::path& file, std::set<std::string>& files) {
  files.insert(file.string());
  std::error_code unknown;
  if (file.extension().empty()) return;
  for (const auto& entry : fs::directory_iterator(
           file.has_parent_path() ? file.parent_path() : fs::path("."), unknown)) {
    if (files.size() >= kMaxFiles) return;
    if (entry.path().extension() == file.extension()) {
      files.insert(file.has_parent_path() ? entry.path().string()
                                          : entry.path().filename().string());
    }
  }
}

}  // namespace

Watch::Watch(const std::string& command, const std::string& directory, const std::string& config)
    : config_(config) {
  for (const std::string& word : SplitCommandLine(command).value_or({})) {
    const fs::path file = fs::path(directory) / word;
    if (IsSource(file)) named_.push_back(file.string());
  }
  FindFiles();
  for (const std::string& file : files_) seen_[file] = StampOf(file);
}

void Watch::FindFiles() {
  std::set<std::string> files(files_.begin(), files_.end());
  for (const std::string& file : named_) AddWithSiblings(file, files);
  if (!config_.empty()) files.insert(config_);
  files_.assign(files.begin(), files.end());
}

Watch::Stamp Watch::StampOf(const std::string& file) {
  std::error_code gone;
  Stamp stamp;
  stamp.time = fs::last_write_time(file, gone);
  stamp.size = gone ? 0 : fs::file_size(file, gone);
  return gone ? Stamp{} : stamp;
}

std::string Watch::Changed() {
  FindFiles();
  std::string changed;
  for (const std::string& file : files_) {
    const Stamp now = StampOf(file);
    if (now == seen_[file] || now == Stamp{}) continue;  // gone: an editor is writing it
    seen_[file] = now;
    if (changed.empty()) changed = file;
  }
  return changed;
}

}  // namespace aweber::conformance
