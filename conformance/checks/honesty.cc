// adapter-honest: whether the driver's words agree with the wire.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "conformance/checks/families.h"
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

bool Claims(const CaseView& view, std::string_view feature) {
  return std::find(view.features.begin(), view.features.end(), feature) != view.features.end();
}

Remark Unsupported(const CaseView& view, const StepObservation& step) {
  if (step.op == "revoke" && !Claims(view, "revoke")) return Silent();
  if (step.op == "refresh" && !Claims(view, "refresh:manual")) return Silent();
  return Wrong(fmt::format(
      "step {}: the driver answers unsupported to {}, which it {}", step.label, step.op,
      step.op == "revoke" || step.op == "refresh" ? "claimed to support" : "must support"));
}

// A token that is in no answer of the server: invented, or of another run.
Remark TokenIsReal(const CaseView& view, const StepObservation& step) {
  const auto* member = JsonMember(step.ok, "token");
  const auto& holder = step.op == "token" || member == nullptr ? step.ok : *member;
  const auto said = JsonString(holder, "access_token");
  if (!said || said->empty() || view.journal == nullptr) return Silent();
  for (const auto& entry : *view.journal) {
    if (entry.endpoint != Endpoint::kToken) continue;
    if (entry.response_body.find(*said) != std::string::npos) return Fine();
  }
  return Wrong(
      fmt::format("step {}: the driver names an access token that was never issued", step.label));
}

// The step's session had received tokens before it, and had given none back since.
bool HoldsTokens(const CaseView& view, const StepObservation& step) {
  std::uint64_t issued = 0, revoked = 0;
  const auto earlier = [&](const JournalEntry& entry) {
    return std::any_of(view.steps.begin(), view.steps.end(), [&](const StepObservation& other) {
      return other.session == step.session && entry.sequence < step.first_sequence &&
             During(other, entry);
    });
  };
  for (const auto& tokens : TokensIssued(view)) {
    if (earlier(*tokens.entry)) issued = tokens.entry->sequence;
  }
  for (const auto& request : RevokeRequests(view)) {
    if (request.entry->status == 200 && earlier(*request.entry)) revoked = request.sequence();
  }
  return issued > revoked;
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

Remark AnsweredByWire(const CaseView& view, const StepObservation& step) {
  const auto answered = [](const std::vector<const JournalEntry*>& entries, int status) {
    return std::any_of(entries.begin(), entries.end(),
                       [&](const JournalEntry* entry) { return entry->status == status; });
  };
  if (step.op == "authorize") {
    const std::string endpoint = view.base_url + "/oauth2/authorize";
    if (view.base_url.empty() || step.produced_url.empty()) return Silent();
    const auto path = step.produced_url.substr(0, step.produced_url.find_first_of("?#"));
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
    if (!HoldsTokens(view, step)) return Silent();  // nothing to revoke is done at once
    return Wrong(
        fmt::format("step {}: the driver answers ok to revoke, but no revocation request "
                    "was sent",
                    step.label));
  }
  const auto status = step.op == "call" ? JsonInt(step.ok, "status") : std::nullopt;
  if (!status) return Silent();
  auto entries = EntriesOf(view, step, Endpoint::kApi);
  const auto others = EntriesOf(view, step, Endpoint::kOther);
  entries.insert(entries.end(), others.begin(), others.end());
  if (answered(entries, static_cast<int>(*status))) return Fine();
  return Wrong(
      fmt::format("step {}: the driver says that the call was answered {}, but no such "
                  "reply was sent",
                  step.label, *status));
}

// A client that says it refreshes on expiry does not come with a token that its own clock calls
// over, unless it tried. Both times are the mock's real ones; a second is for rounding.
void AddExpiry(const CaseView& view, Tally& tally) {
  if (!Claims(view, "refresh:on_expiry")) return;
  const auto refreshes = TokenRequests(view);
  for (const auto& call : ApiRequests(view)) {
    for (const auto& tokens : TokensIssued(view)) {
      const auto life = JsonInt(tokens.members, "expires_in");
      const std::uint64_t since = tokens.entry->sequence;
      if (tokens.access_token != call.Token() || call.sequence() < since) continue;
      if (!life || *life <= 0 || *life > 86'400) continue;
      const auto age = call.entry->real_time - tokens.entry->real_time;
      if (age < std::chrono::seconds(*life + 1)) continue;
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
    if (step.reply != ReplyKind::kOk) continue;
    tally.Add(AnsweredByWire(view, step), 0);
    tally.Add(TokenIsReal(view, step), 0);
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
