// Checks of refresh over time: what is kept, what survives, what happens at once and at the end.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include "base/text/json.h"
#include "conformance/checks/families.h"
#include "conformance/checks/holding.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"

namespace aweber::conformance {
namespace {

bool AnyDuring(const StepObservation& step, const std::vector<BackRequest>& requests) {
  return std::any_of(requests.begin(), requests.end(),
                     [&](const BackRequest& request) { return During(step, *request.entry); });
}

// What is left of a rate limit: a client may hold its requests back by itself.
bool IsHeldBack(const CaseView& view, const StepObservation& step) {
  bool limited = false;
  for (const auto& call : ApiCalls(view)) {
    if (call.sequence() >= step.first_sequence) break;
    const auto* const by = AskedBy(view, *call.entry);
    if (by != nullptr && by->session != step.session) continue;
    limited = call.entry->status == 403 || call.entry->status == 429;
  }
  return limited;
}

// The step cannot come off without a refresh: it is one, or the access token is over.
bool NeedsRefresh(const CaseView& view, const StepObservation& step) {
  if (step.op != "call") return step.op == "refresh";
  bool sent = false;
  for (const auto& call : ApiCalls(view)) {
    if (!During(step, *call.entry)) continue;
    if (call.entry->status == 401) return MayClaim(view, "refresh:on_401");
    sent = true;
  }
  const std::string target = Authority(step.sent_url);
  const bool own = target.empty() || target == Authority(view.base_url);
  return !sent && own && !IsHeldBack(view, step) && !FailedToConnect(view, step);
}

// One of `steps` after `sequence` that needed a refresh and failed without trying one, though its
// client had been given a refresh token by then.
const StepObservation* GaveUp(const CaseView& view, std::span<const StepObservation> steps,
                              const std::vector<BackRequest>& refreshes, std::uint64_t sequence) {
  for (const auto& step : steps) {
    if (step.first_sequence <= sequence || step.reply != ReplyKind::kErr) continue;
    if (!NeedsRefresh(view, step) || AnyDuring(step, refreshes)) continue;
    const Holding holding = HoldingBefore(view, step);
    if (holding.CanRefresh() && holding.since <= sequence) return &step;
  }
  return nullptr;
}

// RFC 6749 §6: the server may issue a new refresh token; without one the old one stays valid.
Judgement Keep(const CaseView& view) {
  Tally tally("answers without a refresh token");
  const auto refreshes = RefreshRequests(view);
  for (const auto& tokens : TokenResponses(view)) {
    const auto asked =
        std::find_if(refreshes.begin(), refreshes.end(),
                     [&](const BackRequest& request) { return request.entry == tokens.entry; });
    if (asked == refreshes.end() || !tokens.refresh_token.empty()) continue;
    const auto label = asked->entry->facts.grant_label;
    const auto next = std::find_if(asked + 1, refreshes.end(), [&](const BackRequest& request) {
      return request.entry->facts.grant_label == label || !request.Has("refresh_token");
    });
    Evidence evidence = {tokens.entry->sequence};
    if (next != refreshes.end()) {
      evidence.push_back(next->sequence());
      tally.Add(next->Get("refresh_token") == asked->Get("refresh_token")
                    ? Fine()
                    : Wrong("the answer had no refresh token; expected the old one to be kept, the "
                            "next refresh has another or none"),
                evidence);
    } else if (const auto* step = GaveUp(view, view.steps, refreshes, tokens.entry->sequence)) {
      tally.Add(Wrong(fmt::format("step {}: after an answer without a refresh token the client "
                                  "could not refresh any more; expected the old one to be kept",
                                  step->label)),
                evidence);
    }
  }
  return tally.Close("left the old one in use");
}

// The newest refresh token of each grant that the client had received before `sequence`.
std::set<std::string> NewestBefore(const CaseView& view, std::uint64_t sequence) {
  std::map<std::string, std::string> newest;
  for (const auto& tokens : TokenResponses(view)) {
    if (tokens.entry->sequence >= sequence || tokens.refresh_token.empty()) continue;
    newest[tokens.entry->facts.grant_label] = tokens.refresh_token;
  }
  std::set<std::string> values;
  for (const auto& [label, value] : newest) values.insert(value);
  return values;
}

Judgement Persist(const CaseView& view) {
  Tally tally("refreshes after a restart");
  const auto refreshes = RefreshRequests(view);
  for (const auto& restart : view.steps) {
    if (restart.op != "restart" || restart.first_sequence == 0) continue;
    const auto first = std::find_if(refreshes.begin(), refreshes.end(), [&](const auto& request) {
      return request.sequence() >= restart.first_sequence;
    });
    if (first == refreshes.end()) {
      // Steps that send nothing begin at the same sequence as the restart: the order of steps tells.
      const auto after =
          std::span(view.steps).subspan(static_cast<std::size_t>(&restart - view.steps.data()) + 1);
      if (const auto* step = GaveUp(view, after, refreshes, restart.first_sequence - 1)) {
        tally.Add(Wrong(fmt::format("step {}: after the restart the client had no refresh token; "
                                    "expected the one it was given before",
                                    step->label)),
                  0);
      }
      continue;
    }
    // A login since the restart has brought newer ones.
    const auto newest = NewestBefore(view, first->sequence());
    if (newest.empty()) continue;
    if (newest.count(first->Get("refresh_token")) > 0) {
      tally.Add(Fine(), first->sequence());
      continue;
    }
    const auto* const step = AskedBy(view, *first->entry);
    if (step == nullptr || !HoldingBefore(view, *step).CanRefresh()) continue;
    tally.Add(
        Wrong("after the restart the client used another refresh token than the newest it had "
              "been given"),
        first->sequence());
  }
  return tally.Close("used the newest refresh token");
}

// Operations that ran at the same time, as one range of the journal.
struct Crowd {
  std::uint64_t first = 0, last = 0;
  int steps = 0;
};

std::vector<Crowd> Crowds(const CaseView& view) {
  std::vector<Crowd> crowds;
  for (const auto& step : view.steps) {
    if (step.op != "call" || step.first_sequence == 0) continue;
    if (step.last_sequence < step.first_sequence) continue;
    const auto joined = std::find_if(crowds.begin(), crowds.end(), [&](const Crowd& crowd) {
      return step.first_sequence <= crowd.last && crowd.first <= step.last_sequence;
    });
    if (joined == crowds.end()) {
      crowds.push_back({step.first_sequence, step.last_sequence, 1});
    } else {
      joined->first = std::min(joined->first, step.first_sequence);
      joined->last = std::max(joined->last, step.last_sequence);
      ++joined->steps;
    }
  }
  return crowds;
}

// `again` was sent though `first`, of the same grant, brought tokens that the API had not refused.
bool IsNeedless(const CaseView& view, const BackRequest& again, const BackRequest& first) {
  if (again.sequence() <= first.sequence()) return false;
  if (again.entry->facts.grant_label != first.entry->facts.grant_label) return false;
  const auto issued = TokenResponses(view);
  const auto brought = std::find_if(issued.begin(), issued.end(), [&](const TokenResponse& tokens) {
    return tokens.entry == first.entry;
  });
  if (brought == issued.end() || !IsPlainAnswer(*brought)) return false;
  const auto calls = ApiCalls(view);
  return std::none_of(calls.begin(), calls.end(), [&](const ApiCall& call) {
    return call.Token() == brought->access_token && call.entry->status == 401 &&
           call.sequence() < again.sequence();
  });
}

Judgement SingleFlight(const CaseView& view) {
  Tally tally("groups of calls answered 401 at the same time");
  const auto calls = ApiCalls(view);
  const auto refreshes = RefreshRequests(view);
  for (const auto& crowd : Crowds(view)) {
    const auto in = [&](std::uint64_t sequence) {
      return sequence >= crowd.first && sequence <= crowd.last;
    };
    Evidence evidence;
    for (const auto& call : calls) {
      if (call.entry->status == 401 && in(call.sequence())) evidence.push_back(call.sequence());
    }
    if (crowd.steps < 2 || evidence.size() < 2) continue;
    std::vector<const BackRequest*> tried;
    bool succeeded = false;
    for (const auto& refresh : refreshes) {
      const auto status = refresh.entry->status;
      if (!in(refresh.sequence()) || status >= 500 || status == 429) continue;
      succeeded = succeeded || (status == 200 && ClientSaw(*refresh.entry));
      tried.push_back(&refresh);
      evidence.push_back(refresh.sequence());
    }
    // Where none worked, each call may try for itself.
    if (tried.empty() || !succeeded) continue;
    int most = 1;
    for (const BackRequest* one : tried) {
      const auto needless = [&](const BackRequest* other) {
        return IsNeedless(view, *other, *one);
      };
      most =
          std::max(most, 1 + static_cast<int>(std::count_if(tried.begin(), tried.end(), needless)));
    }
    tally.Add(most == 1 ? Fine()
                        : Wrong(fmt::format("several calls were answered 401 at the same time; "
                                            "expected one refresh for all of them, saw {}",
                                            most)),
              evidence);
  }
  return tally.Close("led to one refresh");
}

std::string ErrorOf(const JournalEntry& entry) {
  const auto json = ParseJson(entry.response_body);
  return json.ok() ? JsonString(*json, "error").value_or("") : entry.error;
}

// AWeber says invalid_request where RFC 6749 §5.2 says invalid_grant.
bool IsDead(const JournalEntry& entry) {
  const auto error = ErrorOf(entry);
  return entry.status == 400 && (error == "invalid_grant" || error == "invalid_request");
}

// RFC 6749 §5.2: it is the client that was not known. The token may live, but nothing changes for
// who asks again with the same credentials.
bool IsClientRefused(const JournalEntry& entry) {
  return (entry.status == 400 || entry.status == 401) && ErrorOf(entry) == "invalid_client";
}

// What of a refused refresh must not be sent again.
struct Attempt {
  std::string token, credentials;  // the latter where the client was refused

