#include "tests/unit/conformance/coverage_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text/glob.h"
#include "base/text/json.h"

namespace aweber::conformance {
namespace {

std::vector<std::string> Strings(const Json& json, std::string_view name) {
  std::vector<std::string> texts;
  const Json* const list = JsonMember(json, name);
  if (list == nullptr || !list->is_array()) return texts;
  for (const Json& item : *list) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

// The mutant makes its mistake there: at that place alone, or its mistake has no other step.
bool IsAt(const NoticedMutant& mutant, Place place) {
  if (mutant.place == PlaceName(place)) return true;
  return place <= Place::kCall && mutant.steps.size() == 1 && mutant.steps[0] == PlaceName(place);
}

bool IsStep(std::string_view place) {
  for (const Place step : AllPlaces()) {
    if (step <= Place::kCall && PlaceName(step) == place) return true;
  }
  return false;
}

// The scenario has nothing but what is ordinary in this respect.
bool HasOnly(const ScenarioFacts& facts, Place place) {
  switch (place) {
    case Place::kConfidential:
      return !facts.is_public;
    case Place::kPublic:
      return facts.is_public;
    case Place::kPlain:
      return !facts.hostile;
    case Place::kFirst:
      return !facts.again;
    case Place::kFirstUser:
      return !facts.second_user;
    case Place::kNextCase:
      return true;  // another case was played before
    default:
      return false;
  }
}

void AddSessions(const std::vector<mock::Step>& steps, std::map<std::string, int>& logins) {
  for (const mock::Step& step : steps) {
    if (step.op == "authorize") logins[step.session] += 1;
    AddSessions(step.steps, logins);
  }
}

const Unnoticed* ReasonFor(const CoverageRecord& record, const std::string& mutant) {
  for (const Unnoticed& row : record.unnoticed) {
    for (const std::string& glob : row.mutants) {
      if (GlobMatches(glob, mutant)) return &row;
    }
  }
  return nullptr;
}

struct Group {
  std::string_view title, words;
  Place first, last;
};

constexpr Group kGroups[] = {
    {"Requests", "At which request a rule is judged.", Place::kAuthorize, Place::kCall},
    {"Clients and credentials", "*hostile*: id or secret has characters that must be form-encoded.",
     Place::kConfidential, Place::kHostile},
    {"Attempts and users",
     "*again*: the same user's second attempt. *second-user*: another session. *next-case*: every "
     "case "
     "of a run but the first. *restarted*: the tokens are those of an earlier process.",
     Place::kFirst, Place::kRestarted},
    {"Parts of a value",
     "What differs, or is not compared. Of a value that is no URL: the whole, the case, one "
     "character.",
     Place::kWhole, Place::kCharacter},
};

constexpr std::string_view kIntroduction =
    R"(<!-- Made by `AWEBER_UPDATE_DOCS=1 conformance_unit_test`; do not edit. -->
# Coverage: where each rule is seen to be broken

A rule that is judged at one place and not at another has a blind spot. Each row is a check, each
column a place. A cell names a scenario in which a client that breaks the rule there, and nowhere
else, was accused of it, and how many more there are. It is not what a scenario is meant to notice,
but what it did: `script/mutants --record` plays what can notice each broken client of
`tests/mutants`, a mistake at a place, and writes `tests/mutants/noticed.json`. A letter is the
reason why a cell names none; the reasons stand below each table. No cell is empty without one: a
test holds that, and fails when a scenario that a cell needs is gone.

)";

constexpr std::string_view kOthers = R"(## Rules of pages and of several processes

The rules `wb-…` and `cb-sanitise`, `cb-leak-free`, `cb-no-third-party`, `cb-open-redirect`,
`cb-loopback-close` are about the pages of a web application, the rules `sh-…` about programs that
share a token store. They have no place in the tables above: their broken programs are the table of
`tests/webapps` (`script/webapps`), the pages of `mutant-client --webapp` (`script/mutants`) and the
programs of `tests/races` (`script/races`).
)";

// The reasons of one table, as letters in the order in which they come up.
class Legend {
 public:
  std::string LetterFor(const std::string& reason) {
    const auto [at, is_new] = letters_.try_emplace(reason, order_.size());
    if (is_new) order_.push_back(reason);
    const std::size_t n = at->second;
    const char low = static_cast<char>('a' + n % 26);
    return n < 26 ? std::string(1, low)
                  : fmt::format("{}{}", static_cast<char>('a' + n / 26 - 1), low);
  }
  std::string Text() {
    std::string text;
    for (const std::string& reason : order_) {
      text += fmt::format("- **{}** {}.\n", LetterFor(reason), reason);
    }
    return text;
  }

