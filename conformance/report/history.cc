#include "conformance/report/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/os/file.h"
#include "base/text/json.h"
#include "conformance/judge/problems.h"
#include "conformance/report/html_parts.h"

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

constexpr int kHistoryVersion = 1;
constexpr std::size_t kMaxBars = 60, kMaxRuns = 10;

std::string FileIn(const std::string& directory) {
  return (fs::path(directory) / "history.ndjson").string();
}

std::string LineOf(const HistoryEntry& entry) {
  return DumpJson({{"version", kHistoryVersion},
                   {"time", entry.time},
                   {"client", entry.client},
                   {"client_version", entry.version},
                   {"profile", entry.profile},
                   {"counts", entry.counts},
                   {"problems", entry.problems}}) +
         "\n";
}

Result<HistoryEntry> EntryFrom(std::string_view line) {
  const auto json = ParseJson(line);
  if (!json) return json.error();
  const auto version = JsonInt(*json, "version");
  const auto time = JsonString(*json, "time");
  if (!version || !time) return Error{"history.read", "it has no version or no time"};
  if (*version > kHistoryVersion) {
    return Error{"history.read", fmt::format("it was written by a newer version ({})", *version)};
  }
  HistoryEntry entry;
  entry.time = *time;
  entry.client = JsonString(*json, "client").value_or("");
  entry.version = JsonString(*json, "client_version").value_or("");
  entry.profile = JsonString(*json, "profile").value_or("");
  if (const Json* counts = JsonMember(*json, "counts"); counts && counts->is_object()) {
    for (const auto& [name, count] : counts->items()) {
      if (count.is_number_integer()) entry.counts[name] = count.get<int>();
    }
  }
  if (const Json* problems = JsonMember(*json, "problems"); problems && problems->is_array()) {
    for (const Json& problem : *problems) {
      if (problem.is_string()) entry.problems.push_back(problem.get<std::string>());
    }
  }
  return entry;
}

}  // namespace

HistoryEntry EntryOf(const RunModel& model, UnixTime now) {
  HistoryEntry entry{FormatRfc3339(now), model.info.client.name, model.info.client.version,
                     model.info.profile, model.Count(),          {}};
  for (const Problem& problem : ProblemsOf(model.cases)) {
    if (!IsKnown(problem)) entry.problems.push_back(problem.id);
  }
  return entry;
}

Result<std::vector<HistoryEntry>> ReadHistory(const std::string& directory) {
  std::vector<HistoryEntry> entries;
  const std::string file = FileIn(directory);
  std::error_code unknown;
  if (!fs::exists(file, unknown)) return entries;
  const auto text = ReadFile(file);
  if (!text) return text.error();
  std::string_view rest = *text;
  for (int number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.empty()) continue;
    auto entry = EntryFrom(line);
    if (!entry) {
      return Error{"history.read", fmt::format("{}:{}: not a line of a history: {}; remove it",
                                               file, number, entry.error().message)};
    }
    entries.push_back(std::move(entry).value());
  }
  return entries;
}

Status MakeHistory(const std::string& directory) {
  if (directory.empty()) return {};
  std::error_code failure;
  fs::create_directories(directory, failure);
  if (!failure) return {};
  return Error{"history.write", fmt::format("cannot make the directory {} for the history: {}",
                                            directory, failure.message())};
}

Status AppendHistory(const std::string& directory, const HistoryEntry& entry) {
  if (Status made = MakeHistory(directory); !made) return made;
  std::error_code failure;
  const auto old = fs::exists(FileIn(directory), failure) ? ReadFile(FileIn(directory))
                                                          : Result<std::string>(std::string());
  if (!old) return old.error();
  // A line that was cut stays one line: what comes now begins a new one.
  const std::string gap = old->empty() || old->ends_with('\n') ? "" : "\n";
  return WriteFileAtomically(FileIn(directory), *old + gap + LineOf(entry));
}

std::string HtmlTrend(const std::vector<HistoryEntry>& history) {
  if (history.size() < 2) return "";
  constexpr std::size_t kBar = 12, kHeight = 60;
  const std::size_t first = history.size() > kMaxBars ? history.size() - kMaxBars : 0;
  std::size_t most = 1;
  for (std::size_t i = first; i < history.size(); ++i) {
    most = std::max(most, history[i].problems.size());
  }
  std::string bars;
  for (std::size_t i = first; i < history.size(); ++i) {
    const std::size_t problems = history[i].problems.size();
    const std::size_t height = std::max<std::size_t>(2, kHeight * problems / most);
    bars += fmt::format(
        "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{}: {} problems"
        "</title></rect>",
        problems == 0 ? "ok" : "bad", (i - first) * kBar, kHeight - height, kBar - 2, height,
        HtmlText(history[i].time), problems);
  }
  std::string out = fmt::format(
      "<h2 id=\"trend\">The last {0} runs</h2>\n<svg class=\"trend\" role=\"img\" "
      "aria-label=\"Problems "
      "of the last {0} runs\" width=\"{1}\" height=\"{2}\" viewBox=\"0 0 {1} {2}\">{3}</svg>\n<ul>",
      history.size() - first, (history.size() - first) * kBar, kHeight, bars);
  for (std::size_t i = history.size(); i-- > 0 && history.size() - i <= kMaxRuns;) {
    const HistoryEntry& entry = history[i];
    out += fmt::format("<li>{}: {} {}, profile {}: {} {}</li>", HtmlText(entry.time),
                       HtmlText(entry.client), HtmlText(entry.version), HtmlText(entry.profile),
                       entry.problems.size(), entry.problems.size() == 1 ? "problem" : "problems");
  }
  return out + "</ul>\n";
}

}  // namespace aweber::conformance
