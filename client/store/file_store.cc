#include "client/store/file_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/os/clock.h"
#include "base/os/file.h"
#include "base/text/uri.h"

namespace aweber::client {
namespace {

constexpr std::size_t kMaxStoreFile = 1u << 20;

// How often a wait that may be cancelled looks at the lock again.
constexpr Micros kLockLook = std::chrono::milliseconds(10);

struct CureRow {
  int number;
  std::string_view cure;
};
constexpr CureRow kCures[] = {
    {EACCES, "give yourself read and write access to it, or choose another directory"},
    {EPERM, "give yourself read and write access to it, or choose another directory"},
    {ENOTDIR, "a part of the path is a file: choose another directory"},
    {EISDIR, "a directory is in its place: remove it, or choose another directory"},
    {EROFS, "choose a directory that can be written"},
    {ENOSPC, "the disk is full: make room"},
    {EDQUOT, "your quota is used up: make room"},
    {ENAMETOOLONG, "choose a shorter name for the user or the directory"},
    {ENOENT, "make the directory, or choose another"},
};

// `what` names the path and ends in the system's reason, which tells the cure.
Failure StoreFailure(std::string_view code, std::string_view what) {
  std::string message = fmt::format("token store: {}", what);
  for (const CureRow& row : kCures) {
    if (what.ends_with(std::generic_category().message(row.number))) {
      message += fmt::format("; {}", row.cure);
      break;
    }
  }
  return MakeFailure(FailureKind::kInternal, std::string(code), std::move(message));
}

Failure StoreFailure(std::string_view code, std::string_view doing, const std::string& path,
                     int number) {
  return StoreFailure(
      code, fmt::format("cannot {} {}: {}", doing, path, std::generic_category().message(number)));
}

// What a process that was killed while it saved has left: secrets that nobody will ever read.
void RemoveLeftovers(const std::string& path) {
  const std::filesystem::path whole(path);
  const std::string prefix = whole.filename().string() + ".tmp-";
  // Letters and digits alone: "token-a.json.tmp-b.json" is the file of a user with an odd name.
  const auto is_temporary = [&prefix](const std::string& name) {
    if (!name.starts_with(prefix)) return false;
    const std::string_view rest = std::string_view(name).substr(prefix.size());
    return std::all_of(rest.begin(), rest.end(), [](unsigned char c) { return std::isalnum(c); });
  };
  std::error_code error;  // best effort: the next save tries again
  for (std::filesystem::directory_iterator it(whole.parent_path(), error), end; !error && it != end;
       it.increment(error)) {
    if (is_temporary(it->path().filename().string())) ::unlink(it->path().c_str());
  }
}

void MakePrivateDirectory(const std::string& path) {
  const std::filesystem::path directory = std::filesystem::path(path).parent_path();
  std::error_code error;  // opening the lock file reports what went wrong, with its path
  if (directory.empty() || std::filesystem::exists(directory, error)) return;
  if (std::filesystem::create_directories(directory, error)) ::chmod(directory.c_str(), 0700);
}

// A link could lead to somebody else's file, and a pipe would wait for ever. What else is wrong with
// `path` is for the read or the write to say.
Outcome<void> CheckPrivateFile(std::string_view code, const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || S_ISREG(info.st_mode) || S_ISDIR(info.st_mode))
    return {};
  return StoreFailure(
      code, fmt::format("{} is {}: remove it, or choose another directory", path,
                        S_ISLNK(info.st_mode) ? "a symbolic link" : "a pipe, socket or device"));
}

}  // namespace

Outcome<FileLock> FileLock::Acquire(const std::string& path, std::stop_token stop) {
  const std::string name = path + ".lock";
  MakePrivateDirectory(path);
  const int fd = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return StoreFailure("store.lock", "open", name, errno);
  FileLock lock(fd);
  // Waiting in the kernel cannot be called off: who may be cancelled looks again instead.
  const int how = LOCK_EX | (stop.stop_possible() ? LOCK_NB : 0);
  while (::flock(fd, how) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return StoreFailure("store.lock", "lock", name, errno);
    if (!SystemClock::System().SleepFor(kLockLook, stop)) {
      return Cancelled("waiting for the token store");
    }
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
  if (auto good = CheckPrivateFile("store.read", path); !good) return good.error();
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return std::optional<std::string>();
    return StoreFailure("store.read", "read", path, errno);
  }
  auto text = ReadFile(path, kMaxStoreFile);
  if (text) return std::optional<std::string>(std::move(*text));
  // Who reads without the lock may see the file go at any moment.
  if (::stat(path.c_str(), &info) != 0 && errno == ENOENT) return std::optional<std::string>();
  return StoreFailure("store.read", text.error().message);
}

Outcome<void> WritePrivateFile(const std::string& path, std::string_view text) {
  if (auto good = CheckPrivateFile("store.save", path); !good) return good.error();
  if (auto written = WriteFileAtomically(path, text, 0600); !written) {
    return StoreFailure("store.save", written.error().message);
  }
  RemoveLeftovers(path);
  return {};
}

Outcome<void> RemovePrivateFile(const std::string& path) {
  RemoveLeftovers(path);
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return StoreFailure("store.save", "remove", path, errno);
}

}  // namespace aweber::client
