#include "conformance/run/configuration_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace aweber::conformance {
namespace {

using mock::Endpoint;

struct RequestCount {
  int good = 0, all = 0;
};

RequestCount Requests(const PlayedCase& played, const StepObservation& step, Endpoint endpoint) {
  RequestCount seen;
  for (const mock::JournalEntry& entry : played.space->journal().Entries()) {
    const bool during =
        entry.sequence >= step.first_sequence && entry.sequence <= step.last_sequence;
    if (!during || entry.endpoint != endpoint) continue;
    ++seen.all;
    if (entry.status / 100 == 2) ++seen.good;
  }
  return seen;
}

std::string WhyStepDoesNotFit(const PlayedCase& played, const StepObservation& step) {
  const bool refused = step.reply == StepObservation::Reply::kErr;
  if (step.op == "authorize") return refused ? step.err_message : "";
  if (step.op == "callback" && refused) {
    // A login that AWeber refused, or that the client gave up, is the client's.
    if (Requests(played, step, Endpoint::kToken).good == 0) return "";
    return fmt::format(
        "the login succeeded, its token request was answered 200, but the page after "
        "it is not what \"success\" describes: {}",
        step.err_message);
  }
  if (step.op != "call") return "";
  const RequestCount calls = Requests(played, step, Endpoint::kApi);
  if (calls.all == 0) {
    return fmt::format("\"call\" brought about no API request{}{}", refused ? ": " : "",
                       refused ? step.err_message : "");
  }
  if (refused && calls.good == calls.all) {
    return fmt::format(
        "every API request of \"call\" was answered well, but the page is not what "
        "\"call.success\" describes: {}",
        step.err_message);
  }
  return "";
}

}  // namespace

std::string WhyConfigurationDoesNotFit(const PlayedCase& played) {
  if (played.harness_error) return "";
  if (played.driver_error) {
    // What cannot be started shows nothing that could fit.
    return played.driver_error->code == "driver.spawn" ? "" : played.driver_error->message;
  }
  for (const StepObservation& step : played.steps) {
    std::string why = WhyStepDoesNotFit(played, step);
    // Where the client itself did not log in, nothing after it tells of the configuration.
    const bool ended = step.op == "callback" && step.reply != StepObservation::Reply::kOk;
    if (!why.empty() || ended) return why;
  }
  return "";
}

}  // namespace aweber::conformance
