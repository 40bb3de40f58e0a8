#include "conformance/judge/baseline.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/glob.h"
#include "base/text/nearest_word.h"
#include "base/text/yaml.h"
#include "conformance/result/case_id.h"

namespace aweber::conformance {
namespace {

constexpr std::string_view kTodo = "known on the day this file was written; say why, or fix it";

bool IsDate(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const std::size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (text[i] < '0' || text[i] > '9') return false;
  }
  return true;
}

std::string DidYouMean(const std::string& word, const std::vector<std::string>& known) {
  const std::string hint = SuggestId(word, known, '"');
  return hint.empty() ? "" : "; " + hint;
}

Result<BaselineEntry> ReadEntry(const YamlDocument& document, const YamlNode& node,
                                const std::vector<std::string>& known_ids,
                                const std::vector<std::string>& known_checks) {
  YamlMapReader reader(document, node, "a known failure");
  BaselineEntry entry;
  entry.line = node.mark.line;
  reader.Require("case");
  reader.Require("reason");
  entry.cases = reader.String("case").value_or("");
  entry.check = reader.String("check").value_or("");
  entry.reason = reader.String("reason").value_or("");
  entry.see = reader.String("see").value_or("");
  entry.issue = reader.Text("issue").value_or("");
  entry.client = reader.String("client").value_or("");
  entry.profile = reader.OneOf("profile", {"aweber", "rfc6749", "rfc9700"}).value_or("");
  entry.expires = reader.Text("expires").value_or("");
  if (const Status status = reader.Finish(); !status) return status.error();
  const auto names = [&](const std::string& id) { return SelectsCase(entry.cases, id); };
  if (std::none_of(known_ids.begin(), known_ids.end(), names)) {
    return document.ErrorAt(node.Find("case")->mark, "baseline.case",
                            fmt::format("\"{}\" matches no scenario{}", entry.cases,
                                        DidYouMean(entry.cases, known_ids)));
  }
  const bool known =
      std::find(known_checks.begin(), known_checks.end(), entry.check) != known_checks.end();
  if (!entry.check.empty() && !known) {
    return document.ErrorAt(node.Find("check")->mark, "baseline.check",
                            fmt::format("there is no check \"{}\"{}", entry.check,
                                        DidYouMean(entry.check, known_checks)));
  }
  if (entry.reason.empty()) {
    return document.ErrorAt(node.Find("reason")->mark, "baseline.reason",
                            "the reason is empty; say why this failure is accepted");
  }
  if (!entry.expires.empty() && !IsDate(entry.expires)) {
    return document.ErrorAt(
        node.Find("expires")->mark, "baseline.expires",
        fmt::format("\"{}\" is no date; write it as 2026-12-31", entry.expires));
  }
  return entry;
}

bool Covers(const BaselineEntry& entry, const CaseResult& result, const std::string& check) {
  return SelectsCase(entry.cases, result.id) && (entry.check.empty() || entry.check == check);
}

bool CanBeKnown(Outcome outcome) {
  return outcome == Outcome::kFail || outcome == Outcome::kInconclusive ||
         outcome == Outcome::kError;
}

bool WasJudged(Outcome outcome) {
  return CanBeKnown(outcome) || outcome == Outcome::kXFail || outcome == Outcome::kXPass ||
         outcome == Outcome::kPass || outcome == Outcome::kWarn;
}

std::string Quote(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + "\"";
}

void WriteEntry(std::string& out, const BaselineEntry& entry) {
  out += fmt::format("  - case: {}\n", Quote(entry.cases));
  if (!entry.check.empty()) out += fmt::format("    check: {}\n", entry.check);
  out += fmt::format("    reason: {}\n", Quote(entry.reason));
  if (!entry.see.empty()) out += fmt::format("    see: {}\n", Quote(entry.see));
  if (!entry.issue.empty()) out += fmt::format("    issue: {}\n", Quote(entry.issue));
  if (!entry.client.empty()) out += fmt::format("    client: {}\n", Quote(entry.client));
  if (!entry.profile.empty()) out += fmt::format("    profile: {}\n", entry.profile);
  if (!entry.expires.empty()) out += fmt::format("    expires: \"{}\"\n", entry.expires);
}

std::vector<std::string> FailedChecks(const CaseResult& result) {
  std::vector<std::string> failed;
  for (const CheckResult& check : result.checks) {
    if (check.outcome == Outcome::kFail || check.outcome == Outcome::kXFail) {
      failed.push_back(check.id);
    }
  }
  // An inconclusive case or an error may have no failed check: the case itself is what is known.
  if (failed.empty()) failed.emplace_back();
  return failed;
}

}  // namespace

Result<Baseline> ParseBaseline(std::string_view text, const std::string& file,
                               const std::vector<std::string>& known_ids,
                               const std::vector<std::string>& known_checks) {
  const auto document = ParseYaml(text, file);
  if (!document) return document.error();
  YamlMapReader reader(*document, document->root(), "the baseline");
  reader.Require("known_failures");
  const YamlNode* list = reader.Sequence("known_failures");
  if (const Status status = reader.Finish(); !status) return status.error();
  Baseline baseline;
  baseline.file = file;
  for (const YamlNode& node : list->items) {
    auto entry = ReadEntry(*document, node, known_ids, known_checks);
    if (!entry) return entry.error();
    baseline.entries.push_back(std::move(entry).value());
  }
  return baseline;
}

