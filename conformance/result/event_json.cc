#include "conformance/result/event_json.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text/json.h"

namespace aweber::conformance {
namespace {

// Microseconds are enough, and keep "4.1" from becoming 4.099999904632568.
double Rounded(double milliseconds) { return std::round(milliseconds * 1000) / 1000; }

std::string StringOr(const Json& object, std::string_view name) {
  return JsonString(object, name).value_or("");
}

double NumberOr(const Json& object, std::string_view name) {
  const Json* value = JsonMember(object, name);
  return value != nullptr && value->is_number() ? value->get<double>() : 0;
}

std::uint64_t UnsignedOr(const Json& object, std::string_view name) {
  const Json* value = JsonMember(object, name);
  return value != nullptr && value->is_number_unsigned() ? value->get<std::uint64_t>() : 0;
}

// Taken out and not copied: the journal of a case is most of its text.
Json TakeArray(Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array()) return Json::array();
  return std::move(*found);
}

std::vector<std::string> Strings(const Json& object, std::string_view name) {
  std::vector<std::string> strings;
  const Json* value = JsonMember(object, name);
  if (value == nullptr || !value->is_array()) return strings;
  for (const Json& item : *value) {
    if (item.is_string()) strings.push_back(item.get<std::string>());
  }
  return strings;
}

Error Missing(std::string_view event, std::string_view member) {
  return Error{"report.ndjson", fmt::format("a {} event has no usable \"{}\"", event, member)};
}

Result<CheckResult> CheckFromJson(const Json& object) {
  CheckResult check;
  check.id = StringOr(object, "id");
  const auto outcome = OutcomeFromName(StringOr(object, "outcome"));
  if (!outcome) return outcome.error();
  check.outcome = *outcome;
  check.level = StringOr(object, "level");
  check.source = StringOr(object, "source");
  check.statement = StringOr(object, "statement");
  check.why = StringOr(object, "why");
  check.message = StringOr(object, "message");
  check.fix = StringOr(object, "fix");
  if (const Json* evidence = JsonMember(object, "evidence"); evidence && evidence->is_array()) {
    for (const Json& sequence : *evidence) {
      if (sequence.is_number_unsigned()) check.evidence.push_back(sequence.get<std::uint64_t>());
    }
  }
  return check;
}

// One by one and not as a list of pairs, nor as an object that is merged: the library would copy steps
// and journal once or twice more each.
void AddCase(Json& object, const CaseResult& result) {
  Json checks = Json::array();
  for (const CheckResult& check : result.checks) checks.push_back(CheckToJson(check));
  object["id"] = result.id;
  object["title"] = result.title;
  object["outcome"] = OutcomeName(result.outcome);
  object["reason"] = result.reason;
  object["for_others"] = result.for_others;
  object["duration_ms"] = Rounded(result.duration_ms);
  object["checks"] = std::move(checks);
  object["steps"] = result.steps;
  object["journal"] = result.journal;
  object["stderr"] = result.stderr_text;
  object["warnings"] = result.warnings;
  object["reproduce"] = result.reproduce;
  object["failed_control"] = result.failed_control;
}

}  // namespace

Json ClientToJson(const ClientIdentity& client) {
  return {{"name", client.name},
          {"version", client.version},
          {"language", client.language},
          {"features", client.features}};
}

Json CheckToJson(const CheckResult& check) {
  return {{"id", check.id},
          {"outcome", OutcomeName(check.outcome)},
          {"level", check.level},
          {"source", check.source},
          {"message", check.message},
          {"statement", check.statement},
          {"why", check.why},
          {"fix", check.fix},
          {"evidence", check.evidence}};
}

Json CaseToJson(const CaseResult& result) {
  Json object = Json::object();
  AddCase(object, result);
  return object;
}

Json CountsToJson(const std::map<std::string, int>& counts) {
  Json object = Json::object();
  for (const Outcome outcome : AllOutcomes()) {
    const auto found = counts.find(OutcomeName(outcome));
    object[OutcomeName(outcome)] = found == counts.end() ? 0 : found->second;
  }
  return object;
}

Error NewerVersion(std::int64_t version) {
  return Error{
      "report.newer",
      fmt::format("the run was saved by a newer program (version {} of the report; this one "
                  "reads {}). Render it with that program",
                  version, kRunVersion)};
}

Json ShardToJson(const Shard& shard) { return {{"index", shard.index}, {"count", shard.count}}; }

