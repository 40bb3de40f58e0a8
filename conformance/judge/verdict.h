// Verdict: from what one case showed to its outcome. Pure.
//
// Purpose: the order in which things decide (docs and PROTOCOL.md tell it to users):
//   1. something outside the client broke: error. A program that hangs or ends in the middle of a
//      step is the client's own failure where it is known to work otherwise: its control passed,
//      or it has logged in before. That counts as row 3.
//   2. the wire shows a violation (a `never` of the scenario, a check with journal evidence): fail
//   3. the client refused what it must accept, hung, or ended: fail
//   4. the control did not pass, something in `requires` was not observed, or a listed check saw
//      nothing: inconclusive, because silence is not a pass
//   5. only the driver's words are wrong (accepted what it must refuse, adapter-honest, a secret in
//      them): fail
//   6. a failed "should": warn.  7. pass.
// Thread safety: pure functions. Errors: none; every input has a verdict.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/checks/check.h"
#include "conformance/result/event.h"
#include "mockserver/scenario/scenario.h"

namespace aweber::conformance {

// The subject of a scenario that lists no check: its steps went as it says.
inline constexpr std::string_view kOutcomeCheck = "expected-outcome";
// The driver's words agree with the wire. Judged in every case.
inline constexpr std::string_view kHonestyCheck = "adapter-honest";
// What the driver and its pages say holds none of the case's secrets. Judged in every case.
inline constexpr std::string_view kSecretsCheck = "tr-no-secret-log";
// What is wrong whatever a scenario is about. Judged in every case, too.
inline constexpr std::string_view kAlwaysJudged[] = {
    // What was delivered, redirected or refused says by itself what the client must not do then.
    "cb-state-mismatch", "cb-state-missing", "cb-state-exact", "cb-state-bound",
    "cb-state-single-use", "cb-error-stops", "cb-dup-refused", "mixup-endpoint", "tk-tls",
    "tk-no-xorigin", "tr-type-unknown", "rs-confined", "rs-403-no-refresh", "rs-bounded", "rv-200",
    // What has no request of its own.
    kSecretsCheck, "rs-own-token", "tr-expires-latest", "wb-cookie-attributes",
    "wb-session-unguessable", "wb-session-renewed", "wb-no-secret-cookie", "wb-no-secret-address",
    "wb-token-file", "sh-store-private", "sh-no-secret-shown", "sh-no-secret-file"};

struct ControlResult {
  std::string id;
  bool passed = false;
  std::string reason;  // why not
};

// What the reason of a case begins with that could not be played because of the configuration.
inline constexpr std::string_view kMisfit = "the configuration does not fit the application: ";

struct VerdictInput {
  const mock::Scenario& scenario;
  const CaseView& view;
  std::vector<std::string> outside;  // requests of this client that went past its space, in words
  std::optional<Error> driver_error;
  std::vector<std::string> notes;  // steps that could not be played
  std::optional<ControlResult> control;
  bool strict_errors = false;
  bool works = false;            // the client has logged in before, in this run
  std::string broken_step = {};  // the step in which the driver broke; "" between steps
};

struct CaseVerdict {
  Outcome outcome = Outcome::kPass;
  std::string reason;
  std::vector<CheckResult> checks;  // the subject first, then as listed, then W checks that spoke
  // The outcome that the scenario expects came true, whatever passing checks say of its traffic:
  // what a negative scenario asks of its control.
  bool outcome_held = false;
  std::string outcome_problem;
};

CaseVerdict JudgeCase(const VerdictInput& input);

// The result of one W check over a journal, for `lint` and for every case.
CheckResult ToCheckResult(const Check& check, const Judgement& judgement, std::string_view profile);

}  // namespace aweber::conformance
