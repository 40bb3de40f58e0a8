#include "conformance/judge/case_result.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/checks/wire.h"
#include "conformance/driver/features.h"
#include "conformance/judge/report_redactor.h"

namespace aweber::conformance {
namespace {

ReportRedactor MakeRedactor(const PlayedCase& played, const std::vector<mock::TokenInfo>& tokens,
                            const std::vector<JournalEntry>& journal) {
  ReportRedactor redactor;
  redactor.Add(played.client_secret, "client_secret");
  redactor.Add(played.registered_secret, "client_secret");
  for (const mock::TokenInfo& token : tokens) redactor.Add(token.value, token.label);
  redactor.AddFromJournal(journal);
  return redactor;
}

CaseView MakeView(const mock::Scenario& scenario, const PlayedCase& played,
                  const std::vector<JournalEntry>& journal, const ReportRedactor& redactor,
                  const AssembleOptions& options) {
  CaseView view;
  view.profile = options.profile;
  view.scenario = scenario.id;
  view.journal = &journal;
  view.steps = played.steps;
  view.client_public = played.client_public;
  view.looks = played.looks;
  view.killed = played.killed;
  view.client_id = played.client_id;
  view.client_secret = played.client_secret;
  view.redirect_uri = played.redirect_uri;
  view.told_auth = NeededWay(scenario, "auth");
  view.told_token_transport = NeededWay(scenario, "token_transport");
  view.base_url = played.base_url;
  view.authorize_url = played.authorize_url;
  view.scopes = scenario.server.client.scopes;
  view.features = options.features;
  // Errors that the client tells are printed by most programs sooner or later: they count as
  // output where secrets are looked for.
  view.driver_stderr = played.stderr_text;
  for (const StepObservation& step : played.steps) {
    if (!step.err_message.empty()) view.driver_stderr += "\n" + step.err_message;
  }
  view.stored_files = played.stored_files;
  view.secrets = redactor.secrets();
  // No other case, nor a repetition of this one, has the same space.
  if (options.freshness != nullptr) view.earlier = options.freshness->Note(view.base_url, view);
  view.readings = std::make_shared<WireReadings>();
  return view;
}

bool IsFrom(const JournalEntry& entry, const PlayedCase& played, const ReportRedactor& redactor) {
  if (entry.facts.client_id == played.client_id) return true;
  std::string text = entry.request.target + "\n" + entry.request.body;
  text += "\n" + entry.request.headers.GetOr("Authorization");
  if (text.find(played.client_id) != std::string::npos) return true;
  const std::vector<std::string> secrets = redactor.secrets();
  return std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
    return text.find(secret) != std::string::npos;
  });
}

// Requests of this client to the mock's root: it does not use the URLs it was given.
std::vector<std::string> FindOutside(mock::MockServer& server, const PlayedCase& played,
                                     const ReportRedactor& redactor) {
  std::vector<std::string> outside;
  const auto space = server.default_space();
  if (!space || played.client_id.empty()) return outside;
  for (const JournalEntry& entry : space->journal().Entries()) {
    if (!IsFrom(entry, played, redactor)) continue;
    outside.push_back(
        fmt::format("the client sent {} {} instead of using the URLs it was given "
                    "(below {})",
                    entry.request.method, redactor.Text(entry.request.Path()), played.base_url));
  }
  return outside;
}

void Redact(CaseResult& result, const ReportRedactor& redactor) {
  result.reason = redactor.Text(result.reason);
  result.stderr_text = redactor.Text(result.stderr_text);
  result.steps = redactor.InJson(result.steps);
  for (std::string& warning : result.warnings) warning = redactor.Text(warning);
  for (CheckResult& check : result.checks) check.message = redactor.Text(check.message);
}

bool IsGood(Outcome outcome) {
  return outcome == Outcome::kPass || outcome == Outcome::kWarn || outcome == Outcome::kSkip;
}

// Of a case that was judged.
int Badness(Outcome outcome) {
  switch (outcome) {
    case Outcome::kError:
      return 4;
    case Outcome::kFail:
      return 3;
    case Outcome::kInconclusive:
      return 2;
    case Outcome::kWarn:
      return 1;
    default:
      return 0;
  }
}

}  // namespace

