// The page that the pretty report ends with: the problems, what was skipped and why, the totals,
// the exit status in words, what to do next. At most kMaxLines lines, the gravest told at most
// length.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/os/process.h"
#include "base/text/json.h"
#include "conformance/judge/problems.h"
#include "conformance/report/formats.h"
#include "conformance/report/printable.h"
#include "conformance/report/text.h"
#include "conformance/result/exit_status.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kMaxLines = 59;  // and the line that the run began with
constexpr std::size_t kMaxReasons = 4, kMaxStale = 3;
constexpr std::size_t kIndent = 6;      // before what is said of a problem
constexpr std::size_t kLabelWidth = 6;  // "seen: "

using Lines = std::vector<std::string>;

// What of a problem is told, from the least to the most.
enum class Depth { kTitle, kFix, kSeen, kWhy, kWire };
constexpr Depth kDepths[] = {Depth::kFix, Depth::kSeen, Depth::kWhy, Depth::kWire};

// A message joins what it saw by semicolons, the plainest first; --details tells all of it.
std::string_view FirstClause(std::string_view message) {
  return message.substr(0, std::min(message.find("; "), message.find('\n')));
}

class ProblemsPage {
 public:
  ProblemsPage(const RunModel& model, const ReportOptions& options)
      : model_(model), options_(options), width_(std::clamp<std::size_t>(options.width, 40, 200)) {
    for (Problem& problem : ProblemsOf(model.cases, model.info.client.language)) {
      (IsKnown(problem) ? known_ : open_).push_back(std::move(problem));
    }
  }
  std::string Text();

 private:
  std::string Paint(Outcome outcome, std::string_view text) const {
    return options_.color ? Painted(outcome, text) : std::string(text);
  }
  std::size_t RowsOf(const Lines& lines) const;
  Lines RenderProblem(std::size_t index, Depth depth) const;
  void AddLabelled(Lines& lines, std::string_view label, std::string_view text,
                   std::size_t max_lines) const;
  std::string Where(const Problem& problem) const;
  std::string WireOf(const Problem& problem) const;
  std::string Sequences() const;
  Lines Headline() const;
  Lines Problems(std::size_t budget) const;
  Lines Notes() const;
  Lines Skipped() const;
  Lines End() const;
  std::string ExitWords() const;

  const RunModel& model_;
  const ReportOptions& options_;
  std::size_t width_;
  std::vector<Problem> open_, known_;
};

void ProblemsPage::AddLabelled(Lines& lines, std::string_view label, std::string_view text,
                               std::size_t max_lines) const {
  if (text.empty()) return;
  bool first = true;
  for (const std::string& line : Wrap(Printable(text), width_ - kIndent - kLabelWidth, max_lines)) {
    lines.push_back(
        fmt::format("{:{}}{:{}}{}", "", kIndent, first ? label : "", kLabelWidth, line));
    first = false;
  }
}

// The source gives way where there is not room for all.
std::string ProblemsPage::Where(const Problem& problem) const {
  std::string cases =
      problem.cases.size() == 1
          ? " in " + problem.example
          : fmt::format(" in {} cases, e.g. {}", problem.cases.size(), problem.example);
  if (!problem.also.empty()) {
    cases += fmt::format("; also seen as {}", fmt::join(problem.also, ", "));
  }
  const std::string source = problem.source.substr(0, problem.source.find(';'));
  const std::string level = problem.level.empty() ? "" : fmt::format(" ({})", problem.level);
  if (!source.empty() && !problem.level.empty()) {
    std::string whole = fmt::format("{} ({}, {}){}", problem.id, problem.level, source, cases);
    if (WidthOf(whole) <= width_ - kIndent) return whole;
  }
  return problem.id + level + cases;
}

std::string ProblemsPage::WireOf(const Problem& problem) const {
  for (const CaseResult& result : model_.cases) {
    if (result.id != problem.example) continue;
    const auto entries = Evidence(result, problem.evidence);
    return entries.empty() ? "" : WireLine(*entries.front());
  }
  return "";
}

// What the lines take on a screen: a command is not wrapped here, so that it can be copied.
std::size_t ProblemsPage::RowsOf(const Lines& lines) const {
  std::size_t rows = 0;
  for (const std::string& line : lines) {
    for (std::size_t at = 0; at <= line.size();) {
      const std::size_t end = std::min(line.find('\n', at), line.size());
      const std::size_t width = WidthOf(std::string_view(line).substr(at, end - at));
      rows += std::max<std::size_t>(1, (width + width_ - 1) / width_);
      at = end + 1;
    }
  }
  return rows;
}

