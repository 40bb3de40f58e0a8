#include "base/os/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

namespace aweber {
namespace {

Error SystemError(std::string_view code, std::string_view doing, const std::string& path,
                  int number) {
  return Error{std::string(code), fmt::format("cannot {} {}: {}", doing, path,
                                              std::generic_category().message(number))};
}

class CheckedDescriptor {
 public:
  explicit CheckedDescriptor(int fd) : fd_(fd) {}
  ~CheckedDescriptor() { Close(); }
  CheckedDescriptor(const CheckedDescriptor&) = delete;
  CheckedDescriptor& operator=(const CheckedDescriptor&) = delete;
  int get() const { return fd_; }
  // 0 or errno: a full disk may show only here.
  int Close() {
    if (fd_ < 0) return 0;
    return ::close(std::exchange(fd_, -1)) == 0 ? 0 : errno;
  }

 private:
  int fd_;
};

// The file behind a symbolic link, so that the link outlives the replacement.
std::string ResolveLink(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real ? std::string(real.get()) : path;
}

std::string DirectoryOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Writes and closes the temporary file. 0 or errno.
int FillTemporary(CheckedDescriptor& fd, std::string_view text, int mode) {
  if (::fchmod(fd.get(), static_cast<mode_t>(mode)) != 0) return errno;
  if (const int failure = WriteAll(fd.get(), text); failure != 0) return failure;
  if (::fsync(fd.get()) != 0) return errno;
  return fd.Close();
}

// A pipe of <(COMMAND) or | is "pipe:[number]" there.
bool HasName(int fd) {
  std::error_code unknown;
  return std::filesystem::read_symlink(fmt::format("/proc/self/fd/{}", fd), unknown).is_absolute();
}

// Gives their owner all rights to the folders of a tree; links are not followed.
void OpenFolders(const std::filesystem::path& folder) {
  ::chmod(folder.c_str(), 0700);
  std::error_code failure;
  std::filesystem::directory_iterator entry(folder, failure);
  for (; !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure)) {
    std::error_code ignored;
    if (std::filesystem::is_directory(entry->symlink_status(ignored))) OpenFolders(entry->path());
  }
}

}  // namespace

int WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int WhyNotReplaceable(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return EISDIR;
    if (!S_ISREG(info.st_mode)) return EINVAL;
    if (::access(path.c_str(), W_OK) != 0) return errno;
  }
  return ::access(DirectoryOf(ResolveLink(path)).c_str(), W_OK | X_OK) == 0 ? 0 : errno;
}

Result<std::string> ReadFile(const std::string& path, std::size_t max_bytes) {
  // Opening a pipe that has a name would wait for a writer, perhaps for ever.
  const CheckedDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) return SystemError("file.open", "open", path, errno);
  struct stat info;
  if (::fstat(fd.get(), &info) != 0) return SystemError("file.read", "read", path, errno);
  if (S_ISFIFO(info.st_mode) && HasName(fd.get())) {
    return Error{
        "file.read",
        fmt::format("cannot read {}: it is a named pipe; use a file, or <(COMMAND)", path)};
  }
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) & ~O_NONBLOCK);
  std::string text;
  if (S_ISREG(info.st_mode)) {
    text.reserve(std::min(static_cast<std::size_t>(info.st_size), max_bytes));
  }
  char buffer[65536];
  while (true) {
    const ssize_t size = ::read(fd.get(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return SystemError("file.read", "read", path, errno);
    if (size == 0) return text;
    if (static_cast<std::size_t>(size) > max_bytes - text.size()) {
      return Error{"file.too_large",
                   fmt::format("cannot read {}: larger than {} bytes", path, max_bytes)};
    }
    text.append(buffer, static_cast<std::size_t>(size));
  }
}

Result<std::string> ReadFirstLine(const std::string& path) {
  auto text = ReadFile(path, 4096);
  if (text) text->resize(std::min(text->find_first_of("\r\n"), text->size()));
  return text;
}

Status WriteFileAtomically(const std::string& path, std::string_view text, int mode) {
  struct stat info;
  // Renaming over a device such as /dev/null would replace the device for everyone.
  if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    return Error{"file.write", fmt::format("cannot write {}: not a regular file", path)};
  }
  const std::string target = ResolveLink(path);
  std::string temporary = target + ".tmp-XXXXXX";
  CheckedDescriptor fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (fd.get() < 0) return SystemError("file.write", "write", path, errno);
  int failure = FillTemporary(fd, text, mode);
  if (failure == 0 && ::rename(temporary.c_str(), target.c_str()) != 0) failure = errno;
  if (failure != 0) {
    ::unlink(temporary.c_str());
    errno = failure;
    return SystemError("file.write", "write", path, failure);
  }
  // The new name itself lasts only once the directory is on disk. Some file systems cannot sync a
  // directory (EINVAL); the content is safe there all the same.
  const CheckedDescriptor directory(
      ::open(DirectoryOf(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() >= 0 && ::fsync(directory.get()) != 0 && errno != EINVAL) {
    return SystemError("file.write", "sync the directory of", path, errno);
  }
  return {};
}

std::string TempParent(const char* otherwise) {
  const char* const base = std::getenv("TMPDIR");
  return base != nullptr && *base != '\0' ? base : otherwise;
}

Result<std::string> MakeTempDirectory(std::string_view prefix, const std::string& parent) {
  std::string path = fmt::format("{}/{}XXXXXX", parent, prefix);
  if (::mkdtemp(path.data()) == nullptr) {
    return SystemError("file.temp", "create a directory like", path, errno);
  }
  return path;
}

bool RemoveWhole(const std::string& path) {
  std::error_code failure;
  std::filesystem::remove_all(path, failure);
  if (!failure) return true;
  OpenFolders(path);
  std::filesystem::remove_all(path, failure);
  return !failure;
}

Result<std::vector<std::string>> ListFiles(const std::string& directory, std::string_view suffix) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  std::error_code failure;
  fs::recursive_directory_iterator entry(directory, failure);
  for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
    std::error_code ignored;  // a dangling link is no regular file
    std::string path = entry->path().string();
    if (path.ends_with(suffix) && entry->is_regular_file(ignored)) files.push_back(std::move(path));
  }
  if (failure) return SystemError("file.list", "list", directory, failure.value());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace aweber
