#include "conformance/checks/manual.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "conformance/checks/docs.h"
#include "conformance/checks/violation.h"

namespace aweber::conformance {
namespace {

constexpr std::string_view kClients = "clients.md";

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : std::string(text) + " ") {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

// The shape of a topic's file: a title, the list of its checks, the explanation, a drawing, and a
// section of code for each language.
Topic ParseTopic(const ManualFile& file) {
  constexpr std::string_view kChecks = "<!-- checks: ";
  Topic topic;
  topic.name = file.name.substr(0, file.name.rfind('.'));
  bool fenced = false;
  std::string* into = &topic.explanation;
  for (const std::string_view line : LinesOf(file.text)) {
    if (line.starts_with("```")) {
      fenced = !fenced;
      if (fenced && topic.fixes.empty()) into = &topic.drawing;
      continue;
    }
    if (!fenced && line.starts_with("# ")) {
      topic.title = line.substr(2);
    } else if (!fenced && line.starts_with("## ")) {
      topic.fixes.emplace_back(line.substr(3), "");
      into = &topic.fixes.back().second;
    } else if (!fenced && line.starts_with(kChecks)) {
      topic.checks = WordsOf(line.substr(kChecks.size(), line.rfind(" -->") - kChecks.size()));
    } else if (fenced || !line.empty() || !into->empty()) {
      into->append(line).append("\n");
    }
  }
  for (std::string* text : {&topic.explanation, &topic.drawing}) {
    while (text->ends_with('\n')) text->pop_back();
  }
  for (auto& [language, code] : topic.fixes) {
    while (code.ends_with('\n')) code.pop_back();
  }
  return topic;
}

std::string Plain(std::string_view language) {
  std::string plain;
  for (const char c : language) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '#') {
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
      {"typescript", "javascript"},
      {"nodejs", "javascript"},
      {"node", "javascript"},
      {"js", "javascript"},
      {"golang", "go"},
      {"csharp", "c#"},
      {"net", "c#"},
      {"dotnet", "c#"},
      {"python3", "python"},
  };
  for (const auto& [other, name] : kOtherNames) {
    if (plain == other) return std::string(name);
  }
  return plain;
}

std::vector<std::string> Cells(std::string_view row) {
  std::vector<std::string> cells;
  while (row.starts_with('|')) {
    row.remove_prefix(1);
    const std::size_t end = row.find('|');
    if (end == std::string_view::npos) break;
    std::string_view cell = row.substr(0, end);
    while (cell.starts_with(' ')) cell.remove_prefix(1);
    while (cell.ends_with(' ')) cell.remove_suffix(1);
    cells.emplace_back(cell);
    row.remove_prefix(end);
  }
  return cells;
}

}  // namespace

const std::vector<Topic>& Topics() {
  static const std::vector<Topic> topics = [] {
    std::vector<Topic> all;
    for (const ManualFile& file : ManualFiles()) {
      if (file.name != kClients) all.push_back(ParseTopic(file));
    }
    return all;
  }();
  return topics;
}

const Topic* TopicOf(std::string_view check) {
  for (const Topic& topic : Topics()) {
    if (std::find(topic.checks.begin(), topic.checks.end(), check) != topic.checks.end()) {
      return &topic;
    }
  }
  return nullptr;
}

std::string FixIn(std::string_view check, std::string_view language) {
  const Topic* topic = TopicOf(check);
  if (topic == nullptr || language.empty()) return "";
  for (const auto& [name, code] : topic->fixes) {
    if (Plain(name) == Plain(language)) return code;
  }
  return "";
}

// The table "Rule by rule": a row a check, a column a client.
Holders HoldersOf(std::string_view check) {
  Holders holders;
  std::vector<std::string> clients;
  for (const ManualFile& file : ManualFiles()) {
    if (file.name != kClients) continue;
    for (const std::string_view line : LinesOf(file.text)) {
      if (line.starts_with("| rule |")) clients = Cells(line);
      if (clients.empty() || !line.starts_with(fmt::format("| [{}]", check))) continue;
      const std::vector<std::string> cells = Cells(line);
      for (std::size_t i = 1; i < cells.size() && i < clients.size(); ++i) {
        if (cells[i] == "✗") holders.failing.push_back(clients[i]);
        if (cells[i] == "!") holders.warned.push_back(clients[i]);
      }
    }
  }
  return holders;
}

std::string CheckPage(const Check& check) {
  const Violation* violation = FindViolation(check.id);
  const Topic* topic = TopicOf(check.id);
  std::string page = fmt::format(
      "<!-- Made by `AWEBER_UPDATE_DOCS=1 checks_unit_test` from the check's row and docs/fixes/; "
      "do "
      "not edit. -->\n# {}\n\n{}\n\n",
      check.id, violation == nullptr ? check.statement : violation->title);
  page += fmt::format(
      "| | |\n| --- | --- |\n| asked | {} |\n| rule | {} |\n| level | aweber {}, rfc6749 {}, "
      "rfc9700 "
      "{} |\n| seen | {} |\n| harm | {} |\n\n",
      check.statement, check.source, LevelName(check.levels.aweber),
      LevelName(check.levels.rfc6749), LevelName(check.levels.rfc9700), SeenName(check.seen),
      violation == nullptr ? "" : HarmName(violation->harm));
  page += fmt::format("## Why it matters\n\n{}\n\n", check.why);
  if (topic != nullptr) {
    page += fmt::format("## What goes wrong in this step: {}\n\n{}\n\n```text\n{}\n```\n\n",
                        topic->title, topic->explanation, topic->drawing);
  }
  if (violation != nullptr) {
    page += fmt::format("## Wrong and right\n\n```text\nwrong  {}\nright  {}\n```\n\n",
                        violation->wrong, violation->right);
  }
  page += fmt::format("## How to fix it\n\n{}\n\n", check.fix);
  if (topic != nullptr) {
    std::vector<std::string> links;
    for (const auto& [language, code] : topic->fixes) {
      links.push_back(fmt::format("[{}](../fixes/{}.md#{})", language, topic->name,
                                  language == "C#" ? "c" : Plain(language)));
    }
    page += fmt::format("In code: {}.\n\n", fmt::join(links, " · "));
  }
  if (!check.note.empty()) page += fmt::format("Note: {}\n\n", check.note);
  const Holders holders = HoldersOf(check.id);
  if (!holders.failing.empty() || !holders.warned.empty()) {
    page += "## Clients that have it\n\n";
    if (!holders.failing.empty()) {
      page += fmt::format("{}: [how, and whether it matters](../clients.md).\n\n",
                          fmt::join(holders.failing, ", "));
    }
    if (!holders.warned.empty()) {
      page += fmt::format("Warned of it: {}.\n\n", fmt::join(holders.warned, ", "));
    }
  }
  return page + fmt::format(
                    "`aweber-conformance explain {}` prints this and names the scenarios "
                    "that judge it.\n",
                    check.id);
}

}  // namespace aweber::conformance
