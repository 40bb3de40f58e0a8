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

// What stands in the way of writing: nothing is written then.
Status CanWrite(const InitPlan& plan, const InitCommand& command) {
  std::error_code failure;
  for (const PlannedFile& file : plan.files) {
    const fs::path path = fs::path(command.directory) / file.path;
    if (!command.force && fs::exists(path, failure)) {
      return Error{"init.exists",
                   fmt::format("{} is there already; nothing was written. --force overwrites it",
                               path.lexically_normal().string())};
    }
  }
  if (::access(command.directory.c_str(), W_OK) != 0) {
    return Error{"init.readonly", fmt::format("{}: this folder cannot be written to; nothing was "
                                              "written",
                                              command.directory)};
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
  for (const std::string& trouble : plan->troubles) fmt::print("note   {}\n", trouble);
  for (const PlannedFile& file : plan->files) {
    const fs::path path = (fs::path(command.directory) / file.path).lexically_normal();
    if (const Status written = WritePlanned(path, file); !written) {
      return Complain(written.error().message, kExitUsage);
    }
    fmt::print("wrote  {}\n", path.string());
  }
  const bool here = fs::path(command.directory).lexically_normal() == ".";
  const std::string change = here ? "" : "cd " + QuoteForShell(command.directory) + " && ";
  fmt::print("next   {}{}aweber-conformance run\n", plan->next, change);
  return kExitGood;
}

}  // namespace aweber::conformance
