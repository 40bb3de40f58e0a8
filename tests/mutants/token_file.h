// One session's tokens on disk, and a lock that other processes of the same case honour.
//
// Purpose: tokens survive a restart, and two processes do not refresh the same token twice.
// Ownership: TokenFileLock owns its descriptor. Thread safety: pure functions over the file system;
//   hold a TokenFileLock around read-refresh-write. Errors: reading what is not there or broken
//   gives nothing.
#pragma once

#include <optional>
#include <string>

#include "tests/mutants/wire.h"

namespace aweber::mutants {

std::string TokenPath(const std::string& store_dir, const std::string& session);
std::optional<Tokens> LoadTokens(const std::string& path);
Status SaveTokens(const std::string& path, const Tokens& tokens);

class TokenFileLock {
 public:
  explicit TokenFileLock(const std::string& path);  // waits
  ~TokenFileLock();
  TokenFileLock(const TokenFileLock&) = delete;
  TokenFileLock& operator=(const TokenFileLock&) = delete;

 private:
  int fd_;
};

}  // namespace aweber::mutants
