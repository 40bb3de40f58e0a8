#include "mockserver/faults/rule_book.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/glob.h"

namespace aweber::mock {
namespace {

const std::string* TlsFault(const Rule& rule) {
  for (const Fault& fault : rule.then) {
    if (fault.kind == FaultKind::kTls) return &fault.tls;
  }
  return nullptr;
}

bool TlsApplies(const Rule& rule, std::optional<Endpoint> endpoint) {
  return !rule.on.endpoint || rule.on.endpoint == endpoint;
}

}  // namespace

bool SelectorMatches(const Selector& selector, const RuleSubject& subject) {
  const Facts& facts = *subject.facts;
  const auto fits = [](const std::optional<std::string>& wanted, std::string_view seen) {
    return !wanted || *wanted == seen;
  };
  return (!selector.endpoint || *selector.endpoint == subject.endpoint) &&
         fits(selector.grant, facts.grant_type) && fits(selector.client_id, facts.client_id) &&
         fits(selector.method, subject.method) && fits(selector.token_state, facts.token_state) &&
         (!selector.path || GlobMatches(*selector.path, subject.path));
}

RuleBook::Active RuleBook::Make(Rule rule, bool from_scenario) const {
  Active active;
  active.random = random_->Fork("rule:" + rule.id);
  active.tls = TlsFault(rule) != nullptr;
  active.from_scenario = from_scenario;
  active.rule = std::make_shared<const Rule>(std::move(rule));
  return active;
}

void RuleBook::SetScenario(std::vector<Rule> rules, const std::string& scenario_id) {
  scenario_id_ = scenario_id;
  std::erase_if(active_, [](const Active& active) { return active.from_scenario; });
  std::size_t number = 0;
  for (Rule& rule : rules) {
    ++number;
    if (rule.id.empty()) {
      rule.id = fmt::format("{}#{}", scenario_id.empty() ? "rule" : scenario_id, number);
    }
    // Whoever plays the steps adds it as a fault when its step begins.
    if (!rule.during.empty()) continue;
    active_.push_back(Make(std::move(rule), true));
  }
}

std::string RuleBook::AddFault(Rule rule) {
  ++fault_count_;
  if (rule.id.empty()) rule.id = fmt::format("fault-{}", fault_count_);
  RemoveFault(rule.id);
  std::string id = rule.id;
  const auto scenario = std::find_if(active_.begin(), active_.end(),
                                     [](const Active& active) { return active.from_scenario; });
  active_.insert(scenario, Make(std::move(rule), false));
  return id;
}

bool RuleBook::RemoveFault(const std::string& id) {
  return std::erase_if(active_, [&](const Active& active) {
           return !active.from_scenario && active.rule->id == id;
         }) > 0;
}

void RuleBook::Reset(const SeededRandom* random) {
  random_ = random;
  std::vector<Rule> rules;
  for (const Active& active : active_) {
    if (active.from_scenario) rules.push_back(*active.rule);
  }
  active_.clear();
  fault_count_ = 0;
  SetScenario(std::move(rules), std::string(scenario_id_));
}

bool RuleBook::Fires(Active& active) {
  const When& when = active.rule->when;
  const std::uint64_t number = ++active.seen;
  if (when.nth != 0 && number != when.nth) return false;
  if (when.every != 0 && number % when.every != 0) return false;
  // "The first N" are those that it acted on: one that another rule took, or luck, is none of them.
  if (when.first != 0 && active.acted >= when.first) return false;
  return when.probability >= 1 || active.random->NextDouble() < when.probability;
}

std::shared_ptr<const Rule> RuleBook::Take(const RuleSubject& subject) {
  Active* first = nullptr;
  for (Active& active : active_) {
    if (active.tls || !SelectorMatches(active.rule->on, subject)) continue;
    if (Fires(active) && first == nullptr) first = &active;
  }
  if (first == nullptr) return nullptr;
  ++first->acted;
  return first->rule;
}

std::string RuleBook::TlsDefect(std::optional<Endpoint> endpoint) const {
  for (const Active& active : active_) {
    if (active.tls && TlsApplies(*active.rule, endpoint)) return *TlsFault(*active.rule);
  }
  return "";
}

std::string RuleBook::TakeTlsDefect(std::optional<Endpoint> endpoint) {
  for (Active& active : active_) {
    if (!active.tls || !TlsApplies(*active.rule, endpoint) || !Fires(active)) continue;
    ++active.acted;
    return *TlsFault(*active.rule);
  }
  return "";
}

std::vector<RuleState> RuleBook::States() const {
  std::vector<RuleState> states;
  for (const Active& active : active_) {
    states.push_back({*active.rule, active.from_scenario, active.seen, active.acted});
  }
  return states;
}

}  // namespace aweber::mock
