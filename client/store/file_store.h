// Private files that several processes share: 0600, replaced whole, with a lock beside each.
//
// Purpose: what FileTokenStore and FilePendingStore stand on. A reader sees the old text or the new
//   one, never a part, whenever a writer is killed.
// Ownership: FileLock owns a descriptor; the kernel releases the lock when the process dies.
// Thread safety: FileLock::Acquire excludes threads and processes alike (each holds its own open
//   file description). Lock files are never deleted: that would let two holders in.
// Errors: Failure{"store.read" | "store.save" | "store.lock"} naming the path, the reason and the
//   cure; Failure{"http.cancelled"} from a wait that was called off.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "client/protocol/failure.h"

namespace aweber::client {

class FileLock {
 public:
  // Waits for the exclusive lock of `path` (the file is `path`.lock), as long as it takes or until
  // `stop` is requested. The directory is made, 0700, when it does not exist.
  static Outcome<FileLock> Acquire(const std::string& path, std::stop_token stop = {});
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

// "DIRECTORY/PREFIX-USER.json", with USER percent-encoded so that it cannot leave the directory.
std::string StorePath(const std::string& directory, std::string_view prefix,
                      const std::string& user);
// Nothing when there is no such file. At most 1 MiB.
Outcome<std::optional<std::string>> ReadPrivateFile(const std::string& path);
// The two that change a file are for whoever holds its lock: they also remove what a writer that
// was killed has left beside it.
Outcome<void> WritePrivateFile(const std::string& path, std::string_view text);
Outcome<void> RemovePrivateFile(const std::string& path);

}  // namespace aweber::client
