// The html report: one self-contained page, readable without script; a few lines of script filter
// the list. It has the look of the mock's console, whose colours it takes.
#include <fmt/format.h>

#include <algorithm>

#include "base/crypto/crypto.h"
#include "base/text/base64.h"
#include "conformance/report/formats.h"
#include "conformance/report/html_parts.h"
#include "conformance/report/html_style.h"
#include "conformance/report/text.h"
#include "mockserver/console/console.h"

namespace aweber::conformance {
namespace {

// The console's colours and type, light and dark: what stands before the first rule for elements.
std::string_view ConsoleTheme() {
  for (const mock::ConsoleFile& file : mock::ConsoleFiles()) {
    if (file.name == "style.css") return file.text.substr(0, file.text.find("\n* {"));
  }
  return "";
}

// Nothing may be loaded and nothing sent, and no other script than the page's own may run.
std::string Policy() {
  return fmt::format(
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
      "form-action 'none'; script-src 'sha256-{}'",
      Base64Encode(Sha256(kHtmlScript)));
}

std::string Facts(const RunModel& model) {
  std::string out = "<dl class=\"facts run\">";
  const std::pair<const char*, std::string> rows[] = {
      {"Client", fmt::format("{} {} {}", model.info.client.name, model.info.client.version,
                             model.info.client.language)},
      {"Driver", model.info.driver},
      {"Profile", model.info.profile},
      {"Seed", std::to_string(model.info.seed)},
      {"Requests",
       fmt::format("{} in {:.1f} s", model.summary.requests, model.summary.duration_ms / 1000)},
      {"Harness", model.info.version}};
  for (const auto& [name, value] : rows) {
    if (value.find_first_not_of(' ') == std::string::npos) continue;
    out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, HtmlText(value));
  }
  return out + "</dl>";
}

std::string Filters(const RunModel& model) {
  std::string out =
      "<nav id=\"filters\" class=\"toolbar\" aria-label=\"Filter\" hidden><label "
      "class=\"field\">Find <input id=\"find\" type=\"search\" autocomplete=\"off\"></label> ";
  const auto counts = model.Count();
  for (const Outcome outcome : AllOutcomes()) {
    const auto found = counts.find(OutcomeName(outcome));
    if (found == counts.end()) continue;
    out += fmt::format(
        "<label class=\"check\"><input type=\"checkbox\" value=\"{0}\" checked> {0} {1}</label> ",
        found->first, found->second);
  }
  return out +
         "<button id=\"expand\" type=\"button\">Open all shown</button> <button id=\"fold\" "
         "type=\"button\">Close all</button> <span id=\"shown\" class=\"muted\" "
         "role=\"status\"></span></nav>\n";
}

}  // namespace

std::string RenderHtml(const RunModel& model, const ReportOptions& options) {
  const std::string client =
      HtmlText(model.info.client.name.empty()
                   ? std::string("a client that did not introduce itself")
                   : fmt::format("{} {}", model.info.client.name, model.info.client.version));
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<link rel=\"icon\" href=\"data:,\"><title>Conformance of {}</title>\n<style>\n{}\n{}"
      "</style></head>\n<body>\n<header class=\"bar\"><h1>Conformance of {}</h1><p "
      "class=\"totals\">{}</p></header>\n<main>\n",
      Policy(), client, ConsoleTheme(), kHtmlStyle, client, HtmlText(TotalsLine(model)));
  if (const std::string problem = RunProblem(model); !problem.empty()) {
    out += fmt::format("<p class=\"callout bad\" role=\"alert\">{}</p>", HtmlText(problem));
  }
  for (const std::string& stale : model.summary.stale_baseline) {
    out += fmt::format("<p class=\"callout bad\">Stale baseline entry: {}</p>", HtmlText(stale));
  }
  out += Facts(model) + "<h2>Cases</h2>\n" + Filters(model);
  bool opened = false;
  for (const CaseResult& result : model.cases) {
    // The first failure stands open, so that the page says at once what is wrong.
    const bool open = !opened && FailsRun(result.outcome, options.strict);
    opened |= open;
    out += HtmlCase(result, open);
  }
  return out + fmt::format("</main>\n<script>{}</script>\n</body>\n</html>\n", kHtmlScript);
}

}  // namespace aweber::conformance
