#include "client/file_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/file.h"
#include "base/uri.h"

namespace aweber::client {
namespace {

constexpr std::size_t kMaxStoreFile = 1u << 20;

Failure StoreFailure(std::string_view code, const std::string& path, std::string_view reason) {
  return MakeFailure(FailureKind::kInternal, std::string(code),
                     fmt::format("token store {}: {}", path, reason));
}

void MakePrivateDirectory(const std::string& path) {
  const std::filesystem::path directory = std::filesystem::path(path).parent_path();
  std::error_code error;  // opening the lock file reports what went wrong, with its path
  if (directory.empty() || std::filesystem::exists(directory, error)) return;
  if (std::filesystem::create_directories(directory, error)) ::chmod(directory.c_str(), 0700);
}

}  // namespace

Outcome<FileLock> FileLock::Acquire(const std::string& path) {
  const std::string name = path + ".lock";
  MakePrivateDirectory(path);
  const int fd = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return StoreFailure("store.lock", name, std::strerror(errno));
  FileLock lock(fd);
  while (::flock(fd, LOCK_EX) != 0) {
    if (errno != EINTR) return StoreFailure("store.lock", name, std::strerror(errno));
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

std::string StorePath(const std::string& directory, std::string_view prefix,
                      const std::string& user) {
  return fmt::format("{}/{}-{}.json", directory, prefix, PercentEncode(user));
}

Outcome<std::optional<std::string>> ReadPrivateFile(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return std::optional<std::string>();
    return StoreFailure("store.read", path, std::strerror(errno));
  }
  auto text = ReadFile(path, kMaxStoreFile);
  if (!text) return StoreFailure("store.read", path, text.error().message);
  return std::optional<std::string>(std::move(*text));
}

Outcome<void> WritePrivateFile(const std::string& path, std::string_view text) {
  if (auto written = WriteFileAtomically(path, text, 0600); !written) {
    return StoreFailure("store.save", path, written.error().message);
  }
  return {};
}

}  // namespace aweber::client
