#include "conformance/report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/os/process.h"
#include "base/text/json.h"
#include "mockserver/journal/space_path.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kMaxWireLine = 400;
constexpr std::size_t kMaxCurlBody = 1000;

std::string Header(const Json& request, std::string_view wanted) {
  const Json* headers = JsonMember(request, "headers");
  if (headers == nullptr || !headers->is_array()) return "";
  for (const Json& field : *headers) {
    if (!field.is_array() || field.size() != 2 || !field[0].is_string()) continue;
    if (field[0].get<std::string>() == wanted) return field[1].get<std::string>();
  }
  return "";
}

// Headers that curl writes by itself, or that only say which program sent the request.
bool IsMadeByCurl(std::string name) {
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const std::string_view own : {"host", "content-length", "connection", "accept-encoding",
                                     "transfer-encoding", "expect", "user-agent", "accept"}) {
    if (name == own) return true;
  }
  return false;
}

// The first request that a failed check points at and that can be sent again.
std::string CurlOf(const CaseResult& result, const std::vector<const CheckResult*>& failed) {
  for (const CheckResult* check : failed) {
    for (const Json* entry : Evidence(result, check->evidence)) {
      if (std::string command = CurlCommand(*entry); !command.empty()) return command;
    }
  }
  return "";
}

}  // namespace

std::string Cut(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  // Not inside a UTF-8 sequence.
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0) == 0x80) --limit;
  return text.substr(0, limit) + "...";
}

std::string CurlCommand(const Json& entry) {
  const std::string endpoint = JsonString(entry, "endpoint").value_or("");
  const Json* request = JsonMember(entry, "request");
  if (request == nullptr || endpoint == "authorize" || endpoint == "decision") return "";
  const auto method = JsonString(*request, "method");
  auto target = JsonString(*request, "target");
  const std::string body = JsonString(*request, "body").value_or("");
  if (!method || !target || !target->starts_with('/') || body.size() > kMaxCurlBody) return "";
  // The case's space is gone when the report is read.
  target = std::string(mock::WithoutSpace(*target));
  std::string line = "curl -i";
  if (*method != (body.empty() ? "GET" : "POST")) line += " -X " + QuoteForShell(*method);
  // The shell fills in $MOCK, and nothing else.
  line += " \"$MOCK\"" + QuoteForShell(*target);
  if (const Json* headers = JsonMember(*request, "headers"); headers && headers->is_array()) {
    for (const Json& field : *headers) {
      if (!field.is_array() || field.size() != 2 || !field[0].is_string()) continue;
      if (!field[1].is_string() || IsMadeByCurl(field[0].get<std::string>())) continue;
      line += " -H " + QuoteForShell(fmt::format("{}: {}", field[0].get<std::string>(),
                                                 field[1].get<std::string>()));
    }
  }
  if (!body.empty()) line += " --data-binary " + QuoteForShell(body);
  return line;
}

std::string TotalsLine(const RunModel& model) {
  const auto counts = model.Count();
  const auto others = std::count_if(model.cases.begin(), model.cases.end(),
                                    [](const CaseResult& one) { return one.for_others; });
  std::vector<std::string> parts;
  for (const Outcome outcome : AllOutcomes()) {
    const auto found = counts.find(OutcomeName(outcome));
    if (found == counts.end()) continue;
    const auto count = found->second - (outcome == Outcome::kSkip ? others : 0);
    if (count > 0) parts.push_back(fmt::format("{} {}", count, found->first));
  }
  if (others > 0) parts.push_back(fmt::format("{} about other kinds of clients", others));
  return fmt::format("{} {}: {}", model.cases.size(), model.cases.size() == 1 ? "case" : "cases",
                     fmt::join(parts, ", "));
}

std::string WireLine(const Json& entry) {
  const Json empty = Json::object();
  const Json* request = JsonMember(entry, "request");
  if (request == nullptr) request = &empty;
  const Json* sequence = JsonMember(entry, "sequence");
  std::string line = fmt::format("#{} {} {}", sequence == nullptr ? "?" : DumpJson(*sequence),
                                 JsonString(*request, "method").value_or("?"),
                                 JsonString(*request, "target").value_or("?"));
  if (const std::string auth = Header(*request, "Authorization"); !auth.empty()) {
    line += fmt::format(" (Authorization: {})", auth);
  }
  if (const auto body = JsonString(*request, "body"); body && !body->empty()) line += " " + *body;
  const Json* response = JsonMember(entry, "response");
  line += response == nullptr ? std::string(" -> no reply")
                              : fmt::format(" -> {}", JsonInt(*response, "status").value_or(0));
  if (const auto error = JsonString(entry, "error")) line += " " + *error;
  if (const auto fault = JsonString(entry, "fault")) line += fmt::format(" [{}]", *fault);
  return Cut(std::move(line), kMaxWireLine);
}

