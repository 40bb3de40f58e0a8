// What `init` sees of the project it stands in.
//
// Purpose: reads the manifests at the root of a folder, no deeper, and says which languages and
//   OAuth libraries they name.
// Ownership, thread safety: values; a pure function over a folder that is given as an interface.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "conformance/init/languages.h"

namespace aweber::conformance {

// The world as `init` sees it: names at the root, and the text of one.
struct ProjectFolder {
  std::vector<std::string> names;  // files and folders, sorted
  std::function<std::optional<std::string>(const std::string& name)> read;
  bool Has(std::string_view name) const;
};

struct FoundLanguage {
  const LanguageRow* language = nullptr;
  std::vector<std::string> manifests;        // "requirements.txt"
  std::vector<const LibraryRow*> libraries;  // those with a finished adapter first
  std::string install;                       // what installs its dependencies; "": nothing to run
  std::vector<std::string> troubles;         // of manifests: "package.json: ..."
};

struct Project {
  std::vector<FoundLanguage> languages;  // in the order of the table
  // Of package.json beside a tsconfig.json: JavaScript, for who asks for it.
  std::vector<FoundLanguage> set_aside;
  bool starts = false;  // `npm start` would do something
  bool cmake = false;   // a C or C++ project: it has no template
  std::string python;   // the interpreter of its environment, else "python3"
  std::string ci;       // "github", "gitlab" or "none"
};

Project LookAt(const ProjectFolder& folder);

// Whether a manifest's text names the package: as a whole word, whatever the letters' case, outside
// comments (# and //, behind a space or at the beginning of a line).
bool NamesPackage(std::string_view text, std::string_view package);

}  // namespace aweber::conformance
