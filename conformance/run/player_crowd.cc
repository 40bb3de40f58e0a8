// The steps of a case that are about several processes at once, and their store.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/os/random.h"
#include "base/text/json.h"
#include "conformance/checks/wire.h"
#include "conformance/run/case_player.h"

namespace aweber::conformance {

using mock::Step;

namespace {

constexpr Micros kBetweenMoments = std::chrono::milliseconds(4);
// The client's own clock is waited for where a token lives no longer than this.
constexpr std::int64_t kLongestOwnLife_s = 5;

std::optional<mock::GateState> GateOf(const mock::Space& space, const std::string& name) {
  for (const mock::GateState& gate : space.Gates()) {
    if (gate.name == name) return gate;
  }
  return std::nullopt;
}

std::uint16_t PortOf(const std::string& peer) {
  std::uint16_t port = 0;
  const std::size_t colon = peer.rfind(':');
  if (colon != std::string::npos) {
    std::from_chars(peer.data() + colon + 1, peer.data() + peer.size(), port);
  }
  return port;
}

}  // namespace

CrowdMoment CasePlayer::MomentOf(const Step& step, const CrowdView& crowd) {
  CrowdMoment moment;
  moment.starting = crowd.starting || crowd.begun < begins_;
  moment.asking = asking_;
  const auto gate = GateOf(*played_.space, step.gate);
  moment.at_gate = gate && !gate->open ? gate->requests.size() : 0;
  const std::uint64_t first =
      moment.at_gate == 0 ? 0 : *std::min_element(gate->requests.begin(), gate->requests.end());
  std::size_t open = 0;
  played_.space->journal().LookAtAll([&](const JournalEntry& entry) {
    if (first != 0 && entry.sequence == first) {
      moment.held = context_.clock.Now() - entry.real_time;
    }
    moment.last_sequence = std::max(moment.last_sequence, entry.sequence);
    open += entry.state == mock::EntryState::kUnderWay && entry.fault != "hang" ? 1 : 0;
  });
  moment.open_elsewhere = open - std::min(open, moment.at_gate);
  for (const ProcessRow& row : crowd.processes) {
    moment.processes.push_back({row.pid, row.state, row.wakes});
  }
  return moment;
}

// Until a request is held at the gate, or nobody is left who could come there.
void CasePlayer::AwaitHeld(const Step& step) {
  const Micros deadline = context_.clock.Steady() + OperationTimeout();
  while (asking_ > held_back_ && !Broken() && context_.clock.Steady() < deadline) {
    const auto gate = GateOf(*played_.space, step.when_held);
    if (gate && !gate->requests.empty()) break;
    context_.clock.SleepFor(kBetweenMoments);
  }
  --held_back_;
}

// Until the crowd is still; false when every command has ended, or the time is up.
bool CasePlayer::AwaitStill(const Step& step, Micros deadline) {
  Stillness stillness;
  while (asking_ > 0 && !Broken() && context_.clock.Steady() < deadline) {
    const auto crowd = context_.driver.LookAtCrowd();
    if (!crowd) return false;
    if (stillness.Add(MomentOf(step, *crowd), context_.clock.Steady())) {
      StoreLook look = DescribeLook(context_.driver.LookAtStore(), crowd, played_.space->Tokens());
      look.sequence = played_.space->journal().LastSequence();
      look.limited = limited_;
      const std::lock_guard lock(mutex_);
      played_.looks.push_back(std::move(look));
      return true;
    }
    context_.clock.SleepFor(stillness.Pause());
  }
  return false;
}

// One request after the other is let through, in an order that the seed gives, each when nothing
// else moves any more.
void CasePlayer::ReleaseSettled(const Step& step, Json& note) {
  SeededRandom order(context_.seed, case_name_ + "/" + step.label);
  const Micros deadline = context_.clock.Steady() + scenario_.limits.whole;
  int kills = step.kills;
  std::vector<std::string> freed;
  while (AwaitStill(step, deadline)) {
    const auto gate = GateOf(*played_.space, step.gate);
    // Nobody stands there, and nobody moves: they wait for something that is not ours to give.
    if (!gate || gate->requests.empty()) {
      context_.clock.SleepFor(kBetweenMoments);
      continue;
    }
    const std::uint64_t sequence = gate->requests[order.Below(gate->requests.size())];
    std::string how = fmt::format("request {}", sequence);
    const auto entry = played_.space->journal().Find(sequence);
    if (kills > 0 && entry) {
      const bool killed = context_.driver.Kill(PortOf(entry->request.peer));
      --kills;
      how += killed ? ", its process killed" : ", its process not found";
      const std::lock_guard lock(mutex_);
      if (killed) {
        played_.killed.push_back(sequence);
      } else {
        played_.harness_error =
            Error{"driver.kill", fmt::format("step {}: the process that sent request {} was not "
                                             "found, and could not be killed",
                                             step.label, sequence)};
      }
    }
    freed.push_back(std::move(how));
    played_.space->ReleaseOne(step.gate, sequence);
  }
  played_.space->ReleaseGate(step.gate);
  note["freed"] = freed;
}

void CasePlayer::LimitStore(const Step& step, StepObservation& seen, Json& note) {
  static_cast<void>(seen);
  note["limit"] = step.limit;
  limited_ = step.limit != "none";
  context_.driver.Limit(step.limit == "full"        ? StoreLimit::kFull
                        : step.limit == "read_only" ? StoreLimit::kReadOnly
                                                    : StoreLimit::kNone);
}

// A program may trust its own clock: the lifetime that the last token reply named is let pass in
// real time too.
void CasePlayer::AwaitOwnClock() {
  std::optional<UnixTime> over;
  played_.space->journal().LookAtAll([&](const JournalEntry& entry) {
    if (entry.endpoint != mock::Endpoint::kToken || entry.status != 200) return;
    const auto reply = ParseJson(entry.response_body);
    const auto life = reply ? JsonInt(*reply, "expires_in") : std::nullopt;
    if (!life || *life < 0 || *life > kLongestOwnLife_s) return;
    over = entry.finished_real_time + std::chrono::seconds(*life);
  });
  if (!over) return;
  // Programs that keep whole seconds may call a token live up to the next one.
  context_.clock.SleepFor(*over + std::chrono::milliseconds(20) - context_.clock.Now());
}

void CasePlayer::LookAtStore(const std::string& after) {
  auto store = context_.driver.LookAtStore();
  if (!store) return;
  StoreLook look = DescribeLook(store, context_.driver.LookAtCrowd(), played_.space->Tokens());
  look.after = after;
  look.limited = limited_;
  look.sequence = played_.space->journal().LastSequence();
  const std::lock_guard lock(mutex_);
  played_.looks.push_back(std::move(look));
}

}  // namespace aweber::conformance
