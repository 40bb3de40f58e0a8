#include "conformance/checks/steps.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/json.h"
#include "base/text/uri.h"
#include "conformance/checks/holding.h"

namespace aweber::conformance {
bool RanAlone(const CaseView& view, const StepObservation& step) {
  return std::none_of(view.steps.begin(), view.steps.end(), [&](const StepObservation& other) {
    return &other != &step && Overlap(step, other);
  });
}

bool Claims(const CaseView& view, std::string_view feature) {
  return std::find(view.features.begin(), view.features.end(), feature) != view.features.end();
}

bool MayClaim(const CaseView& view, std::string_view feature) {
  return view.features.empty() || Claims(view, feature);
}

bool RestartedBetween(const CaseView& view, std::uint64_t a, std::uint64_t b) {
  return std::any_of(view.steps.begin(), view.steps.end(), [&](const StepObservation& step) {
    return step.op == "restart" && step.first_sequence > a && step.first_sequence <= b;
  });
}

bool During(const StepObservation& step, const JournalEntry& entry) {
  return step.first_sequence > 0 && entry.sequence >= step.first_sequence &&
         entry.sequence <= step.last_sequence;
}

bool Overlap(const StepObservation& a, const StepObservation& b) {
  if (a.first_sequence == 0 || b.first_sequence == 0) return false;
  return a.first_sequence <= b.last_sequence && b.first_sequence <= a.last_sequence;
}

bool KilledAt(const CaseView& view, std::uint64_t sequence) {
  if (std::find(view.killed.begin(), view.killed.end(), sequence) != view.killed.end()) return true;
  return std::any_of(view.steps.begin(), view.steps.end(), [&](const StepObservation& step) {
    return sequence >= step.first_sequence && sequence <= step.last_sequence &&
           JsonInt(step.err, "signal").has_value();
  });
}

bool Concurrent(const CaseView& view, std::uint64_t a, std::uint64_t b) {
  for (const auto& one : view.steps) {
    for (const auto& other : view.steps) {
      if (&one == &other || !Overlap(one, other)) continue;
      const auto in = [](const StepObservation& step, std::uint64_t sequence) {
        return sequence >= step.first_sequence && sequence <= step.last_sequence;
      };
      if (in(one, a) && in(other, b)) return true;
    }
  }
  return false;
}

Form QueryFields(std::string_view url) {
  url = url.substr(0, url.find('#'));
  const auto mark = url.find('?');
  return mark == std::string_view::npos ? Form() : ParseForm(url.substr(mark + 1));
}

bool CallbackFacts::StateIsOwn() const {
  return std::find(own_states.begin(), own_states.end(), state) != own_states.end();
}

namespace {

std::vector<CallbackFacts> ReadCallbacks(const CaseView& view) {
  std::vector<CallbackFacts> callbacks;
  for (std::size_t i = 0; i < view.steps.size(); ++i) {
    const auto& step = view.steps[i];
    if (step.op != "callback" || step.sent_url.empty()) continue;
    CallbackFacts facts;
    facts.step = &step;
    facts.index = i;
    facts.sent = QueryFields(step.sent_url);
    facts.code = facts.sent.GetOr("code");
    facts.state = facts.sent.GetOr("state");
    facts.error = facts.sent.GetOr("error");
    for (std::size_t j = 0; j < view.steps.size(); ++j) {
      const auto& other = view.steps[j];
      if (other.op == "consent" && j < i && other.session == step.session) facts.consent = &other;
      if (other.op != "authorize" || other.produced_url.empty()) continue;
      const auto state = QueryFields(other.produced_url).GetOr("state");
      if (other.session != step.session) {
        if (!state.empty()) facts.other_states.push_back(state);
      } else if (j < i) {
        facts.authorize = &other;
        if (!state.empty()) facts.own_states.push_back(state);
      }
    }
    callbacks.push_back(std::move(facts));
  }
  return callbacks;
}

}  // namespace

WireList<CallbackFacts> Callbacks(const CaseView& view) {
  if (view.readings == nullptr) return WireList<CallbackFacts>(ReadCallbacks(view));
  auto& known = view.readings->callbacks;
  if (!known) known.emplace(ReadCallbacks(view));
  return *known;
}

Evidence ExchangesOf(const CaseView& view, const CallbackFacts& callback) {
  const auto& step = *callback.step;
  const bool alone = RanAlone(view, step);
  Evidence exchanges;
  for (const auto& request : TokenRequests(view)) {
    if (!request.IsExchange()) continue;
    const bool same_code = !callback.code.empty() && request.Get("code") == callback.code;
    bool ours = During(step, *request.entry) && (alone || same_code);
    if (!ours && same_code && step.first_sequence > 0 && request.sequence() > step.last_sequence) {
      // Late, unless another callback with this code came in between: then it is that one's.
      ours = std::none_of(view.steps.begin(), view.steps.end(), [&](const StepObservation& other) {
        return &other != &step && other.op == "callback" &&
               other.first_sequence >= step.first_sequence &&
               other.first_sequence <= request.sequence() &&
               QueryFields(other.sent_url).GetOr("code") == callback.code;
      });
    }
    if (ours) exchanges.push_back(request.sequence());
  }
  return exchanges;
}

Remark MustRefuse(const CaseView& view, const CallbackFacts& callback, std::string_view what) {
  if (!ExchangesOf(view, callback).empty()) {
    return Wrong(
        fmt::format("step {}: {}; expected no token request, the client exchanged the code",
                    callback.step->label, what));
  }
  switch (callback.step->reply) {
    case ReplyKind::kOk:
      return Wrong(fmt::format("step {}: {}; expected a refusal, the client answered ok",
                               callback.step->label, what));
    case ReplyKind::kErr:
      return Fine();
    default:
      return Silent();
  }
}

namespace {

// The issuer in the redirect that the mock sent to this login.
std::string GenuineIssuer(const CaseView& view, const CallbackFacts& callback) {
  if (callback.consent != nullptr && !callback.consent->produced_url.empty()) {
    return QueryFields(callback.consent->produced_url).GetOr("iss");
  }
  std::string issuer;
  for (const auto& redirect : IssuedRedirects(view)) {
    if (redirect.query.GetOr("state") == callback.state) issuer = redirect.query.GetOr("iss");
  }
  return issuer;
}

}  // namespace

bool IsAwaited(const CaseView& view, const CallbackFacts& callback) {
  // Nobody asked for it; or nothing is known of what was asked for.
  if (callback.authorize == nullptr) return callback.other_states.empty();
  const Form sent_out = QueryFields(callback.authorize->produced_url);
  if (callback.state != sent_out.GetOr("state")) return false;
  const std::string uri = sent_out.GetOr("redirect_uri");
  if (!uri.empty() && WithoutQuery(uri) != WithoutQuery(callback.step->sent_url)) return false;
  if (callback.sent.GetOr("iss") != GenuineIssuer(view, callback)) return false;
  bool after = false;
  for (const auto& step : view.steps) {
    if (&step == callback.step) break;
    // Also where its state came back in another session: somebody else knows it.
    const bool ends_it =
        step.op == "restart" || step.op == "advance" ||
        (step.op == "callback" && (step.session == callback.step->session ||
                                   (!callback.state.empty() &&
                                    QueryFields(step.sent_url).GetOr("state") == callback.state)));
    if (after && ends_it) return false;
    after |= &step == callback.authorize;
  }
  return true;
}

Remark MustAccept(const CaseView& view, const CallbackFacts& callback, std::string_view what) {
  const bool exchanged = !ExchangesOf(view, callback).empty();
  if (callback.step->reply == ReplyKind::kErr) {
    // It was taken; what went wrong came after it.
    if (exchanged || FailedToConnect(view, *callback.step)) return Silent();
    if (!IsAwaited(view, callback)) return Silent();
    return Wrong(fmt::format("step {}: {}; expected the client to go on, it refused ({})",
                             callback.step->label, what, callback.step->err_kind));
  }
  return callback.step->reply == ReplyKind::kOk && exchanged ? Fine() : Silent();
}

}  // namespace aweber::conformance
