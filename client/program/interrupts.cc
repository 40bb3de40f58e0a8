#include "client/program/interrupts.h"

#include <unistd.h>

#include <cstdio>

#include "client/program/cli.h"

namespace aweber::client {

Interrupts::Interrupts() {
  sigset_t both;
  sigemptyset(&both);
  sigaddset(&both, SIGINT);
  sigaddset(&both, SIGTERM);
  if (::pthread_sigmask(SIG_BLOCK, &both, &before_) != 0) return;
  // A thread and no handler: request_stop() takes mutexes, which no handler may touch.
  watcher_ = std::thread([this, both] {
    int number = 0;
    ::sigwait(&both, &number);
    if (over_) return;
    std::fputs("aweber-client: stopping; once more to stop at once\n", stderr);
    stop_.request_stop();
    ::sigwait(&both, &number);
    if (!over_) ::_exit(kExitInterrupted);
  });
}

Interrupts::~Interrupts() {
  if (!watcher_.joinable()) return;
  over_ = true;
  ::pthread_kill(watcher_.native_handle(), SIGINT);
  watcher_.join();
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace aweber::client
