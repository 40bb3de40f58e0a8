#include "client/store/pending_store.h"

#include <utility>

#include "base/crypto/crypto.h"
#include "base/text/json.h"
#include "client/store/file_store.h"

namespace aweber::client {
namespace {

constexpr std::string_view kPrefix = "pending";

Json ToJson(const std::vector<PendingAuthorization>& list) {
  Json logins = Json::array();
  for (const PendingAuthorization& p : list) {
    logins.push_back({{"state", p.state},
                      {"code_verifier", p.code_verifier},
                      {"redirect_uri", p.redirect_uri},
                      {"user_data", p.user_data},
                      {"expires_at", ToUnixSeconds(p.expires_at)}});
  }
  return {{"version", 1}, {"logins", std::move(logins)}};
}

// Entries that cannot be read are dropped: the worst that follows is one more login.
std::vector<PendingAuthorization> FromJson(const Json& json) {
  std::vector<PendingAuthorization> list;
  const Json* logins = JsonMember(json, "logins");
  if (logins == nullptr || !logins->is_array()) return list;
  for (const Json& entry : *logins) {
    const auto state = JsonString(entry, "state");
    const auto expires = JsonInt(entry, "expires_at");
    if (!state || !expires) continue;
    list.push_back({*state, JsonString(entry, "code_verifier").value_or(""),
                    JsonString(entry, "redirect_uri").value_or(""),
                    JsonString(entry, "user_data").value_or(""), FromUnixSeconds(*expires)});
  }
  return list;
}

Outcome<std::vector<PendingAuthorization>> LoadList(const std::string& path) {
  auto text = ReadPrivateFile(path);
  if (!text) return text.error();
  if (!*text) return std::vector<PendingAuthorization>{};
  const auto json = ParseJson(**text);
  return json ? FromJson(*json) : std::vector<PendingAuthorization>{};
}

}  // namespace

void AddPending(std::vector<PendingAuthorization>& list, PendingAuthorization pending) {
  if (list.size() >= kMaxPending) list.erase(list.begin());
  list.push_back(std::move(pending));
}

std::optional<PendingAuthorization> TakePending(std::vector<PendingAuthorization>& list,
                                                const std::optional<std::string>& state,
                                                UnixTime now) {
  std::erase_if(list, [now](const auto& p) { return p.expires_at <= now; });
  if (list.empty()) return std::nullopt;
  auto found = state ? list.end() : list.end() - 1;
  if (state) {
    // Every entry is compared, so that the time taken tells nothing of which one matched.
    for (auto it = list.begin(); it != list.end(); ++it) {
      if (ConstantTimeEquals(it->state, *state)) found = it;
    }
  }
  if (found == list.end()) return std::nullopt;
  PendingAuthorization taken = std::move(*found);
  list.erase(found);
  return taken;
}

Outcome<void> MemoryPendingStore::Put(const std::string& user, PendingAuthorization pending) {
  const std::lock_guard lock(mutex_);
  AddPending(users_[user], std::move(pending));
  return {};
}

Outcome<std::optional<PendingAuthorization>> MemoryPendingStore::Take(
    const std::string& user, const std::optional<std::string>& state, UnixTime now) {
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(user);  // anybody's callback may ask for any user
  if (found == users_.end()) return std::optional<PendingAuthorization>();
  auto taken = TakePending(found->second, state, now);
  if (found->second.empty()) users_.erase(found);
  return taken;
}

Outcome<void> FilePendingStore::Put(const std::string& user, PendingAuthorization pending) {
  const std::string path = StorePath(directory_, kPrefix, user);
  auto lock = FileLock::Acquire(path);
  if (!lock) return lock.error();
  auto list = LoadList(path);
  if (!list) return list.error();
  AddPending(*list, std::move(pending));
  return WritePrivateFile(path, DumpJson(ToJson(*list)));
}

Outcome<std::optional<PendingAuthorization>> FilePendingStore::Take(
    const std::string& user, const std::optional<std::string>& state, UnixTime now) {
  const std::string path = StorePath(directory_, kPrefix, user);
  // Anybody's callback may ask for any user: who started no login gets no lock file either.
  const auto text = ReadPrivateFile(path);
  if (!text) return text.error();
  if (!*text) return std::optional<PendingAuthorization>();
  auto lock = FileLock::Acquire(path);
  if (!lock) return lock.error();
  auto list = LoadList(path);
  if (!list) return list.error();
  const std::size_t before = list->size();
  auto taken = TakePending(*list, state, now);
  // Used up on disk before anything is done with it. The lock file stays: see file_store.h.
  if (list->empty()) {
    if (auto removed = RemovePrivateFile(path); !removed) return removed.error();
  } else if (list->size() != before) {
    if (auto saved = WritePrivateFile(path, DumpJson(ToJson(*list))); !saved) return saved.error();
  }
  return taken;
}

}  // namespace aweber::client
