#include "conformance/run/crowd.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text/json.h"

namespace aweber::conformance {
namespace {

// So many moments have to be alike, over so long: a reply just sent may not have woken its reader
// yet, and a request just sent may not have been taken.
constexpr int kAlike = 3;
constexpr Micros kAlikeFor = std::chrono::milliseconds(20);
// From one moment to the next, while nothing changes; the last one from then on.
constexpr Micros kPauses[] = {std::chrono::milliseconds(4), std::chrono::milliseconds(8),
                              std::chrono::milliseconds(8), std::chrono::milliseconds(16)};
// Who sleeps and looks again, over and over, waits for something; so many rounds are enough...
constexpr std::uint64_t kRounds = 5;
// ...and take at least so long. Who sleeps longer at a stretch is waited for up to the bound.
constexpr Micros kRoundsTake = std::chrono::milliseconds(400);
constexpr Micros kLongestSleep = std::chrono::milliseconds(1500);
// Programs wait so long for a reply: most give up after half a minute. Only a machine that is busy
// with other things needs it.
constexpr Micros kLongestHold = std::chrono::seconds(20);

bool Contains(const std::string& text, const std::string& secret) {
  return !secret.empty() && text.find(secret) != std::string::npos;
}

std::string NameOf(const ProcessRow& row) {
  if (row.argv.empty()) return "a process";
  const std::string& word = row.argv[0];
  return word.substr(word.rfind('/') + 1);
}

bool LooksBroken(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos || (text[begin] != '{' && text[begin] != '[')) return false;
  return !ParseJson(text).ok();
}

}  // namespace

bool Stillness::SameAs(const CrowdMoment& moment) const {
  if (!first_ || first_->asking != moment.asking || first_->at_gate != moment.at_gate ||
      first_->last_sequence != moment.last_sequence ||
      first_->processes.size() != moment.processes.size()) {
    return false;
  }
  return std::equal(moment.processes.begin(), moment.processes.end(), first_->processes.begin(),
                    [](const auto& a, const auto& b) { return a.pid == b.pid; });
}

bool Stillness::Add(const CrowdMoment& moment, Micros now) {
  if (moment.at_gate > 0 && moment.held >= kLongestHold) return true;
  const bool same = SameAs(moment);
  if (!same) {
    first_ = moment;
    since_ = now;
    alike_ = 0;
  }
  const bool busy = moment.starting || moment.open_elsewhere > 0 ||
                    std::any_of(moment.processes.begin(), moment.processes.end(),
                                [](const auto& p) { return p.state == ProcessState::kRunning; });
  unchanged_ = same && busy == busy_ ? unchanged_ + 1 : 0;
  busy_ = busy;
  const Micros lasted = now - since_;
  if (busy) {
    // Who spins for a lock never rests: the bound is for them.
    alike_ = 0;
    return !moment.starting && moment.at_gate > 0 && lasted >= kLongestSleep;
  }
  if (alike_++ == 0) quiet_since_ = now;
  if (alike_ < kAlike || now - quiet_since_ < kAlikeFor) return false;
  // Everybody stands at the gate.
  if (moment.at_gate >= static_cast<std::size_t>(std::max(moment.asking, 1))) return true;
  for (std::size_t i = 0; i < moment.processes.size(); ++i) {
    const CrowdMoment::Process& process = moment.processes[i];
    if (process.state != ProcessState::kSleeping) continue;
    const bool looks_again = process.wakes >= first_->processes[i].wakes + kRounds;
    if (looks_again ? lasted < kRoundsTake : lasted < kLongestSleep) return false;
  }
  return true;
}

Micros Stillness::Pause() const { return kPauses[std::min(unchanged_, std::size(kPauses) - 1)]; }

StoreLook DescribeLook(const std::optional<StoreView>& store, const std::optional<CrowdView>& crowd,
                       const std::vector<mock::TokenInfo>& tokens) {
  StoreLook look;
  for (const mock::TokenInfo& token : tokens) {
    if (token.kind == "refresh_token" && token.state == "live") look.live.push_back(token.label);
  }
  if (store) {
    for (const StoreEntry& stored : store->files) {
      StoreFile file;
      file.path = stored.path;
      file.in_store = stored.in_store;
      file.open_to_others = (stored.mode & 0044u) != 0 && !stored.folder_private;
      file.empty = stored.text.empty();
      file.broken_json = LooksBroken(stored.text);
      for (const mock::TokenInfo& token : tokens) {
        if (token.kind != "code" && Contains(stored.text, token.value)) {
          file.holds.push_back(token.label);
        }
      }
      look.files.push_back(std::move(file));
    }
  }
  if (crowd) {
    for (const ProcessRow& row : crowd->processes) {
      const auto shows = [&](const std::vector<std::string>& words, std::string_view what) {
        for (const mock::TokenInfo& token : tokens) {
          const bool found = std::any_of(words.begin(), words.end(), [&](const std::string& word) {
            return Contains(word, token.value);
          });
          if (found)
            look.shown.push_back(fmt::format("the {} of {}: {}", what, NameOf(row), token.label));
        }
      };
      shows(row.argv, "arguments");
      shows(row.environment, "environment");
    }
  }
  return look;
}

}  // namespace aweber::conformance
