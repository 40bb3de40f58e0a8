// One case of the html report.
#include <fmt/format.h>

#include <algorithm>

#include "conformance/report/html_parts.h"
#include "conformance/report/text.h"

namespace aweber::conformance {
namespace {

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
  out += fmt::format("<h5>{}</h5><pre tabindex=\"0\">{}</pre>", title, HtmlText(text));
}

// 0: there was no reply.
std::string_view ToneOf(std::int64_t status) {
  if (status == 0 || status >= 400) return "bad";
  return status >= 300 ? "moved" : "ok";
}

// One request as a line; opened, it shows request and reply in full.
std::string Exchange(const CaseResult& result, const Json& entry, bool evidence) {
  const Json empty = Json::object();
  const Json* request = JsonMember(entry, "request");
  if (request == nullptr) request = &empty;
  const Json* response = JsonMember(entry, "response");
  const std::int64_t status = response == nullptr ? 0 : JsonInt(*response, "status").value_or(0);
  const auto sequence = static_cast<std::uint64_t>(JsonInt(entry, "sequence").value_or(0));
  std::string out = fmt::format(
      "<details class=\"exchange{}\" id=\"{}\"><summary><span class=\"number\">#{}</span> <code>{} "
      "{}</code> <span class=\"status {}\">{} {}</span>{}</summary>",
      evidence ? " evidence" : "", HtmlAnchor(result, sequence), sequence,
      HtmlText(JsonString(*request, "method").value_or("")),
      HtmlText(JsonString(*request, "target").value_or("")), ToneOf(status),
      status != 0 ? std::to_string(status) : "no reply",
      HtmlText(JsonString(entry, "error").value_or("")),
      evidence ? " <span class=\"mark lint\">evidence</span>" : "");
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
    out += fmt::format("<h5>As curl</h5><pre tabindex=\"0\">{}</pre>", HtmlText(curl));
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
      "<section class=\"callout {}\"><h4>{} <code>{}</code> <span class=\"level\">{}</span> {}"
      "</h4><dl class=\"facts\">",
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
  out += fmt::format("<h4>{}</h4><pre tabindex=\"0\">{}</pre>", title, HtmlText(text));
}

}  // namespace

std::string HtmlText(std::string_view text) {
  std::string out;
  for (const char c : text) {
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
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
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

std::string HtmlCase(const CaseResult& result, bool open) {
  std::string out = fmt::format(
      "<details class=\"case card\" data-outcome=\"{}\" id=\"{}\"{}><summary>{} <h3><code>{}"
      "</code></h3> <span class=\"muted\">{}</span></summary><div class=\"body\">",
      OutcomeName(result.outcome), HtmlText(result.id), open ? " open" : "",
      HtmlBadge(result.outcome), HtmlText(result.id), HtmlText(result.title));
  if (!result.reason.empty()) {
    out += fmt::format("<p class=\"reason\">{}</p>", HtmlText(result.reason));
  }
  std::vector<std::uint64_t> evidence;
  std::string passed;
  for (const CheckResult& check : result.checks) {
    if (check.outcome == Outcome::kPass) {
      passed += fmt::format(" <code>{}</code>", HtmlText(check.id));
      continue;
    }
    out += CheckBlock(result, check);
    evidence.insert(evidence.end(), check.evidence.begin(), check.evidence.end());
  }
  if (!passed.empty()) out += fmt::format("<p class=\"muted\">Passed:{}</p>", passed);
  if (const std::string drawing = HtmlSequence(result, evidence); !drawing.empty()) {
    out += "<h4>What happened</h4>" + drawing;
  }
  if (!result.journal.empty()) {
    out += "<h4>Requests in full</h4>";
    const auto marked = Evidence(result, evidence);
    for (const Json& entry : result.journal) {
      const bool is_evidence = std::find(marked.begin(), marked.end(), &entry) != marked.end();
      out += Exchange(result, entry, is_evidence);
    }
  }
  if (!result.steps.empty()) {
    out += fmt::format(
        "<details class=\"exchange\"><summary>What the driver was asked and answered</summary>"
        "<pre tabindex=\"0\">{}</pre></details>",
        HtmlText(DumpJsonPretty(result.steps)));
  }
  AddText(out, "Standard error of the driver", result.stderr_text);
  for (const std::string& warning : result.warnings) {
    out += fmt::format("<p class=\"failed\">{}</p>", HtmlText(warning));
  }
  AddText(out, "Run it again", result.reproduce);
  return out + "</div></details>\n";
}

}  // namespace aweber::conformance
