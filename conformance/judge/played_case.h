// What the player wrote down of one case, for the judge. A plain value; nothing in it is redacted.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text/json.h"
#include "conformance/checks/case_view.h"
#include "mockserver/mock_server.h"

namespace aweber::conformance {

struct PlayedCase {
  std::shared_ptr<mock::Space> space;
  std::string client_id, client_secret, redirect_uri;  // as told to the driver
  std::string registered_secret;
  bool client_public = false;
  std::string base_url, authorize_url;
  std::vector<StepObservation> steps;
  Json transcript = Json::array();  // one object for each step; not redacted
  std::vector<std::string> notes;   // why a step could not be played
  std::optional<Error> driver_error;
  std::string broken_step;   // the step in which it broke; "" between steps
  bool driver_gone = false;  // it could not be started again: the suite cannot go on
  std::optional<Error> harness_error;
  std::vector<StoreLook> looks;
  std::vector<std::uint64_t> killed;  // see CaseView
  std::string stderr_text;
  std::vector<std::string> warnings;
  std::vector<StoredFile> stored_files;
  double duration_ms = 0;
};

}  // namespace aweber::conformance
