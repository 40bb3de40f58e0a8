// The commands behind the command line: what each takes, and the function that does it.
//
// Thread safety: plain values; each function is called once, from the main thread.
// Errors: a message on standard error and an exit status of runner.h.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "conformance/cli/project_settings.h"
#include "conformance/cli/selection.h"
#include "conformance/driver/kinds.h"
#include "conformance/report/formats.h"
#include "conformance/result/exit_status.h"
#include "conformance/result/run_model.h"
#include "mockserver/scenario/scenario.h"

namespace aweber::conformance {

struct CatalogueOptions {
  std::string scenarios_dir;  // --scenarios: the user's own beside the built-in ones
  Selection selection;
  std::string shard;    // "" for the whole, "I/N" or "auto"
  std::string balance;  // a saved run, by whose durations the shards are dealt
  std::string failed_from;
  std::map<std::string, std::string> files = {};  // AddScenarioFiles: the file of a scenario's id
};

// What is played, of what.
struct SelectedCases {
  std::vector<std::size_t> scenarios;  // this shard's: indexes, in order
  std::size_t of_all_shards = 0;
  Shard shard;
  std::string corpus;
};

// What the pretty report on standard output tells, and how it looks.
struct PrettyFlags {
  bool list = false, details = false;
  std::string color = "auto";
};

struct RunCommand {
  std::string compare;  // a saved run to compare with
  std::string history;  // a directory
  bool watch = false;
  CatalogueOptions catalogue;
  DriverConfig driver;
  double start_timeout_s = 30;
  std::string profile = "aweber";
  std::string scheme = "https";
  std::string seed;  // "" draws one
  int jobs = 1;
  int repeat = 1;
  int max_restarts = 10;
  std::vector<std::string> reports;
  std::string baseline;
  bool strict = false, strict_errors = false, fail_fast = false;
  bool no_preflight = false;
  bool driver_given = false;  // --driver stands on the command line, if only with nothing in it
  SettingPlaces places;       // of what the project's settings said
  PrettyFlags pretty;
};

struct ExploreCommand {
  RunCommand run;  // the driver, the profile, the seed and the reports
  std::string time;
  std::int64_t sequences = 0;  // 0: until the time is up
  std::string out;             // "" for none
};

struct ListCommand {
  CatalogueOptions catalogue;
  std::string format = "text";
  bool checks = false;
};

struct ExplainCommand {
  std::string word;
  std::string language;  // of the code; "" names those there are
  std::string scenarios_dir;
};

struct LintCommand {
  std::string source;  // a file or the URL of a mock's admin API
  std::string profile = "aweber";
  std::string format = "text";
  std::string token;  // of the admin API
  bool strict = false;
};

struct ReportCommand {
  std::vector<std::string> files;  // one, or all shards of a run
  bool partial = false;
  std::string history;
  std::vector<std::string> reports;
  bool strict = false;
  PrettyFlags pretty;
};

struct CompareCommand {
  std::string before, after;  // saved runs
  std::vector<std::string> reports;
  bool partial = false;
  PrettyFlags pretty;
};

struct BadgeCommand {
  std::string file;       // a saved run
  std::string svg, json;  // where to write; "" for both: the picture to standard output
};

struct BaselineUpdateCommand {
  RunCommand run;  // when `from` is empty
  std::string from;
};

int DoRun(const RunCommand& command);
int DoExplore(const ExploreCommand& command);
int DoList(const ListCommand& command);
int DoExplain(const ExplainCommand& command);
int DoLint(const LintCommand& command);
int DoReport(const ReportCommand& command);
int DoCompare(const CompareCommand& command);
int DoBadge(const BadgeCommand& command);
int DoBaselineUpdate(const BaselineUpdateCommand& command);

// Shared by the commands.

// "aweber-conformance: MESSAGE" on standard error; answers `status`.
int Complain(const std::string& message, int status);
// The same of the value of an option, with its place where the project's settings said it.
int ComplainOf(const RunCommand& command, std::string_view option, const Error& error,
               int status = kExitUsage);
// Built-in scenarios and those of `directory`, sorted by id.
Result<std::vector<mock::Scenario>> LoadCatalogue(const std::string& directory);
// Adds the scenarios of the patterns that are files ("found/x.yaml"), and puts their ids in the
// patterns' places.
Status AddScenarioFiles(CatalogueOptions& options, std::vector<mock::Scenario>& scenarios);
// Applies --failed-from, selects, then deals what --shard asks for.
Result<SelectedCases> SelectFrom(const std::vector<mock::Scenario>& scenarios,
                                 const CatalogueOptions& options);
// 4 for a selection of nothing, else 2.
int StatusOfSelectError(const Error& error);
// "PATTERN", "--skip", "--tag" or "": whose word matches nothing.
std::string_view OptionOfSelectError(const Error& error);
// A saved run: ndjson or json.
Result<RunModel> LoadRun(const std::string& file, Partial partial);
// The same, but neither one shard alone nor a merge that lacks some: what follows from a run does not
// follow from a part of it.
Result<RunModel> LoadWholeRun(const std::string& file, Partial partial);
// Prints the comparison; 1 when anything is new, 3 where it cannot be written.
int WriteComparison(const RunModel& before, const RunModel& after, const PrettyFlags& pretty);
bool WantsColor(const std::string& when, bool terminal);
// How a report on standard output looks: by the flags, and by the terminal where it is one.
ReportOptions StandardOutputOptions(const PrettyFlags& flags, bool strict);
// How the same report looks in a file.
ReportOptions FileOptions(const PrettyFlags& flags, bool strict);
// Says what of a report is not where it should be; answers `status`, or 3 instead of 0 and 1 then.
int AfterReport(const ReportSink& sink, int status);
std::string HarnessVersion();
// How to type this program: "aweber-conformance", or what the package that starts it says in
// AWEBER_CONFORMANCE_CALLED ("npx aweber-conformance").
std::string CalledAs();

// Plays the suite again whenever the driver's files change, first what failed; until Ctrl-C.
int DoWatch(const RunCommand& command);
// As DoRun, once, and also tells what happened.
int RunInto(const RunCommand& command, RunModel* model);

}  // namespace aweber::conformance
