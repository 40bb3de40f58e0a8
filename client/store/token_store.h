// TokenStore: where a user's tokens are kept, and who may renew them.
//
// Purpose: the seam for storage. Whoever renews a token holds the user's lock while it reads,
//   asks the provider and saves; with rotation, a second renewal from the same refresh token would
//   destroy the grant. An application with a database implements this interface over a row lock.
// Ownership: the store outlives the sessions that use it; a Lock is released by its destructor.
// Thread safety: every member from any thread; FileTokenStore also from several processes.
// Errors: Failure{"store.*"}; no token for a user is not an error. An implementation may also throw
//   (a database's library, for example): Session lets the exception through to the caller, and to
//   everyone who waited for the same refresh, and can be used afterwards as before.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "client/protocol/failure.h"
#include "client/protocol/token_set.h"

namespace aweber::client {

class TokenStore {
 public:
  class Lock {
   public:
    virtual ~Lock() = default;
  };

  virtual ~TokenStore() = default;
  virtual Outcome<std::optional<TokenSet>> Load(const std::string& user) = 0;
  // Durable and whole when it returns: the new token may be used only then.
  virtual Outcome<void> Save(const std::string& user, const TokenSet& token) = 0;
  virtual Outcome<void> Erase(const std::string& user) = 0;
  // Waits for the right to change `user`'s token, as long as it takes or until `stop` is requested
  // ("http.cancelled"). Save and Erase are called by whoever holds it; Load needs no lock.
  virtual Outcome<std::unique_ptr<Lock>> Acquire(const std::string& user,
                                                 std::stop_token stop = {}) = 0;
};

// For tests and short-lived programs: one process, gone at exit.
class MemoryTokenStore final : public TokenStore {
 public:
  Outcome<std::optional<TokenSet>> Load(const std::string& user) override;
  Outcome<void> Save(const std::string& user, const TokenSet& token) override;
  Outcome<void> Erase(const std::string& user) override;
  Outcome<std::unique_ptr<Lock>> Acquire(const std::string& user,
                                         std::stop_token stop = {}) override;

 private:
  class HeldLock;
  std::mutex mutex_;
  std::condition_variable_any released_;
  std::set<std::string> held_;
  std::map<std::string, TokenSet> tokens_;
};

// One file per user in `directory`, 0600, replaced atomically; see file_store.h.
class FileTokenStore final : public TokenStore {
 public:
  explicit FileTokenStore(std::string directory) : directory_(std::move(directory)) {}
  Outcome<std::optional<TokenSet>> Load(const std::string& user) override;
  Outcome<void> Save(const std::string& user, const TokenSet& token) override;
  Outcome<void> Erase(const std::string& user) override;
  Outcome<std::unique_ptr<Lock>> Acquire(const std::string& user,
                                         std::stop_token stop = {}) override;

  std::string PathOf(const std::string& user) const;

 private:
  std::string directory_;
};

}  // namespace aweber::client
