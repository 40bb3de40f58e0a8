// The comparison of two runs in each of its formats.
#include <fmt/format.h>

#include "base/text/json.h"
#include "conformance/report/compare.h"
#include "conformance/report/html_parts.h"
#include "conformance/report/printable.h"
#include "conformance/report/text.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kMaxChanges = 20;  // listed; the json has all

struct ProblemSection {
  std::string_view title;
  const std::vector<Problem>& problems;
  Outcome color;
};

struct CaseSection {
  std::string_view title;
  const std::vector<CaseChange>& cases;
};

std::vector<ProblemSection> ProblemSections(const Comparison& comparison) {
  return {{"new", comparison.added, Outcome::kFail},
          {"fixed", comparison.fixed, Outcome::kPass},
          {"still there", comparison.still, Outcome::kWarn},
          {"not played", comparison.unseen, Outcome::kSkip}};
}

std::vector<CaseSection> CaseSections(const Comparison& comparison) {
  return {{"worse", comparison.worse},
          {"better", comparison.better},
          {"no longer played", comparison.lost}};
}

std::string CompareTotals(const Comparison& comparison) {
  const std::string unseen = comparison.unseen.empty()
                                 ? ""
                                 : fmt::format(", {} not played again", comparison.unseen.size());
  return fmt::format(
      "{} new, {} fixed, {} still there{}; {} cases worse, {} better, {} no longer played, of {}",
      comparison.added.size(), comparison.fixed.size(), comparison.still.size(), unseen,
      comparison.worse.size(), comparison.better.size(), comparison.lost.size(), comparison.cases);
}

std::string ComparePretty(const Comparison& comparison, const ReportOptions& options) {
  std::string out = fmt::format("before: {}\nafter:  {}\n", Printable(comparison.before),
                                Printable(comparison.after));
  for (const ProblemSection& part : ProblemSections(comparison)) {
    for (const Problem& problem : part.problems) {
      const std::string title =
          fmt::format("{:12} {} {}", part.title, SymbolOf(part.color), Printable(problem.title));
      const std::string line = Shorten(title, options.width);
      out += (options.color ? Painted(part.color, line) : line) + "\n";
      const std::string where = fmt::format(
          "{:15}{} in {}", "", problem.id,
          problem.cases.size() == 1
              ? problem.example
              : fmt::format("{} cases, e.g. {}", problem.cases.size(), problem.example));
      out += Shorten(where, options.width) + "\n";
    }
  }
  for (const CaseSection& part : CaseSections(comparison)) {
    std::size_t told = 0;
    for (const CaseChange& change : part.cases) {
      if (++told > kMaxChanges) break;
      out += fmt::format("{:12} {}: {} -> {}\n", part.title, change.id, OutcomeName(change.before),
                         OutcomeName(change.after));
    }
    if (part.cases.size() > kMaxChanges) {
      out += fmt::format("{:12} and {} more\n", part.title, part.cases.size() - kMaxChanges);
    }
  }
  return out + CompareTotals(comparison) + "\n";
}

std::string CompareMarkdown(const Comparison& comparison, const ReportOptions&) {
  std::string out = fmt::format("# Two runs compared\n\n{}.\n\n- before: {}\n- after: {}\n",
                                CompareTotals(comparison), MarkdownText(comparison.before),
                                MarkdownText(comparison.after));
  for (const ProblemSection& part : ProblemSections(comparison)) {
    if (part.problems.empty()) continue;
    out += fmt::format("\n## Problems {}: {}\n\n", part.title, part.problems.size());
    for (const Problem& problem : part.problems) {
      out += fmt::format("- {} `{}` in {} {}\n", MarkdownText(problem.title), problem.id,
                         problem.cases.size(), problem.cases.size() == 1 ? "case" : "cases");
    }
  }
  for (const CaseSection& part : CaseSections(comparison)) {
    if (part.cases.empty()) continue;
    out += fmt::format("\n## Cases {}: {}\n\n| case | before | after |\n| --- | --- | --- |\n",
                       part.title, part.cases.size());
    for (std::size_t i = 0; i < part.cases.size() && i < 10 * kMaxChanges; ++i) {
      const CaseChange& change = part.cases[i];
      out += fmt::format("| {} | {} | {} |\n", MarkdownText(change.id), OutcomeName(change.before),
                         OutcomeName(change.after));
    }
  }
  return out;
}

std::string CompareHtml(const Comparison& comparison, const ReportOptions&) {
  std::string out = HtmlOpen("Two runs compared", CompareTotals(comparison));
  out += fmt::format(
      "<dl class=\"facts run\"><div><dt>Before</dt><dd>{}</dd></div><div><dt>After</dt>"
      "<dd>{}</dd></div></dl>\n",
      HtmlText(comparison.before), HtmlText(comparison.after));
  for (const ProblemSection& part : ProblemSections(comparison)) {
    out += fmt::format("<h2>Problems {}: {}</h2>\n", part.title, part.problems.size());
    for (std::size_t i = 0; i < part.problems.size(); ++i) {
      out += HtmlProblem(part.problems[i], i + 1, CaseLinks::kNone);
    }
  }
  for (const CaseSection& part : CaseSections(comparison)) {
    if (part.cases.empty()) continue;
    out += fmt::format("<h2>Cases {}: {}</h2>\n<ul>", part.title, part.cases.size());
    for (const CaseChange& change : part.cases) {
      out += fmt::format("<li><code>{}</code> {} → {}</li>", HtmlText(change.id),
                         HtmlBadge(change.before), HtmlBadge(change.after));
    }
    out += "</ul>\n";
  }
  return out + HtmlClose(false);
}

Json ChangesToJson(const std::vector<CaseChange>& changes) {
  Json list = Json::array();
  for (const CaseChange& change : changes) {
    list.push_back({{"id", change.id},
                    {"before", OutcomeName(change.before)},
                    {"after", OutcomeName(change.after)},
                    {"reason", change.reason}});
  }
  return list;
}

std::string CompareJson(const Comparison& comparison, const ReportOptions&) {
  const Json document = {{"version", 1},
                         {"before", comparison.before},
                         {"after", comparison.after},
                         {"compared", comparison.cases},
                         {"anything_new", comparison.AnythingNew()},
                         {"problems",
                          {{"new", ProblemsToJson(comparison.added)},
                           {"fixed", ProblemsToJson(comparison.fixed)},
                           {"still", ProblemsToJson(comparison.still)},
                           {"unseen", ProblemsToJson(comparison.unseen)}}},
                         {"cases",
                          {{"worse", ChangesToJson(comparison.worse)},
                           {"better", ChangesToJson(comparison.better)},
                           {"lost", ChangesToJson(comparison.lost)}}}};
  return DumpJsonPretty(document) + "\n";
}

}  // namespace

const std::vector<CompareFormat>& CompareFormats() {
  static const std::vector<CompareFormat> formats = {{"pretty", ComparePretty},
                                                     {"markdown", CompareMarkdown},
                                                     {"html", CompareHtml},
                                                     {"json", CompareJson}};
  return formats;
}

}  // namespace aweber::conformance
