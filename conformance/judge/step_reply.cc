#include "conformance/judge/step_reply.h"

#include <fmt/format.h>

#include "base/text/json.h"
#include "conformance/driver/message.h"

namespace aweber::conformance {

bool IsStep(const std::string& label, const std::string& wanted) {
  return label == wanted || (label.starts_with(wanted) && label[wanted.size()] == '@');
}

std::string DescribeReply(const StepObservation& step) {
  switch (step.reply) {
    case StepObservation::Reply::kOk: {
      const auto status = JsonInt(step.ok, "status");
      return step.op == "call" && status ? fmt::format("it answered ok with status {}", *status)
                                         : "it answered ok";
    }
    case StepObservation::Reply::kErr:
      return step.err_message.empty()
                 ? fmt::format("it answered err {}", step.err_kind)
                 : fmt::format("it answered err {} ({})", step.err_kind, step.err_message);
    case StepObservation::Reply::kUnsupported:
      return fmt::format("it answered unsupported {}", step.err_message);
    case StepObservation::Reply::kNone:
      break;
  }
  return "it did not answer";
}

std::optional<std::int64_t> ToldStatus(const StepObservation& step) {
  if (step.op != "call") return std::nullopt;
  if (step.reply == StepObservation::Reply::kOk) return JsonInt(step.ok, "status");
  if (step.err_kind == "http") return JsonInt(step.err, "status");
  return std::nullopt;
}

std::string LastWords(std::string_view printed) {
  const std::size_t end = printed.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return "";
  printed = printed.substr(0, end + 1);
  const std::size_t line = printed.rfind('\n');
  if (line != std::string_view::npos) printed.remove_prefix(line + 1);
  return Excerpt(printed, 200);
}

bool WasRefused(const JournalEntry& entry) {
  using mock::Endpoint;
  if (entry.endpoint == Endpoint::kOther) return true;  // went astray
  const bool front =
      entry.endpoint == Endpoint::kAuthorize || entry.endpoint == Endpoint::kDecision;
  if (front && entry.status / 100 == 3) {
    return entry.response_headers.GetOr("Location").find("error=") != std::string::npos;
  }
  return entry.status < 200 || entry.status >= 300;
}

}  // namespace aweber::conformance
