// `list` and `explain`: what there is, and what each thing means.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string_view>

#include "base/text/json.h"
#include "base/text/nearest_word.h"
#include "conformance/checks/check.h"
#include "conformance/checks/docs.h"
#include "conformance/checks/manual.h"
#include "conformance/cli/commands.h"
#include "conformance/driver/features.h"
#include "conformance/judge/problems.h"
#include "conformance/judge/wire_pattern.h"
#include "conformance/report/printable.h"
#include "conformance/run/plan.h"
#include "conformance/run/runner.h"

namespace aweber::conformance {
namespace {

using mock::Scenario;

void Print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// `text` in lines that fit, below a heading.
std::string Paragraph(std::string_view text) {
  constexpr std::size_t kWidth = 98, kMaxLines = 100;
  std::string out;
  for (const std::string& line : Wrap(text, kWidth, kMaxLines)) out += "  " + line + "\n";
  return out;
}

Json CheckEntry(const Check& check) {
  return {{"id", check.id},
          {"statement", check.statement},
          {"levels",
           {{"aweber", LevelName(check.levels.aweber)},
            {"rfc6749", LevelName(check.levels.rfc6749)},
            {"rfc9700", LevelName(check.levels.rfc9700)}}},
          {"source", check.source},
          {"seen", SeenName(check.seen)},
          {"why", check.why},
          {"fix", check.fix},
          {"note", check.note}};
}

Json ScenarioEntry(const Scenario& scenario) {
  return {{"id", scenario.id},
          {"title", scenario.title},
          {"why", scenario.why},
          {"tags", scenario.tags},
          {"spec", scenario.spec},
          {"needs", NeededFeatures(scenario)},
          {"checks", scenario.expect.checks},
          {"profiles", scenario.profiles},
          {"control", scenario.control}};
}

// All checks, or those that the scenarios of a selection are about.
int ListChecks(const ListCommand& command) {
  std::set<std::string_view> wanted;
  const auto scenarios = LoadCatalogue(command.catalogue.scenarios_dir);
  if (!scenarios) return Complain(scenarios.error().message, kExitUsage);
  const auto selected = SelectFrom(*scenarios, command.catalogue);
  if (!selected) return Complain(selected.error().message, StatusOfSelectError(selected.error()));
  for (const std::size_t which : selected->scenarios) {
    for (const std::string& check : (*scenarios)[which].expect.checks) wanted.insert(check);
  }
  const bool all = selected->scenarios.size() == scenarios->size();
  const auto is_wanted = [&](const Check& check) { return all || wanted.count(check.id) > 0; };
  if (command.format == "json") {
    Json list = Json::array();
    for (const Check& check : AllChecks()) {
      if (is_wanted(check)) list.push_back(CheckEntry(check));
    }
    Print(DumpJsonPretty(list) + "\n");
    return kExitGood;
  }
  for (const Check& check : AllChecks()) {
    if (!is_wanted(check)) continue;
    Print(
        fmt::format("{:24} {:8} {}\n", check.id, LevelName(check.levels.aweber), check.statement));
  }
  return kExitGood;
}

std::string StepText(const mock::Step& step, int depth) {
  std::string text = std::string(static_cast<std::size_t>(4 + 2 * depth), ' ') + step.op;
  if (step.label != step.op) text += fmt::format(" ({})", step.label);
  if (step.session != "A") text += fmt::format(" session {}", step.session);
  if (step.op == "consent") text += ": " + step.decision;
  if (step.op == "call") text += fmt::format(": {} {}", step.method, step.path);
  if (step.op == "advance") {
    text += step.to.empty()
                ? fmt::format(": by {:g} s", std::chrono::duration<double>(step.by).count())
                : ": to the next expiry";
  }
  if (step.op == "repeat") text += fmt::format(": {} times", step.times);
  if (step.op == "restart" && step.kill) text += ": killed";
  text += "\n";
  for (const mock::Step& inner : step.steps) text += StepText(inner, depth + 1);
  return text;
}

void ExplainCheckAndScenarios(const Check& check, const std::vector<Scenario>& scenarios,
                              const std::string& language) {
  Print(ExplainCheck(check.id, language));
  Print("\nScenarios that judge it\n");
  for (const Scenario& scenario : scenarios) {
    const auto& checks = scenario.expect.checks;
    if (std::find(checks.begin(), checks.end(), check.id) != checks.end()) {
      Print(fmt::format("  {}\n", scenario.id));
    }
  }
  if (check.seen == Seen::kWire) Print("  every scenario, on all its traffic\n");
}

void ExplainScenario(const Scenario& scenario) {
  Print(fmt::format("{}: {}\n\n{}\n", scenario.id, scenario.title, Paragraph(scenario.why)));
  Print(fmt::format("  tags     {}\n  source   {}\n", fmt::join(scenario.tags, ", "),
                    fmt::join(scenario.spec, ", ")));
  const auto needed = NeededFeatures(scenario);
  if (!needed.empty()) Print(fmt::format("  needs    {}\n", fmt::join(needed, ", ")));
  if (!scenario.control.empty()) Print(fmt::format("  control  {}\n", scenario.control));
  Print("  steps\n");
  for (const mock::Step& step : scenario.steps) Print(StepText(step, 0));
  for (const mock::ClientExpectation& client : scenario.expect.client) {
    Print(fmt::format("  client   {}: {}{}\n", client.step, client.is,
                      client.statuses.empty()
                          ? ""
                          : fmt::format(", status {}", fmt::join(client.statuses, " or "))));
  }
  for (const mock::WirePattern& pattern : scenario.expect.requirements) {
    Print(fmt::format("  requires {}\n", DescribePattern(pattern)));
  }
  for (const mock::WirePattern& pattern : scenario.expect.never) {
    Print(fmt::format(
        "  never    {}{}\n", DescribePattern(pattern),
        pattern.at_most > 0 ? fmt::format(", more than {} times", pattern.at_most) : ""));
  }
  Print(fmt::format("  checks   {}\n", fmt::join(scenario.expect.checks, ", ")));
  Print(fmt::format("  file     {}\n", scenario.file));
}

}  // namespace

int DoList(const ListCommand& command) {
  if (command.checks) return ListChecks(command);
  const auto scenarios = LoadCatalogue(command.catalogue.scenarios_dir);
  if (!scenarios) return Complain(scenarios.error().message, kExitUsage);
  const auto selected = SelectFrom(*scenarios, command.catalogue);
  if (!selected) return Complain(selected.error().message, StatusOfSelectError(selected.error()));
  Json list = Json::array();
  std::size_t widest = 0;
  for (const std::size_t which : selected->scenarios) {
    widest = std::max(widest, (*scenarios)[which].id.size());
  }
  for (const std::size_t which : selected->scenarios) {
    const Scenario& scenario = (*scenarios)[which];
    if (command.format == "json") {
      list.push_back(ScenarioEntry(scenario));
    } else {
      Print(fmt::format("{:{}}  {}\n", scenario.id, widest, scenario.title));
    }
  }
  if (command.format == "json") Print(DumpJsonPretty(list) + "\n");
  return kExitGood;
}

int DoExplain(const ExplainCommand& command) {
  const auto scenarios = LoadCatalogue(command.scenarios_dir);
  if (!scenarios) return Complain(scenarios.error().message, kExitUsage);
  // A problem's id begins with its check's: "tr-error-class:not-json".
  const std::size_t colon = command.word.find(':');
  if (const Check* check = FindCheck(command.word.substr(0, colon))) {
    if (colon != std::string::npos) {
      const std::string kind = ExplainKind(check->id, command.word.substr(colon + 1));
      if (kind.empty()) {
        return Complain(
            fmt::format("no problem '{}'; `explain {}` tells the check", command.word, check->id),
            kExitUsage);
      }
      Print(fmt::format("{}\n{}\n", command.word, Paragraph(kind)));
    }
    if (!command.language.empty() && FixIn(check->id, command.language).empty()) {
      Complain(
          fmt::format("--language {}: there is no code for {} in it", command.language, check->id),
          0);
    }
    ExplainCheckAndScenarios(*check, *scenarios, command.language);
    return kExitGood;
  }
  if (const std::string meaning = ExplainProblemId(command.word); !meaning.empty()) {
    Print(fmt::format("{}\n\n{}", command.word, Paragraph(meaning)));
    return kExitGood;
  }
  std::vector<std::string> known;
  for (const Scenario& scenario : *scenarios) {
    if (scenario.id == command.word) {
      ExplainScenario(scenario);
      return kExitGood;
    }
    known.push_back(scenario.id);
  }
  for (const Check& check : AllChecks()) known.emplace_back(check.id);
  const std::string hint = SuggestId(command.word, known);
  return Complain(
      fmt::format("no check, scenario or problem '{}'; {}", command.word,
                  hint.empty() ? "`list` names scenarios, `list --checks` checks" : hint),
      kExitUsage);
}

}  // namespace aweber::conformance
