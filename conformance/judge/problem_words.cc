#include "conformance/judge/problem_words.h"

#include <fmt/format.h>

#include "conformance/checks/violation.h"
#include "conformance/judge/traces.h"
#include "conformance/judge/verdict.h"

namespace aweber::conformance {
namespace {

std::string SeePage(const std::string& check) {
  return check.empty() || check == kOutcomeCheck ? "docs/running.md"
                                                 : fmt::format("docs/checks/{}.md", check);
}

std::string StepWords(const std::string& op) {
  if (op == "authorize") return "building the authorization URL";
  if (op == "callback") return "taking the callback";
  if (op == "call") return "calling the API";
  if (op == "refresh") return "refreshing";
  if (op == "revoke") return "revoking";
  return op;
}

// A client that breaks in the middle of a step: the same words whatever the case was about.
struct BreakWords {
  std::string_view kind, title, why, fix;
};
constexpr BreakWords kBreaks[] = {
    {"hangs", "The client hangs",
     "A customer who gets here waits for ever, and so does the thread that serves them.",
     "Give each request a limit of time, and report an error when it is over."},
    {"ends", "The client's program ends",
     "One odd reply takes the program down, for all its customers.",
     "Catch what goes wrong where the reply is read, and report an error instead of ending."},
};

// One check that fails in ways that are mended in different places.
struct KindTitle {
  std::string_view kind, title;
};
constexpr KindTitle kKindTitles[] = {
    {"not-json", "A token reply that is not JSON is taken for a success."},
    {"error-in-200", "An error with status 200 is taken for a success."},
    {"no-token", "A token reply without an access token is taken for a success."},
};

std::string TitleOfKind(std::string_view kind) {
  for (const KindTitle& row : kKindTitles) {
    if (row.kind == kind) return std::string(row.title);
  }
  return "";
}

const BreakWords* FindBreakWords(std::string_view kind) {
  for (const BreakWords& row : kBreaks) {
    if (row.kind == kind) return &row;
  }
  return nullptr;
}

std::string TitleOfCheck(const CaseResult& result, const CheckResult& check) {
  const std::string kind = KindOfEvidence(result, check);
  if (const BreakWords* words = FindBreakWords(kind)) {
    return fmt::format("{} while {}.", words->title,
                       StepWords(StepOfFinalReply(result, check.evidence)));
  }
  if (std::string title = TitleOfKind(kind); !title.empty()) return title;
  if (const Violation* violation = FindViolation(check.id)) return std::string(violation->title);
  return check.statement.empty() ? check.id + " fails." : check.statement;
}

// What an error says, by the words of the driver that told it. The last row is for all others.
struct ErrorWords {
  bool (*is)(std::string_view reason);
  std::string_view title, why, fix;
};
constexpr ErrorWords kErrors[] = {
    {[](std::string_view reason) { return reason.starts_with(kMisfit); },
     "The configuration does not fit the application.",
     "A step that cannot be done says nothing of the client.",
     "Change that step in the file of --driver-config; `aweber-conformance docs drivers` names the "
     "keys."},
    {[](std::string_view reason) {
       return reason.find("; the browser waited for ") != std::string_view::npos;
     },
     "A page of the application does not come to an end.",
     "A case that was not finished says nothing of the client.",
     "Open that page in a browser by hand. It has to come, and its scripts to rest, in time."},
    {[](std::string_view reason) {
       return reason.find("the browser does not answer") != std::string_view::npos;
     },
     "The browser ended or hung.",
     "A case whose browser ended says nothing of the client. The next case had a new one.",
     "Play that case again. If it happens each time, see whether the machine has memory enough, "
     "and "
     "open the page in a browser by hand."},
    {[](std::string_view) { return true; }, "The driver broke.",
     "A case whose driver died says nothing of the client.",
     "Start the driver by hand and send it the lines of conformance/PROTOCOL.md."},
};

// Null for another outcome than an error.
const ErrorWords* FindErrorWords(const CaseResult& result, Outcome outcome) {
  if (outcome != Outcome::kError) return nullptr;
  for (const ErrorWords& row : kErrors) {
    if (row.is(result.reason)) return &row;
  }
  return nullptr;
}

std::string TitleOfWhole(const CaseResult& result, const CheckResult* outcome) {
  const std::string step = StepWords(StepOfFinalReply(
      result, outcome == nullptr ? std::vector<std::uint64_t>{} : outcome->evidence));
  switch (outcome == nullptr ? result.outcome : Outcome::kFail) {
    case Outcome::kError:
      return std::string(FindErrorWords(result, Outcome::kError)->title);
    case Outcome::kXPass:
      return "Known failures no longer fail.";
    case Outcome::kXFail:
    case Outcome::kInconclusive:
      if (!result.failed_control.empty()) {
        return fmt::format("{} does not pass, so the cases that need it cannot be judged.",
                           result.failed_control);
      }
      return step.empty() ? "The client never did what would show whether it is right."
                          : fmt::format("The client fails at {}, so nothing can be judged.", step);
    default:
      return step.empty() ? "The client does not do what the case asks: " + result.title
                          : fmt::format("The client fails at {}.", step);
  }
}

std::string WhyOfWhole(const CaseResult& result, Outcome outcome) {
  if (const ErrorWords* words = FindErrorWords(result, outcome)) return std::string(words->why);
  switch (outcome) {
    case Outcome::kXPass:
      return "A baseline that is not true any more hides the next failure.";
    case Outcome::kXFail:
    case Outcome::kInconclusive:
      return "Silence is not a pass: the client may be right or wrong.";
    default:
      return "A customer who gets here cannot go on.";
  }
}

std::string FixOfWhole(const CaseResult& result, Outcome outcome) {
  if (const ErrorWords* words = FindErrorWords(result, outcome)) return std::string(words->fix);
  switch (outcome) {
    case Outcome::kXPass:
      return "Remove the entries from the baseline: aweber-conformance baseline update.";
    case Outcome::kXFail:
    case Outcome::kInconclusive:
      return "Run the example alone with --details and see where the client stops.";
    default:
      return "Run the example alone with --details and compare its requests with the steps.";
  }
}

}  // namespace

void TellProblem(Problem& problem, const CaseResult& example, const CheckResult* check) {
  const bool outcome = check != nullptr && check->id == kOutcomeCheck;
  problem.example = example.id;
  problem.reproduce = example.reproduce;
  problem.title =
      check != nullptr && !outcome ? TitleOfCheck(example, *check) : TitleOfWhole(example, check);
  problem.why = WhyOfWhole(example, outcome ? Outcome::kFail : example.outcome);
  problem.fix = FixOfWhole(example, outcome ? Outcome::kFail : example.outcome);
  problem.seen = example.reason;
  if (check != nullptr) {
    problem.check = check->id;
    problem.level = check->level;
    problem.source = check->source;
    if (example.outcome != Outcome::kFlaky) problem.seen = check->message;
    problem.evidence = check->evidence;
    if (!check->why.empty() && !outcome) problem.why = check->why;
    if (!check->fix.empty() && !outcome) problem.fix = check->fix;
    if (const BreakWords* words = FindBreakWords(HowItBroke(example, *check))) {
      problem.title = TitleOfCheck(example, *check);
      problem.why = words->why;
      problem.fix = words->fix;
    }
    if (const Violation* violation = FindViolation(check->id)) {
      problem.harm = HarmName(violation->harm);
    }
  }
  problem.see = SeePage(problem.check);
}

std::string ExplainKind(std::string_view check, std::string_view kind) {
  if (const BreakWords* words = FindBreakWords(kind)) {
    return fmt::format("{}. {} {}", words->title, words->why, words->fix);
  }
  return check == "tr-error-class" ? TitleOfKind(kind) : "";
}

std::string ExplainProblemId(std::string_view id) {
  struct Row {
    std::string_view prefix, meaning;
  };
  constexpr Row kRows[] = {
      {"driver:",
       "The driver broke: it ended, hung, or did not keep to the protocol. Nothing is said of the "
       "client. Start it by hand and send it the lines of conformance/PROTOCOL.md."},
      {"configuration:",
       "A step of the driver's configuration could not be done: a link, a button or a page was not "
       "there. Nothing is said of the client. `aweber-conformance docs drivers` names the keys."},
      {"expected-outcome:",
       "The client did not do what a case asks of it at this step, and no single rule was seen to "
       "be broken. Run the example alone with --details: its steps show where the client stopped."},
      {"no-evidence:",
       "A case needs something to be seen before it can judge, and it was not seen. Silence is not "
       "a pass. Run the example alone with --details and see where the client stopped."},
      {"no-control:",
       "A case that shows what must be refused leans on one that shows what must be accepted, its "
       "control. The control did not pass, so a refusal proves nothing. Run the control first."},
      {"case:", "A case went wrong as a whole. Run it alone with --details."},
  };
  if (id == "no-longer-fails") {
    return "The baseline lists failures that no longer happen. Remove their entries: "
           "aweber-conformance baseline update writes it anew.";
  }
  if (id == "no-evidence") return std::string(kRows[2].meaning);
  for (const Row& row : kRows) {
    if (id.starts_with(row.prefix)) return std::string(row.meaning);
  }
  return "";
}

}  // namespace aweber::conformance
