// Freshness: which values of an authorization request another case of the run had sent before.
//
// Purpose: state and PKCE challenges are for one attempt. A client that draws them once when it
//   starts is right within each case and wrong over a run.
// Ownership: remembers each value with the case that sent it first. Thread safety: every member from
//   any thread.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "conformance/checks/case_view.h"

namespace aweber::conformance {

class Freshness {
 public:
  // Remembers the view's values as those of `owner`, a name of the case that no other has, and
  // returns those that another owner had first. The same again when a case is judged again.
  std::vector<EarlierValue> Note(const std::string& owner, const CaseView& view);

 private:
  struct First {
    std::string owner, session;
  };
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, First> first_;  // by name and value
};

}  // namespace aweber::conformance
