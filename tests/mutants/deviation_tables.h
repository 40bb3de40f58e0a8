// The parts of the table of mistakes, by the step where they are made. See deviation.h.
#pragma once

#include <vector>

#include "tests/mutants/deviation.h"

namespace aweber::mutants {

std::vector<DeviationInfo> Authorize();
std::vector<DeviationInfo> Pkce();
std::vector<DeviationInfo> CallbackMistakes();
std::vector<DeviationInfo> TokenRequest();
std::vector<DeviationInfo> TokenResponse();
std::vector<DeviationInfo> Api();
std::vector<DeviationInfo> RefreshAndRevoke();
std::vector<DeviationInfo> Pages();

}  // namespace aweber::mutants
