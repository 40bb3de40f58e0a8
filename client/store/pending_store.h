// Logins that were started and not finished: the memory between the authorization URL and the
// callback.
//
// Purpose: binds `state` (and the PKCE verifier, and whatever the application wants back) to one
//   user of the integration. A state is good for one callback of that user, whatever it says, and
//   for a limited time (RFC 6749 §10.12, RFC 9700 §4.2.4).
// Ownership: the store owns its entries; Take gives one away for good.
// Thread safety: every member from any thread; FilePendingStore also from several processes.
// Errors: Failure{"store.*"} naming the file. No entry is not an error: Take answers nothing.
// Limits: at most kMaxPending logins per user; the oldest go first.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "client/protocol/failure.h"
#include "client/protocol/pending_authorization.h"

namespace aweber::client {

inline constexpr std::size_t kMaxPending = 256;

class PendingStore {
 public:
  virtual ~PendingStore() = default;
  virtual Outcome<void> Put(const std::string& user, PendingAuthorization pending) = 0;
  // Removes and returns `user`'s login with exactly this state, compared in constant time; nothing
  // when there is none or it expired. Without a state: the user's latest (out of band only).
  virtual Outcome<std::optional<PendingAuthorization>> Take(const std::string& user,
                                                            const std::optional<std::string>& state,
                                                            UnixTime now) = 0;
};

class MemoryPendingStore final : public PendingStore {
 public:
  Outcome<void> Put(const std::string& user, PendingAuthorization pending) override;
  Outcome<std::optional<PendingAuthorization>> Take(const std::string& user,
                                                    const std::optional<std::string>& state,
                                                    UnixTime now) override;

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<PendingAuthorization>> users_;
};

// One private file per user in `directory` (see file_store.h), so that a login survives a restart.
class FilePendingStore final : public PendingStore {
 public:
  explicit FilePendingStore(std::string directory) : directory_(std::move(directory)) {}
  Outcome<void> Put(const std::string& user, PendingAuthorization pending) override;
  Outcome<std::optional<PendingAuthorization>> Take(const std::string& user,
                                                    const std::optional<std::string>& state,
                                                    UnixTime now) override;

 private:
  std::string directory_;
};

// The rule both stores share, on one user's list.
void AddPending(std::vector<PendingAuthorization>& list, PendingAuthorization pending);
std::optional<PendingAuthorization> TakePending(std::vector<PendingAuthorization>& list,
                                                const std::optional<std::string>& state,
                                                UnixTime now);

}  // namespace aweber::client
