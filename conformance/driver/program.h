// Program: a child process for people, not for the protocol: what it prints is gathered as text.
//
// Purpose: the prompt driver reads and types, the webapp driver only lets an application run. Both
//   streams are read all the time, so that no program ever waits for us.
// Ownership: owns the process group and one reader thread; the destructor ends both. The clock must
//   outlive it.
// Thread safety: one thread, which must live as long as the program does (the child is told to die
//   with the thread that started it).
// Units: real time. Errors: Error{"driver.spawn"}.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/os/clock.h"
#include "base/os/process.h"
#include "conformance/driver/line_reader.h"

namespace aweber::conformance {

class Program {
 public:
  static Result<std::unique_ptr<Program>> Start(const ChildOptions& options, Clock& clock,
                                                std::stop_token stop);
  ~Program();

  // Everything on standard output so far, up to a limit.
  std::string Output() const;
  // What came on standard output since the last call, up to a limit; Output() begins anew.
  std::string TakeOutput();
  // What came on standard error since the last call.
  std::string TakeErrors();
  // Waits until there is more output than `known` bytes or it has ended; false when neither.
  bool AwaitOutput(std::size_t known, Micros deadline);
  // Both streams are closed: nothing more will come.
  bool Quiet() const;
  // Types a line and then closes its standard input. False when it does not read.
  bool TypeLast(const std::string& line, Micros deadline);
  void CloseInput() { process_.CloseStdin(); }
  // How it ended, once all it wrote has been read; nothing when it still runs at `deadline`.
  std::optional<ExitStatus> AwaitExit(Micros deadline);
  std::optional<ExitStatus> Poll() { return process_.Poll(); }
  void End(Micros grace);
  // For a program that has ended by itself: what it started may go on until End.
  void Leave();
  pid_t pid() const { return process_.pid(); }

 private:
  Program(ChildProcess process, Clock& clock, std::stop_token stop);
  void Read();

  ChildProcess process_;
  Clock& clock_;
  const std::stop_token stop_;
  int wake_fd_ = -1;
  bool ended_ = false;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::string output_;
  BoundedText errors_;
  bool quiet_ = false;
  std::thread reader_;
};

// The last line of `text` that is not blank, without its end; "" when there is none.
std::string LastLine(const std::string& text);

}  // namespace aweber::conformance
