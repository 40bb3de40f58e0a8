// Ledger: what is gathered about one check of a case before it becomes a CheckResult.
//
// Ownership, thread safety: plain values. Errors: none.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/judge/verdict.h"

namespace aweber::conformance {

struct Ledger {
  // How much the profile asks for it.
  enum class Demand {
    kOff,     // not at all
    kShould,  // a failure is a warning
    kMust,
  };
  // What the check rests on; where several hold, the last of them.
  enum class Basis {
    kNothing,  // nothing was observed for or against it
    kKept,     // something was observed, and nothing against it
    kWords,    // it fails by the driver's words alone
    kRefusal,  // it fails because the client refused what it must accept
    kWire,     // it fails by what was on the wire
  };
  // What its own judge says, as opposed to the scenario's expectations.
  enum class Judged { kNothing, kKept, kBroken };

  CheckResult result;
  Demand demand = Demand::kMust;
  Basis basis = Basis::kNothing;
  Judged judged = Judged::kNothing;
  std::uint64_t until = 0;  // what arrived up to here can be why a reply was not as expected
  std::vector<std::string> problems;

  bool failed() const { return basis > Basis::kKept; }
  void Raise(Basis to) { basis = basis < to ? to : basis; }
  // Notes what its own judge says.
  void Take(const Judgement& judgement);
  // As it is reported.
  CheckResult Finish() const;
};

// The ledgers of one case: the subject first, then as listed, then those that were opened since.
class Ledgers {
 public:
  explicit Ledgers(const VerdictInput& input);

  // Opens one when there is none. Other references stay good.
  Ledger& For(std::string_view id);
  Ledger& Subject() { return all_.front(); }
  // Is the check among those that the scenario lists?
  bool IsListed(std::string_view id) const;

  std::size_t size() const { return all_.size(); }
  Ledger& operator[](std::size_t at) { return all_[at]; }
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

 private:
  Ledger Open(std::string_view id) const;

  const VerdictInput& input_;
  std::deque<Ledger> all_;
};

}  // namespace aweber::conformance