  bool operator<(const Attempt& other) const {
    return std::tie(token, credentials) < std::tie(other.token, other.credentials);
  }
};

// The way in which the client authenticated, and with what.
std::string CredentialsOf(const BackRequest& request) {
  const auto& [user, password] = request.basic.value_or(SentBasic{});
  return fmt::format("basic {} {} body {} {} query {} {}", user, password,
                     request.InBody("client_id"), request.InBody("client_secret"),
                     request.query.GetOr("client_id"), request.query.GetOr("client_secret"));
}

Judgement DeadEnd(const CaseView& view) {
  Tally tally("refused refresh tokens");
  const auto refreshes = RefreshRequests(view);
  for (const auto& step : view.steps) {
    if (step.op != "call" && step.op != "refresh") continue;
    if (!RanAlone(view, step)) continue;  // each of several may try for itself
    std::map<Attempt, Evidence> refused;
    bool worked = false;  // in the end, by another token or with other credentials
    for (const auto& request : refreshes) {
      if (!During(step, *request.entry) || !ClientSaw(*request.entry)) continue;
      worked = worked || request.entry->status == 200;
      Attempt attempt = {request.Get("refresh_token"), ""};
      if (IsClientRefused(*request.entry)) {
        attempt.credentials = CredentialsOf(request);
      } else if (!IsDead(*request.entry)) {
        continue;
      }
      refused[std::move(attempt)].push_back(request.sequence());
    }
    for (const auto& [attempt, attempts] : refused) {
      if (attempts.size() > 1 && !attempt.credentials.empty()) {
        tally.Add(Wrong(fmt::format("step {}: the client was refused, and sent the same refresh "
                                    "with the same credentials {} times; expected it to report it",
                                    step.label, attempts.size())),
                  attempts);
      } else if (attempts.size() > 1) {
        tally.Add(Wrong(fmt::format("step {}: a refused refresh token was sent {} times; expected "
                                    "the client to ask for authorization again",
                                    step.label, attempts.size())),
                  attempts);
      } else if (step.reply == ReplyKind::kOk && step.op == "refresh" && !worked) {
        tally.Add(Wrong(fmt::format("step {}: the refresh was refused, the client answered ok",
                                    step.label)),
                  attempts);
      } else if (step.reply != ReplyKind::kNone) {
        tally.Add(Fine(), attempts);
      }
    }
  }
  return tally.Close("were not tried again");
}

}  // namespace

std::vector<Check> RefreshOverTimeChecks() {
  using enum Level;
  return {
      {.id = "rf-keep",
       .statement = "The old refresh token is kept when the answer has none.",
       .levels = Everywhere(kInterop),
       .source = "RFC 6749 §6",
       .seen = Seen::kProvoked,
       .why = "A client that overwrites it with nothing loses the customer at the next refresh.",
       .fix = "Replace the stored refresh token only when the answer carries one.",
       .judge = Keep,
       .note = "The section makes a new one optional; that the old one stays follows."},
      {.id = "rf-persist",
       .statement = "The newest refresh token survives a restart.",
       .levels = Everywhere(kGuide),
       .source = "AWeber guide, step 3",
       .seen = Seen::kProvoked,
       .why = "The one saved at login is dead after the first refresh.",
       .fix = "Write every new token set to storage before using it.",
       .judge = Persist,
       .note = "The guide says to save the tokens; no RFC says where."},
      {.id = "rf-single-flight",
       .statement = "Calls that fail together bring about one refresh.",
       .levels = Everywhere(kInterop),
       .source = "our judgement; cf. RFC 9700 §4.14.2",
       .seen = Seen::kProvoked,
       .why = "The second refresh uses a dead token; servers may take that for theft.",
       .fix = "Put a lock around refreshing, and look at the stored token again inside it.",
       .judge = SingleFlight,
       .verified = false,
       .note = "RFC 9700 §4.14.2 has servers revoke on reuse; the rule for clients follows."},
      {.id = "rf-dead-end",
       .statement = "A refused refresh is not tried again; the customer authorizes anew.",
       .levels = Everywhere(kInterop),
       .source = "RFC 6749 §5.2",
       .seen = Seen::kProvoked,
       .why = "It will never work again, and each attempt counts against the rate limit.",
       .fix =
           "On invalid_grant (AWeber: invalid_request) drop the tokens and ask for authorization; "
           "on invalid_client report that the credentials are wrong.",
       .judge = DeadEnd,
       .note = "The section defines the error; what the client does then is our judgement."},
  };
}

}  // namespace aweber::conformance
