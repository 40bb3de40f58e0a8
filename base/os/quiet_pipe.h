// QuietPipe: while it lives, writing to a closed pipe or socket on this thread is an error and no
// SIGPIPE, for libraries that write without MSG_NOSIGNAL (OpenSSL's own socket BIO does).
//
// Thread safety: made and destroyed on one thread; other threads and the process are not touched.
#pragma once

#include <csignal>
#include <ctime>

namespace aweber {

class QuietPipe {
 public:
  QuietPipe() {
    sigset_t pending;
    sigpending(&pending);
    pending_before_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &mask_before_);
  }
  ~QuietPipe() {
    const timespec at_once{};
    while (!pending_before_ && sigtimedwait(&pipe_, nullptr, &at_once) == SIGPIPE) {
    }
    pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  }
  QuietPipe(const QuietPipe&) = delete;
  QuietPipe& operator=(const QuietPipe&) = delete;

 private:
  sigset_t pipe_;
  sigset_t mask_before_;
  bool pending_before_;
};

}  // namespace aweber
