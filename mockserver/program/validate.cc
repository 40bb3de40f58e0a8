#include "mockserver/program/validate.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/os/file.h"
#include "base/result.h"
#include "base/text/yaml.h"
#include "mockserver/program/cli.h"
#include "mockserver/program/customer_file.h"
#include "mockserver/scenario/loader.h"

namespace aweber::mock {
namespace {

std::string Counted(std::size_t count, std::string_view what) {
  return fmt::format("good, {} {}{}", count, what, count == 1 ? "" : "s");
}

// A file as a folder of scenarios would be read: its id is its path.
Status CheckPath(const std::string& file, const Scenario& first) {
  const std::string id = FileId(first.id);
  std::error_code failure;
  const std::string whole = std::filesystem::weakly_canonical(file, failure).string();
  if (failure || ("/" + whole).ends_with("/" + id + ".yaml")) return {};
  return Error{"scenario.id", fmt::format("{}: the id {} differs from the path; name the file "
                                          "{}.yaml, or change the id",
                                          file, id, id)};
}

// What is good of a path, in words.
Result<std::string> LookAtFile(const std::string& file, const std::vector<std::string>& checks) {
  const Result<std::string> text = ReadFile(file, 1u << 20);
  if (!text.ok()) return text.error();
  const Result<YamlDocument> document = ParseYaml(*text, file);
  // Customers' data say so by their first key, and may be JSON.
  if (document.ok() && document->root().Find("accounts") != nullptr) {
    const auto customers = ReadCustomers(*document);
    if (!customers.ok()) return customers.error();
    return Counted((*customers)->ids().size(), "account");
  }
  if (std::filesystem::path(file).extension() != ".yaml") {
    return Error{"scenario.name", file + ": a scenario's file ends in .yaml; rename it"};
  }
  if (!document.ok()) return document.error();
  const auto scenarios = ParseScenario(*document, *text);
  if (!scenarios.ok()) return scenarios.error();
  if (const Status path = CheckPath(file, scenarios->front()); !path.ok()) return path.error();
  if (const Status known = CheckNamedChecks(*scenarios, checks); !known.ok()) return known.error();
  return Counted(scenarios->size(), "scenario");
}

Result<std::string> LookAtFolder(const std::string& folder,
                                 const std::vector<std::string>& checks) {
  const auto scenarios = LoadScenarioDirectory(folder);
  if (!scenarios.ok()) return scenarios.error();
  if (scenarios->empty()) {
    return Error{"scenario.none", folder + ": there is no scenario in it (*.yaml)"};
  }
  if (const Status known = CheckNamedChecks(*scenarios, checks); !known.ok()) return known.error();
  return Counted(scenarios->size(), "scenario");
}

}  // namespace

int Validate(const std::vector<std::string>& paths, const std::vector<std::string>& checks) {
  int bad = 0;
  for (const std::string& path : paths) {
    std::error_code failure;
    const Result<std::string> good = std::filesystem::is_directory(path, failure)
                                         ? LookAtFolder(path, checks)
                                         : LookAtFile(path, checks);
    if (good.ok()) {
      fmt::print("{}: {}\n", path, *good);
      continue;
    }
    ++bad;
    fmt::print(stderr, "{}\n", good.error().message);
  }
  return bad == 0 ? 0 : kExitBadInput;
}

}  // namespace aweber::mock
