#include "conformance/init/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text/nearest_word.h"
#include "base/version.h"

namespace aweber::conformance {
namespace {

// "Go (go.mod) and Ruby (Gemfile)".
std::string Names(const std::vector<FoundLanguage>& languages) {
  std::string text;
  for (const FoundLanguage& found : languages) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : " and ", found.language->title,
                        fmt::join(found.manifests, ", "));
  }
  return text;
}

std::string Suggest(const std::string& word, const std::vector<std::string>& known) {
  const std::string nearest = NearestWord(word, known);
  return nearest.empty() ? fmt::format("one of: {}.", fmt::join(known, ", "))
                         : fmt::format("did you mean '{}'?", nearest);
}

bool HasAdapter(const FoundLanguage& found) {
  return !found.libraries.empty() && found.libraries.front()->kind == LibraryKind::kAdapter;
}

Error NothingFound(const Project& project, const std::string& place) {
  if (project.cmake) {
    return Error{
        "init.cpp",
        fmt::format("{}: a CMake project: there is no template for C++. Write an adapter "
                    "(`aweber-conformance docs write-an-adapter`), or choose another --language",
                    place)};
  }
  std::vector<std::string> manifests;
  for (const LanguageRow& row : Languages()) {
    if (!row.manifests.empty()) manifests.emplace_back(row.manifests.front());
  }
  return Error{"init.nothing",
               fmt::format("{}: no project found (looked for {}, ...). Name the language: "
                           "--language {}",
                           place, fmt::join(manifests, ", "), fmt::join(LanguageNames(), "|"))};
}

Error NoSuchLibrary(const std::string& name) {
  return Error{"init.library",
               fmt::format("--library {}: there is no adapter for it; {} Leave the flag out for a "
                           "template, and name the language: --language {}",
                           name, Suggest(name, LibraryNames()), fmt::join(LanguageNames(), "|"))};
}

// The language that is meant: the one said, the only one, or the only one with a known library.
Result<FoundLanguage> ChooseLanguage(const Project& project, const InitChoice& choice,
                                     const std::string& place) {
  std::string name = choice.language;
  if (name.empty() && !choice.library.empty()) {
    const LibraryRow* const row = FindLibrary(choice.library);
    if (row != nullptr) name = row->language;
    if (row == nullptr && project.languages.empty()) return NoSuchLibrary(choice.library);
  }
  if (!name.empty()) {
    const LanguageRow* const row = FindLanguage(name);
    if (row == nullptr) {
      return Error{"init.language", fmt::format("--language {}: there is no such language; {}",
                                                name, Suggest(name, LanguageNames()))};
    }
    for (const auto* const all : {&project.languages, &project.set_aside}) {
      for (const FoundLanguage& found : *all) {
        if (found.language == row) return found;
      }
    }
    return FoundLanguage{row, {}, {}, "", {}};
  }
  if (project.languages.empty()) return NothingFound(project, place);
  if (project.languages.size() == 1) return project.languages.front();
  const auto known = std::count_if(project.languages.begin(), project.languages.end(), HasAdapter);
  if (known == 1) {
    return *std::find_if(project.languages.begin(), project.languages.end(), HasAdapter);
  }
  std::vector<std::string_view> flags;
  for (const FoundLanguage& found : project.languages) flags.push_back(found.language->name);
  return Error{"init.languages", fmt::format("{}: {} are here; choose with --language {}", place,
                                             Names(project.languages), fmt::join(flags, "|"))};
}

Result<const LibraryRow*> ChooseLibrary(const FoundLanguage& found, const InitChoice& choice) {
  if (choice.library.empty()) {
    return found.libraries.empty() ? nullptr : found.libraries.front();
  }
  const LibraryRow* const row = FindLibrary(choice.library);
  if (row != nullptr && (row->language == found.language->name ||
                         (row->language == "javascript" && found.language->name == "typescript"))) {
    return row;
  }
  if (row != nullptr) {
    return Error{"init.library", fmt::format("--library {0}: it is for {1}; give --language {1}",
                                             choice.library, row->language)};
  }
  std::vector<std::string> known;
  for (const LibraryRow& library : Libraries()) {
    if (library.language == found.language->name) known.emplace_back(library.name);
  }
  if (known.empty()) {
    return Error{
        "init.library",
        fmt::format("--library {}: there is no finished adapter for {}; leave the flag out "
                    "for a template",
                    choice.library, found.language->title)};
  }
  return Error{"init.library",
               fmt::format("--library {}: there is no adapter for it; {} Leave the flag out for a "
                           "template",
                           choice.library, Suggest(choice.library, known))};
}

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
}