std::vector<const Json*> Evidence(const CaseResult& result,
                                  const std::vector<std::uint64_t>& sequences) {
  std::vector<const Json*> entries;
  for (const Json& entry : result.journal) {
    const auto sequence = JsonInt(entry, "sequence");
    const bool wanted =
        sequence && std::find(sequences.begin(), sequences.end(), *sequence) != sequences.end();
    if (wanted) entries.push_back(&entry);
  }
  return entries;
}

std::vector<const CheckResult*> FailedChecks(const CaseResult& result) {
  std::vector<const CheckResult*> failed;
  for (const CheckResult& check : result.checks) {
    const bool shown = check.outcome == Outcome::kFail || check.outcome == Outcome::kWarn ||
                       check.outcome == Outcome::kXFail;
    if (shown) failed.push_back(&check);
  }
  return failed;
}

std::string ExplainFailure(const CaseResult& result) {
  std::string text;
  const auto failed = FailedChecks(result);
  if (!result.reason.empty() && (failed.empty() || result.outcome != Outcome::kFail)) {
    text += Cut(result.reason, kMaxTold) + "\n";
  }
  for (const CheckResult* check : failed) {
    text += fmt::format("{} {} ({}{}{})\n", OutcomeName(check->outcome), check->id, check->level,
                        check->source.empty() ? "" : ", ", check->source);
    if (!check->statement.empty()) text += fmt::format("  expected: {}\n", check->statement);
    if (!check->why.empty()) text += fmt::format("  why:      {}\n", check->why);
    text += fmt::format("  seen:     {}\n", Indent(Cut(check->message, kMaxTold), 12).substr(12));
    for (const Json* entry : Evidence(result, check->evidence)) {
      text += fmt::format("            {}\n", WireLine(*entry));
      if (const auto why = JsonString(*entry, "why_rejected"); why && !why->empty()) {
        text += Indent(Cut(*why, 1000), 16) + "\n";
      }
    }
    if (!check->fix.empty()) text += fmt::format("  fix:      {}\n", check->fix);
  }
  if (!result.stderr_text.empty()) {
    text += "standard error of the driver:\n" + Indent(Cut(result.stderr_text, 2000), 2) + "\n";
  }
  for (const std::string& warning : result.warnings) {
    text += "warning: " + Cut(warning, kMaxTold) + "\n";
  }
  if (!result.reproduce.empty()) text += "reproduce: " + result.reproduce + "\n";
  if (const std::string curl = CurlOf(result, failed); !curl.empty()) {
    text += "curl:      " + curl + "\n";
  }
  return text;
}

std::string RunProblem(const RunModel& model) {
  if (!model.summary.harness_error.empty()) return Cut(model.summary.harness_error, kMaxTold);
  if (const std::string& missing = model.summary.missing_shards; !missing.empty()) {
    return missing + (missing.find(',') == std::string::npos ? " is" : " are") +
           " missing: this report is partial";
  }
  if (model.summary.cut_short) return "the run was cut short: this report holds what had finished";
  if (model.summary.interrupted) return "the run was interrupted: this report is partial";
  return "";
}

std::string Painted(Outcome outcome, std::string_view text) {
  const char* color = "0";
  switch (outcome) {
    case Outcome::kPass:
      color = "32";  // green
      break;
    case Outcome::kWarn:
    case Outcome::kXFail:
    case Outcome::kFlaky:
      color = "33";  // yellow
      break;
    case Outcome::kFail:
    case Outcome::kError:
    case Outcome::kXPass:
      color = "31";  // red
      break;
    case Outcome::kInconclusive:
      color = "35";  // magenta
      break;
    case Outcome::kSkip:
    case Outcome::kNotRun:
      color = "2";  // dim
      break;
  }
  return fmt::format("\033[{}m{}\033[0m", color, text);
}

const char* SymbolOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPass:
      return "✓";
    case Outcome::kWarn:
      return "!";
    case Outcome::kInconclusive:
      return "?";
    case Outcome::kXFail:
      return "~";
    case Outcome::kSkip:
    case Outcome::kNotRun:
      return "-";
    default:
      return "✗";
  }
}

std::string Indent(std::string_view text, std::size_t width) {
  const std::string margin(width, ' ');
  std::string out = margin;
  while (text.ends_with('\n')) text.remove_suffix(1);
  for (const char c : text) {
    out += c;
    if (c == '\n') out += margin;
  }
  return out;
}

}  // namespace aweber::conformance
