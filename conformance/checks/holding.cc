#include "conformance/checks/holding.h"

#include <algorithm>

#include "base/text/json.h"
#include "conformance/checks/steps.h"

namespace aweber::conformance {
namespace {

using enum Holding::Tokens;

constexpr std::int64_t kTenYears = 10LL * 365 * 86'400;

const TokenResponse* IssuedBy(const std::vector<TokenResponse>& issued, const JournalEntry& entry) {
  const auto found = std::find_if(issued.begin(), issued.end(), [&](const TokenResponse& tokens) {
    return tokens.entry == &entry;
  });
  return found == issued.end() ? nullptr : &*found;
}

// A session's holding, carried from step to step.
class Carried {
 public:
  explicit Carried(const CaseView& view) : view_(view), issued_(TokenResponses(view)) {}

  void After(const StepObservation& step) {
    if (step.op == "callback") AfterCallback(step);
    if (step.op == "refresh" || step.op == "call") AfterRefreshes(step);
    if (step.op == "revoke") AfterRevocation(step);
  }
  void AfterRestart() {
    if (!MayClaim(view_, "persist")) Doubt();
  }
  const Holding& now() const { return now_; }

 private:
  void Doubt() {
    if (now_.tokens == kHeld) now_.tokens = kUnclear;
  }

  // `sent`: the refresh token that it was asked for with. RFC 6749 §6: where the answer brings no
  // other, that one stays.
  void Take(const TokenResponse& tokens, const std::string& sent) {
    now_.refreshable = !tokens.refresh_token.empty() || !sent.empty();
    now_.tokens = kHeld;
    now_.since = tokens.entry->sequence;
    now_.grant = tokens.entry->facts.grant_label;
  }

  void AfterCallback(const StepObservation& step) {
    const TokenResponse* brought = nullptr;
    for (const auto& tokens : issued_) {
      if (During(step, *tokens.entry)) brought = &tokens;
    }
    const bool ok = step.reply == ReplyKind::kOk;
    if (ok && brought != nullptr && RanAlone(view_, step)) return Take(*brought, "");
    // "You are connected already" changes nothing; anything else may have.
    if (brought != nullptr) {
      now_.tokens = kUnclear;
    } else if (!ok) {
      Doubt();
    }
  }

  void AfterRefreshes(const StepObservation& step) {
    bool asked = false;
    for (const auto& request : RefreshRequests(view_)) {
      if (!During(step, *request.entry)) continue;
      const std::string& grant = request.entry->facts.grant_label;
      if (!grant.empty() && !now_.grant.empty() && grant != now_.grant) continue;  // another user's
      asked = true;
      AfterRefresh(request);
    }
    if (step.reply == ReplyKind::kOk) return;
    if (!RanAlone(view_, step)) return Doubt();
    if (RefusedNewest(step)) return Doubt();
    if (asked) return;
    // A 401 that nothing was done about may have been taken for the end.
    for (const auto& call : ApiCalls(view_)) {
      if (During(step, *call.entry) && call.entry->status == 401) Doubt();
    }
  }

  // The very token that was brought last was answered 401: it may have been taken for none.
  bool RefusedNewest(const StepObservation& step) const {
    const auto newest = std::find_if(issued_.begin(), issued_.end(), [&](const auto& tokens) {
      return tokens.entry->sequence == now_.since;
    });
    if (newest == issued_.end() || !During(step, *newest->entry)) return false;
    const auto calls = ApiCalls(view_);
    return std::any_of(calls.begin(), calls.end(), [&](const ApiCall& call) {
      return During(step, *call.entry) && call.entry->status == 401 &&
             call.sequence() > now_.since && call.Token() == newest->access_token;
    });
  }

  void AfterRefresh(const BackRequest& request) {
    const JournalEntry& entry = *request.entry;
    const TokenResponse* const brought = IssuedBy(issued_, entry);
    if (brought != nullptr && WasTaken(view_, *brought) && !KilledAt(view_, entry.sequence)) {
      return Take(*brought, request.Get("refresh_token"));
    }
    const bool nothing_happened =
        IsTryLater(entry) || (!ClientSaw(entry) && !entry.facts.committed);
    if (!nothing_happened) Doubt();
  }

  void AfterRevocation(const StepObservation& step) {
    bool all_later = true, any = false;
    for (const auto& request : RevokeRequests(view_)) {
      if (!During(step, *request.entry)) continue;
      any = true;
      all_later = all_later && IsTryLater(*request.entry);
    }
    // RFC 7009 §2.2.1: after a 503 the token must be assumed to live.
    if (step.reply == ReplyKind::kErr && any && all_later) return;
    now_ = {};
    if (step.reply != ReplyKind::kOk) now_.tokens = kUnclear;
  }

  const CaseView& view_;
  const WireList<TokenResponse> issued_;
  Holding now_;
};

}  // namespace

Holding HoldingBefore(const CaseView& view, const StepObservation& step) {
  Carried carried(view);
  for (const auto& earlier : view.steps) {
    if (&earlier == &step) break;
    if (earlier.op == "restart") {
      carried.AfterRestart();
    } else if (earlier.session == step.session) {
      carried.After(earlier);
    }
  }
  return carried.now();
}

bool IsTryLater(const JournalEntry& entry) {
  return ClientSaw(entry) && (entry.status >= 500 || entry.status == 429);
}

bool IsOrdinaryLifetime(const Json& value) {
  return value.is_number_integer() && value > 0 && value <= kTenYears;
}

bool HasBearerToken(const TokenResponse& tokens) {
  const auto type = JsonString(tokens.members, "token_type").value_or("");
  return !tokens.access_token.empty() && EqualsIgnoreCase(type, "bearer");  // §5.1, §7.1
}

bool IsPlainAnswer(const TokenResponse& tokens) {
  if (!HasBearerToken(tokens)) return false;
  const Json* const lifetime = JsonMember(tokens.members, "expires_in");
  return lifetime == nullptr || IsOrdinaryLifetime(*lifetime);
}

bool WasTaken(const CaseView& view, const TokenResponse& tokens) {
  if (tokens.access_token.empty()) return false;
  const auto* const step = AskedBy(view, *tokens.entry);
  if (step != nullptr && step->reply == ReplyKind::kOk) return true;
  const auto calls = ApiCalls(view);
  return std::any_of(calls.begin(), calls.end(), [&](const ApiCall& call) {
    return call.sequence() > tokens.entry->sequence && call.Token() == tokens.access_token;
  });
}

const StepObservation* AskedBy(const CaseView& view, const JournalEntry& entry) {
  for (const auto& step : view.steps) {
    const bool asks = step.op == "callback" || step.op == "refresh" || step.op == "call";
    if (asks && During(step, entry)) return &step;
  }
  return nullptr;
}

bool FailedToConnect(const CaseView& view, const StepObservation& step) {
  if (step.err_kind == "network" || step.err_kind == "tls" || step.err_kind == "timeout") {
    return true;
  }
  if (view.journal == nullptr) return false;
  return std::any_of(view.journal->begin(), view.journal->end(), [&](const JournalEntry& entry) {
    return During(step, entry) && entry.state == mock::EntryState::kAborted &&
           entry.fault.Has(mock::FaultKind::kTls);
  });
}

}  // namespace aweber::conformance
