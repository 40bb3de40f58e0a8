#include "conformance/checks/steps.h"

#include <fmt/format.h>

#include <algorithm>

namespace aweber::conformance {
bool RanAlone(const CaseView& view, const StepObservation& step) {
  return std::none_of(view.steps.begin(), view.steps.end(), [&](const StepObservation& other) {
    return &other != &step && Overlap(step, other);
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

std::vector<CallbackFacts> Callbacks(const CaseView& view) {
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

Remark MustAccept(const CaseView& view, const CallbackFacts& callback, std::string_view what) {
  const bool exchanged = !ExchangesOf(view, callback).empty();
  if (callback.step->reply == ReplyKind::kErr) {
    if (exchanged) return Silent();  // it was taken; what went wrong came after it
    return Wrong(fmt::format("step {}: {}; expected the client to go on, it refused ({})",
                             callback.step->label, what, callback.step->err_kind));
  }
  return callback.step->reply == ReplyKind::kOk && exchanged ? Fine() : Silent();
}

}  // namespace aweber::conformance
