#include "conformance/cli/commands.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/os/file.h"
#include "base/text/json.h"
#include "base/version.h"
#include "conformance/checks/check.h"
#include "conformance/cli/shard.h"
#include "conformance/result/event_json.h"
#include "conformance/run/runner.h"
#include "mockserver/scenario/loader.h"

namespace aweber::conformance {
namespace {

// What a second look should be taken at.
bool DidNotPass(const CaseResult& result) {
  return result.outcome == Outcome::kNotRun || FailsRun(result.outcome, false);
}

Result<RunModel> ReadJsonRun(Json document, const std::string& file) {
  const auto cases = document.is_object() ? document.find("cases") : document.end();
  if (cases == document.end() || !cases->is_array()) {
    return Error{"report.json", fmt::format("{}: not a json report: it has no \"cases\"", file)};
  }
  if (const auto version = JsonInt(document, "version"); version && *version > kRunVersion) {
    return Error{"report.newer", file + ": " + NewerVersion(*version).message};
  }
  RunModel model;
  auto info = RunInfoFromJson(document);
  if (!info) return Error{"report.json", file + ": " + info.error().message};
  model.info = std::move(info).value();
  // A report of an earlier version may have no summary; what there is was counted.
  if (auto summary = SummaryFromJson(document)) model.summary = std::move(summary).value();
  for (Json& one : *cases) {
    auto result = CaseFromJson(std::move(one));
    if (!result) return Error{"report.json", file + ": " + result.error().message};
    result->index = model.cases.size();
    model.info.cases.push_back(result->id);
    model.cases.push_back(std::move(result).value());
  }
  model.summary.counts = model.Count();
  return model;
}

// Scenarios name checks that exist.
Status CheckChecks(const std::vector<mock::Scenario>& scenarios) {
  std::vector<std::string> known;
  for (const Check& check : AllChecks()) known.emplace_back(check.id);
  return mock::CheckNamedChecks(scenarios, known);
}

// This shard's part of `all` into `selected`.
Status DealShard(const std::vector<mock::Scenario>& scenarios, const CatalogueOptions& options,
                 const std::vector<std::size_t>& all, SelectedCases& selected) {
  if (options.shard.empty()) {
    if (!options.balance.empty()) {
      return Error{"usage", "--balance deals shards and needs --shard I/N or --shard auto"};
    }
    selected.scenarios = all;
    return {};
  }
  const auto shard = ReadShard(options.shard, ProcessEnvironment());
  if (!shard) return shard.error();
  selected.shard = *shard;
  std::vector<double> costs(all.size(), 1);
  if (!options.balance.empty()) {
    const auto run = LoadRun(options.balance, Partial::kShow);
    if (!run) return run.error();
    costs = CostsFrom(*run, scenarios, all);
  }
  for (const std::size_t which : Deal(costs, *shard)) selected.scenarios.push_back(all[which]);
  if (!selected.scenarios.empty()) return {};
  return Error{"select.nothing", fmt::format("shard {}/{} has no case: only {} are selected. Use "
                                             "fewer shards",
                                             shard->index, shard->count, all.size())};
}

}  // namespace

int Complain(const std::string& message, int status) {
  std::fprintf(stderr, "aweber-conformance: %s\n", message.c_str());
  return status;
}

int ComplainOf(const RunCommand& command, std::string_view option, const Error& error, int status) {
  return Complain(ToldOf(command.places, option, error.message), status);
}

Result<std::vector<mock::Scenario>> LoadCatalogue(const std::string& directory) {
  auto scenarios = mock::BuiltInScenarios();
  if (!scenarios || directory.empty()) return scenarios;
  auto own = mock::LoadScenarioDirectory(directory);
  if (!own) return own.error();
  if (own->empty()) {
    return Error{"scenario.none",
                 fmt::format("--scenarios {}: there is no scenario in it (*.yaml)", directory)};
  }
  if (const Status known = CheckChecks(*own); !known) return known.error();
  for (mock::Scenario& scenario : *own) {
    for (const mock::Scenario& known : *scenarios) {
      if (known.id != scenario.id) continue;
      return Error{"scenario.duplicate",
                   fmt::format("{}: there is a built-in scenario {} already; give yours another id",
                               scenario.file, scenario.id)};
    }
  }
  scenarios->insert(scenarios->end(), own->begin(), own->end());
  std::sort(scenarios->begin(), scenarios->end(),
            [](const mock::Scenario& a, const mock::Scenario& b) { return a.id < b.id; });
  return scenarios;
}

Status AddScenarioFiles(CatalogueOptions& options, std::vector<mock::Scenario>& scenarios) {
  std::vector<std::string> patterns;
  for (const std::string& pattern : options.selection.patterns) {
    if (!pattern.ends_with(".yaml")) {
      patterns.push_back(pattern);
      continue;
    }
    const auto text = ReadFile(pattern, 1u << 20);
    if (!text) {
      // As it lies in the sources: "scenarios/callback/ok.yaml".
      const std::string stem = "/" + pattern.substr(0, pattern.size() - 5);
      for (const mock::Scenario& known : scenarios) {
        if (!stem.ends_with("/" + known.id)) continue;
        return Error{text.error().code, fmt::format("{}; did you mean the built-in scenario '{}'?",
                                                    text.error().message, known.id)};
      }
      return text.error();
    }
    auto own = mock::ParseScenario(*text, pattern);
    if (!own) return own.error();
    if (const Status known = CheckChecks(*own); !known) return known.error();
    for (mock::Scenario& scenario : *own) {
      for (const mock::Scenario& known : scenarios) {
        if (known.id != scenario.id) continue;
        return Error{"scenario.duplicate",
                     fmt::format("{}: there is a scenario {} already; give this one another id",
                                 pattern, scenario.id)};
      }
      options.files[scenario.id] = pattern;
      patterns.push_back(scenario.id);
    }
    scenarios.insert(scenarios.end(), own->begin(), own->end());
  }
  options.selection.patterns = std::move(patterns);
  return {};
}

Result<SelectedCases> SelectFrom(const std::vector<mock::Scenario>& scenarios,
                                 const CatalogueOptions& options) {
  Selection selection = options.selection;
  if (!options.failed_from.empty()) {
    const auto run = LoadRun(options.failed_from, Partial::kShow);
    if (!run) return run.error();
    selection.only_ids = true;
    for (const CaseResult& result : run->cases) {
      if (DidNotPass(result)) selection.ids.push_back(result.id);
    }
    if (selection.ids.empty()) {
      return Error{"select.nothing", fmt::format("everything passed in {}; there is nothing to run "
                                                 "again",
                                                 options.failed_from)};
    }
  }
  auto all = Select(scenarios, selection);
  if (!all) return all.error();
  SelectedCases selected;
  selected.of_all_shards = all->size();
  selected.corpus = CorpusOf(scenarios, *all);
  if (const Status dealt = DealShard(scenarios, options, *all, selected); !dealt) {
    return dealt.error();
  }
  return selected;
}

int StatusOfSelectError(const Error& error) {
  return error.code == "select.nothing" || error.code == "select.id" ||
                 !OptionOfSelectError(error).empty()
             ? kExitNothing
             : kExitUsage;
}

std::string_view OptionOfSelectError(const Error& error) {
  if (error.code == "select.pattern") return "PATTERN";
  if (error.code == "select.skip") return "--skip";
  return error.code == "select.tag" ? "--tag" : "";
}

Result<RunModel> LoadRun(const std::string& file, Partial partial) {
  const auto text = ReadFile(file == "-" ? "/dev/stdin" : file, 1u << 30);
  if (!text) return text.error();
  if (text->empty()) return Error{"report.empty", file + ": is empty; no run was saved in it"};
  const std::size_t line_end = std::min(text->find('\n'), text->size());
  const auto first = ParseJson(std::string_view(*text).substr(0, line_end));
  if (first && first->contains("event")) return ReadRun(*text, file, partial);
  auto document = ParseJson(*text, {.max_bytes = 1u << 30});
  if (!document) {
    return Error{
        "report.json",
        fmt::format("{}: neither an ndjson nor a json report: {}; name a file that --report "
                    "ndjson=FILE or json=FILE wrote",
                    file, document.error().message)};
  }
  return ReadJsonRun(std::move(document).value(), file);
}

Result<RunModel> LoadWholeRun(const std::string& file, Partial partial) {
  auto model = LoadRun(file, partial);
  if (!model) return model;
  const Shard& shard = model->info.shard;
  std::string part;
  if (shard.count > 1) part = fmt::format("is shard {} of {} alone", shard.index, shard.count);
  if (const std::string& missing = model->summary.missing_shards; !missing.empty()) {
    part = fmt::format("lacks {}", missing);
  }
  if (part.empty()) return model;
  return Error{"report.shards",
               fmt::format("{}: {}, not the run. Merge all of them first: aweber-conformance "
                           "report SHARD... --report json=FILE",
                           file, part)};
}

int AfterReport(const ReportSink& sink, int status) {
  const std::string problem = sink.Problem();
  if (problem.empty()) return status;
  return Complain(problem, status == kExitGood || status == kExitFailed ? kExitBroken : status);
}

// One that understands no control sequences, as an editor's shell window.
static bool IsDumbTerminal() {
  const char* const kind = std::getenv("TERM");
  return kind != nullptr && std::string_view(kind) == "dumb";
}

bool WantsColor(const std::string& when, bool terminal) {
  if (when != "auto") return when == "always";
  const char* const refused = std::getenv("NO_COLOR");  // https://no-color.org
  return terminal && (refused == nullptr || *refused == '\0') && !IsDumbTerminal();
}

ReportOptions FileOptions(const PrettyFlags& flags, bool strict) {
  ReportOptions options{.strict = strict};
  if (flags.list) options.style = PrettyStyle::kList;
  if (flags.details) options.style = PrettyStyle::kDetails;
  return options;
}

ReportOptions StandardOutputOptions(const PrettyFlags& flags, bool strict) {
  const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  ReportOptions options = FileOptions(flags, strict);
  options.color = WantsColor(flags.color, terminal);
  options.progress = terminal && !IsDumbTerminal();
  winsize size{};
  if (terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    options.width = size.ws_col;
  }
  return options;
}

std::string HarnessVersion() { return ProjectVersion(); }

std::string CalledAs() {
  const char* const said = std::getenv("AWEBER_CONFORMANCE_CALLED");
  return said != nullptr && *said != '\0' ? said : "aweber-conformance";
}

}  // namespace aweber::conformance
