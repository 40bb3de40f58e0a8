// The mock's log on standard error: a line for each request, finding and event.
//
// Lines go through a GatheringWriter: under load a line costs no system call, and a pipe that nobody
//   reads neither stops the mock nor keeps it from ending.
// Thread safety: all members from any thread. Errors: what cannot be written is lost.
#pragma once

#include <memory>
#include <string>

#include "mockserver/journal/entry.h"

namespace spdlog {
class logger;
}

namespace aweber::mock {

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
