// One session's tokens on disk, and a lock that other processes of the same case honour.
//
// Purpose: tokens survive a restart, and two processes do not refresh the same token twice.
// Ownership: FileLock owns its descriptor. Thread safety: pure functions over the file system; hold
//   a FileLock around read-refresh-write. Errors: reading what is not there or broken gives
//   nothing.
#pragma once

#include <optional>
#include <string>

#include "tests/mutants/wire.h"

namespace aweber::mutants {

std::string TokenPath(const std::string& store_dir, const std::string& session);
std::optional<Tokens> LoadTokens(const std::string& path);
Status SaveTokens(const std::string& path, const Tokens& tokens);

class FileLock {
 public:
  explicit FileLock(const std::string& path);  // waits
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_;
};

}  // namespace aweber::mutants
