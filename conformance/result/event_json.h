// Events as JSON and back: the lines of an ndjson report.
//
// Purpose: one codec, so that a report rendered live and one rendered from a saved stream agree.
// Thread safety: pure functions.
// Errors: Error{"report.ndjson"} naming what is missing. Unknown members are ignored (a later
//   version may add some).
#pragma once

#include "base/result.h"
#include "base/text/json_fwd.h"
#include "conformance/result/event.h"

namespace aweber::conformance {

Json ClientToJson(const ClientIdentity& client);
Json CheckToJson(const CheckResult& check);
Json ShardToJson(const Shard& shard);
// The shape that the json report documents for one case.
Json CaseToJson(const CaseResult& result);
// Every outcome with its count, also those that did not occur.
Json CountsToJson(const std::map<std::string, int>& counts);

// The version of the json and ndjson reports that is written, and the newest that can be read.
inline constexpr int kRunVersion = 1;
Error NewerVersion(std::int64_t version);

// {"event":"run-started",...}, {"event":"case-finished",...}, {"event":"run-finished",...}.
Json RunStartedEvent(const RunInfo& info);
Json CaseFinishedEvent(const CaseResult& result);
Json RunFinishedEvent(const RunSummary& summary);

Result<RunInfo> RunInfoFromJson(const Json& event);
Result<CaseResult> CaseFromJson(Json event);
Result<RunSummary> SummaryFromJson(const Json& event);

}  // namespace aweber::conformance
