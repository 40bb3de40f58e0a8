#include "mockserver/program/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <mutex>
#include <string_view>

#include "base/os/clock.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "mockserver/program/gathering_writer.h"

namespace aweber::mock {
namespace {

class GatheringSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit GatheringSink(int descriptor) : writer_(descriptor) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    writer_.Add(std::string_view(line.data(), line.size()));
  }
  void flush_() override {}

  GatheringWriter writer_;
};

// A line of the text log holds what clients sent: it shall neither look like two lines nor control
// the terminal. Control characters (C1 too) and, where it is not UTF-8, all that is not ASCII as
// \xNN.
std::string OneLine(std::string_view text) {
  const bool utf8 = IsValidUtf8(text);
  std::string line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = utf8 && byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (c1) {
      line += fmt::format("\\x{:02X}", static_cast<unsigned char>(text[++i]));
    } else if (byte < 0x20 || byte == 0x7F || (!utf8 && byte >= 0x80)) {
      line += fmt::format("\\x{:02X}", byte);
    } else {
      line += text[i];
    }
  }
  return line;
}

}  // namespace

RequestLog::RequestLog(LogFormat format, int descriptor)
    : format_(format),
      logger_(
          std::make_shared<spdlog::logger>("mock", std::make_shared<GatheringSink>(descriptor))) {
  // JSON lines are whole objects made here; spdlog adds nothing to them.
  logger_->set_pattern(format == LogFormat::kJson ? "%v" : "%Y-%m-%dT%H:%M:%S.%e %v");
}

RequestLog::~RequestLog() = default;

void RequestLog::Request(const JournalEntry& entry) {
  if (format_ == LogFormat::kJson) {
    logger_->info(DumpJson({{"time", FormatRfc3339(entry.finished_real_time)},
                            {"virtual_time", FormatRfc3339(entry.virtual_time)},
                            {"space", entry.space},
                            {"sequence", entry.sequence},
                            {"endpoint", EndpointName(entry.endpoint)},
                            {"method", entry.request.method},
                            {"path", entry.local_path},
                            {"client_id", entry.facts.client_id},
                            {"status", entry.status},
                            {"error", entry.error},
                            {"why", entry.why_rejected},
                            {"rule", entry.rule},
                            {"fault", entry.fault.Text()}}));
    return;
  }
  std::string line = fmt::format("{}#{} {} {} {}", entry.space, entry.sequence,
                                 entry.request.method, entry.local_path, entry.status);
  if (!entry.error.empty()) line += " " + entry.error;
  if (!entry.why_rejected.empty()) line += fmt::format(": {}", entry.why_rejected);
  if (!entry.rule.empty()) line += fmt::format(" [rule {}]", entry.rule);
  if (!entry.fault.empty()) line += fmt::format(" [fault {}]", entry.fault.Text());
  logger_->info(OneLine(line));
}

void RequestLog::Finding(const std::string& space, std::uint64_t sequence,
                         const mock::Finding& finding) {
  if (format_ == LogFormat::kJson) {
    logger_->info(DumpJson({{"space", space},
                            {"sequence", sequence},
                            {"lint", finding.check},
                            {"level", finding.level},
                            {"message", finding.message}}));
    return;
  }
  logger_->info(OneLine(fmt::format("{}#{} lint {} ({}): {}", space, sequence, finding.check,
                                    finding.level, finding.message)));
}

void RequestLog::Event(const std::string& text) { logger_->info(text); }

}  // namespace aweber::mock