// An adapter's text for its new place: its usage lines name the settings file instead of a path.
std::string Settled(std::string text) {
  const std::string_view usage = "aweber-conformance run --driver \"";
  for (std::size_t at = text.find(usage); at != std::string::npos; at = text.find(usage, at)) {
    const std::size_t close = text.find('"', at + usage.size());
    if (close == std::string::npos) break;
    text.erase(at + usage.size() - 11, close + 1 - (at + usage.size() - 11));  // ` --driver "..."`
    at += 1;
  }
  return text;
}

std::string Template(std::string_view name) {
  const TextFile* const file = FindFile(EmbeddedInitTemplates(), name);
  return file ? file->text : "";
}

void AddAdapter(const std::vector<TemplateFile>& files, InitPlan& plan) {
  for (const TemplateFile& row : files) {
    const TextFile* const file = FindFile(EmbeddedAdapters(), row.from);
    if (file == nullptr) continue;  // a test holds the rows to the files
    PlannedFile planned{fmt::format("{}/{}", kAdapterFolder, row.to), Settled(file->text), false};
    planned.executable = row.to.ends_with(".sh");
    for (std::size_t at = planned.text.find("TODO"); at != std::string::npos;
         at = planned.text.find("TODO", at + 1)) {
      // "TODO 3: ..." is a place; the words around it only speak of places.
      const std::size_t digit = at + 5;
      const std::size_t colon = at + 6;
      if (colon < planned.text.size() && planned.text[digit] >= '1' && planned.text[digit] <= '9' &&
          planned.text[colon] == ':') {
        plan.places_to_fill = std::max(plan.places_to_fill, planned.text[digit] - '0');
      }
    }
    plan.files.push_back(std::move(planned));
  }
}

std::string Command(const Project& project, const FoundLanguage& found) {
  std::string command(found.language->command);
  ReplaceAll(command, "{}", kAdapterFolder);
  if (found.language->name == "python") ReplaceAll(command, "python3", project.python);
  return command;
}

void AddSettings(const std::string& kind, const std::string& command, InitPlan& plan) {
  std::string text = Template("aweber-conformance.yaml");
  const std::string driver =
      kind == "exec"
          ? fmt::format("driver: {}\n", command)
          : fmt::format("driver-kind: {0}\ndriver-config: {1}/{0}.yaml\n", kind, kAdapterFolder);
  ReplaceAll(text, "DRIVER\n", driver);
  ReplaceAll(text, "FOLDER", kAdapterFolder);
  plan.files.push_back({kSettingsFile, std::move(text), false});
  const TextFile* const schema =
      FindFile(EmbeddedSchemas(), "conformance/schemas/aweber-conformance.schema.json");
  plan.files.push_back(
      {fmt::format("{}/settings.schema.json", kAdapterFolder), schema ? schema->text : "", false});
}

void AddWorkflow(const std::string& ci, const FoundLanguage& found, InitPlan& plan) {
  if (ci == "none") return;
  const bool github = ci == "github";
  std::string text = Template(github ? "github.yml" : "gitlab.yml");
  std::string setup(found.language->setup);
  if (!found.install.empty()) setup += fmt::format("      - run: {}\n", found.install);
  ReplaceAll(text, "SETUP\n", setup);
  ReplaceAll(text, "REPOSITORY", ProjectRepository());
  ReplaceAll(text, "VERSION", ProjectVersion());
  plan.files.push_back(
      {github ? ".github/workflows/aweber-conformance.yml" : ".gitlab/aweber-conformance.yml",
       std::move(text), false});
  if (!github) {
    plan.next +=
        "include .gitlab/aweber-conformance.yml in .gitlab-ci.yml (include: {local: "
        "/.gitlab/aweber-conformance.yml}); ";
  }
}

// The line that a configuration starts the user's program with, to be put right.
std::string ProgramOf(const Project& project, const FoundLanguage& found, const LibraryRow* library,
                      const std::string& kind) {
  const bool of_node = found.language->name == "javascript" || found.language->name == "typescript";
  std::string program(found.language->program);
  if (kind == "webapp" && of_node && project.starts) program = "npm start";
  if (kind == "webapp" && library && !library->program.empty()) program = library->program;
  ReplaceAll(program, "{}", kind == "webapp" ? "app" : "login");
  if (program.starts_with("python3 ")) program.replace(0, 7, project.python);
  const auto of_gradle = [](const std::string& file) { return file.starts_with("build.gradle"); };
  if (std::any_of(found.manifests.begin(), found.manifests.end(), of_gradle)) {
    ReplaceAll(program, "mvn -q spring-boot:run", "./gradlew -q bootRun");
    ReplaceAll(program, "target/", "build/libs/");
  }
  return program;
}

