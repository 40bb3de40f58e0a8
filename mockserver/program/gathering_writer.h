// Gathers text and writes it to a descriptor on a thread of its own.
//
// Purpose: a line of the log costs no system call under load, and a reader that takes nothing (a
//   pipe that nobody reads) neither holds the requests up for ever nor keeps the program from ending.
// Order: text is written in the order of its `Add`, whole, at once when nothing was written lately,
//   else every `delay`. The destructor writes what is left.
// A reader that takes nothing for `patience` is stuck. From then on, text beyond `most` is dropped
//   and counted; the count is written as a line once the reader takes something again. Up to then
//   `Add` waits for room. The destructor gives a stuck reader `patience` once more, and no longer.
// Thread safety: `Add` from any thread. Errors: what the descriptor refuses is lost.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace aweber::mock {

struct GatheringOptions {
  std::chrono::milliseconds delay{20};
  std::chrono::milliseconds patience{500};
  std::size_t most = 1u << 20;  // bytes that wait to be written
};

class GatheringWriter {
 public:
  // Writes to `descriptor`, which it does not own.
  explicit GatheringWriter(int descriptor, GatheringOptions options = {});

  void Add(std::string_view text);

 private:
  void Run(const std::stop_token& stop);
  // False: a stop was requested and the reader took nothing for `patience` since.
  bool Write(std::string_view text, const std::stop_token& stop);
  void SetStuck(bool stuck);

  const int descriptor_;
  const GatheringOptions options_;
  std::mutex mutex_;  // guards all below but the thread
  std::condition_variable_any changed_;
  std::condition_variable room_;
  bool waiting_ = false;  // the thread, for the first text
  bool stuck_ = false;    // the reader took nothing for `patience`
  std::uint64_t dropped_ = 0;
  std::string gathered_;
  std::jthread thread_;  // last; its end writes the rest
};

}  // namespace aweber::mock
