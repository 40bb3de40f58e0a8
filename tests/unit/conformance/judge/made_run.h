// MadeRun: a run put together by hand, case by case, for tests of what is made of runs.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "base/text/json.h"
#include "conformance/judge/problems.h"
#include "conformance/result/run_model.h"

namespace aweber::conformance {

inline CheckResult MakeCheck(const std::string& id, Outcome outcome,
                             std::vector<std::uint64_t> evidence = {3}) {
  CheckResult check;
  check.id = id;
  check.outcome = outcome;
  check.level = outcome == Outcome::kWarn ? "should" : "must";
  check.source = "RFC 6749 §4";
  check.message = id + " was broken";
  check.why = "why " + id;
  check.fix = "fix " + id;
  check.evidence = std::move(evidence);
  return check;
}

inline Json MadeEntry(int sequence, int status, const std::string& body = "") {
  return {{"sequence", sequence},
          {"request", {{"method", "POST"}, {"target", "/oauth2/token"}}},
          {"response", {{"status", status}, {"body", body}}}};
}

inline Json RefusedStep(const std::string& op, const std::string& message, int first, int last) {
  return {{"op", op},
          {"requests", {first, last}},
          {"reply", {{"err", {{"kind", "network"}, {"message", message}}}}}};
}

// A run in the making: each case gets its index, and the worst outcome of its checks.
class MadeRun {
 public:
  CaseResult& Add(const std::string& id, std::vector<CheckResult> checks,
                  Outcome outcome = Outcome::kPass) {
    CaseResult result;
    result.index = model.cases.size();
    result.id = id;
    result.title = "Title of " + id;
    result.outcome = outcome;
    for (const CheckResult& check : checks) {
      if (check.outcome == Outcome::kFail) result.outcome = Outcome::kFail;
      if (check.outcome == Outcome::kXFail) result.outcome = Outcome::kXFail;
      if (outcome == Outcome::kPass && result.outcome == Outcome::kPass) {
        result.outcome = check.outcome;
      }
    }
    result.checks = std::move(checks);
    result.journal = {MadeEntry(1, 200), MadeEntry(2, 302), MadeEntry(3, 200), MadeEntry(4, 400)};
    result.steps = {{{"op", "authorize"}}, {{"op", "callback"}}};
    result.reproduce = "aweber-conformance run " + id;
    model.info.cases.push_back(id);
    model.cases.push_back(std::move(result));
    return model.cases.back();
  }
  std::vector<Problem> Problems() const { return ProblemsOf(model.cases); }
  std::vector<std::string> Ids() const {
    std::vector<std::string> ids;
    for (const Problem& problem : Problems()) ids.push_back(problem.id);
    return ids;
  }

  RunModel model;
};

}  // namespace aweber::conformance