 private:
  std::map<std::string, std::size_t> letters_;
  std::vector<std::string> order_;
};

std::string CellText(const CoverageCell& cell, Legend& legend) {
  if (!cell.scenarios.empty()) {
    const std::size_t more = cell.scenarios.size() - 1;
    return cell.scenarios.front() + (more > 0 ? fmt::format(" +{}", more) : "");
  }
  return cell.reason.empty() ? "**EMPTY**" : legend.LetterFor(cell.reason);
}

// A row where the rule is about no value of that kind would be letters only.
bool SaysSomething(const CheckPlaces& row, const Group& group) {
  for (const Place place : AllPlaces()) {
    if (place >= group.first && place <= group.last && row.Has(place)) return true;
  }
  return false;
}

std::string Table(const CoverageRecord& record, const CatalogueFacts& catalogue,
                  const Group& group) {
  std::string head = "| check |", line = "| --- |";
  for (const Place place : AllPlaces()) {
    if (place < group.first || place > group.last) continue;
    head += fmt::format(" {} |", PlaceName(place));
    line += " --- |";
  }
  std::string text = head + "\n" + line + "\n";
  Legend legend;
  std::vector<std::string_view> silent;
  for (const CheckPlaces& row : PlacesOfChecks()) {
    if (!SaysSomething(row, group)) {
      silent.push_back(row.check);
      continue;
    }
    text += fmt::format("| [{0}](checks.md#{0}) |", row.check);
    for (const Place place : AllPlaces()) {
      if (place < group.first || place > group.last) continue;
      text += fmt::format(" {} |", CellText(CellOf(record, catalogue, row, place), legend));
    }
    text += "\n";
  }
  text += "\n" + legend.Text();
  if (!silent.empty()) {
    text += fmt::format("\nAll the other checks: {}.\n",
                        WhyNot(*FindPlaces(silent.front()), group.first));
  }
  return text;
}

}  // namespace

ScenarioFacts FactsOf(const mock::Scenario& scenario) {
  ScenarioFacts facts;
  facts.is_public = scenario.server.client.type == "public";
  facts.hostile = scenario.server.client.secret == "hostile";
  std::map<std::string, int> logins;
  AddSessions(scenario.steps, logins);
  facts.second_user = logins.size() > 1;
  for (const auto& [session, count] : logins) facts.again |= count > 1;
  return facts;
}

Result<CoverageRecord> ReadCoverageRecord(const std::string& noticed,
                                          const std::string& unnoticed) {
  const auto json = ParseJson(noticed), reasons = ParseJson(unnoticed);
  if (!json) return json.error();
  if (!reasons) return reasons.error();
  CoverageRecord record;
  record.scenarios = Strings(*json, "scenarios");
  for (const Json& row : json->at("noticed")) {
    NoticedMutant mutant;
    mutant.name = JsonString(row, "mutant").value_or("");
    mutant.check = JsonString(row, "check").value_or("");
    mutant.place = JsonString(row, "place").value_or("");
    mutant.steps = Strings(row, "steps");
    mutant.scenarios = Strings(row, "scenarios");
    record.noticed.push_back(std::move(mutant));
  }
  for (const Json& row : *reasons) {
    record.unnoticed.push_back({Strings(row, "mutants"), JsonString(row, "reason").value_or("")});
  }
  return record;
}

CoverageCell CellOf(const CoverageRecord& record, const CatalogueFacts& catalogue,
                    const CheckPlaces& row, Place place) {
  CoverageCell cell;
  std::string unnoticed;
  for (const NoticedMutant& mutant : record.noticed) {
    if (mutant.check != row.check) continue;
    const bool is_there = IsAt(mutant, place);
    for (const std::string& scenario : mutant.scenarios) {
      const auto facts = catalogue.find(scenario);
      if (facts == catalogue.end() || !row.Has(place)) continue;
      // Public is ordinary only where the rule has no other client.
      const bool ordinary = (mutant.place.empty() || IsStep(mutant.place)) &&
                            (place != Place::kPublic || !row.Has(Place::kConfidential));
      if (!is_there && !(ordinary && HasOnly(facts->second, place))) continue;
      const auto& known = cell.scenarios;
      const bool is_new = std::find(known.begin(), known.end(), scenario) == known.end();
      if (is_new) cell.scenarios.push_back(scenario);
    }
    if (!is_there) continue;
    if (!mutant.scenarios.empty() || !unnoticed.empty()) continue;
    if (const Unnoticed* const why = ReasonFor(record, mutant.name)) unnoticed = why->reason;
  }
  if (!cell.scenarios.empty()) return cell;
  cell.reason = row.Has(place) ? unnoticed : WhyNot(row, place);
  return cell;
}

std::string CoverageMarkdown(const CoverageRecord& record, const CatalogueFacts& catalogue) {
  std::size_t caught = 0;
  for (const NoticedMutant& mutant : record.noticed) caught += mutant.scenarios.empty() ? 0 : 1;
  std::string text(kIntroduction);
  text += fmt::format("{} broken clients, {} of them noticed; {} checks.\n", record.noticed.size(),
                      caught, PlacesOfChecks().size());
  for (const Group& group : kGroups) {
    text += fmt::format("\n## {}\n\n{}\n\n{}", group.title, group.words,
                        Table(record, catalogue, group));
  }
  return text + "\n" + std::string(kOthers);
}

}  // namespace aweber::conformance
