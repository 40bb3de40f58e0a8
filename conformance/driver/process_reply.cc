#include "conformance/driver/process_reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text/json.h"
#include "conformance/driver/message.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kToldOutput = 2000;
constexpr std::size_t kToldLine = 300;
constexpr int kNoLimitMs = 24 * 3600 * 1000;
// The status of a call that went well: the program says no more than that.
constexpr int kGoodStatus = 200;

Reply Judge(const ProcessConfig& config, const std::string& op, const StartedCommand& command,
            const ExitStatus& status) {
  const std::string output = command.program->Output();
  Json more = {{"output", LastPart(output)}, {"ended", status.Describe()}};
  if (status.signaled) more["signal"] = status.code;
  if (!status.signaled && status.code == 0) {
    if (op == "call") more["status"] = kGoodStatus;
    return OkReply(std::move(more));
  }
  const auto& again = config.reauthorize;
  const bool reauthorize =
      !status.signaled && std::find(again.begin(), again.end(), status.code) != again.end();
  return ErrReply(
      reauthorize ? "reauthorize" : KindOfWords(config.launch, output + "\n" + command.errors),
      fmt::format("the command ended with {}; its last line: {}", status.Describe(),
                  LastWords(command)),
      std::move(more));
}

}  // namespace

std::string LastPart(const std::string& text) {
  return text.size() <= kToldOutput ? text : "..." + text.substr(text.size() - kToldOutput);
}

std::string LastWords(const StartedCommand& command) {
  std::string last = LastLine(command.errors);
  if (last.empty()) last = LastLine(command.program->Output());
  return last.empty() ? "none" : Excerpt(last, kToldLine);
}

Result<Reply> AwaitReply(const ProcessConfig& config, const DriverEnvironment& environment,
                         ProcessCase& in, const std::string& op, StartedCommand command,
                         Micros deadline) {
  const auto status = command.program->AwaitExit(deadline);
  if (environment.stop.stop_requested()) return Error{"driver.interrupted", "interrupted"};
  in.Gather(command);
  if (!status) {
    Reply reply =
        ErrReply("timeout",
                 fmt::format("the command for \"{}\" did not end within {}; its last line: {}", op,
                             SecondsText(config.within), LastWords(command)),
                 {{"output", LastPart(command.program->Output())}});
    command.program->End(kDaemonGrace);
    return reply;
  }
  Reply reply = Judge(config, op, command, *status);
  in.Finish(std::move(command));
  return reply;
}

std::unique_ptr<HttpClient> MakePatientClient() {
  HttpClientOptions options;
  options.connect_timeout_ms = options.read_timeout_ms = options.total_timeout_ms = kNoLimitMs;
  options.keep_alive = false;
  return MakeHttpClient(options);
}

}  // namespace aweber::conformance
