// The json report: the shape that conformance/PROTOCOL.md promises.
#include "base/text/json.h"
#include "conformance/judge/problems.h"
#include "conformance/report/formats.h"
#include "conformance/result/event_json.h"

namespace aweber::conformance {

std::string RenderJson(const RunModel& model, const ReportOptions&) {
  Json cases = Json::array();
  for (const CaseResult& result : model.cases) cases.push_back(CaseToJson(result));
  Json document = {
      {"version", 1},
      {"client", ClientToJson(model.info.client)},
      {"seed", model.info.seed},
      {"profile", model.info.profile},
      {"driver", model.info.driver},
      {"harness", model.info.version},
      {"summary", CountsToJson(model.Count())},
      {"duration_ms", RunFinishedEvent(model.summary).at("duration_ms")},
      {"requests", model.summary.requests},
      {"interrupted", model.summary.interrupted},
      {"harness_error", model.summary.harness_error},
      {"stale_baseline", model.summary.stale_baseline},
      {"exit_status", model.summary.exit_status},
      {"problems", ProblemsToJson(ProblemsOf(model.cases, model.info.client.language))},
      {"cases", std::move(cases)}};
  if (model.info.shard.count > 1) {
    document["shard"] = ShardToJson(model.info.shard);
    document["selected"] = model.info.selected;
    document["corpus"] = model.info.corpus;
  }
  if (!model.summary.missing_shards.empty()) {
    document["missing_shards"] = model.summary.missing_shards;
  }
  if (!model.summary.exploration.is_null()) document["exploration"] = model.summary.exploration;
  return DumpJsonPretty(document) + "\n";
}

}  // namespace aweber::conformance
