// The junit report: the XML that CI servers read. A case is a testcase, its folder a testsuite;
// what fails the run is a failure or an error, what does not is said in system-out. A stale entry
// of the baseline fails the run as well: it is a testcase in a testsuite of its own.
#include <fmt/format.h>

#include <map>
#include <pugixml.hpp>
#include <sstream>

#include "conformance/report/formats.h"
#include "conformance/report/printable.h"
#include "conformance/report/text.h"

namespace aweber::conformance {
namespace {

// XML 1.0 has no place for control characters, not even escaped.
std::string XmlText(std::string_view text) {
  std::string out;
  for (const char c : Printable(text, LineBreaks::kKeep)) {
    out += c;
    // Nor for the two code points that are no characters, U+FFFE and U+FFFF.
    if (out.ends_with("\xef\xbf\xbe") || out.ends_with("\xef\xbf\xbf")) {
      out.replace(out.size() - 3, 3, "?");
    }
  }
  return out;
}

std::string Seconds(double milliseconds) { return fmt::format("{:.6f}", milliseconds / 1000); }

struct SuiteCounts {
  int tests = 0, failures = 0, errors = 0, skipped = 0;
  double ms = 0;
};

enum class JunitState { kPassed, kFailure, kError, kSkipped };

// A case that was not run because something broke must not look like one left out on purpose.
JunitState StateOf(const RunModel& model, Outcome outcome, bool strict) {
  switch (outcome) {
    case Outcome::kError:
      return JunitState::kError;
    case Outcome::kNotRun:
      return RunProblem(model).empty() ? JunitState::kSkipped : JunitState::kError;
    case Outcome::kSkip:
    case Outcome::kXFail:
      return JunitState::kSkipped;
    default:
      return FailsRun(outcome, strict) ? JunitState::kFailure : JunitState::kPassed;
  }
}

// The schema of the Jenkins plugin knows "skipped" for a suite only.
void AddAttributes(pugi::xml_node node, const SuiteCounts& counts, bool is_suite) {
  node.append_attribute("tests") = counts.tests;
  node.append_attribute("failures") = counts.failures;
  node.append_attribute("errors") = counts.errors;
  if (is_suite) node.append_attribute("skipped") = counts.skipped;
  node.append_attribute("time") = Seconds(counts.ms).c_str();
}

void Count(SuiteCounts& counts, JunitState state, double ms) {
  ++counts.tests;
  counts.ms += ms;
  counts.failures += state == JunitState::kFailure ? 1 : 0;
  counts.errors += state == JunitState::kError ? 1 : 0;
  counts.skipped += state == JunitState::kSkipped ? 1 : 0;
}

void AddCase(pugi::xml_node suite, const CaseResult& result, JunitState state) {
  pugi::xml_node node = suite.append_child("testcase");
  const std::size_t slash = result.id.find('/');
  node.append_attribute("classname") = result.id.substr(0, slash).c_str();
  node.append_attribute("name") = result.id.c_str();
  node.append_attribute("time") = Seconds(result.duration_ms).c_str();
  const std::string outcome = OutcomeName(result.outcome);
  const std::string message =
      XmlText(result.reason.empty() ? outcome : outcome + ": " + Cut(result.reason, kMaxTold));
  if (state == JunitState::kSkipped) {
    node.append_child("skipped").append_attribute("message") = message.c_str();
  } else if (state != JunitState::kPassed) {
    pugi::xml_node problem = node.append_child(state == JunitState::kError ? "error" : "failure");
    problem.append_attribute("message") = message.c_str();
    problem.append_attribute("type") = outcome.c_str();
    problem.text().set(XmlText(ExplainFailure(result)).c_str());
  } else if (result.outcome != Outcome::kPass) {
    node.append_child("system-out").text().set(XmlText(ExplainFailure(result)).c_str());
  }
}

void AddStale(pugi::xml_node root, const std::vector<std::string>& stale,
              const SuiteCounts& counts) {
  pugi::xml_node suite = root.append_child("testsuite");
  suite.append_attribute("name") = "baseline";
  AddAttributes(suite, counts, true);
  for (const std::string& entry : stale) {
    pugi::xml_node node = suite.append_child("testcase");
    node.append_attribute("classname") = "baseline";
    node.append_attribute("name") =
        XmlText(Cut(entry.substr(0, entry.find(": ")), kMaxTold)).c_str();
    node.append_attribute("time") = Seconds(0).c_str();
    pugi::xml_node problem = node.append_child("failure");
    problem.append_attribute("message") =
        XmlText("stale baseline entry: " + Cut(entry, kMaxTold)).c_str();
    problem.append_attribute("type") = "stale-baseline";
  }
}

}  // namespace

std::string RenderJunit(const RunModel& model, const ReportOptions& options) {
  std::map<std::string, SuiteCounts> folders;
  SuiteCounts all;
  for (const CaseResult& result : model.cases) {
    const JunitState state = StateOf(model, result.outcome, options.strict);
    Count(folders[result.id.substr(0, result.id.find('/'))], state, result.duration_ms);
    Count(all, state, result.duration_ms);
  }
  SuiteCounts stale;
  for (std::size_t i = 0; i < model.summary.stale_baseline.size(); ++i) {
    Count(stale, JunitState::kFailure, 0);
    Count(all, JunitState::kFailure, 0);
  }
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node root = document.append_child("testsuites");
  root.append_attribute("name") = "aweber-conformance";
  AddAttributes(root, all, false);
  for (const auto& [folder, counts] : folders) {
    pugi::xml_node suite = root.append_child("testsuite");
    suite.append_attribute("name") = folder.c_str();
    AddAttributes(suite, counts, true);
    pugi::xml_node properties = suite.append_child("properties");
    const std::pair<const char*, std::string> values[] = {
        {"client", Cut(model.info.client.name + " " + model.info.client.version, kMaxTold)},
        {"profile", model.info.profile},
        {"seed", std::to_string(model.info.seed)},
        {"totals", TotalsLine(model)},
        {"problem", RunProblem(model)}};
    for (const auto& [name, value] : values) {
      pugi::xml_node property = properties.append_child("property");
      property.append_attribute("name") = name;
      property.append_attribute("value") = XmlText(value).c_str();
    }
    for (const CaseResult& result : model.cases) {
      if (result.id.substr(0, result.id.find('/')) != folder) continue;
      AddCase(suite, result, StateOf(model, result.outcome, options.strict));
    }
  }
  if (stale.tests > 0) AddStale(root, model.summary.stale_baseline, stale);
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

}  // namespace aweber::conformance