Lines ProblemsPage::RenderProblem(std::size_t index, Depth depth) const {
  const Problem& problem = open_[index];
  const std::string title = Shorten(Printable(problem.title), width_ - kIndent);
  Lines lines = {fmt::format("{:2}. {} {}", index + 1,
                             Paint(problem.outcome, SymbolOf(problem.outcome)),
                             Paint(problem.outcome, title))};
  if (depth == Depth::kTitle) return lines;
  lines.push_back(std::string(kIndent, ' ') + Shorten(Where(problem), width_ - kIndent));
  if (depth >= Depth::kSeen) AddLabelled(lines, "seen:", FirstClause(problem.seen), 1);
  if (depth >= Depth::kWire) AddLabelled(lines, "", WireOf(problem), 1);
  if (depth >= Depth::kWhy) AddLabelled(lines, "why:", problem.why, 1);
  AddLabelled(lines, "fix:", problem.fix, 2);
  return lines;
}

// The gravest problems get what room there is.
Lines ProblemsPage::Problems(std::size_t budget) const {
  std::vector<Lines> blocks;
  std::size_t used = 0;
  for (std::size_t i = 0; i < open_.size(); ++i) {
    blocks.push_back(RenderProblem(i, Depth::kTitle));
    used += blocks.back().size();
  }
  for (const Depth depth : kDepths) {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      Lines more = RenderProblem(i, depth);
      const std::size_t after = used - blocks[i].size() + more.size();
      if (after > budget) continue;
      used = after;
      blocks[i] = std::move(more);
    }
  }
  const bool airy = used + blocks.size() <= budget;
  Lines lines;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (lines.size() + 1 > budget && i + 1 < blocks.size()) {
      lines.back() =
          fmt::format("    and {} more problems: --details tells them all", blocks.size() - i + 1);
      break;
    }
    lines.insert(lines.end(), blocks[i].begin(), blocks[i].end());
    if (airy && i + 1 < blocks.size()) lines.emplace_back();
  }
  return lines;
}

// What an exploration played that found nothing, and so has no cases; "" for anything else.
std::string ProblemsPage::Sequences() const {
  const Json& exploration = model_.summary.exploration;
  if (exploration.is_null() || !model_.cases.empty()) return "";
  const auto count = JsonInt(exploration, "sequences").value_or(0);
  return count == 0 ? "" : fmt::format("{} sequence{}", count, count == 1 ? "" : "s");
}

Lines ProblemsPage::Headline() const {
  const auto played =
      std::count_if(model_.cases.begin(), model_.cases.end(), [](const CaseResult& result) {
        return result.outcome != Outcome::kSkip && result.outcome != Outcome::kNotRun;
      });
  if (open_.empty()) {
    const bool whole = RunProblem(model_).empty();  // else more could have failed
    const bool parts = !model_.summary.missing_shards.empty();
    const std::string of =
        whole ? "" : fmt::format(" of {}", parts ? model_.info.selected : model_.cases.size());
    std::string text = fmt::format("no {}problems in {}{} case{}", known_.empty() ? "" : "new ",
                                   played, of, whole && played == 1 ? "" : "s");
    if (played == 0) text = "nothing was played";
    if (!Sequences().empty()) text = "nothing found in " + Sequences();
    const bool good = whole && (played > 0 || !Sequences().empty());
    const Outcome outcome = good ? Outcome::kPass : Outcome::kSkip;
    return {Paint(outcome, fmt::format("{} {}", SymbolOf(outcome), text))};
  }
  return {"",
          open_.size() == 1 ? "1 problem:"
                            : fmt::format("{} problems, those that cost most first:", open_.size()),
          ""};
}

Lines ProblemsPage::Skipped() const {
  std::map<std::string, std::size_t> reasons;
  std::size_t skipped = 0;
  for (const CaseResult& result : model_.cases) {
    if (result.outcome != Outcome::kSkip || result.for_others) continue;
    ++skipped;
    ++reasons[result.reason];
  }
  std::vector<std::pair<std::size_t, std::string>> sorted;
  sorted.reserve(reasons.size());
  for (const auto& [reason, count] : reasons) sorted.emplace_back(count, reason);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  Lines lines;
  const std::size_t shown = open_.empty() ? 1 : kMaxReasons;
  std::size_t told = 0;
  for (std::size_t i = 0; i < sorted.size() && i < shown; ++i) {
    lines.push_back(Shorten(
        fmt::format("skipped {}: {}", sorted[i].first, Printable(sorted[i].second)), width_));
    told += sorted[i].first;
  }
  if (sorted.size() > shown) {
    const std::size_t more = sorted.size() - shown;
    const std::string rest =
        fmt::format("skipped {} more for {} other reason{}: --list names {}", skipped - told, more,
                    more == 1 ? "" : "s", more == 1 ? "it" : "them");
    if (open_.empty()) {
      lines.back() = Shorten(fmt::format("skipped {} for {} reasons (--list), most often: {}",
                                         skipped, sorted.size(), Printable(sorted.front().second)),
                             width_);
    } else {
      lines.push_back(rest);
    }
  }
  return lines;
}