// What somebody has to do by hand that no program can know or should change.
std::string LeftToDo(const FoundLanguage& found, const std::string& kind, const InitPlan& plan) {
  std::string text;
  for (const PlannedFile& file : plan.files) {
    if (file.text.find("OWNER/") == std::string::npos) continue;
    text += fmt::format("put who publishes aweber-harness in place of OWNER in {}; ", file.path);
  }
  for (const std::string& manifest : found.manifests) {
    if (kind != "exec" || !manifest.ends_with(".csproj")) continue;
    text += fmt::format(
        "keep the adapter out of {}, which compiles every file below it: <ItemGroup><Compile "
        "Remove=\"{}/**\" /></ItemGroup>; ",
        manifest, kAdapterFolder);
  }
  return text;
}

bool IsWebApplication(const LibraryRow* library) {
  return library != nullptr && library->kind == LibraryKind::kWebApp;
}

// What was found, and what is written for it.
std::string Seen(const FoundLanguage& found, const LibraryRow* library, const std::string& kind) {
  std::string text(found.language->title);
  if (!found.manifests.empty()) {
    text += fmt::format(" ({})", fmt::join(found.manifests, ", "));
  }
  if (kind == "prompt") return text + ": a configuration for a program that prints a link";
  if (kind == "webapp") {
    return text + (IsWebApplication(library)
                       ? fmt::format(": {}, a web application: its configuration", library->name)
                       : ": the configuration of a web application");
  }
  if (const auto over = found.language->finished_over; !over.empty()) {
    return text + fmt::format(": an adapter that is finished, over {}", over);
  }
  if (library == nullptr || IsWebApplication(library)) {
    return text + ": no OAuth library with a finished adapter; a template";
  }
  return text + fmt::format(": {}, which has a finished adapter", library->name);
}

// A web framework beside the library that the adapter is for: the whole application could be driven.
std::string AnotherWay(const FoundLanguage& found, const std::string& kind) {
  if (kind != "exec") return "";
  for (const LibraryRow* const library : found.libraries) {
    if (IsWebApplication(library)) {
      return fmt::format("{} is here, too: --kind webapp drives the whole application",
                         library->name);
    }
  }
  return "";
}

}  // namespace

Result<InitPlan> PlanInit(const Project& project, const InitChoice& choice,
                          const std::string& place) {
  auto found = ChooseLanguage(project, choice, place);
  if (!found) return found.error();
  const auto library = ChooseLibrary(*found, choice);
  if (!library) return library.error();
  InitPlan plan;
  std::string kind = choice.kind;
  if (kind.empty()) {
    kind = IsWebApplication(*library) ? "webapp" : "exec";
  }
  plan.seen = Seen(*found, *library, kind);
  plan.notes = found->troubles;
  if (std::string way = AnotherWay(*found, kind); !way.empty())
    plan.notes.push_back(std::move(way));
  if (kind == "exec") {
    const bool finished = *library && !(*library)->files.empty();
    AddAdapter(finished ? (*library)->files : found->language->files, plan);
    // An adapter of JavaScript serves a TypeScript project.
    if (finished && found->language->name == "typescript") {
      found->language = FindLanguage("javascript");
    }
  } else {
    const std::string name = kind + ".yaml";
    std::string text = Template(name);
    ReplaceAll(text, "PROGRAM", ProgramOf(project, *found, *library, kind));
    if (*library) ReplaceAll(text, "  PORT:", fmt::format("  {}:", (*library)->port));
    plan.files.push_back({fmt::format("{}/{}", kAdapterFolder, name), std::move(text), false});
    const TextFile* const schema =
        FindFile(EmbeddedSchemas(), fmt::format("conformance/schemas/{}.schema.json", kind));
    plan.files.push_back({fmt::format("{}/{}.schema.json", kAdapterFolder, kind),
                          schema ? schema->text : "", false});
    plan.next = fmt::format("fill in the lines marked TODO in {}/{}; ", kAdapterFolder, name);
  }
  AddSettings(kind, Command(project, *found), plan);
  AddWorkflow(choice.ci.empty() ? project.ci : choice.ci, *found, plan);
  if (plan.places_to_fill > 0) {
    plan.next += fmt::format("fill in the {} places marked TODO in {}; ", plan.places_to_fill,
                             plan.files.front().path);
  }
  plan.next += LeftToDo(*found, kind, plan);
  return plan;
}

}  // namespace aweber::conformance
