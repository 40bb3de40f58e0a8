#include "conformance/cli/stop_signals.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>

#include "conformance/driver/process_groups.h"

namespace aweber::conformance {
namespace {

constexpr int kExitInterrupted = 130;
std::atomic<int> interrupts{0};
std::atomic<int> write_end{-1};

constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};

std::array<char, PATH_MAX> scratch_path;  // written before has_scratch is set
std::atomic<bool> has_scratch{false};

// What getdents64(2) fills in; the name begins behind the type.
constexpr std::size_t kRecordLength = 16, kRecordName = 19;
constexpr int kDeepest = 20;

// As rm -r of what is below `directory`, with nothing but what a signal handler may call.
void RemoveBelow(int directory, int depth) {
  std::array<char, 4096> records;
  long size = 0;
  while ((size = ::syscall(SYS_getdents64, directory, records.data(), records.size())) > 0) {
    std::uint16_t length = 0;
    for (const char* at = records.data(); at < records.data() + size; at += length) {
      std::memcpy(&length, at + kRecordLength, sizeof length);
      const char* const name = at + kRecordName;
      if (std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0) continue;
      if (::unlinkat(directory, name, 0) == 0 || depth == kDeepest) continue;
      const int below = ::openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (below < 0) continue;
      RemoveBelow(below, depth + 1);
      ::close(below);
      ::unlinkat(directory, name, AT_REMOVEDIR);
    }
  }
}

void OnSignal(int) {
  const int saved = errno;
  if (interrupts.fetch_add(1) > 0) {
    KillAllProcessGroups();
    const int scratch =
        has_scratch ? ::open(scratch_path.data(), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (scratch >= 0) {
      RemoveBelow(scratch, 0);
      ::rmdir(scratch_path.data());
    }
    ::_exit(kExitInterrupted);
  }
  const char byte = 'i';
  [[maybe_unused]] const ssize_t ignored = ::write(write_end.load(), &byte, 1);
  errno = saved;
}

}  // namespace

StopSignals::StopSignals() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return;  // then Ctrl-C does what it always did
  read_end_ = ends[0];
  write_end = ends[1];
  interrupts = 0;
  // request_stop() wakes waiters through mutexes, which no signal handler may touch: a thread does
  // it when told through the pipe.
  watcher_ = std::thread([this] {
    char byte = 0;
    while (::read(read_end_, &byte, 1) < 0 && errno == EINTR) {
    }
    if (byte == 'i') stop_.request_stop();
  });
  struct sigaction action {};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &action, &old_[i]);
}

void StopSignals::RemoveWhenLeaving(const std::string& directory) {
  if (directory.size() >= scratch_path.size()) return;
  scratch_path.fill('\0');
  directory.copy(scratch_path.data(), directory.size());
  has_scratch = true;
}

StopSignals::~StopSignals() {
  has_scratch = false;
  if (read_end_ < 0) return;
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &old_[i], nullptr);
  const char byte = 'q';
  [[maybe_unused]] const ssize_t ignored = ::write(write_end.load(), &byte, 1);
  watcher_.join();
  ::close(read_end_);
  ::close(write_end.exchange(-1));
}

}  // namespace aweber::conformance