AssembledCase AssembleCase(const mock::Scenario& scenario, const PlayedCase& played,
                           mock::MockServer& server, const std::optional<ControlResult>& control,
                           const AssembleOptions& options) {
  AssembledCase assembled;
  CaseResult& result = assembled.result;
  result.id = scenario.id;
  result.title = scenario.title;
  result.duration_ms = played.duration_ms;
  result.reproduce = options.reproduce;
  assembled.as_control.id = scenario.id;
  if (played.harness_error) {
    result.outcome = Outcome::kError;
    result.reason = fmt::format("the harness could not play it: {}", played.harness_error->message);
    assembled.as_control.reason = result.reason;
    return assembled;
  }
  if (const auto root = server.default_space()) {
    assembled.outside_sequence = root->journal().LastSequence();  // before it is read
  }
  const std::vector<JournalEntry> journal = played.space->journal().Entries();
  const std::vector<mock::TokenInfo> tokens = played.space->Tokens();
  const ReportRedactor redactor = MakeRedactor(played, tokens, journal);
  const CaseView view = MakeView(scenario, played, journal, redactor, options);
  const CaseVerdict verdict =
      JudgeCase({scenario, view, FindOutside(server, played, redactor), played.driver_error,
                 played.notes, control, options.strict_errors, options.works, played.broken_step});
  result.outcome = verdict.outcome;
  result.reason = verdict.reason;
  if (control && !control->passed && verdict.outcome == Outcome::kInconclusive) {
    result.failed_control = control->id;
  }
  result.checks = verdict.checks;
  if (options.record) result.steps = played.transcript;
  result.stderr_text = played.stderr_text;
  result.warnings = played.warnings;
  Redact(result, redactor);
  if (options.record) {
    for (const JournalEntry& entry : journal) {
      result.journal.push_back(EntryToJson(entry, redactor));
    }
  }
  assembled.as_control.passed = verdict.outcome_held;
  assembled.as_control.reason = redactor.Text(verdict.outcome_problem);
  assembled.last_sequence = journal.empty() ? 0 : journal.back().sequence;
  assembled.requests = assembled.last_sequence;
  return assembled;
}

std::string RedactedFor(const PlayedCase& played, const std::string& text) {
  if (!played.space) return text;
  return MakeRedactor(played, played.space->Tokens(), played.space->journal().Entries()).Text(text);
}

AssembledCase MergeRepetitions(std::vector<AssembledCase> repetitions) {
  const auto bad = [](const AssembledCase& one) { return !IsGood(one.result.outcome); };
  const auto count = std::count_if(repetitions.begin(), repetitions.end(), bad);
  const auto worst = std::max_element(
      repetitions.begin(), repetitions.end(), [](const AssembledCase& a, const AssembledCase& b) {
        return Badness(a.result.outcome) < Badness(b.result.outcome);
      });
  AssembledCase merged = *worst;
  merged.last_sequence = merged.requests = 0;
  merged.result.duration_ms = 0;
  for (const AssembledCase& one : repetitions) {
    merged.requests += one.requests;
    merged.last_sequence += one.last_sequence;
    merged.outside_sequence = std::min(merged.outside_sequence, one.outside_sequence);
    merged.result.duration_ms += one.result.duration_ms;
    if (!one.as_control.passed) merged.as_control = one.as_control;
  }
  const auto total = static_cast<std::ptrdiff_t>(repetitions.size());
  if (count > 0 && count < total) {
    merged.result.reason =
        fmt::format("{} of {} repetitions did not pass, the worst: {}: {}", count, total,
                    OutcomeName(merged.result.outcome), merged.result.reason);
    merged.result.outcome = Outcome::kFlaky;
  }
  const auto warned =
      std::count_if(repetitions.begin(), repetitions.end(),
                    [](const AssembledCase& one) { return one.result.outcome == Outcome::kWarn; });
  if (count == 0 && warned > 0 && warned < total) {
    merged.result.reason = fmt::format("{} of {} repetitions warned", warned, total);
  }
  return merged;
}

}  // namespace aweber::conformance
