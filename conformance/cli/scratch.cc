#include "conformance/cli/scratch.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <system_error>

#include "base/os/file.h"
#include "conformance/driver/process_table.h"

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "aweber-conformance-";
constexpr const char* kOwnerFile = "/owner";  // locked as long as the run lives

// The descriptor of the folder's locked file; -1 when another one holds it, or there is none.
int LockOwner(const std::string& folder, int flags) {
  const int fd = ::open((folder + kOwnerFile).c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return -1;
  // A sweeper may have been faster, and removed what we have locked.
  struct stat locked {
  }, named{};
  const bool held = ::flock(fd, LOCK_EX | LOCK_NB) == 0 && ::fstat(fd, &locked) == 0 &&
                    ::stat((folder + kOwnerFile).c_str(), &named) == 0 &&
                    locked.st_ino == named.st_ino;
  if (held) return fd;
  ::close(fd);
  return -1;
}

// A driver's programs may start what they find below HOME, so a file system that starts nothing
// will not do; nor will the 64 MB that containers have: a browser's profile takes half of that.
bool HasRoomInMemory(const char* folder) {
  constexpr std::uintmax_t kEnough = 512u << 20;
  struct statvfs info {};
  return ::statvfs(folder, &info) == 0 && (info.f_flag & (ST_NOEXEC | ST_RDONLY)) == 0 &&
         std::uintmax_t{info.f_bavail} * info.f_frsize >= kEnough && ::access(folder, W_OK) == 0;
}

bool IsOwnFolder(const fs::path& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid();
}

}  // namespace

std::string ScratchParent() {
  constexpr const char* kMemory = "/dev/shm";
  return HasRoomInMemory(kMemory) ? TempParent(kMemory) : TempParent();
}

int SweepDeadRuns(const std::string& parent) {
  int swept = 0;
  std::error_code failure;
  for (fs::directory_iterator at(parent, failure); !failure && at != fs::directory_iterator();
       at.increment(failure)) {
    const std::string folder = at->path().string();
    if (!at->path().filename().string().starts_with(kPrefix) || !IsOwnFolder(folder)) continue;
    const int lock = LockOwner(folder, O_RDWR);
    if (lock < 0) continue;
    EndMarked(folder);
    swept += RemoveWhole(folder) ? 1 : 0;
    ::close(lock);
  }
  return swept;
}

Result<Scratch> Scratch::Make() {
  constexpr int kTries = 10;  // each is lost only to a sweeper that came between two lines
  for (int i = 0; i < kTries; ++i) {
    auto path = MakeTempDirectory(kPrefix, ScratchParent());
    if (!path) return path.error();
    if (i == 0) SweepDeadRuns(fs::path(*path).parent_path().string());
    const int lock = LockOwner(*path, O_RDWR | O_CREAT | O_EXCL);
    if (lock >= 0) return Scratch(std::move(path).value(), lock);
    RemoveWhole(*path);
  }
  return Error{"file.temp", "cannot lock a file in a new directory of a run"};
}

Scratch::~Scratch() {
  if (!path_.empty()) RemoveWhole(path_);
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace aweber::conformance
