// Checks of programs that are several processes on one token store: what one does to the others.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text/json.h"
#include "conformance/checks/families.h"
#include "conformance/checks/process_crowd.h"
#include "conformance/checks/steps.h"
#include "conformance/checks/verdicts.h"

namespace aweber::conformance {
namespace {

// Tokens that live no longer are refreshed by careful clients whenever they are met.
constexpr std::int64_t kShortLife_s = 60;
// Each process may refresh once and try once more.
constexpr std::size_t kTriesOfEach = 2;

bool IsDefinite(const CaseView& view, const BackRequest& request) {
  const int status = request.entry->status;
  return WasReceived(view, request) && status < 500 && status != 429;
}

// Also where the reply was lost: then the journal has no status.
bool Rotated(const JournalEntry& entry) {
  const auto& facts = entry.facts;
  return (facts.committed || entry.status == 200) && !facts.issued_refresh_label.empty() &&
         facts.issued_refresh_label != facts.refresh_label;
}

Evidence SequencesOf(const std::vector<const BackRequest*>& requests) {
  Evidence evidence;
  for (const BackRequest* request : requests) evidence.push_back(request->sequence());
  return evidence;
}

// Everybody got what they wanted, and the winner's tokens are there.
bool Healed(const CaseView& view, const ProcessCrowd& crowd) {
  const bool all_good = std::all_of(crowd.steps.begin(), crowd.steps.end(),
                                    [](const auto* step) { return step->reply == ReplyKind::kOk; });
  const StoreLook* const look = LookAfter(view, crowd);
  if (!all_good || look == nullptr) return false;
  return StoreIsReadable(view) ? HoldsLive(*look) : !look->live.empty();
}

// By the refresh token that was presented, in the order of arrival.
using Uses = std::map<std::string, std::vector<const BackRequest*>>;

Uses UsesOf(const std::vector<BackRequest>& refreshes) {
  Uses uses;
  for (const BackRequest& request : refreshes) {
    const std::string& label = request.entry->facts.refresh_label;
    if (!label.empty()) uses[label].push_back(&request);
  }
  return uses;
}

Judgement TokenOnce(const CaseView& view) {
  Tally tally("refresh tokens");
  const auto crowds = ProcessCrowds(view);
  const auto refreshes = RefreshRequests(view);
  for (const auto& [label, uses] : UsesOf(refreshes)) {
    if (crowds.empty()) continue;
    const bool rotated =
        std::any_of(uses.begin(), uses.end(), [](const auto* use) { return Rotated(*use->entry); });
    const auto definite = std::find_if(uses.begin(), uses.end(),
                                       [&](const auto* use) { return IsDefinite(view, *use); });
    // After a reply that was lost, and after a server's error, one may ask again.
    const auto excused = std::min<std::ptrdiff_t>(definite - uses.begin(), 1);
    const auto answered = definite == uses.end() ? 0 : uses.end() - definite;
    const bool again = answered > 1 || (excused == 1 && answered == 0 && uses.size() > 2 &&
                                        !WasReceived(view, *uses.front()));
    if (!again) {
      tally.Add(Fine(), SequencesOf(uses));
      continue;
    }
    if (!rotated) {  // it stays good: see sh-one-refresh
      tally.Add(Fine(), SequencesOf(uses));
      continue;
    }
    const std::uint64_t last = uses.back()->sequence();
    const auto crowd = std::find_if(crowds.begin(), crowds.end(),
                                    [last](const ProcessCrowd& one) { return one.Holds(last); });
    if (crowd != crowds.end() && Healed(view, *crowd)) {  // see sh-one-refresh
      tally.Add(Fine(), SequencesOf(uses));
      continue;
    }
    tally.Add(Wrong(fmt::format("{} was presented {} times, and replaced the first time; expected "
                                "one process to refresh and the others to use what it stored",
                                label, uses.size())),
              SequencesOf(uses));
  }
  return tally.Close("were presented once, or without harm");
}

Judgement OneRefresh(const CaseView& view) {
  Tally tally("expiries met by several processes");
  const auto refreshes = RefreshRequests(view);
  for (const ProcessCrowd& crowd : ProcessCrowds(view)) {
    if (crowd.steps.size() < 2 || AnyKilled(view, crowd) || ServerFailed(view, crowd)) continue;
    for (const auto& [label, all] : UsesOf(refreshes)) {
      std::vector<const BackRequest*> uses;
      std::copy_if(all.begin(), all.end(), std::back_inserter(uses),
                   [&](const auto* use) { return crowd.Holds(use->sequence()); });
      if (uses.empty()) continue;
      tally.Add(uses.size() == 1 ? Fine()
                                 : Wrong(fmt::format(
                                       "{} processes met the expired token and {} was presented {} "
                                       "times; expected one refresh for all of them",
                                       crowd.steps.size(), label, uses.size())),
                SequencesOf(uses));
    }
  }
  return tally.Close("led to one refresh");
}

Judgement Storm(const CaseView& view) {
  Tally tally("expiries met by several processes");
  const auto refreshes = RefreshRequests(view);
  for (const ProcessCrowd& crowd : ProcessCrowds(view)) {
    std::vector<const BackRequest*> sent;
    std::map<std::string, std::set<std::string>> generations;  // by grant
    for (const BackRequest& request : refreshes) {
      if (!crowd.Holds(request.sequence())) continue;
      sent.push_back(&request);
      const auto reply = ParseJson(request.entry->response_body);
      const auto life = reply.ok() ? JsonInt(*reply, "expires_in") : std::nullopt;
      const bool short_lived = life && *life <= kShortLife_s;
      if (Rotated(*request.entry) && WasReceived(view, request) && !short_lived) {
        generations[request.entry->facts.grant_label].insert(request.entry->facts.refresh_label);
      }
    }
    if (sent.empty()) continue;
    std::size_t most = 0;
    for (const auto& [grant, labels] : generations) most = std::max(most, labels.size());
    if (sent.size() > kTriesOfEach * crowd.steps.size()) {
      tally.Add(Wrong(fmt::format("{} processes sent {} refresh requests; expected at most {} of "
                                  "each",
                                  crowd.steps.size(), sent.size(), kTriesOfEach)),
                SequencesOf(sent));
    } else if (crowd.steps.size() > 1 && most > 1) {
      tally.Add(Wrong(fmt::format("one expired token was refreshed {} times, one after the other; "
                                  "expected the second process to see that the first had done it",
                                  most)),
                SequencesOf(sent));
    } else {
      tally.Add(Fine(), SequencesOf(sent));
    }
  }
  return tally.Close("led to few refresh requests");
}

Judgement StoreKept(const CaseView& view) {
  Tally tally("token sets that were received");
  if (!StoreIsReadable(view)) return Unseen();
  const auto issued = TokenRequests(view);
  for (const ProcessCrowd& crowd : ProcessCrowds(view)) {
    const StoreLook* const look = LookAfter(view, crowd);
    const bool logout = std::any_of(crowd.steps.begin(), crowd.steps.end(), [](const auto* step) {
      return step->op == "logout" || step->op == "revoke";
    });
    if (look == nullptr || look->limited || look->live.empty() || logout) continue;
    if (AnyKilled(view, crowd)) continue;
    Evidence received;
    for (const BackRequest& request : issued) {
      if (crowd.Holds(request.sequence()) && request.entry->status == 200 &&
          WasReceived(view, request)) {
        received.push_back(request.sequence());
      }
    }
    if (received.empty()) continue;
    const auto stored = StoredTokens(*look);
    if (HoldsLive(*look)) {
      tally.Add(Fine(), received);
    } else {
      tally.Add(
          Wrong(fmt::format("step {}: {} was issued and works, and the store holds {}; "
                            "expected the newest tokens to stay in it",
                            look->after, look->live.back(),
                            stored.empty() ? std::string("no token")
                                           : fmt::format("only {}", fmt::join(stored, ", ")))),
          received);
    }
  }
  return tally.Close("are in the store");
}

// The commands of a crowd that ended so, though a live token lay in the store.
template <typename F>
Judgement DespiteTokens(const CaseView& view, std::string_view subject, std::string_view fine,
                        std::string_view what, F failed) {
  Tally tally(subject);
  for (const ProcessCrowd& crowd : ProcessCrowds(view)) {
    const StoreLook* const look = LookAfter(view, crowd);
    if (look == nullptr || look->limited) continue;
    const bool there = StoreIsReadable(view) ? HoldsLive(*look) : false;
    for (const StepObservation* step : crowd.steps) {
      if (step->op != "call" && step->op != "refresh") continue;
      if (step->reply == ReplyKind::kOk) tally.Add(Fine(), std::max<std::uint64_t>(crowd.last, 1));
      if (!there || !failed(*step, crowd) || TrustedItsClock(view, *step)) continue;
      tally.Add(Wrong(fmt::format("step {}: {}, and the store holds tokens that work", step->label,
                                  what)),
                std::max<std::uint64_t>(crowd.last, 1));
    }
  }
  return tally.Close(fine);
}

Judgement NeedlessLogin(const CaseView& view) {
  return DespiteTokens(
      view, "commands", "used the stored tokens", "the program asked for a new login",
      [](const auto& step, const auto&) { return step.err_kind == "reauthorize"; });
}

Judgement CallSucceeds(const CaseView& view) {
  return DespiteTokens(view, "commands", "succeeded", "the command failed",
                       [&](const StepObservation& step, const ProcessCrowd& crowd) {
                         return step.reply == ReplyKind::kErr && step.err_kind != "reauthorize" &&
                                !Hung(step) && !WasKilled(step) && !AnyKilled(view, crowd) &&
                                !ServerFailed(view, crowd);
                       });
}

Judgement NoDeadlock(const CaseView& view) {
  Tally tally("commands");
  bool killed = false;
  for (const ProcessCrowd& crowd : ProcessCrowds(view)) {
    for (const StepObservation* step : crowd.steps) {
      const std::uint64_t sequence = std::max<std::uint64_t>(crowd.last, 1);
      if (!Hung(*step)) {
        tally.Add(Fine(), sequence);
      } else if (killed) {
        tally.Add(Wrong(fmt::format("step {}: the command waited until its time was up, after "
                                    "another process had been killed; expected a lock to end with "
                                    "who held it",
                                    step->label)),
                  sequence);
      } else {
        tally.Add(Wrong(fmt::format("step {}: the command did not end in time; expected every "
                                    "process to get its turn",
                                    step->label)),
                  sequence);
      }
    }
    killed = killed || AnyKilled(view, crowd);
  }
  return tally.Close("ended in time");
}

Judgement StoreWhole(const CaseView& view) {
  Tally tally("looks at the store");
  std::map<std::string, bool> held;  // paths that were whole and held tokens
  for (const StoreLook& look : view.looks) {
    if (look.after.empty() || look.sequence == 0) continue;
    const auto crowds = ProcessCrowds(view);
    // Nothing has crashed or failed: what is not whole is being written, perhaps.
    const bool risky =
        look.limited || std::any_of(crowds.begin(), crowds.end(), [&](const auto& c) {
          return c.last <= look.sequence && AnyKilled(view, c);
        });
    std::string torn;
    for (const StoreFile& file : look.files) {
      if (held[file.path] && (file.broken_json || file.empty)) torn = file.path;
    }
    for (const StoreFile& file : look.files) {
      held[file.path] = file.in_store && !file.holds.empty() && !file.broken_json;
    }
    if (!risky && !torn.empty()) continue;
    tally.Add(torn.empty() ? Fine()
                           : Wrong(fmt::format("step {}: {} is cut off; expected the old content "
                                               "or the new one, whole",
                                               look.after, torn)),
              look.sequence);
  }
  return tally.Close("found it whole");
}

// The grant of each refresh token that was issued.
std::map<std::string, std::string> IssuedGrants(const CaseView& view) {
  std::map<std::string, std::string> grants;
  for (const BackRequest& request : TokenRequests(view)) {
    const auto& facts = request.entry->facts;
    if (!facts.issued_refresh_label.empty()) grants[facts.issued_refresh_label] = facts.grant_label;
  }
  return grants;
}

Judgement LoginKept(const CaseView& view) {
  Tally tally("logins beside other commands");
  if (!StoreIsReadable(view)) return Unseen();
  auto grants = IssuedGrants(view);
  for (const ProcessCrowd& crowd : ProcessCrowds(view)) {
    const bool login = std::any_of(crowd.steps.begin(), crowd.steps.end(), [](const auto* step) {
      return step->op == "callback" && step->reply == ReplyKind::kOk;
    });
    const StoreLook* const look = LookAfter(view, crowd);
    if (!login || crowd.steps.size() < 2 || look == nullptr) continue;
    std::string newest;
    std::uint64_t at = 1;
    for (const BackRequest& request : TokenRequests(view)) {
      if (!crowd.Holds(request.sequence()) || !request.IsExchange()) continue;
      if (request.entry->status != 200 || !WasReceived(view, request)) continue;
      newest = request.entry->facts.grant_label;
      at = request.sequence();
    }
    const auto of_newest = [&](const std::string& label) { return grants[label] == newest; };
    if (newest.empty() || std::none_of(look->live.begin(), look->live.end(), of_newest)) continue;
    const auto stored = StoredTokens(*look);
    tally.Add(std::any_of(stored.begin(), stored.end(), of_newest)
                  ? Fine()
                  : Wrong(fmt::format("step {}: the tokens of the new login are not in the store; "
                                      "expected a refresh of older ones not to replace them",
                                      look->after)),
              at);
  }
  return tally.Close("are in the store");
}

Judgement LogoutFinal(const CaseView& view) {
  Tally tally("logouts");
  for (const ProcessCrowd& crowd : ProcessCrowds(view)) {
    const bool logout = std::any_of(crowd.steps.begin(), crowd.steps.end(), [](const auto* step) {
      return (step->op == "logout" || step->op == "revoke") && step->reply == ReplyKind::kOk;
    });
    const StoreLook* const look = LookAfter(view, crowd);
    if (!logout || look == nullptr || !StoreIsReadable(view)) continue;
    const auto stored = StoredTokens(*look);
    tally.Add(stored.empty()
                  ? Fine()
                  : Wrong(fmt::format("step {}: after the logout the store holds {}; expected a "
                                      "refresh that ends later not to bring tokens back",
                                      look->after, fmt::join(stored, ", "))),
              std::max<std::uint64_t>(crowd.last, 1));
  }
  return tally.Close("left no token in the store");
}

}  // namespace

std::vector<Check> SharedStoreChecks() {
  using enum Level;
  constexpr std::string_view kPage =
      "Take a lock that ends with its holder (flock, a transaction), read the store again inside "
      "it, and refresh only if the token there is still the expired one. See docs/refresh-race.md.";
  return {
      {.id = "sh-token-once",
       .statement = "Processes that share a store present a refresh token once.",
       .levels = Everywhere(kMust),
       .source = "RFC 9700 §4.14.2",
       .seen = Seen::kProvoked,
       .why = "The second use of a rotated token is refused, or taken for theft, and locks the "
              "customer out.",
       .fix = kPage,
       .judge = TokenOnce,
       .note = "The section is about servers that rotate; that clients must not reuse follows."},
      {.id = "sh-one-refresh",
       .statement = "Processes that meet the same expired token refresh it once.",
       .levels = Everywhere(kShould),
       .source = "our judgement; cf. RFC 9700 §4.14.2",
       .seen = Seen::kProvoked,
       .why = "It went well by luck: another server, or another order, locks the customer out.",
       .fix = kPage,
       .judge = OneRefresh,
       .verified = false,
       .note = "A warning where the losers found the winner's tokens."},
      {.id = "sh-refresh-storm",
       .statement = "An expiry brings about few refresh requests, however many processes meet it.",
       .levels = Everywhere(kInterop),
       .source = "our judgement; cf. RFC 6749 §5.2",
       .seen = Seen::kProvoked,
       .why = "Token endpoints limit their rate, and each needless rotation can be lost.",
       .fix = "After waiting for the lock, look at the stored token's expiry again before "
              "refreshing; never retry a refused refresh token.",
       .judge = Storm,
       .verified = false,
       .note = "No RFC gives a number."},
      {.id = "sh-store-kept",
       .statement = "The newest tokens stay in the store, whoever writes it last.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §6",
       .seen = Seen::kProvoked,
       .why = "A loser that saves what it remembers, or deletes what it cannot use, throws the "
              "winner's tokens away.",
       .fix = "Write only what you were just given, inside the lock; before deleting, look whether "
              "the store still holds the token that was refused.",
       .judge = StoreKept,
       .note = "The section has the client discard the old token and use the new one."},
      {.id = "sh-no-needless-login",
       .statement = "Nobody is sent to log in while the store holds tokens that work.",
       .levels = Everywhere(kInterop),
       .source = "our judgement; cf. RFC 6749 §6",
       .seen = Seen::kProvoked,
       .why = "Customers are asked for consent again, and scheduled jobs stop, for nothing.",
       .fix = "When a refresh is refused, read the store again: another process may have won.",
       .judge = NeedlessLogin,
       .verified = false,
       .note = "How a client recovers is not in the RFC."},
      {.id = "sh-call-succeeds",
       .statement = "A command does not fail while the store holds tokens that work.",
       .levels = Everywhere(kInterop),
       .source = "our judgement; cf. RFC 6750 §3.1",
       .seen = Seen::kProvoked,
       .why = "A job that fails because another one refreshed fails at random.",
       .fix = "On 401, and when a refresh is refused, read the store again and retry once.",
       .judge = CallSucceeds,
       .verified = false,
       .note = "How a client recovers is not in the RFC."},
      {.id = "sh-no-deadlock",
       .statement = "Every process gets its turn, also after another one was killed.",
       .levels = Everywhere(kInterop),
       .source = "our judgement",
       .seen = Seen::kProvoked,
       .why = "A lock file that outlives its holder stops every later command.",
       .fix = "Use a lock that the system gives back when its holder ends: flock or a "
              "transaction; a lock file must name a process, and who finds that gone takes it.",
       .judge = NoDeadlock,
       .verified = false,
       .note = "A rule of good programs, not of OAuth."},
      {.id = "sh-store-whole",
       .statement = "A crash or a full disk leaves the store as it was, or as it was to be.",
       .levels = Everywhere(kInterop),
       .source = "our judgement",
       .seen = Seen::kProvoked,
       .why = "A file that is emptied before it is written loses every token at the first crash.",
       .fix = "Write a temporary file beside it, flush it, and rename it over the old one.",
       .judge = StoreWhole,
       .verified = false,
       .note = "A rule of good programs, not of OAuth."},
      {.id = "sh-login-kept",
       .statement = "A new login is not overwritten by the refresh of an older one.",
       .levels = Everywhere(kInterop),
       .source = "our judgement; cf. RFC 6749 §6",
       .seen = Seen::kProvoked,
       .why = "The customer has just agreed, perhaps for another account, and is ignored.",
       .fix = "Save the result of a refresh only if the store still holds the token it began with.",
       .judge = LoginKept,
       .verified = false,
       .note = "How clients store tokens is not in the RFC."},
      {.id = "sh-logout-final",
       .statement = "After a logout no refresh brings the tokens back.",
       .levels = Everywhere(kInterop),
       .source = "our judgement; cf. RFC 7009 §2",
       .seen = Seen::kProvoked,
       .why = "The customer believes to be logged out, and the program can still act for them.",
       .fix = "Take the same lock for logging out, and save the result of a refresh only if the "
              "store still holds the token it began with.",
       .judge = LogoutFinal,
       .verified = false,
       .note = "The section has servers end tokens; that clients forget them follows."},
  };
}

}  // namespace aweber::conformance
