// Private files that several processes share: 0600, replaced whole, with a lock beside each.
//
// Purpose: what FileTokenStore and FilePendingStore stand on. A reader sees the old text or the new
//   one, never a part, whenever a writer is killed.
// Ownership: FileLock owns a descriptor; the kernel releases the lock when the process dies.
// Thread safety: FileLock::Acquire excludes threads and processes alike (each holds its own open
//   file description). Lock files are never deleted: that would let two holders in.
// Errors: Failure{"store.read" | "store.save" | "store.lock"} naming the path and the reason.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client/failure.h"

namespace aweber::client {

class FileLock {
 public:
  // Waits for the exclusive lock of `path` (the file is `path`.lock). The directory is made, 0700,
  // when it does not exist.
  static Outcome<FileLock> Acquire(const std::string& path);
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
Outcome<void> WritePrivateFile(const std::string& path, std::string_view text);

}  // namespace aweber::client
