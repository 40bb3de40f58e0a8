// adapter-honest: whether the driver's words agree with the wire.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text/json.h"
#include "base/text/uri.h"
#include "conformance/checks/families.h"
#include "conformance/checks/holding.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"

namespace aweber::conformance {
namespace {

using mock::Endpoint;

std::vector<const JournalEntry*> EntriesOf(const CaseView& view, const StepObservation& step,
                                           Endpoint endpoint) {
  std::vector<const JournalEntry*> entries;
  if (view.journal == nullptr) return entries;
  for (const auto& entry : *view.journal) {
    if (entry.endpoint == endpoint && During(step, entry)) entries.push_back(&entry);
  }
  return entries;
}

Remark Unsupported(const CaseView& view, const StepObservation& step) {
  if (step.op == "revoke" && !Claims(view, "revoke")) return Silent();
  if (step.op == "refresh" && !Claims(view, "refresh:manual")) return Silent();
  return Wrong(fmt::format(
      "step {}: the driver answers unsupported to {}, which it {}", step.label, step.op,
      step.op == "revoke" || step.op == "refresh" ? "claimed to support" : "must support"));
}

// The token that a reply tells of: all of `token`'s, a member of the others'.
const Json& TokenTold(const StepObservation& step) {
  const auto* member = JsonMember(step.ok, "token");
  return step.op == "token" || member == nullptr ? step.ok : *member;
}

bool WasIssued(const CaseView& view, const std::string& token) {
  return std::any_of(view.journal->begin(), view.journal->end(), [&](const JournalEntry& entry) {
    return entry.endpoint == Endpoint::kToken &&
           entry.response_body.find(token) != std::string::npos;
  });
}

// A token that is in no answer of the server: invented, or of another run.
Remark TokenIsReal(const CaseView& view, const StepObservation& step) {
  if (view.journal == nullptr) return Silent();
  Remark remark = Silent();
  for (const auto& [name, words] : {std::pair("access_token", "an access token"),
                                    std::pair("refresh_token", "a refresh token")}) {
    const auto told = JsonString(TokenTold(step), name).value_or("");
    if (told.empty()) continue;
    if (!WasIssued(view, told)) {
      return Wrong(
          fmt::format("step {}: the driver names {} that was never issued", step.label, words));
    }
    remark = Fine();
  }
  return remark;
}

// The answer with which a session's latest login or refresh brought it tokens, before a step ended;
// null where that is not certain.
const TokenResponse* LatestOf(const CaseView& view, const StepObservation& step,
                              const std::vector<TokenResponse>& issued) {
  const TokenResponse* latest = nullptr;
  for (const auto& earlier : view.steps) {
    if (earlier.op == "restart") latest = nullptr;  // what was kept is rf-persist's
    const bool brings = earlier.op == "callback" || earlier.op == "refresh" || earlier.op == "call";
    if (earlier.session == step.session && brings && earlier.op != "restart") {
      if (earlier.reply != ReplyKind::kOk || !RanAlone(view, earlier)) latest = nullptr;
      for (const auto& tokens : issued) {
        const bool kept = earlier.reply == ReplyKind::kOk && RanAlone(view, earlier);
        if (kept && During(earlier, *tokens.entry)) latest = &tokens;
      }
    }
    if (&earlier == &step) break;
  }
  return latest;
}

// A token that is real, and not the one that the client has now.
Remark TokenIsCurrent(const CaseView& view, const StepObservation& step) {
  const auto told = JsonString(TokenTold(step), "access_token").value_or("");
  if (told.empty() || !RanAlone(view, step)) return Silent();
  const auto issued = TokenResponses(view);
  const auto* const latest = LatestOf(view, step, issued);
  if (latest == nullptr || latest->access_token.empty()) return Silent();
  if (told == latest->access_token) return Fine();
  const bool came_whole = std::any_of(issued.begin(), issued.end(), [&](const auto& tokens) {
    return tokens.access_token == told;
  });
  // Whoever reads an answer that is not whole has its token all the same.
  if (!came_whole) return Silent();
  const bool of_others = std::none_of(issued.begin(), issued.end(), [&](const auto& tokens) {
    return tokens.access_token == told &&
           tokens.entry->facts.grant_label == latest->entry->facts.grant_label;
  });
  return Wrong(fmt::format(
      "step {}: the driver names {}, expected the one that request {} brought", step.label,
      of_others ? "an access token of another authorization" : "an access token that was replaced",
      latest->entry->sequence));
}

// A status or an error code in an `err`, beside what the client was answered while the step ran.
Remark ErrorAsAnswered(const CaseView& view, const StepObservation& step) {
  if (!step.pages.empty() || view.journal == nullptr) return Silent();  // a page's status
  if (step.err_kind == "http") {
    const auto status = JsonInt(step.err, "status");
    if (!status || *status < 100) return Silent();
    for (const auto& entry : *view.journal) {
      if (During(step, entry) && entry.status == *status) return Fine();
    }
    return Wrong(
        fmt::format("step {}: the driver says that the server answered {}, but no such "
                    "reply was sent",
                    step.label, *status));
  }
  const auto code = JsonString(step.err, "code").value_or("");
  if (step.err_kind != "provider_error" || code.empty()) return Silent();
  const Form delivered = QueryFields(step.sent_url);
  for (const FormField& field : delivered.fields()) {
    if (field.name == "error" && field.value == code) return Fine();
  }
  for (const auto& entry : *view.journal) {
    if (During(step, entry) && entry.response_body.find(code) != std::string::npos) return Fine();
  }
  return Wrong(
      fmt::format("step {}: the driver says that the provider's error was {}, which it "
                  "did not send",
                  step.label, code));
}

// The code was exchanged when it came the first time: "you are connected" is the truth.
bool IsConnectedAlready(const CaseView& view, const StepObservation& step) {
  const std::string code = QueryFields(step.sent_url).GetOr("code");
  if (step.op != "callback" || code.empty()) return false;
  for (const auto& earlier : view.steps) {
    if (&earlier == &step) break;
    if (earlier.op != "callback" || earlier.session != step.session) continue;
    if (QueryFields(earlier.sent_url).GetOr("code") != code) continue;
    for (const auto* entry : EntriesOf(view, earlier, Endpoint::kToken)) {
      if (entry->status == 200) return true;
    }
  }
  return false;
}

// The last reply to the very request that was asked for; null where it was cut, where others ran beside
// it, or where the client's own pages stand between.
const JournalEntry* LastAnswer(const CaseView& view, const StepObservation& step) {
  const auto asked = ParseUri(step.sent_url);
  if (!step.pages.empty() || !asked.ok() || !RanAlone(view, step)) return nullptr;
  const JournalEntry* last = nullptr;
  for (const auto* entry : EntriesOf(view, step, Endpoint::kApi)) {
    const auto path = ParseUri(fmt::format("http://host{}", entry->request.target));
    // Of one that was cut the client may have read the status, or nothing.
    if (path.ok() && path->path == asked->path) last = ClientSaw(*entry) ? entry : nullptr;
  }
  // Where a redirect leads is not the request that was asked for.
  return last != nullptr && last->status / 100 != 3 ? last : nullptr;
}

Remark AnsweredByWire(const CaseView& view, const StepObservation& step) {
  const auto answered = [](const std::vector<const JournalEntry*>& entries, int status) {
    return std::any_of(entries.begin(), entries.end(),
                       [&](const JournalEntry* entry) { return entry->status == status; });
  };
  if (step.op == "authorize") {
    const std::string endpoint = view.base_url + "/oauth2/authorize";
    if (view.base_url.empty() || step.produced_url.empty()) return Silent();
    const std::string_view path = WithoutQuery(step.produced_url);
    return path == endpoint ? Fine()
                            : Wrong(fmt::format("step {}: the authorization URL does not go to the "
                                                "authorize_url that was given",
                                                step.label));
  }
  if (step.op == "callback" || step.op == "refresh") {
    if (answered(EntriesOf(view, step, Endpoint::kToken), 200)) return Fine();
    if (IsConnectedAlready(view, step)) return Silent();
    return Wrong(
        fmt::format("step {}: the driver answers ok to {}, but no token request was "
                    "answered 200",
                    step.label, step.op));
  }
  if (step.op == "revoke") {
    if (!EntriesOf(view, step, Endpoint::kRevoke).empty()) return Fine();
    // Nothing to revoke is done at once.
    if (!HoldingBefore(view, step).IsCertain()) return Silent();
    return Wrong(
        fmt::format("step {}: the driver answers ok to revoke, but no revocation request "
                    "was sent",
                    step.label));
  }
  const auto status = step.op == "call" ? JsonInt(step.ok, "status") : std::nullopt;
  if (!status) return Silent();
  if (const auto* const last = LastAnswer(view, step); last != nullptr) {
    if (last->status == *status) return Fine();
    return Wrong(
        fmt::format("step {}: the driver says that the call was answered {}, the last "
                    "reply to it was {}",
                    step.label, *status, last->status));
  }
  auto entries = EntriesOf(view, step, Endpoint::kApi);
  const auto others = EntriesOf(view, step, Endpoint::kOther);
  entries.insert(entries.end(), others.begin(), others.end());
  if (answered(entries, static_cast<int>(*status))) return Fine();
  return Wrong(
      fmt::format("step {}: the driver says that the call was answered {}, but no such "
                  "reply was sent",
                  step.label, *status));
}

bool HasRefreshToken(const CaseView& view, const TokenResponse& tokens) {
  const auto issued = TokenResponses(view);
  return std::any_of(issued.begin(), issued.end(), [&](const TokenResponse& other) {
    return !other.refresh_token.empty() && other.entry->sequence <= tokens.entry->sequence &&
           other.entry->facts.grant_label == tokens.entry->facts.grant_label;
  });
}

// A client that says it refreshes on expiry does not come with a token that its own clock calls
// over, unless it tried. Both times are the mock's real ones; a second is for rounding.
void AddExpiry(const CaseView& view, Tally& tally) {
  if (!Claims(view, "refresh:on_expiry")) return;
  const auto refreshes = TokenRequests(view);
  for (const auto& call : ApiCalls(view)) {
    for (const auto& tokens : TokenResponses(view)) {
      const auto life = JsonInt(tokens.members, "expires_in");
      const std::uint64_t since = tokens.entry->sequence;
      if (tokens.access_token != call.Token() || call.sequence() < since) continue;
      if (!life || *life <= 0 || *life > 86'400) continue;
      const auto age = call.entry->real_time - tokens.entry->real_time;
      if (age < std::chrono::seconds(*life + 1) || !HasRefreshToken(view, tokens)) continue;
      const bool tried =
          std::any_of(refreshes.begin(), refreshes.end(), [&](const BackRequest& request) {
            return request.IsRefresh() && request.sequence() > since &&
                   request.sequence() < call.sequence();
          });
      tally.Add(tried ? Fine()
                      : Wrong("the driver claims refresh on_expiry, and the client sent an access "
                              "token whose expires_in was over without trying to refresh it"),
                call.sequence());
    }
  }
}

Judgement Honest(const CaseView& view) {
  Tally tally("replies of the driver");
  for (const auto& step : view.steps) {
    if (step.reply == ReplyKind::kUnsupported) tally.Add(Unsupported(view, step), 0);
    if (step.reply == ReplyKind::kErr) tally.Add(ErrorAsAnswered(view, step), 0);
    if (step.reply != ReplyKind::kOk) continue;
    tally.Add(AnsweredByWire(view, step), 0);
    tally.Add(TokenIsReal(view, step), 0);
    tally.Add(TokenIsCurrent(view, step), 0);
  }
  if (view.journal != nullptr && !view.steps.empty()) AddExpiry(view, tally);
  return tally.Close("agree with the requests that were seen");
}

}  // namespace

std::vector<Check> HonestyChecks() {
  using enum Level;
  return {
      {.id = "adapter-honest",
       .statement = "The driver's words agree with what was seen on the wire.",
       .levels = Everywhere(kMust),
       .source = "conformance/PROTOCOL.md",
       .seen = Seen::kReport,
       .why = "A verdict that rests on a wrong report is worth nothing.",
       .fix =
           "Report what the client did: ok only after the server's answer, its status, its token.",
       .judge = Honest,
       .verified = false,
       .note = "A rule of this harness, not of OAuth."},
  };
}

}  // namespace aweber::conformance
