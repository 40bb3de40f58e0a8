// One case of the html report.
#include <fmt/format.h>

#include <algorithm>

#include "base/text/json.h"
#include "conformance/report/html_parts.h"
#include "conformance/report/printable.h"
#include "conformance/report/text.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kMaxText = 3000;  // of one text; the ndjson report has all of it
constexpr std::size_t kMaxWire = 160;   // of a request told in a line
constexpr std::size_t kMaxInFull = 6, kMaxWireLines = 30, kMaxSteps = 8;  // of a case

void AddMessage(std::string& out, const char* title, const Json* message, bool is_request) {
  if (message == nullptr) return;
  std::string text = is_request
                         ? fmt::format("{} {}\n", JsonString(*message, "method").value_or(""),
                                       JsonString(*message, "target").value_or(""))
                         : fmt::format("{}\n", JsonInt(*message, "status").value_or(0));
  if (const Json* headers = JsonMember(*message, "headers"); headers && headers->is_array()) {
    for (const Json& field : *headers) {
      if (!field.is_array() || field.size() != 2 || !field[0].is_string()) continue;
      if (!field[1].is_string()) continue;
      text += fmt::format("{}: {}\n", field[0].get<std::string>(), field[1].get<std::string>());
    }
  }
  if (const auto body = JsonString(*message, "body")) text += "\n" + *body;
  out += fmt::format("<h6>{}</h6><pre tabindex=\"0\">{}</pre>", title, HtmlText(text));
}

// 0: there was no reply.
std::string_view ToneOf(std::int64_t status) {
  if (status == 0 || status >= 400) return "bad";
  return status >= 300 ? "moved" : "ok";
}

// One request as a line; opened, it shows request and reply in full.
std::string Exchange(const CaseResult& result, const Json& entry) {
  const Json empty = Json::object();
  const Json* request = JsonMember(entry, "request");
  if (request == nullptr) request = &empty;
  const Json* response = JsonMember(entry, "response");
  const std::int64_t status = response == nullptr ? 0 : JsonInt(*response, "status").value_or(0);
  const auto sequence = static_cast<std::uint64_t>(JsonInt(entry, "sequence").value_or(0));
  std::string out = fmt::format(
      "<details class=\"exchange evidence\" id=\"{}\"><summary><span class=\"number\">#{}</span> "
      "<code>{} "
      "{}</code> <span class=\"status {}\">{} {}</span> <span class=\"mark "
      "lint\">evidence</span></summary>",
      HtmlAnchor(result, sequence), sequence, HtmlText(JsonString(*request, "method").value_or("")),
      HtmlText(JsonString(*request, "target").value_or("")), ToneOf(status),
      status != 0 ? std::to_string(status) : "no reply",
      HtmlText(JsonString(entry, "error").value_or("")));
  if (const auto why = JsonString(entry, "why_rejected"); why && !why->empty()) {
    out += fmt::format("<pre class=\"reason\" tabindex=\"0\">{}</pre>", HtmlText(*why));
  }
  for (const char* const member : {"rule", "fault"}) {
    if (const auto value = JsonString(entry, member)) {
      out += fmt::format("<p>{}: <code>{}</code></p>", member, HtmlText(*value));
    }
  }
  AddMessage(out, "Request", request, true);
  AddMessage(out, "Reply", response, false);
  if (const std::string curl = CurlCommand(entry); !curl.empty()) {
    out += fmt::format("<h6>As curl</h6><pre tabindex=\"0\">{}</pre>", HtmlText(curl));
  }
  return out + "</details>";
}

void AddRow(std::string& out, const char* name, const std::string& value) {
  if (value.empty()) return;
  // What marks a character does so by its column: such text keeps its spaces and its letters.
  const bool columns = value.find('\n') != std::string::npos;
  out += fmt::format("<div><dt>{}</dt><dd{}>{}</dd></div>", name,
                     columns ? " class=\"columns\"" : "", HtmlText(value));
}

std::string CheckBlock(const CaseResult& result, const CheckResult& check) {
  const bool bad = check.outcome == Outcome::kFail;
  std::string out = fmt::format(
      "<section class=\"callout {}\"><h5>{} <code>{}</code> <span class=\"level\">{}</span> {}"
      "</h5><dl class=\"facts\">",
      bad ? "bad" : "warn", HtmlBadge(check.outcome), HtmlText(check.id), HtmlText(check.level),
      HtmlText(check.source));
  AddRow(out, "Expected", check.statement);
  AddRow(out, "Why", check.why);
  AddRow(out, "Seen", check.message);
  if (!check.evidence.empty()) {
    std::string links;
    for (const std::uint64_t sequence : check.evidence) {
      links +=
          fmt::format("<a href=\"#{}\">request #{}</a> ", HtmlAnchor(result, sequence), sequence);
    }
    out += fmt::format("<div><dt>Evidence</dt><dd>{}</dd></div>", links);
  }
  AddRow(out, "How to fix", check.fix);
  return out + "</dl></section>";
}

void AddText(std::string& out, const char* title, const std::string& text) {
  if (text.empty()) return;
  out += fmt::format("<h5>{}</h5><pre tabindex=\"0\">{}</pre>", title, HtmlText(text));
}

void AddChecks(std::string& out, const CaseResult& result, CaseDepth depth) {
  for (const CheckResult& check : result.checks) {
    if (check.outcome == Outcome::kPass) continue;
    if (depth == CaseDepth::kFull) {
      out += CheckBlock(result, check);
    } else {
      out += fmt::format("<p>{} <code>{}</code> {}</p>", HtmlBadge(check.outcome),
                         HtmlText(check.id), HtmlText(check.message));
    }
  }
}

