#include "conformance/driver/process_folder.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/os/file.h"
#include "conformance/driver/process_table.h"

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

// How programs open a browser: $BROWSER, and by these names.
constexpr std::string_view kBrowsers[] = {"browser",     "xdg-open",      "open",
                                          "www-browser", "x-www-browser", "sensible-browser",
                                          "gio",         "gnome-open",    "kde-open"};
constexpr std::size_t kMostFiles = 2000;            // outside the store
constexpr std::size_t kMostBytes = 1u << 20;        // of one of those
constexpr std::size_t kMostStoreBytes = 64u << 20;  // more than a program of a case may write

std::string BrowserScript(const std::string& folder) {
  return fmt::format(
      "#!/bin/sh\n# Stands for the browser: notes which address it was to open.\n"
      "for url in \"$@\"; do :; done\nprintf '%s\\n' \"$url\" >>'{}/{}'\n",
      folder, kOpenedFile);
}

bool IsBelow(const fs::path& path, const fs::path& folder) {
  const fs::path relative = path.lexically_relative(folder);
  return relative == "." || (!relative.empty() && *relative.begin() != "..");
}

unsigned ModeOf(const fs::path& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 ? info.st_mode & 07777u : 0;
}

bool FolderIsPrivate(const fs::path& home, fs::path path) {
  while (path.has_parent_path() && path.parent_path() != home) {
    path = path.parent_path();
    if ((ModeOf(path) & 0077u) == 0) return true;
  }
  return false;
}

}  // namespace

Status MakeCaseFolders(const std::string& folder, const std::string& home) {
  std::error_code failure;
  for (const std::string& path : {home, folder + "/bin", folder + "/tmp", folder + "/run"}) {
    fs::create_directories(path, failure);
    if (failure) return Error{"driver.config", path + ": " + failure.message()};
  }
  ::chmod((folder + "/run").c_str(), 0700);
  ::chmod(home.c_str(), 0755);
  for (const std::string_view name : kBrowsers) {
    const std::string path = fmt::format("{}/bin/{}", folder, name);
    if (const Status written = WriteFileAtomically(path, BrowserScript(folder), 0755); !written) {
      return Error{"driver.config", written.error().message};
    }
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> CaseEnvironment(const std::string& folder,
                                                                 const std::string& home) {
  const char* const path = std::getenv("PATH");
  const char* const language = std::getenv("LANG");
  return {{"HOME", home},
          {"XDG_CONFIG_HOME", home + "/.config"},
          {"XDG_CACHE_HOME", home + "/.cache"},
          {"XDG_DATA_HOME", home + "/.local/share"},
          {"XDG_STATE_HOME", home + "/.local/state"},
          {"XDG_RUNTIME_DIR", folder + "/run"},
          {"TMPDIR", folder + "/tmp"},
          {"PATH", fmt::format("{}/bin:{}", folder,
                               path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path)},
          {"LANG", language == nullptr ? "C.UTF-8" : language},
          {"BROWSER", folder + "/bin/browser"},
          {"PYTHONDONTWRITEBYTECODE", "1"},
          {std::string(kCaseVariable), folder}};
}

std::vector<StoreEntry> ReadHome(const std::string& home, const std::vector<std::string>& store) {
  std::vector<StoreEntry> files;
  std::size_t others = 0;
  std::error_code failure;
  fs::recursive_directory_iterator at(home, fs::directory_options::skip_permission_denied, failure);
  for (; !failure && at != fs::recursive_directory_iterator(); at.increment(failure)) {
    std::error_code ignored;
    if (!fs::is_regular_file(at->symlink_status(ignored))) continue;
    StoreEntry file;
    const fs::path path = at->path();
    file.path = path.lexically_relative(home).string();
    file.mode = ModeOf(path);
    file.folder_private = FolderIsPrivate(home, path);
    file.in_store = std::any_of(store.begin(), store.end(), [&](const std::string& name) {
      return IsBelow(path, (fs::path(home) / name).lexically_normal());
    });
    if (!file.in_store && ++others > kMostFiles) continue;
    // It may go away, or be replaced, between the two.
    auto text = ReadFile(path.string(), file.in_store ? kMostStoreBytes : kMostBytes);
    if (!text) continue;
    file.text = std::move(text).value();
    files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end(),
            [](const StoreEntry& a, const StoreEntry& b) { return a.path < b.path; });
  return files;
}

void SetWritable(const std::string& home, bool writable) {
  const auto set = [&](const fs::path& path) {
    const unsigned mode = ModeOf(path);
    ::chmod(path.c_str(), writable ? mode | 0200u : mode & ~0222u);
  };
  std::vector<fs::path> all = {home};
  std::error_code failure;
  fs::recursive_directory_iterator at(home, failure);
  for (; !failure && at != fs::recursive_directory_iterator(); at.increment(failure)) {
    std::error_code ignored;
    if (!fs::is_symlink(at->symlink_status(ignored))) all.push_back(at->path());
  }
  for (const fs::path& path : all) set(path);
}

void RemoveCaseFolders(const std::string& folder) {
  for (const char* const name : {"home", "bin", "tmp", "run"}) RemoveWhole(folder + "/" + name);
  std::error_code ignored;
  fs::remove(fs::path(folder) / kOpenedFile, ignored);
}

}  // namespace aweber::conformance
