#include "tests/mutants/token_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/crypto/crypto.h"
#include "base/os/file.h"
#include "base/text/json.h"

namespace aweber::mutants {

std::string TokenPath(const std::string& store_dir, const std::string& session) {
  return store_dir + "/" + HexLower(session) + ".json";
}

std::optional<Tokens> LoadTokens(const std::string& path) {
  const auto text = ReadFile(path);
  if (!text) return std::nullopt;
  const auto json = ParseJson(*text);
  if (!json) return std::nullopt;
  return Tokens{JsonString(*json, "access").value_or(""), JsonString(*json, "refresh").value_or(""),
                JsonInt(*json, "expires_at").value_or(0)};
}

Status SaveTokens(const std::string& path, const Tokens& tokens) {
  Json json = Json::object();
  json["access"] = tokens.access;
  json["refresh"] = tokens.refresh;
  json["expires_at"] = tokens.expires_at;
  return WriteFileAtomically(path, DumpJson(json), 0600);
}

TokenFileLock::TokenFileLock(const std::string& path)
    : fd_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (fd_ >= 0) flock(fd_, LOCK_EX);
}

TokenFileLock::~TokenFileLock() {
  if (fd_ >= 0) close(fd_);  // which unlocks
}

}  // namespace aweber::mutants