Json RunStartedEvent(const RunInfo& info) {
  return {
      {"event", "run-started"},    {"version", kRunVersion},  {"client", ClientToJson(info.client)},
      {"seed", info.seed},         {"profile", info.profile}, {"driver", info.driver},
      {"harness", info.version},   {"cases", info.cases},     {"shard", ShardToJson(info.shard)},
      {"selected", info.selected}, {"corpus", info.corpus}};
}

Json CaseFinishedEvent(const CaseResult& result) {
  Json event = {{"event", "case-finished"}, {"index", result.index}, {"amended", result.amended}};
  AddCase(event, result);
  return event;
}

Json RunFinishedEvent(const RunSummary& summary) {
  Json event = {{"event", "run-finished"},
                {"summary", CountsToJson(summary.counts)},
                {"duration_ms", Rounded(summary.duration_ms)},
                {"requests", summary.requests},
                {"interrupted", summary.interrupted},
                {"stale_baseline", summary.stale_baseline},
                {"harness_error", summary.harness_error},
                {"exit_status", summary.exit_status}};
  if (!summary.missing_shards.empty()) event["missing_shards"] = summary.missing_shards;
  if (!summary.exploration.is_null()) event["exploration"] = summary.exploration;
  return event;
}

Result<RunInfo> RunInfoFromJson(const Json& event) {
  const Json* cases = JsonMember(event, "cases");
  if (cases == nullptr || !cases->is_array()) return Missing("run-started", "cases");
  RunInfo info;
  if (const Json* client = JsonMember(event, "client"); client != nullptr) {
    info.client.name = StringOr(*client, "name");
    info.client.version = StringOr(*client, "version");
    info.client.language = StringOr(*client, "language");
    if (const Json* features = JsonMember(*client, "features")) info.client.features = *features;
  }
  info.seed = UnsignedOr(event, "seed");
  info.profile = StringOr(event, "profile");
  info.driver = StringOr(event, "driver");
  info.version = StringOr(event, "harness");
  info.cases = Strings(event, "cases");
  if (const Json* shard = JsonMember(event, "shard"); shard != nullptr) {
    info.shard.index = static_cast<int>(JsonInt(*shard, "index").value_or(1));
    info.shard.count = static_cast<int>(JsonInt(*shard, "count").value_or(1));
  }
  info.selected = UnsignedOr(event, "selected");
  info.corpus = StringOr(event, "corpus");
  return info;
}

Result<CaseResult> CaseFromJson(Json event) {
  CaseResult result;
  const auto id = JsonString(event, "id");
  if (!id) return Missing("case-finished", "id");
  const auto outcome = OutcomeFromName(StringOr(event, "outcome"));
  if (!outcome) return Missing("case-finished", "outcome");
  result.id = *id;
  result.outcome = *outcome;
  result.index = UnsignedOr(event, "index");
  result.amended = JsonBool(event, "amended").value_or(false);
  result.title = StringOr(event, "title");
  result.reason = StringOr(event, "reason");
  result.for_others = JsonBool(event, "for_others").value_or(false);
  result.duration_ms = NumberOr(event, "duration_ms");
  if (const Json* checks = JsonMember(event, "checks"); checks && checks->is_array()) {
    for (const Json& check : *checks) {
      auto read = CheckFromJson(check);
      if (!read) return read.error();
      result.checks.push_back(std::move(read).value());
    }
  }
  result.steps = TakeArray(event, "steps");
  result.journal = TakeArray(event, "journal");
  result.stderr_text = StringOr(event, "stderr");
  result.warnings = Strings(event, "warnings");
  result.reproduce = StringOr(event, "reproduce");
  result.failed_control = StringOr(event, "failed_control");
  return result;
}

Result<RunSummary> SummaryFromJson(const Json& event) {
  const Json* counts = JsonMember(event, "summary");
  if (counts == nullptr || !counts->is_object()) return Missing("run-finished", "summary");
  RunSummary summary;
  for (const auto& [name, count] : counts->items()) {
    if (count.is_number_integer() && count.get<int>() > 0) summary.counts[name] = count.get<int>();
  }
  summary.duration_ms = NumberOr(event, "duration_ms");
  summary.requests = UnsignedOr(event, "requests");
  summary.interrupted = JsonBool(event, "interrupted").value_or(false);
  summary.stale_baseline = Strings(event, "stale_baseline");
  summary.missing_shards = StringOr(event, "missing_shards");
  summary.harness_error = StringOr(event, "harness_error");
  summary.exit_status = static_cast<int>(JsonInt(event, "exit_status").value_or(0));
  if (const Json* tried = JsonMember(event, "exploration")) summary.exploration = *tried;
  return summary;
}

}  // namespace aweber::conformance
