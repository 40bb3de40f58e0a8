#include "conformance/result/run_model.h"

#include <fmt/format.h>

#include "base/text/json.h"
#include "conformance/result/event_json.h"

namespace aweber::conformance {
namespace {

// One event into the collector; an error says what is wrong with it.
Status Take(Json event, RunCollector& collector, bool& started) {
  const std::string kind = JsonString(event, "event").value_or("");
  if (kind == "run-started") {
    if (const auto version = JsonInt(event, "version"); version && *version > kRunVersion) {
      return NewerVersion(*version);
    }
    auto info = RunInfoFromJson(event);
    if (!info) return info.error();
    started = true;
    collector.OnRunStarted(*info);
  } else if (kind == "case-finished") {
    auto result = CaseFromJson(std::move(event));
    if (!result) return result.error();
    collector.Add(std::move(result).value());
  } else if (kind == "run-finished") {
    auto summary = SummaryFromJson(event);
    if (!summary) return summary.error();
    collector.OnRunFinished(*summary);
  }
  return {};  // a kind that a later version may write is passed over
}

}  // namespace

std::map<std::string, int> RunModel::Count() const {
  std::map<std::string, int> counts;
  for (const CaseResult& result : cases) ++counts[OutcomeName(result.outcome)];
  return counts;
}

void RunCollector::OnRunFinished(const RunSummary& summary) {
  summary_ = summary;
  complete_ = true;
}

const CaseResult* RunCollector::Find(std::size_t index) const {
  const auto found = cases_.find(index);
  return found == cases_.end() ? nullptr : &found->second;
}

RunModel RunCollector::Take() {
  RunModel model;
  model.info = std::move(info_);
  model.summary = std::move(summary_);
  for (std::size_t index = 0; index < model.info.cases.size(); ++index) {
    if (const auto found = cases_.find(index); found != cases_.end()) {
      model.cases.push_back(std::move(found->second));
      continue;
    }
    CaseResult missing;
    missing.index = index;
    missing.id = model.info.cases[index];
    missing.outcome = Outcome::kNotRun;
    missing.reason = complete_ ? "not run" : "the run was cut short";
    model.cases.push_back(std::move(missing));
  }
  // One count for all formats, also when the stream ended early.
  model.summary.counts = model.Count();
  if (!complete_) {
    model.summary.interrupted = model.summary.cut_short = true;
    model.summary.exit_status = 130;
  }
  return model;
}

Result<RunModel> ReadRun(std::string_view ndjson, const std::string& file, Partial partial) {
  RunCollector collector;
  bool started = false, ended = false;
  int number = 0;
  while (!ndjson.empty()) {
    ++number;
    const std::size_t end = ndjson.find('\n');
    const std::string_view line = ndjson.substr(0, end);
    const bool last = end == std::string_view::npos;
    ndjson.remove_prefix(last ? ndjson.size() : end + 1);
    if (line.empty()) continue;
    auto event = ParseJson(line, {.max_bytes = 256u << 20});
    if (!event && last) break;  // killed while it wrote
    const std::string kind = event ? JsonString(*event, "event").value_or("") : "";
    if (kind == "run-started" && started) {
      return Error{"report.ndjson", fmt::format("{}:{}: a second run begins here; give each run a "
                                                "file of its own",
                                                file, number)};
    }
    if (kind == "run-finished") ended = true;
    const Status taken =
        event ? Take(std::move(event).value(), collector, started) : Status(event.error());
    if (taken || (partial == Partial::kShow && started)) continue;
    return Error{
        taken.error().code == "report.newer" ? "report.newer" : "report.ndjson",
        fmt::format(
            "{}:{}: {}{}", file, number,
            taken.error().code == "report.newer" ? "" : "not an event of an ndjson report: ",
            taken.error().message)};
  }
  if (!started) {
    return Error{
        "report.ndjson",
        fmt::format("{}: no run-started event; write one with run --report ndjson=FILE", file)};
  }
  if (!ended && partial == Partial::kRefuse) {
    return Error{"report.cut",
                 fmt::format("{}:{}: the run ends here without a run-finished event: "
                             "the file or the run was cut. --partial shows what is whole",
                             file, number)};
  }
  return std::move(collector).Model();
}

}  // namespace aweber::conformance
