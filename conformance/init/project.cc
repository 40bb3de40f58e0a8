#include "conformance/init/project.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/ascii.h"
#include "base/text/json.h"

namespace aweber::conformance {
namespace {

bool IsWordCharacter(char c) {
  const char lower = LowerAscii(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '/' || c == '@';
}

// "*.csproj" matches an ending, anything else the whole name.
bool Matches(std::string_view pattern, std::string_view name) {
  return pattern.starts_with("*") ? name.ends_with(pattern.substr(1)) : name == pattern;
}

// The folder of a Python environment, "" where there is none.
std::string_view EnvironmentOf(const ProjectFolder& folder) {
  for (const std::string_view name : {".venv", "venv"}) {
    if (folder.Has(name)) return name;
  }
  return "";
}

std::string InstallOf(const ProjectFolder& folder, const LanguageRow& language) {
  for (const InstallRow& row : language.installs) {
    if (!row.file.empty() && !folder.Has(row.file)) continue;
    const std::string_view environment = EnvironmentOf(folder);
    if (!row.in_environment || environment.empty()) return std::string(row.command);
    // A fresh clone has none, and the driver is started by its interpreter.
    return fmt::format("python3 -m venv {0} && {0}/bin/{1}", environment, row.command);
  }
  return "";
}

bool IsInComment(std::string_view text, std::size_t at) {
  const std::size_t before = text.rfind('\n', at);
  const std::size_t line = before == std::string_view::npos ? 0 : before + 1;
  for (std::size_t i = line; i < at; ++i) {
    const bool opens = text[i] == '#' || text.substr(i, 2) == "//";
    if (opens && (i == line || text[i - 1] == ' ' || text[i - 1] == '\t')) return true;
  }
  return false;
}

// package.json, composer.json; a tsconfig.json may hold comments and names no package.
bool IsJsonManifest(std::string_view name) {
  return name.ends_with(".json") && name != "tsconfig.json";
}

// The packages that a manifest in JSON names, one a line. What cannot be read is searched as text.
std::string PackagesIn(const std::string& name, const std::string& text,
                       std::vector<std::string>& troubles) {
  const auto document = ParseJson(text);
  if (!document) {
    troubles.push_back(fmt::format("{}: {}; what it names was guessed from its text", name,
                                   document.error().message));
    return text;
  }
  std::string packages;
  for (const char* const member : {"dependencies", "devDependencies", "optionalDependencies",
                                   "peerDependencies", "require", "require-dev"}) {
    const Json* const named = JsonMember(*document, member);
    if (named == nullptr || !named->is_object()) continue;
    for (const auto& [package, version] : named->items()) packages += package + "\n";
  }
  return packages;
}

bool HasStart(const ProjectFolder& folder) {
  const auto document = ParseJson(folder.read("package.json").value_or(""));
  const Json* const scripts = document ? JsonMember(*document, "scripts") : nullptr;
  return scripts != nullptr && JsonString(*scripts, "start").has_value();
}

FoundLanguage FindIn(const ProjectFolder& folder, const LanguageRow& language) {
  FoundLanguage found{&language, {}, {}, InstallOf(folder, language), {}};
  std::string text;
  for (const std::string& name : folder.names) {
    const auto matches = [&](std::string_view pattern) { return Matches(pattern, name); };
    if (std::none_of(language.manifests.begin(), language.manifests.end(), matches)) continue;
    found.manifests.push_back(name);
    const std::string manifest = folder.read(name).value_or("");
    text += (IsJsonManifest(name) ? PackagesIn(name, manifest, found.troubles) : manifest) + "\n";
  }
  // Its libraries stand in the other file.
  const bool typescript = language.name == "typescript";
  if (typescript && !found.manifests.empty() && folder.Has("package.json")) {
    text += PackagesIn("package.json", folder.read("package.json").value_or(""), found.troubles);
  }
  if (found.manifests.empty()) return found;
  for (const LibraryRow& library : Libraries()) {
    if (library.language != (typescript ? "javascript" : language.name)) continue;
    const auto named = [&](std::string_view package) { return NamesPackage(text, package); };
    if (std::any_of(library.packages.begin(), library.packages.end(), named)) {
      found.libraries.push_back(&library);
    }
  }
  std::stable_partition(found.libraries.begin(), found.libraries.end(),
                        [](const LibraryRow* row) { return row->kind == LibraryKind::kAdapter; });
  return found;
}

// The interpreter that sees what the project installs.
std::string PythonOf(const ProjectFolder& folder) {
  if (const auto environment = EnvironmentOf(folder); !environment.empty()) {
    return fmt::format("{}/bin/python", environment);
  }
  if (folder.Has("uv.lock")) return "uv run python";
  if (folder.Has("poetry.lock")) return "poetry run python";
  if (folder.Has("Pipfile")) return "pipenv run python";
  return "python3";
}

}  // namespace

bool ProjectFolder::Has(std::string_view name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool NamesPackage(std::string_view text, std::string_view package) {
  const auto same = [](char a, char b) { return LowerAscii(a) == LowerAscii(b); };
  for (auto at = text.begin();; ++at) {
    at = std::search(at, text.end(), package.begin(), package.end(), same);
    if (at == text.end()) return false;
    const auto after = at + static_cast<std::ptrdiff_t>(package.size());
    const bool begins = at == text.begin() || !IsWordCharacter(at[-1]);
    const bool ends = after == text.end() || !IsWordCharacter(*after);
    const auto place = static_cast<std::size_t>(at - text.begin());
    if (begins && ends && !IsInComment(text, place)) return true;
  }
}

Project LookAt(const ProjectFolder& folder) {
  Project project;
  for (const LanguageRow& language : Languages()) {
    FoundLanguage found = FindIn(folder, language);
    // A TypeScript project has a package.json as well.
    const bool also_typescript = language.name == "javascript" && folder.Has("tsconfig.json");
    if (found.manifests.empty()) continue;
    (also_typescript ? project.set_aside : project.languages).push_back(std::move(found));
  }
  project.starts = HasStart(folder);
  project.cmake = folder.Has("CMakeLists.txt");
  project.python = PythonOf(folder);
  project.ci = folder.Has(".github") ? "github" : folder.Has(".gitlab-ci.yml") ? "gitlab" : "none";
  return project;
}

}  // namespace aweber::conformance
