// What the small client remembers: cases, and the users (sessions) of each.
//
// Ownership: a case owns its sessions, which never move. Thread safety: each locks itself.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/text/json_fwd.h"
#include "tests/mutants/client.h"
#include "tests/mutants/token_file.h"

namespace aweber::mutants {

struct Client::Session {
  std::string path;               // of its tokens
  bool second_user = false;       // any but the one that scenarios call A
  bool restarted = false;         // an earlier process left its tokens
  std::mutex mutex;               // guards what follows
  std::vector<Pending> pendings;  // logins started and not finished
  std::optional<Tokens> tokens;
  std::string earlier_access;     // before the last refresh
  bool had_error = false;         // a login of this session was refused by the provider
  std::mutex refreshing;          // held while a refresh is under way
  std::map<Occasion, int> turns;  // how often it came to each step, by turns_mutex
  mutable std::mutex turns_mutex;

  Tokens Current() {
    const std::lock_guard lock(mutex);
    return tokens.value_or(Tokens{});
  }
  void Begin(Occasion occasion) {
    const std::lock_guard lock(turns_mutex);
    ++turns[occasion];
  }
  int Before(Occasion occasion) const {
    const std::lock_guard lock(turns_mutex);
    const auto found = turns.find(occasion);
    return found == turns.end() ? 0 : found->second - 1;
  }
};

struct Client::Case {
  Registration client;
  bool next = false;  // not the first of the process
  std::mutex mutex;   // guards sessions
  std::map<std::string, std::unique_ptr<Session>> sessions;
  std::atomic<Session*> latest = nullptr;  // who logged in last

  Session& Find(const std::string& name) {
    const std::lock_guard lock(mutex);
    std::unique_ptr<Session>& slot = sessions[name];
    if (slot == nullptr) {
      slot = std::make_unique<Session>();
      slot->path = TokenPath(client.store_dir, name);
      slot->second_user = name != "A";
      slot->tokens = LoadTokens(slot->path);
      slot->restarted = slot->tokens.has_value();
    }
    return *slot;
  }
};

// As the driver protocol has them.
Json TokenMembers(const Tokens& tokens);
ClientError Reauthorize(std::string why);

}  // namespace aweber::mutants