// The drawing, and every request: what is evidence in full, the others as a line.
void AddTraffic(std::string& out, const CaseResult& result) {
  std::vector<std::uint64_t> evidence;
  for (const CheckResult& check : result.checks) {
    if (check.outcome == Outcome::kPass) continue;
    evidence.insert(evidence.end(), check.evidence.begin(), check.evidence.end());
  }
  if (const std::string drawing = HtmlSequence(result, evidence); !drawing.empty()) {
    out += "<h5>What happened</h5>" + drawing;
  }
  if (result.journal.empty()) return;
  out += "<h5>Requests</h5>";
  const auto marked = Evidence(result, evidence);
  std::size_t in_full = 0, lines = 0;
  std::string anchors;  // of requests that are not told: the drawing leads to them
  for (const Json& entry : result.journal) {
    const bool is_evidence = std::find(marked.begin(), marked.end(), &entry) != marked.end();
    if (is_evidence && ++in_full <= kMaxInFull) {
      out += Exchange(result, entry);
      continue;
    }
    const auto sequence = static_cast<std::uint64_t>(JsonInt(entry, "sequence").value_or(0));
    const std::string anchor = HtmlAnchor(result, sequence);
    if (++lines <= kMaxWireLines) {
      out += fmt::format("<p class=\"wire\" id=\"{}\"><code>{}</code></p>", anchor,
                         HtmlText(Cut(WireLine(entry), kMaxWire)));
    } else {
      anchors += fmt::format("<span id=\"{}\"></span>", anchor);
    }
  }
  if (lines > kMaxWireLines) {
    out += fmt::format("<p class=\"muted\">{}{} more requests are in the ndjson report</p>",
                       anchors, lines - kMaxWireLines);
  }
}

// What a real browser showed when a step failed.
void AddScreenshots(std::string& out, const CaseResult& result) {
  constexpr std::string_view kPng = "data:image/png;base64,";
  constexpr std::string_view kBase64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  for (const Json& step : result.steps) {
    const std::string label = JsonString(step, "label").value_or("?");
    const std::string image = JsonString(step, "screenshot").value_or("");
    if (image.starts_with(kPng) &&
        image.find_first_not_of(kBase64, kPng.size()) == std::string::npos) {
      out += fmt::format(
          "<h5>The browser after {0}</h5><img class=\"screenshot\" alt=\"The page after step {0}\" "
          "src=\"{1}\">",
          HtmlText(label), image);
    }
    const Json* const console = JsonMember(step, "console");
    if (console == nullptr || !console->is_array()) continue;
    std::string lines;
    for (const Json& line : *console) {
      if (line.is_string()) lines += line.get<std::string>() + "\n";
    }
    AddText(out, "The browser's console", lines);
  }
}

// What there was, of a case that is not told in full.
std::string Summary(const CaseResult& result) {
  const auto passed =
      std::count_if(result.checks.begin(), result.checks.end(),
                    [](const CheckResult& check) { return check.outcome == Outcome::kPass; });
  if (passed == 0 && result.journal.empty()) return "";
  std::string steps;
  std::size_t told = 0;
  for (const Json& step : result.steps) {
    if (++told > kMaxSteps) break;
    steps += (steps.empty() ? "" : " → ") + JsonString(step, "op").value_or("?");
  }
  if (told > kMaxSteps) steps += " → …";
  return fmt::format("<p class=\"muted\">{}; {} checks passed, {} requests</p>", HtmlText(steps),
                     passed, result.journal.size());
}

}  // namespace

std::string HtmlText(std::string_view text) {
  std::string out;
  for (const char c :
       Printable(Cut(std::string(text.substr(0, kMaxText + 4)), kMaxText), LineBreaks::kKeep)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string HtmlBadge(Outcome outcome) {
  const std::string name = OutcomeName(outcome);
  return fmt::format("<span class=\"badge {0}\">{0}</span>", name);
}

std::string HtmlAnchor(const CaseResult& result, std::uint64_t sequence) {
  return fmt::format("case-{}-request-{}", result.index + 1, sequence);
}

std::string HtmlCase(const CaseResult& result, const std::vector<Problem>& problems,
                     CaseDepth depth, bool open) {
  std::string out = fmt::format(
      "<details class=\"case card\" data-outcome=\"{}\" data-steps=\"{}\" "
      "id=\"{}\"{}><summary>{} <h4><code>{}</code></h4> <span class=\"muted\">{}</span></summary>"
      "<div class=\"body\">",
      OutcomeName(result.outcome), FlowStepsOf(result), HtmlText(result.id), open ? " open" : "",
      HtmlBadge(result.outcome), HtmlText(result.id), HtmlText(result.title));
  if (!result.reason.empty()) {
    out += fmt::format("<p class=\"reason\">{}</p>", HtmlText(result.reason));
  }
  std::string links;
  for (const Problem& problem : problems) {
    if (std::find(problem.cases.begin(), problem.cases.end(), result.id) == problem.cases.end()) {
      continue;
    }
    links +=
        fmt::format(" <a href=\"#{}\">{}</a>", HtmlProblemAnchor(problem), HtmlText(problem.title));
  }
  if (!links.empty()) out += fmt::format("<p>Problem:{}</p>", links);
  if (depth != CaseDepth::kTitle) AddChecks(out, result, depth);
  if (depth != CaseDepth::kTitle) AddScreenshots(out, result);
  if (depth == CaseDepth::kFull) AddTraffic(out, result);
  out += Summary(result);
  for (const std::string& warning : result.warnings) {
    out += fmt::format("<p class=\"failed\">{}</p>", HtmlText(warning));
  }
  if (depth == CaseDepth::kFull) {
    AddText(out, "Standard error of the driver", result.stderr_text);
    AddText(out, "Run it again", result.reproduce);
  }
  return out + "</div></details>\n";
}

}  // namespace aweber::conformance
