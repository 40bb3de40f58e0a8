// `explain CHECK`: the manual's page for a terminal.
#include <fmt/format.h>

#include "conformance/checks/docs.h"
#include "conformance/checks/manual.h"
#include "conformance/checks/violation.h"

namespace aweber::conformance {
namespace {

std::string Indented(std::string_view text, std::size_t margin) {
  std::string out;
  bool at_start = true;
  for (const char c : text) {
    if (at_start && c != '\n') out.append(margin, ' ');
    out += c;
    at_start = c == '\n';
  }
  return out + "\n";
}

}  // namespace

std::string ExplainCheck(std::string_view id, std::string_view language) {
  const Check* check = FindCheck(id);
  if (check == nullptr) return "";
  const Violation* violation = FindViolation(id);
  const Topic* topic = TopicOf(id);
  std::string text = fmt::format("{}: {}\n\n", check->id,
                                 violation == nullptr ? check->statement : violation->title);
  text += fmt::format("  asked   {}\n", check->statement);
  text += fmt::format("  rule    {}{}\n", check->source,
                      check->verified ? "" : " (not a quotation; see the note)");
  text +=
      fmt::format("  level   aweber {}, rfc6749 {}, rfc9700 {}\n", LevelName(check->levels.aweber),
                  LevelName(check->levels.rfc6749), LevelName(check->levels.rfc9700));
  text += fmt::format("  seen    {}\n", SeenName(check->seen));
  if (violation != nullptr) text += fmt::format("  harm    {}\n", HarmName(violation->harm));
  if (!check->note.empty()) text += fmt::format("  note    {}\n", check->note);
  text += fmt::format("\nWhy it matters\n  {}\n", check->why);
  if (topic != nullptr) {
    text += fmt::format("\nWhat goes wrong in this step: {}\n{}\n{}", topic->title,
                        Indented(topic->explanation, 2), Indented(topic->drawing, 4));
  }
  if (violation != nullptr) {
    text += fmt::format("\nWrong and right\n  wrong   {}\n  right   {}\n", violation->wrong,
                        violation->right);
  }
  text += fmt::format("\nHow to fix it\n  {}\n", check->fix);
  if (topic != nullptr) {
    const std::string code = FixIn(id, language);
    if (!code.empty()) {
      text += fmt::format("\nIn {}\n{}", language, Indented(code, 4));
    } else {
      std::vector<std::string> names;
      for (const auto& [name, unused] : topic->fixes) names.push_back(name);
      text += fmt::format("  code: --language NAME, one of {}\n", fmt::join(names, ", "));
    }
  }
  const Holders holders = HoldersOf(id);
  if (!holders.failing.empty()) {
    text += fmt::format("\nClients that have it (aweber-conformance docs clients)\n  {}\n",
                        fmt::join(holders.failing, ", "));
  }
  if (!holders.warned.empty()) {
    text += fmt::format("\nClients that are warned of it (aweber-conformance docs clients)\n  {}\n",
                        fmt::join(holders.warned, ", "));
  }
  return text;
}

}  // namespace aweber::conformance
