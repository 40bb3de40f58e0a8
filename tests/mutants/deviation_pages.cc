// Mistakes in the pages of a web application: seen by the webapp driver alone.
#include "tests/mutants/deviation_tables.h"

namespace aweber::mutants {
namespace {
using D = Deviation;
}  // namespace

std::vector<DeviationInfo> Pages() {
  std::vector<DeviationInfo> pages = {
      {D::kPageRepeatsMarkup, "page-repeats-markup",
       "prints error_description into its page as it came", "cb-sanitise"},
      {D::kPageKeepsCode, "page-keeps-code",
       "shows its page at the callback's own address, with no Referrer-Policy", "cb-leak-free"},
      {D::kPageLoadsScript, "page-loads-script",
       "loads somebody's script into the page at the callback's own address", "cb-no-third-party"},
      {D::kPageForwards, "page-forwards",
       "forwards the browser to wherever the parameter next says", "cb-open-redirect"},
      {D::kListenerStaysOpen, "listener-stays-open",
       "goes on taking callbacks on the loopback when the login is over", "cb-loopback-close"},
  };
  for (DeviationInfo& page : pages) page.webapp = true;
  return pages;
}

}  // namespace aweber::mutants
