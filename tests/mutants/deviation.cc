// The list of all mistakes; the rows are in deviation_front.cc, _back.cc and _pages.cc.
#include "tests/mutants/deviation.h"

#include "tests/mutants/deviation_tables.h"

namespace aweber::mutants {
namespace {

std::vector<DeviationInfo> Join() {
  std::vector<DeviationInfo> all;
  for (const auto& group : {Authorize(), Pkce(), CallbackMistakes(), TokenRequest(),
                            TokenResponse(), Api(), RefreshAndRevoke(), Pages()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

}  // namespace

const std::vector<DeviationInfo>& AllDeviations() {
  static const std::vector<DeviationInfo> all = Join();
  return all;
}

}  // namespace aweber::mutants
