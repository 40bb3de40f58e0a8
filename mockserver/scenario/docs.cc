#include "mockserver/scenario/docs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "mockserver/scenario/loader.h"

namespace aweber::mock {
namespace {

std::string Folder(const std::string& id) { return id.substr(0, id.find('/')); }

std::string Code(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += fmt::format("{}`{}`", text.empty() ? "" : ", ", word);
  }
  return text;
}

void AddFact(std::string& facts, const std::string& name, const std::string& value) {
  if (value.empty()) return;
  facts += fmt::format("{}{} {}", facts.empty() ? "" : " · ", name, value);
}

// GitHub's anchor of a heading: the slash goes.
std::string Link(const std::string& id) {
  std::string anchor;
  for (char c : id) {
    if (c == '/') continue;
    anchor += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return fmt::format("[{}](#{})", id, anchor);
}

std::string Entry(const Scenario& scenario, const std::vector<std::string>& variants) {
  std::string facts;
  AddFact(facts, "source", fmt::format("{}", fmt::join(scenario.spec, ", ")));
  AddFact(facts, "checks", Code(scenario.expect.checks));
  AddFact(facts, "needs", Code(scenario.needs));
  AddFact(facts, "only in", Code(scenario.profiles));
  AddFact(facts, "control", scenario.control.empty() ? "" : Link(scenario.control));
  AddFact(facts, "variants", Code(variants));
  AddFact(facts, "tags", Code(scenario.tags));
  return fmt::format("### {}\n\n**{}.** {}\n\n{}\n", FileId(scenario.id), scenario.title,
                     scenario.why, facts);
}

}  // namespace

std::string ScenariosMarkdown(const std::vector<Scenario>& scenarios) {
  std::string body, folder;
  std::size_t files = 0;
  for (std::size_t i = 0; i < scenarios.size();) {
    const std::string id = FileId(scenarios[i].id);
    std::vector<std::string> variants;
    std::size_t next = i;
    for (; next < scenarios.size() && FileId(scenarios[next].id) == id; ++next) {
      if (!scenarios[next].variant.empty()) variants.push_back(scenarios[next].variant);
    }
    if (Folder(id) != folder) {
      folder = Folder(id);
      body += fmt::format("\n## {}\n", folder);
    }
    body += "\n" + Entry(scenarios[i], variants);
    ++files;
    i = next;
  }
  return fmt::format(
             "# Scenarios\n\n"
             "Generated from the files in `scenarios/`; a test holds the two together. {} "
             "scenarios, "
             "{} cases\nwith their variants. [scenario-format.md](scenario-format.md) explains the "
             "files,\n[checks.md](checks.md) what is judged.\n",
             files, scenarios.size()) +
         body;
}

}  // namespace aweber::mock
