// What a scenario changes of a space while it is in play, and how that goes away again.
#include <algorithm>

#include "mockserver/space/space_impl.h"

namespace aweber::mock {

void SpaceImpl::Play(Playing playing) {
  {
    std::lock_guard lock(mutex_);
    if (!before_play_) before_play_ = state_->settings;
    const bool registered = state_->FindClient(playing.client.id) != nullptr;
    if (!registered) played_clients_.push_back(playing.client.id);
    state_->settings = playing.settings;
  }
  AddClient(playing.client);
  SetRules(playing.rules, playing.id);
  std::lock_guard lock(mutex_);
  playing_ = std::move(playing);
}

void SpaceImpl::MarkStart() {
  std::lock_guard lock(mutex_);
  at_start_ = playing_;
}

void SpaceImpl::StopPlaying() {
  SetRules({}, "");
  std::lock_guard lock(mutex_);
  encodings_.reset();
  if (before_play_) state_->settings = *before_play_;
  std::erase_if(state_->clients, [&](const RegisteredClient& client) {
    return std::find(played_clients_.begin(), played_clients_.end(), client.id) !=
           played_clients_.end();
  });
  before_play_.reset();
  played_clients_.clear();
  playing_.reset();
}

void SpaceImpl::Restart() {
  std::optional<Playing> again;
  {
    std::lock_guard lock(mutex_);
    // It may have been read again since: then the newer text is the start's.
    again = at_start_ && playing_ && playing_->id == at_start_->id ? playing_ : at_start_;
  }
  StopPlaying();
  Reset();
  if (again) Play(std::move(*again));
}

}  // namespace aweber::mock
