#include "mockserver/admin/metrics.h"

#include <fmt/format.h>

#include <map>

namespace aweber::mock {
namespace {

void Header(std::string& text, std::string_view name, std::string_view type,
            std::string_view help) {
  text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

// A label's value: a rule's id may be any text.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return escaped;
}

}  // namespace

std::string PrometheusText(MockServer& server) {
  std::string totals, entries, evicted, clock, tokens, faults;
  for (const auto& space : server.spaces()) {
    const std::string& name = space->name();
    std::map<std::pair<std::string, int>, std::uint64_t> by_kind;
    for (const JournalEntry& entry : space->journal().Entries()) {
      ++by_kind[{EndpointName(entry.endpoint), entry.status}];
    }
    for (const auto& [kind, count] : by_kind) {
      entries += fmt::format(
          "aweber_mock_journal_entries{{space=\"{}\",endpoint=\"{}\",status=\"{}\"}} {}\n", name,
          kind.first, kind.second, count);
    }
    totals += fmt::format("aweber_mock_requests_total{{space=\"{}\"}} {}\n", name,
                          space->journal().LastSequence());
    evicted += fmt::format("aweber_mock_journal_evicted_total{{space=\"{}\"}} {}\n", name,
                           space->journal().evicted());
    clock += fmt::format("aweber_mock_clock_seconds{{space=\"{}\"}} {}\n", name,
                         ToUnixSeconds(space->Now()));
    std::map<std::pair<std::string, std::string>, int> token_states;
    for (const TokenInfo& token : space->Tokens()) ++token_states[{token.kind, token.state}];
    for (const auto& [state, count] : token_states) {
      tokens += fmt::format("aweber_mock_tokens{{space=\"{}\",kind=\"{}\",state=\"{}\"}} {}\n",
                            name, state.first, state.second, count);
    }
    for (const RuleState& rule : space->Rules()) {
      faults += fmt::format("aweber_mock_rule_acted_total{{space=\"{}\",rule=\"{}\"}} {}\n", name,
                            Escaped(rule.rule.id), rule.acted);
    }
  }
  std::string text;
  // The exposition format wants all samples of a name together, after its header.
  Header(text, "aweber_mock_requests_total", "counter", "Requests received by a space.");
  text += totals;
  Header(text, "aweber_mock_journal_entries", "gauge",
         "Journal entries kept, by endpoint and status.");
  text += entries;
  Header(text, "aweber_mock_journal_evicted_total", "counter", "Journal entries dropped.");
  text += evicted;
  Header(text, "aweber_mock_clock_seconds", "gauge", "The space's virtual time.");
  text += clock;
  Header(text, "aweber_mock_tokens", "gauge", "Codes and tokens by state.");
  text += tokens;
  Header(text, "aweber_mock_rule_acted_total", "counter", "How often a rule or fault acted.");
  text += faults;
  Header(text, "aweber_mock_lint_unjudged_total", "counter",
         "Requests that lint did not judge, as they came too fast.");
  text += fmt::format("aweber_mock_lint_unjudged_total {}\n", server.UnjudgedByLint());
  return text;
}

}  // namespace aweber::mock
