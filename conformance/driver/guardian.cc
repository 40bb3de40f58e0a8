#include "conformance/driver/guardian.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/os/file.h"
#include "conformance/driver/process_table.h"

namespace aweber::conformance {
namespace {

// Looks that must find nobody, one after the other: who was being started then is seen by the next.
constexpr int kQuietLooks = 3;
constexpr int kBetweenLooksMs = 20;

[[noreturn]] void Guard(int pipe, const std::string& folder) {
  ::setsid();
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(number, SIG_IGN);
  for (int fd = 0; fd < 3; ++fd) {
    if (fd != pipe) ::close(fd);
  }
  char word = 0;
  ssize_t size;
  do {
    size = ::read(pipe, &word, 1);
  } while (size < 0 && errno == EINTR);
  if (size == 1) ::_exit(0);
  for (int quiet = 0; quiet < kQuietLooks;) {
    quiet = EndMarked(folder) == 0 ? quiet + 1 : 0;
    ::poll(nullptr, 0, kBetweenLooksMs);
  }
  RemoveWhole(folder);
  ::_exit(0);
}

}  // namespace

Guardian::Guardian(const std::string& folder) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return;
  pid_ = ::fork();
  if (pid_ == 0) {
    ::close(ends[1]);
    Guard(ends[0], folder);
  }
  ::close(ends[0]);
  pipe_ = ends[1];
}

Guardian::~Guardian() {
  if (pipe_ < 0) return;
  const char word = '.';
  struct sigaction ignore {
  }, before{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &before);  // the orphans' keeper may have ended it already
  [[maybe_unused]] const ssize_t ignored = ::write(pipe_, &word, 1);
  ::sigaction(SIGPIPE, &before, nullptr);
  ::close(pipe_);
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

}  // namespace aweber::conformance
