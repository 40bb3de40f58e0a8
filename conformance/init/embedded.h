// Files of the repository that the program carries as text: the adapters that `init` writes,
// the pages that `docs` prints, and the JSON Schemas that `schema` prints.
//
// Ownership, thread safety: constants.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aweber::conformance {

struct TextFile {
  std::string path;
  std::string text;
};

// Below examples/adapters/: "requests_oauthlib/driver.py". The same files that the tests run.
const std::vector<TextFile>& EmbeddedAdapters();
// Below conformance/init/templates/: "github.yml".
const std::vector<TextFile>& EmbeddedInitTemplates();
// Pages below docs/ that messages and templates name: "drivers.md".
const std::vector<TextFile>& EmbeddedPages();
// Paths from the repository's root; SchemaNames() has their names.
const std::vector<TextFile>& EmbeddedSchemas();

// Null when there is none.
const TextFile* FindFile(const std::vector<TextFile>& files, std::string_view path);

struct SchemaName {
  std::string_view name;  // "scenario"
  std::string_view path;
  std::string_view of;  // what the schema describes
};
const std::vector<SchemaName>& SchemaNames();

}  // namespace aweber::conformance
