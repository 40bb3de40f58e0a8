// RuleBook: a space's rules, and which one acts on a request.
//
// Purpose: matching and counting are one step. Faults added by hand come before the scenario's
//   rules; the first rule that fires acts, but every rule whose selector fits counts the request,
//   so that "the second refresh" means the second refresh whatever else acted.
// Ownership: owns its rules. Thread safety: none; the space's mutex guards it.
// Randomness: each rule draws from a stream of its own, made from the space's seed and the rule's
// id.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/random.h"
#include "mockserver/faults/rule.h"

namespace aweber::mock {

// What a selector looks at.
struct RuleSubject {
  Endpoint endpoint = Endpoint::kOther;
  std::string_view method;
  std::string_view path;  // local
  const Facts* facts = nullptr;
};

bool SelectorMatches(const Selector& selector, const RuleSubject& subject);

class RuleBook {
 public:
  // `random` must outlive the book.
  explicit RuleBook(const SeededRandom* random) : random_(random) {}

  void SetScenario(std::vector<Rule> rules, const std::string& scenario_id);
  const std::string& scenario_id() const { return scenario_id_; }
  std::string AddFault(Rule rule);
  bool RemoveFault(const std::string& id);
  // Faults are dropped, the scenario's rules count from the start again.
  void Reset(const SeededRandom* random);

  // The rule that acts on this request; null when none does.
  std::shared_ptr<const Rule> Take(const RuleSubject& subject);

  // "" or the defect ("expired", "wrong_name", "unknown_ca") that a tls rule puts on connections
  // for `endpoint`; nothing counts.
  std::string TlsDefect(std::optional<Endpoint> endpoint) const;
  // The same for a handshake that happens now: counts, and honours `when`.
  std::string TakeTlsDefect(std::optional<Endpoint> endpoint);

  std::vector<RuleState> States() const;

 private:
  struct Active {
    std::shared_ptr<const Rule> rule;
    bool from_scenario = false;
    bool tls = false;
    std::uint64_t seen = 0;
    std::uint64_t acted = 0;
    std::unique_ptr<SeededRandom> random;
  };
  Active Make(Rule rule, bool from_scenario) const;
  static bool Fires(Active& active);

  const SeededRandom* random_;
  std::string scenario_id_;
  std::vector<Active> active_;  // faults first
  std::uint64_t fault_count_ = 0;
};

}  // namespace aweber::mock
