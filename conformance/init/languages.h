// What `init` knows: the languages, the files that give a project away, and the OAuth libraries
// that have a finished adapter. One row each; a new adapter is one row here.
//
// Ownership, thread safety: constants.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aweber::conformance {

// A file of examples/adapters and its name in the adapter's folder.
struct TemplateFile {
  std::string_view from;
  std::string_view to;
};

// What installs a project's dependencies, when it has `file` ("": in any case).
struct InstallRow {
  std::string_view file, command;
  bool in_environment = false;  // by the pip of the project's environment, where it has one
};

struct LanguageRow {
  std::string_view name;   // --language
  std::string_view title;  // in sentences
  // Names of files at the project's root; "*.csproj" is any with that ending.
  std::vector<std::string_view> manifests;
  std::string_view command;         // starts the adapter; {} is its folder
  std::vector<TemplateFile> files;  // a template with places marked TODO
  std::string_view program;         // starts a program of the user's; {} is its name
  std::string_view setup;           // steps of a GitHub workflow that make the project runnable
  std::vector<InstallRow> installs = {};  // a step after them: the first whose file is there
  std::string_view finished_over = "";  // what its template is a finished client of; "": of nothing
};

enum class LibraryKind { kAdapter, kWebApp };

struct LibraryRow {
  std::string_view name;  // --library
  std::string_view language;
  std::vector<std::string_view> packages;  // as a manifest names it
  LibraryKind kind = LibraryKind::kAdapter;
  std::vector<TemplateFile> files;  // none: the language's template
  std::string_view program = "";    // starts a web application; "": as the language's programs
  std::string_view port = "PORT";   // the variable by which it is told its port
};

const std::vector<LanguageRow>& Languages();
const std::vector<LibraryRow>& Libraries();

std::vector<std::string> LanguageNames();
std::vector<std::string> LibraryNames();
const LanguageRow* FindLanguage(std::string_view name);
// By its name, or as a manifest names it.
const LibraryRow* FindLibrary(std::string_view name);

}  // namespace aweber::conformance
