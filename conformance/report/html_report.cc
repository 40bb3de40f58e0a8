// The html report: one self-contained page, readable without script; a few lines of script filter
// the list. Each case holds its checks and the sequence of requests, drawn between the client and
// the server.
#include <fmt/format.h>

#include <algorithm>

#include "conformance/report/formats.h"
#include "conformance/report/html_style.h"
#include "conformance/report/text.h"

namespace aweber::conformance {
namespace {

std::string Escape(std::string_view text) {
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

std::string Badge(Outcome outcome) {
  const std::string name = OutcomeName(outcome);
  return fmt::format("<span class=\"badge {0}\">{0}</span>", name);
}

void AddMessage(std::string& out, const char* title, const Json* message, bool is_request) {
  if (message == nullptr) return;
  std::string text = is_request
                         ? fmt::format("{} {}\n", JsonString(*message, "method").value_or(""),
                                       JsonString(*message, "target").value_or(""))
                         : fmt::format("{}\n", JsonInt(*message, "status").value_or(0));
  if (const Json* headers = JsonMember(*message, "headers"); headers && headers->is_array()) {
    for (const Json& field : *headers) {
      if (!field.is_array() || field.size() != 2) continue;
      text += fmt::format("{}: {}\n", field[0].get<std::string>(), field[1].get<std::string>());
    }
  }
  if (const auto body = JsonString(*message, "body")) text += "\n" + *body;
  out += fmt::format("<h4>{}</h4><pre>{}</pre>", title, Escape(text));
}

// One request as an arrow to the server and its reply as an arrow back; opened, it shows both in
// full.
std::string Exchange(const Json& entry, bool evidence) {
  const Json empty = Json::object();
  const Json* request = JsonMember(entry, "request");
  if (request == nullptr) request = &empty;
  const Json* response = JsonMember(entry, "response");
  const std::string target = JsonString(*request, "target").value_or("");
  const auto status = response == nullptr ? std::nullopt : JsonInt(*response, "status");
  const Json* sequence = JsonMember(entry, "sequence");
  std::string out = fmt::format(
      "<details class=\"exchange{}\"><summary><span class=\"n\">#{}</span>"
      "<span class=\"arrow to\">{} {}</span><span class=\"arrow back {}\">{}{}</span></summary>",
      evidence ? " evidence" : "", sequence == nullptr ? "?" : DumpJson(*sequence),
      Escape(JsonString(*request, "method").value_or("")), Escape(target),
      !status         ? "none"
      : *status < 400 ? "good"
                      : "refused",
      status ? std::to_string(*status) : "no reply",
      Escape(" " + JsonString(entry, "error").value_or("")));
  if (const auto why = JsonString(entry, "why_rejected"); why && !why->empty()) {
    out += fmt::format("<p class=\"why\">{}</p>", Escape(*why));
  }
  for (const char* const member : {"rule", "fault"}) {
    if (const auto value = JsonString(entry, member)) {
      out += fmt::format("<p>{}: <code>{}</code></p>", member, Escape(*value));
    }
  }
  AddMessage(out, "Request", request, true);
  AddMessage(out, "Reply", response, false);
  return out + "</details>";
}

void AddRow(std::string& out, const char* name, const std::string& value) {
  if (!value.empty()) out += fmt::format("<dt>{}</dt><dd>{}</dd>", name, Escape(value));
}

std::string CheckBlock(const CheckResult& check) {
  std::string out =
      fmt::format("<section class=\"check\"><h3>{} <code>{}</code> <small>{}{}{}</small></h3><dl>",
                  Badge(check.outcome), Escape(check.id), Escape(check.level),
                  check.source.empty() ? "" : ", ", Escape(check.source));
  AddRow(out, "Expected", check.statement);
  AddRow(out, "Why", check.why);
  AddRow(out, "Seen", check.message);
  if (!check.evidence.empty()) {
    AddRow(out, "Evidence", fmt::format("request #{}", fmt::join(check.evidence, ", #")));
  }
  AddRow(out, "How to fix", check.fix);
  return out + "</dl></section>";
}

std::string CaseBlock(const CaseResult& result, bool open) {
  const std::string outcome = OutcomeName(result.outcome);
  std::string out = fmt::format(
      "<details class=\"case\" data-outcome=\"{}\" data-id=\"{}\" id=\"{}\"{}><summary>{} "
      "<code>{}</code> <span class=\"title\">{}</span></summary><div class=\"body\">",
      outcome, Escape(result.id), Escape(result.id), open ? " open" : "", Badge(result.outcome),
      Escape(result.id), Escape(result.title));
  if (!result.reason.empty()) {
    out += fmt::format("<p class=\"reason\">{}</p>", Escape(result.reason));
  }
  std::vector<std::uint64_t> evidence;
  std::string passed;
  for (const CheckResult& check : result.checks) {
    if (check.outcome == Outcome::kPass) {
      passed += fmt::format(" <code>{}</code>", Escape(check.id));
      continue;
    }
    out += CheckBlock(check);
    evidence.insert(evidence.end(), check.evidence.begin(), check.evidence.end());
  }
  if (!passed.empty()) out += fmt::format("<p class=\"passed\">Passed:{}</p>", passed);
  if (!result.journal.empty()) {
    out +=
        "<div class=\"sequence\"><div class=\"lanes\"><span>client</span><span>mock AWeber"
        "</span></div>";
    const auto marked = Evidence(result, evidence);
    for (const Json& entry : result.journal) {
      const bool is_evidence = std::find(marked.begin(), marked.end(), &entry) != marked.end();
      out += Exchange(entry, is_evidence);
    }
    out += "</div>";
  }
  if (!result.steps.empty()) {
    out += fmt::format(
        "<details><summary>What the driver was asked and answered</summary><pre>{}"
        "</pre></details>",
        Escape(DumpJsonPretty(result.steps)));
  }
  if (!result.stderr_text.empty()) {
    out += fmt::format("<h4>Standard error of the driver</h4><pre>{}</pre>",
                       Escape(result.stderr_text));
  }
  for (const std::string& warning : result.warnings) {
    out += fmt::format("<p class=\"warning\">{}</p>", Escape(warning));
  }
  if (!result.reproduce.empty()) {
    out += fmt::format("<h4>Reproduce</h4><pre>{}</pre>", Escape(result.reproduce));
  }
  return out + "</div></details>\n";
}

}  // namespace

std::string RenderHtml(const RunModel& model, const ReportOptions& options) {
  const std::string client = Escape(model.info.client.name + " " + model.info.client.version);
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<title>Conformance of {}</title><style>{}</style></head>\n<body>\n<header><h1>Conformance "
      "of "
      "{}</h1><p>{}; profile {}, seed {}, {} requests in {:.1f} s</p>",
      client, kHtmlStyle, client, Escape(TotalsLine(model)), Escape(model.info.profile),
      model.info.seed, model.summary.requests, model.summary.duration_ms / 1000);
  if (const std::string problem = RunProblem(model); !problem.empty()) {
    out += fmt::format("<p class=\"problem\" role=\"alert\">{}</p>", Escape(problem));
  }
  for (const std::string& stale : model.summary.stale_baseline) {
    out += fmt::format("<p class=\"problem\">Stale baseline entry: {}</p>", Escape(stale));
  }
  out +=
      "</header>\n<nav id=\"filters\" hidden><label>Find <input id=\"find\" type=\"search\" "
      "autocomplete=\"off\"></label> ";
  for (const auto& [name, count] : model.Count()) {
    out += fmt::format("<label><input type=\"checkbox\" value=\"{0}\" checked> {0} {1}</label> ",
                       name, count);
  }
  out += "</nav>\n<main>\n";
  bool opened = false;
  for (const CaseResult& result : model.cases) {
    // The first failure stands open, so that the page says at once what is wrong.
    const bool open = !opened && FailsRun(result.outcome, options.strict);
    opened |= open;
    out += CaseBlock(result, open);
  }
  return out + fmt::format("</main>\n<script>{}</script>\n</body>\n</html>\n", kHtmlScript);
}

}  // namespace aweber::conformance
