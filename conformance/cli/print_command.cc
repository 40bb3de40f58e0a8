// `docs` and `schema`: files of the repository that the program carries, printed by name.
#include <fmt/format.h>

#include <cstdio>

#include "base/text/nearest_word.h"
#include "conformance/cli/commands.h"
#include "conformance/cli/setup_commands.h"
#include "conformance/init/embedded.h"
#include "conformance/result/exit_status.h"

namespace aweber::conformance {
namespace {

// "Write an adapter": the page's first line that begins with "# ".
std::string TitleOf(const TextFile& page) {
  const std::size_t at = ("\n" + page.text).find("\n# ");
  if (at == std::string::npos) return "";
  return page.text.substr(at + 2, page.text.find('\n', at + 2) - at - 2);
}

int NoSuch(const std::string& what, const std::string& command, const std::string& name,
           const std::vector<std::string>& known) {
  const std::string hint = SuggestId(name, known, '\'');
  return Complain(
      fmt::format("there is no {} '{}'; {}", what, name,
                  hint.empty() ? fmt::format("`aweber-conformance {}` lists them", command) : hint),
      kExitUsage);
}

int Print(const TextFile* file, const std::string& name) {
  if (file == nullptr) return Complain("this build does not carry " + name, kExitBroken);
  fmt::print("{}", file->text);
  return kExitGood;
}

}  // namespace

int DoSchema(const std::string& name) {
  std::vector<std::string> known;
  for (const SchemaName& row : SchemaNames()) {
    known.emplace_back(row.name);
    if (name.empty()) fmt::print("{:20} {}\n", row.name, row.of);
    if (row.name == name) return Print(FindFile(EmbeddedSchemas(), row.path), name);
  }
  return name.empty() ? kExitGood : NoSuch("schema", "schema", name, known);
}

int DoDocs(const std::string& word) {
  // "drivers", and as pages and messages of the sources name it: "docs/drivers.md".
  std::string name = word.starts_with("docs/") ? word.substr(5) : word;
  if (name.ends_with(".md")) name.resize(name.size() - 3);
  std::vector<std::string> known;
  for (const TextFile& page : EmbeddedPages()) {
    known.push_back(page.path.substr(0, page.path.rfind('.')));
    if (name.empty()) fmt::print("{:20} {}\n", known.back(), TitleOf(page));
    if (known.back() == name) return Print(&page, name);
  }
  return name.empty() ? kExitGood : NoSuch("page", "docs", name, known);
}

}  // namespace aweber::conformance
