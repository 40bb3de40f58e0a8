// ExecDriver: a client in any language, as a child process that speaks JSON lines.
//
// Purpose: the transport of conformance/PROTOCOL.md: spawn without a shell, one JSON object a line
//   both ways, replies in any order when the driver claims `concurrent`, time limits, and a plain
//   account of how it broke.
// Ownership: owns the process group and one reader thread. The clock must outlive it.
// Thread safety: Send from several threads (it lets only as many through as `concurrent` allows);
//   everything else from one thread, which must live as long as the process (the child is told to
//   die with the thread that started it).
// Units: real time. Errors: see driver.h, and "driver.interrupted" when `stop` was requested. After
//   any of them the process group has been ended.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/os/clock.h"
#include "base/os/process.h"
#include "conformance/driver/driver.h"
#include "conformance/driver/line_reader.h"

namespace aweber::conformance {

struct ExecDriverOptions {
  std::vector<std::string> argv;
  std::string directory;  // where it is started; "" for this process's
  std::vector<std::pair<std::string, std::string>> extra_env;
  int protocol_fd = 1;
  Micros start_timeout = std::chrono::seconds(30);  // spawn to the reply to hello
  Micros grace = std::chrono::seconds(2);           // SIGTERM to SIGKILL; also bye to SIGTERM
  bool probe_unknown_op = true;                     // once, after the first hello
  std::stop_token stop;
};

class ExecDriver final : public Driver {
 public:
  explicit ExecDriver(ExecDriverOptions options, Clock& clock = SystemClock::System());
  ~ExecDriver() override;

  Result<ClientIdentity> Start() override;
  Result<Reply> Send(const std::string& op, Json members, Micros timeout) override;
  void Stop(bool kill) override;
  std::string TakeStderr() override;
  std::vector<std::string> TakeWarnings() override;

 private:
  struct Waiting {
    std::string op;
    std::optional<Reply> reply;
  };
  struct Warnings {
    std::vector<std::string> kept;
    std::size_t dropped = 0;
  };

  Status Spawn();
  Status Probe();
  Result<ClientIdentity> Handshake(Micros deadline);
  Result<Reply> Exchange(const std::string& op, const Json& members, Micros timeout);
  Status WriteLine(const std::string& line, Micros deadline);
  void ReadOutput();                                  // the reader thread
  void OnLine(std::string_view line);                 // called with mutex_ held
  void Break(std::string code, std::string message);  // the first reason stays; mutex_ held
  void AddWarning(std::string text);                  // mutex_ held
  Error EndWithError(const std::string& op);          // ends the process and says why
  bool AwaitExit(Micros limit);
  ExitStatus EndProcess(Micros grace);

  ExecDriverOptions options_;
  Clock& clock_;
  std::mutex lifecycle_;  // process_ and reader_: ended by whichever Send saw the error first
  std::optional<ChildProcess> process_;
  std::thread reader_;
  int wake_fd_ = -1;    // tells the reader to leave
  int leader_fd_ = -1;  // readable when the process has ended
  std::mutex writing_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::int64_t last_id_ = 0;
  std::map<std::int64_t, Waiting> waiting_;
  int in_flight_ = 0;
  int limit_ = 1;        // `concurrent`
  bool closed_ = false;  // its output ended
  std::optional<Error> broken_;
  std::optional<ExitStatus> ended_;
  std::size_t noise_lines_ = 0, noise_bytes_ = 0;  // since the last reply
  std::string last_noise_;
  LineReader lines_;
  BoundedText stderr_;
  Warnings warnings_;
  bool probed_ = false;
};

}  // namespace aweber::conformance
