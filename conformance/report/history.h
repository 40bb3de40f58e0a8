// History: a line for each run, kept in a directory, and the trend that they show.
//
// Purpose: `--history DIR` appends to DIR/history.ndjson; the html report draws what is there.
// Thread safety: one writer at a time; a line is written whole. Errors: Error{"history.read"} with
//   the line, {"history.write"}. A line of a newer version is refused, not guessed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "conformance/result/run_model.h"

namespace aweber::conformance {

struct HistoryEntry {
  std::string time;  // RFC 3339, UTC
  std::string client, version, profile;
  std::map<std::string, int> counts;  // of cases, by outcome
  std::vector<std::string> problems;  // ids, known ones left out
};

HistoryEntry EntryOf(const RunModel& model, UnixTime now);
// Empty when there is no file yet.
Result<std::vector<HistoryEntry>> ReadHistory(const std::string& directory);
// Makes the directory where it is missing; nothing for "".
Status MakeHistory(const std::string& directory);
// The directory is made where it is missing.
Status AppendHistory(const std::string& directory, const HistoryEntry& entry);

// The trend as a part of a page: a bar a run, the latest on the right, and the latest ten in words.
// "" for fewer than two runs.
std::string HtmlTrend(const std::vector<HistoryEntry>& history);

}  // namespace aweber::conformance
