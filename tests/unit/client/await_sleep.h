// Waits until another thread waits, without a clock.
//
// Purpose: a test of cancellation must not cancel before there is a wait to cancel. The thread puts
//   its id into an atomic (0 until then) just before it calls what waits.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>

namespace aweber::client {

inline long ThisThread() { return ::syscall(SYS_gettid); }

// Until the thread sleeps in the kernel.
inline void AwaitSleep(const std::atomic<long>& thread) {
  while (true) {
    std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
    std::string stat;
    std::getline(file, stat);
    const auto state = stat.rfind(") ");
    if (state != std::string::npos && stat[state + 2] == 'S') return;
    std::this_thread::yield();
  }
}

}  // namespace aweber::client
