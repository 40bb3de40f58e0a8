#include "conformance/cli/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text/base64.h"
#include "base/text/json.h"
#include "mockserver/journal/har.h"

namespace aweber::conformance {
namespace {

constexpr std::string_view kOpen = "[redacted";
// Checks of a secret's own letters.
constexpr std::array<std::string_view, 5> kOfLetters{"tk-basic-encoded", "pk-verifier-syntax",
                                                     "pk-match", "tk-code-exact", "rs-syntax"};
// Checks that tell one secret from another: they need labels.
constexpr std::array<std::string_view, 4> kOfSameness{"tk-code-once", "rf-rotate", "pk-fresh",
                                                      "rf-confined"};

template <typename List>
bool Contains(const List& list, std::string_view id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

// Puts something in the place of what was taken out: of the right form, and the same for the same
// label.
class Filler {
 public:
  std::string Fill(std::string_view text) {
    std::string filled;
    for (std::size_t at = text.find(kOpen); at != std::string_view::npos; at = text.find(kOpen)) {
      filled += text.substr(0, at);
      const std::size_t end = text.find(']', at);
      if (end == std::string_view::npos) break;
      std::string_view label = text.substr(at + kOpen.size(), end - at - kOpen.size());
      if (label.starts_with(':')) label.remove_prefix(1);
      unlabelled_ |= label.empty();
      std::string value =
          label.empty() ? fmt::format("unknown-{}-", ++count_) : fmt::format("{}-", label);
      for (char& c : value) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '-';
      value.resize(std::max<std::size_t>(value.size(), 43), 'x');
      filled += value;
      text.remove_prefix(end + 1);
    }
    return filled + std::string(text);
  }

  JournalEntry Fill(JournalEntry entry) {
    entry.request.target = Fill(entry.request.target);
    entry.request.body = Fill(entry.request.body);
    entry.request.headers = Fill(entry.request.headers);
    entry.response_headers = Fill(entry.response_headers);
    entry.response_body = Fill(entry.response_body);
    return entry;
  }

  bool unlabelled() const { return unlabelled_; }

 private:
  HttpHeaders Fill(const HttpHeaders& headers) {
    HttpHeaders filled;
    for (const auto& [name, value] : headers.fields()) {
      // The two halves of Basic are one word that cannot be told apart any more.
      const bool basic = value.starts_with("Basic ") && value.find(kOpen) != std::string::npos;
      filled.Add(name,
                 basic ? "Basic " + Base64Encode("unknown-client:unknown-secret") : Fill(value));
    }
    return filled;
  }

  int count_ = 0;
  bool unlabelled_ = false;
};

// What the mock's own lint found about `id`, on the bytes as they were.
Judgement FoundByTheMock(const Traffic& traffic, std::string_view id) {
  Judgement found;
  for (const JournalEntry& entry : traffic.entries) {
    for (const mock::Finding& finding : entry.findings) {
      if (finding.check != id) continue;
      if (found.evidence.empty()) found.message = finding.message;
      found.verdict = Verdict::kViolation;
      found.evidence.push_back(entry.sequence);
    }
  }
  return found;
}

Judgement Unknown(std::string why) { return {Verdict::kNotSeen, std::move(why), {}}; }

}  // namespace

Result<Traffic> ReadTraffic(std::string_view text) {
  auto entries = mock::EntriesFromHar(text);
  if (!entries) return entries.error();
  Traffic traffic;
  traffic.entries = std::move(entries).value();
  traffic.redacted = text.find(kOpen) != std::string_view::npos;
  const auto document = ParseJson(text, {.max_bytes = 256u << 20});
  traffic.judged = document && document->is_object() && document->contains("requests");
  return traffic;
}

std::vector<LintRow> LintTraffic(const Traffic& traffic, const std::string& profile) {
  std::vector<JournalEntry> journal = traffic.entries;
  Filler filler;
  if (traffic.redacted) {
    for (JournalEntry& entry : journal) entry = filler.Fill(std::move(entry));
  }
  CaseView view;
  view.profile = profile;
  view.journal = &journal;
  std::vector<LintRow> rows;
  for (const Check& check : AllChecks()) {
    const Level level = check.levels.For(profile);
    if (check.seen != Seen::kWire || check.judge == nullptr || level == Level::kOff) continue;
    LintRow row{&check, level, check.judge(view)};
    if (traffic.redacted) {
      const bool letters = Contains(kOfLetters, check.id);
      const bool blind = letters || (filler.unlabelled() && Contains(kOfSameness, check.id));
      const Judgement found = FoundByTheMock(traffic, check.id);
      if (found.verdict == Verdict::kViolation) {
        row.judgement = found;
      } else if (blind && row.judgement.verdict != Verdict::kNotSeen) {
        row.judgement = Unknown("the recording has its secrets taken out");
      } else if (traffic.judged && row.judgement.verdict == Verdict::kViolation) {
        row.judgement = Unknown("the mock, which saw the secrets, did not find it");
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace aweber::conformance