// What is neither a problem of the client nor a number.
Lines ProblemsPage::Notes() const {
  Lines lines;
  if (!known_.empty()) {
    std::vector<std::string> ids;
    for (const Problem& problem : known_) ids.push_back(problem.id);
    lines.push_back(Shorten(
        fmt::format("{} known to the baseline: {}", known_.size(), fmt::join(ids, ", ")), width_));
  }
  std::size_t warned = 0;
  std::string warning;
  for (const CaseResult& result : model_.cases) {
    if (result.warnings.empty() || ++warned > 1) continue;
    warning = fmt::format("warning: {}: {}", result.id, Printable(result.warnings.front()));
  }
  const std::string more =
      warned > 1 ? fmt::format(" (and {} more cases: --details)", warned - 1) : "";
  if (warned > 0) lines.push_back(Shorten(warning, width_ - WidthOf(more)) + more);
  const auto& stale = model_.summary.stale_baseline;
  for (std::size_t i = 0; i < stale.size() && i < kMaxStale; ++i) {
    lines.push_back(
        Paint(Outcome::kFail, "stale baseline entry: " + Printable(Cut(stale[i], kMaxTold))));
  }
  if (stale.size() > kMaxStale) {
    lines.push_back(fmt::format("and {} more stale entries", stale.size() - kMaxStale));
  }
  if (const std::string problem = RunProblem(model_); !problem.empty()) {
    lines.push_back(Paint(Outcome::kFail, Printable(problem, LineBreaks::kKeep)));
  }
  return lines;
}

// What of this run makes its exit status.
std::string ProblemsPage::ExitWords() const {
  const int status = model_.summary.exit_status;
  const auto failing = std::count_if(open_.begin(), open_.end(), [&](const Problem& problem) {
    return FailsRun(problem.outcome, options_.strict);
  });
  if (status == kExitFailed && failing > 0) {
    return open_.size() == 1 ? "the problem fails the run"
                             : fmt::format("{} of {} problems fail the run", failing, open_.size());
  }
  if (status == kExitFailed && !model_.summary.stale_baseline.empty()) {
    return "the baseline has entries that are no longer true";
  }
  return ExitStatusMeaning(status);
}

Lines ProblemsPage::End() const {
  const std::string spent = model_.summary.cut_short
                                ? "requests and time are not known"
                                : fmt::format("{} requests in {:.1f} s", model_.summary.requests,
                                              model_.summary.duration_ms / 1000);
  const std::string totals = Sequences().empty() ? TotalsLine(model_) : Sequences();
  Lines lines = {fmt::format("{}; {}", totals, spent)};
  if (WidthOf(lines.front()) > width_) lines = {totals, spent};
  lines.push_back(fmt::format("exit status {}: {}", model_.summary.exit_status, ExitWords()));
  if (open_.empty()) {
    if (model_.summary.exit_status == kExitGood) {
      lines.back() += "; next: --report html=report.html keeps this run as a page";
    }
    return lines;
  }
  const Problem& first = open_.front();
  lines.push_back(fmt::format(
      "next: aweber-conformance explain {}{}", first.id,
      first.code.empty() ? "" : " --language " + QuoteForShell(model_.info.client.language)));
  if (!open_.front().reproduce.empty()) {
    lines.push_back("again: " + Printable(open_.front().reproduce));
  }
  return lines;
}

std::string ProblemsPage::Text() {
  Lines page = Headline();
  Lines after = Notes();
  for (const Lines& part : {Skipped(), End()}) after.insert(after.end(), part.begin(), part.end());
  if (!open_.empty()) {
    const std::size_t narrow = width_ < 80 ? 1 : 0;  // the run's first line takes two rows then
    const std::size_t rest = page.size() + RowsOf(after) + 1 + narrow;
    for (std::string& line : Problems(rest < kMaxLines ? kMaxLines - rest : 1)) {
      page.push_back(std::move(line));
    }
    page.emplace_back();
  }
  page.insert(page.end(), after.begin(), after.end());
  std::string text;
  for (const std::string& line : page) text += line + "\n";
  return text;
}

}  // namespace

std::string RenderProblems(const RunModel& model, const ReportOptions& options) {
  return ProblemsPage(model, options).Text();
}

}  // namespace aweber::conformance
