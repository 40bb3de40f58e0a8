// The mock's log on standard error: a line for each request, finding and event.
//
// Purpose: lines are gathered and written together, at once when nothing was written lately, else
//   every kLogDelay: under load a line costs no system call. What is gathered is written at the end.
// Thread safety: all members from any thread. Errors: what cannot be written is lost, as ever.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "mockserver/journal/entry.h"

namespace spdlog {
class logger;
}

namespace aweber::mock {

inline constexpr std::chrono::milliseconds kLogDelay{20};

enum class LogFormat { kText, kJson };

class RequestLog {
 public:
  // Writes to `descriptor`, which it does not own.
  RequestLog(LogFormat format, int descriptor);
  ~RequestLog();

  // One line per finished request; names, paths without their query, labels: never a secret.
  void Request(const JournalEntry& entry);
  // What lint finds is said in the log as well as beside the journal entry.
  void Finding(const std::string& space, std::uint64_t sequence, const mock::Finding& finding);
  void Event(const std::string& text);

 private:
  const LogFormat format_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace aweber::mock
