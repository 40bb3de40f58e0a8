// `init`: looks at the project, then writes all of its plan or nothing.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/os/file.h"
#include "base/os/process.h"
#include "conformance/cli/commands.h"
#include "conformance/cli/setup_commands.h"
#include "conformance/result/exit_status.h"

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

Result<ProjectFolder> OpenProject(const std::string& directory) {
  std::error_code failure;
  ProjectFolder folder;
  for (const auto& entry : fs::directory_iterator(directory, failure)) {
    folder.names.push_back(entry.path().filename().string());
  }
  if (failure) {
    return Error{"init.folder", fmt::format("{}: {}. Name the project's folder, or stand in it",
                                            directory, failure.message())};
  }
  std::sort(folder.names.begin(), folder.names.end());
  folder.read = [directory](const std::string& name) -> std::optional<std::string> {
    auto text = ReadFile(directory + "/" + name, 4u << 20);
    if (!text) return std::nullopt;
    return *text;
  };
  return folder;
}

// The folder of `path`, or the nearest above that is there: where something will be made.
fs::path NearestAbove(const fs::path& path) {
  std::error_code failure;
  fs::path above = path.parent_path();
  while (above.has_parent_path() && !fs::exists(fs::symlink_status(above, failure))) {
    above = above.parent_path();
  }
  return above;
}

// What stands in the way of writing: nothing is written then.
Status CanWrite(const InitPlan& plan, const InitCommand& command) {
  std::error_code failure;
  for (const PlannedFile& file : plan.files) {
    const fs::path path = (fs::path(command.directory) / file.path).lexically_normal();
    // A link that leads nowhere is there, too.
    const fs::file_status there = fs::symlink_status(path, failure);
    if (fs::is_directory(there) || (!command.force && fs::exists(there))) {
      return Error{"init.exists",
                   fmt::format("{} is there already; nothing was written. {}", path.string(),
                               fs::is_directory(there) ? "It is a folder: move it away"
                                                       : "--force overwrites it")};
    }
    const fs::path above = NearestAbove(fs::path(command.directory) / file.path);
    if (!fs::is_directory(above, failure)) {
      return Error{"init.folder", fmt::format("{} is no folder, and {} belongs there; nothing was "
                                              "written",
                                              above.string(), file.path)};
    }
    if (::access(above.c_str(), W_OK | X_OK) != 0) {
      return Error{
          "init.readonly",
          fmt::format("{}: this folder cannot be written to; nothing was written", above.string())};
    }
  }
  return {};
}

Status WritePlanned(const fs::path& path, const PlannedFile& file) {
  std::error_code failure;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), failure);
  if (failure) {
    return Error{"init.write",
                 fmt::format("{}: {}", path.parent_path().string(), failure.message())};
  }
  return WriteFileAtomically(path.string(), file.text, file.executable ? 0755 : 0644);
}

}  // namespace

int DoInit(const InitCommand& command) {
  const auto folder = OpenProject(command.directory);
  if (!folder) return Complain(folder.error().message, kExitUsage);
  const auto plan = PlanInit(LookAt(*folder), command.choice, command.directory);
  if (!plan) return Complain(plan.error().message, kExitUsage);
  if (const Status free = CanWrite(*plan, command); !free) {
    return Complain(free.error().message, kExitUsage);
  }
  fmt::print("found  {}\n", plan->seen);
  for (const std::string& note : plan->notes) fmt::print("note   {}\n", note);
  for (const PlannedFile& file : plan->files) {
    const fs::path path = (fs::path(command.directory) / file.path).lexically_normal();
    if (const Status written = WritePlanned(path, file); !written) {
      return Complain(written.error().message, kExitBroken);
    }
    fmt::print("wrote  {}\n", path.string());
  }
  const bool here = fs::path(command.directory).lexically_normal() == ".";
  const std::string change = here ? "" : "cd " + QuoteForShell(command.directory) + " && ";
  fmt::print("next   {}{}{} run\n", plan->next, change, CalledAs());
  return kExitGood;
}

}  // namespace aweber::conformance