BaselineRun::BaselineRun(const Baseline& baseline, const RunInfo& info, UnixTime now)
    : file_(baseline.file) {
  const std::string today = FormatRfc3339(now).substr(0, 10);
  for (const BaselineEntry& entry : baseline.entries) {
    if (!entry.client.empty() && entry.client != info.client.name) continue;
    if (!entry.profile.empty() && entry.profile != info.profile) continue;
    uses_.push_back({&entry, !entry.expires.empty() && entry.expires < today});
  }
}

void BaselineRun::Apply(CaseResult& result) {
  if (result.outcome == Outcome::kSkip) {
    for (Use& use : uses_) use.skipped |= SelectsCase(use.entry->cases, result.id);
  }
  if (!WasJudged(result.outcome)) return;  // skipped, flaky, not run: nothing to say
  std::vector<Use*> named;
  for (Use& use : uses_) {
    if (SelectsCase(use.entry->cases, result.id)) named.push_back(&use);
  }
  if (named.empty()) return;
  for (Use* use : named) use->ran = true;
  if (!CanBeKnown(result.outcome)) {
    for (Use* use : named) {
      if (HasWildcard(use->entry->cases) || use->expired) continue;
      use->passed_by_name = true;
      result.outcome = Outcome::kXPass;
      result.reason = fmt::format(
          "passes, though {}:{} calls it a known failure ({}); remove the "
          "entry",
          file_, use->entry->line, use->entry->reason);
    }
    return;
  }
  bool all_known = true;
  std::string reasons;
  for (const std::string& check : FailedChecks(result)) {
    Use* cover = nullptr;
    for (Use* use : named) {
      if (cover == nullptr && Covers(*use->entry, result, check)) cover = use;
    }
    if (cover == nullptr) {
      all_known = false;
      continue;
    }
    cover->used = true;
    if (cover->expired) {
      all_known = false;
      result.reason +=
          fmt::format(" (known until {}, {}:{})", cover->entry->expires, file_, cover->entry->line);
      continue;
    }
    for (CheckResult& one : result.checks) {
      if (one.id == check) one.outcome = Outcome::kXFail;
    }
    if (reasons.find(cover->entry->reason) == std::string::npos) {
      reasons += (reasons.empty() ? "" : "; ") + cover->entry->reason;
    }
  }
  if (!all_known) return;
  result.outcome = Outcome::kXFail;
  result.reason = fmt::format("known: {} [{}]", reasons, result.reason);
}

std::vector<std::string> BaselineRun::Stale() const {
  std::vector<std::string> stale;
  for (const Use& use : uses_) {
    if (use.used || use.passed_by_name || (!use.ran && !use.skipped)) continue;
    stale.push_back(fmt::format(
        "{}:{}: {}{} {}; remove the entry", file_, use.entry->line, use.entry->cases,
        use.entry->check.empty() ? "" : " " + use.entry->check,
        use.ran ? "did not fail in this run" : "can no longer fail: what it names was skipped"));
  }
  return stale;
}

bool IsLeftOut(const CaseResult& result, const Baseline& old) {
  return result.outcome == Outcome::kError &&
         std::none_of(old.entries.begin(), old.entries.end(),
                      [&](const BaselineEntry& entry) { return Covers(entry, result, ""); });
}

std::string WriteBaseline(const RunModel& model, const Baseline& old) {
  std::string out =
      "# Failures of this client that are known and, for now, accepted. An entry that no longer\n"
      "# fails makes the run fail: remove it then.\n"
      "known_failures:";
  std::vector<const BaselineEntry*> kept;
  std::string body;
  for (const CaseResult& result : model.cases) {
    if (!CanBeKnown(result.outcome) && result.outcome != Outcome::kXFail) continue;
    if (IsLeftOut(result, old)) continue;
    for (const std::string& check : FailedChecks(result)) {
      const auto cover =
          std::find_if(old.entries.begin(), old.entries.end(),
                       [&](const BaselineEntry& entry) { return Covers(entry, result, check); });
      if (cover == old.entries.end()) {
        WriteEntry(body, {.cases = result.id, .check = check, .reason = std::string(kTodo)});
      } else if (std::find(kept.begin(), kept.end(), &*cover) == kept.end()) {
        kept.push_back(&*cover);
        WriteEntry(body, *cover);
      }
    }
  }
  // A part of the suite says nothing about the rest of the entries.
  for (const BaselineEntry& entry : old.entries) {
    const bool judged =
        std::any_of(model.cases.begin(), model.cases.end(), [&](const CaseResult& result) {
          return SelectsCase(entry.cases, result.id) &&
                 (WasJudged(result.outcome) || result.outcome == Outcome::kSkip);
        });
    if (!judged && std::find(kept.begin(), kept.end(), &entry) == kept.end()) {
      WriteEntry(body, entry);
    }
  }
  return out + (body.empty() ? " []\n" : "\n" + body);
}

}  // namespace aweber::conformance
