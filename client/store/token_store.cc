#include "client/store/token_store.h"

#include <fmt/format.h>

#include <utility>

#include "base/text/json.h"
#include "client/store/file_store.h"

namespace aweber::client {
namespace {

class HeldFileLock final : public TokenStore::Lock {
 public:
  explicit HeldFileLock(FileLock lock) : lock_(std::move(lock)) {}

 private:
  FileLock lock_;
};

}  // namespace

class MemoryTokenStore::HeldLock final : public TokenStore::Lock {
 public:
  HeldLock(MemoryTokenStore& store, std::string user) : store_(store), user_(std::move(user)) {}
  ~HeldLock() override {
    const std::lock_guard lock(store_.mutex_);
    store_.held_.erase(user_);
    store_.released_.notify_all();
  }

 private:
  MemoryTokenStore& store_;
  std::string user_;
};

Outcome<std::optional<TokenSet>> MemoryTokenStore::Load(const std::string& user) {
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(user);
  return found == tokens_.end() ? std::optional<TokenSet>() : found->second;
}

Outcome<void> MemoryTokenStore::Save(const std::string& user, const TokenSet& token) {
  const std::lock_guard lock(mutex_);
  tokens_[user] = token;
  return {};
}

Outcome<void> MemoryTokenStore::Erase(const std::string& user) {
  const std::lock_guard lock(mutex_);
  tokens_.erase(user);
  return {};
}

Outcome<std::unique_ptr<TokenStore::Lock>> MemoryTokenStore::Acquire(const std::string& user,
                                                                     std::stop_token stop) {
  std::unique_lock lock(mutex_);
  if (!released_.wait(lock, stop, [&] { return !held_.contains(user); })) {
    return Cancelled("waiting for the token store");
  }
  held_.insert(user);
  return std::unique_ptr<Lock>(std::make_unique<HeldLock>(*this, user));
}

std::string FileTokenStore::PathOf(const std::string& user) const {
  return StorePath(directory_, "token", user);
}

Outcome<std::optional<TokenSet>> FileTokenStore::Load(const std::string& user) {
  const std::string path = PathOf(user);
  auto text = ReadPrivateFile(path);
  if (!text) return text.error();
  if (!*text) return std::optional<TokenSet>();
  const auto corrupt = [&path](std::string_view why) {
    return MakeFailure(
        FailureKind::kInternal, "store.corrupt",
        fmt::format("token store {}: {}; log in again, which replaces the file", path, why));
  };
  const auto json = ParseJson(**text);
  if (!json) return corrupt(json.error().message);
  auto token = TokenFromJson(*json);
  if (!token) return corrupt(token.error().message);
  return std::optional<TokenSet>(std::move(*token));
}

Outcome<void> FileTokenStore::Save(const std::string& user, const TokenSet& token) {
  return WritePrivateFile(PathOf(user), DumpJsonPretty(TokenToJson(token)) + "\n");
}

Outcome<void> FileTokenStore::Erase(const std::string& user) {
  return RemovePrivateFile(PathOf(user));
}

Outcome<std::unique_ptr<TokenStore::Lock>> FileTokenStore::Acquire(const std::string& user,
                                                                   std::stop_token stop) {
  auto lock = FileLock::Acquire(PathOf(user), std::move(stop));
  if (!lock) return lock.error();
  return std::unique_ptr<Lock>(std::make_unique<HeldFileLock>(std::move(*lock)));
}

}  // namespace aweber::client
