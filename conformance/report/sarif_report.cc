// The sarif report: the Static Analysis Results Interchange Format, version 2.1.0, which code hosts
// show beside the code. A check is a rule, with its help; a problem is a result.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/os/process.h"
#include "base/text/json.h"
#include "conformance/checks/check.h"
#include "conformance/checks/violation.h"
#include "conformance/judge/problems.h"
#include "conformance/report/formats.h"
#include "conformance/report/printable.h"
#include "conformance/report/text.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kMaxSarifText = 2000;  // of one message

std::string SarifText(const std::string& text) {
  return Cut(Printable(text, LineBreaks::kKeep), kMaxSarifText);
}

Json Message(const std::string& text) { return {{"text", SarifText(text)}}; }

const char* LevelOf(const Problem& problem, bool strict) {
  if (FailsRun(problem.outcome, strict)) return "error";
  return problem.outcome == Outcome::kWarn ? "warning" : "note";
}

// How code hosts sort results of security tools: from 0 to 10.
const char* SeverityOf(const std::string& harm) {
  if (harm == HarmName(Harm::kTheft)) return "9.0";
  if (harm == HarmName(Harm::kForgery)) return "8.0";
  if (harm == HarmName(Harm::kLockout)) return "6.0";
  return "4.0";
}

std::string RuleIdOf(const Problem& problem) {
  return problem.check.empty() ? problem.id.substr(0, problem.id.find(':')) : problem.check;
}

Json Rule(const Problem& problem) {
  const Check* check = FindCheck(problem.check);
  const std::string statement = check == nullptr ? problem.title : std::string(check->statement);
  Json rule = {
      {"id", RuleIdOf(problem)},
      {"shortDescription", Message(statement)},
      {"fullDescription", Message(problem.why.empty() ? statement : problem.why)},
      {"help",
       {{"text", fmt::format("{}\n\nWhy: {}\n\nFix: {}", statement, problem.why, problem.fix)},
        {"markdown", fmt::format("{}\n\n**Why**: {}\n\n**Fix**: {}\n\nRead `{}`.", statement,
                                 problem.why, problem.fix, problem.see)}}},
      {"properties",
       {{"security-severity", SeverityOf(problem.harm)},
        {"tags", Json::array({"oauth2", "conformance"})}}}};
  if (!problem.source.empty()) rule["properties"]["source"] = problem.source;
  return rule;
}

// The file of the client's adapter, as far as the driver's command names one below this folder:
// code hosts show a result only where it stands in a file.
std::string DriverFile(const std::string& driver) {
  const auto words = SplitCommandLine(driver);
  if (!words) return "";
  for (std::size_t i = 0; i < words->size(); ++i) {
    const std::string& word = (*words)[i];
    // "python3.11" is no file here, nor is the module of "-m".
    const bool program = i == 0 && word.find('/') == std::string::npos;
    if (program || (i > 0 && (*words)[i - 1] == "-m")) continue;
    const std::size_t dot = word.rfind('.');
    const bool relative = !word.starts_with('/') && !word.starts_with('-') &&
                          word.find("..") == std::string::npos &&
                          word.find(':') == std::string::npos;
    if (relative && dot != std::string::npos && dot > 0 && dot + 1 < word.size() &&
        word.find('=') == std::string::npos && word.find(' ') == std::string::npos) {
      return word;
    }
  }
  return "";
}

Json Location(const Problem& problem, const std::string& file) {
  Json location = {{"logicalLocations", Json::array({{{"fullyQualifiedName", problem.example},
                                                      {"kind", "function"}}})}};
  if (!file.empty()) {
    location["physicalLocation"] = {{"artifactLocation", {{"uri", file}}},
                                    {"region", {{"startLine", 1}}}};
  }
  return location;
}

}  // namespace

std::string RenderSarif(const RunModel& model, const ReportOptions& options) {
  Json rules = Json::array(), results = Json::array();
  std::map<std::string, std::size_t> indices;
  const std::string file = DriverFile(model.info.driver);
  for (const Problem& problem : ProblemsOf(model.cases, model.info.client.language)) {
    const std::string id = RuleIdOf(problem);
    const auto [index, is_new] = indices.emplace(id, rules.size());
    if (is_new) rules.push_back(Rule(problem));
    Json result = {{"ruleId", id},
                   {"ruleIndex", index->second},
                   {"level", LevelOf(problem, options.strict)},
                   {"message", Message(fmt::format("{} Seen in {}: {} Fix: {}", problem.title,
                                                   problem.example, problem.seen, problem.fix))},
                   {"locations", Json::array({Location(problem, file)})},
                   {"partialFingerprints", {{"problem/v1", problem.id}}},
                   {"properties", {{"cases", problem.cases}, {"reproduce", problem.reproduce}}}};
    if (IsKnown(problem)) {
      result["suppressions"] =
          Json::array({{{"kind", "external"}, {"justification", "listed in the baseline"}}});
    }
    results.push_back(std::move(result));
  }
  Json invocation = {{"executionSuccessful", model.summary.harness_error.empty()},
                     {"exitCode", model.summary.exit_status}};
  if (const std::string problem = RunProblem(model); !problem.empty()) {
    invocation["toolExecutionNotifications"] =
        Json::array({{{"level", "error"}, {"message", Message(problem)}}});
  }
  const Json run = {
      {"tool",
       {{"driver",
         {{"name", "aweber-conformance"},
          {"semanticVersion", model.info.version.empty() ? "0.0.0" : model.info.version},
          {"rules", std::move(rules)}}}}},
      {"invocations", Json::array({std::move(invocation)})},
      {"columnKind", "unicodeCodePoints"},
      {"results", std::move(results)},
      {"properties",
       {{"client", SarifText(model.info.client.name)},
        {"clientVersion", SarifText(model.info.client.version)},
        {"profile", model.info.profile},
        {"seed", model.info.seed},
        {"totals", TotalsLine(model)}}}};
  const Json document = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                         {"version", "2.1.0"},
                         {"runs", Json::array({run})}};
  return DumpJsonPretty(document) + "\n";
}

}  // namespace aweber::conformance
