// ReportRedactor: takes one case's secrets out of everything that is shown.
//
// Purpose: reports carry labels ("[rt-2]") where the wire had tokens, codes and secrets, so that a
//   reader still sees which one was used where. Every spelling that the mock's own redactor knows
//   is found, and Basic credentials. Unlike that one it goes by value alone: what is no secret of
//   the case ("code=forged") is evidence and stays.
// Ownership: owns its copies. Thread safety: const members from any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text/json_fwd.h"
#include "mockserver/journal/entry.h"

namespace aweber::conformance {

class ReportRedactor {
 public:
  // Texts shorter than six characters are not treated as secrets: they occur everywhere.
  void Add(const std::string& secret, const std::string& label);
  // Also the tokens that a reply carried, which the server's own list may not know (mutated ones).
  void AddFromJournal(const std::vector<mock::JournalEntry>& journal);

  // Always UTF-8: what is not is replaced. Where `text` was shortened ("...") before it came here,
  // the first or last part of a secret that stands at the cut goes as well.
  std::string Text(std::string_view text) const;
  // All strings inside `value`.
  Json InJson(const Json& value) const;

  // The secrets themselves, longest first.
  std::vector<std::string> secrets() const;

 private:
  struct Needle {
    std::string text, label;
  };
  void AddSpelling(std::string text, const std::string& label);
  std::string HideParts(std::string text) const;
  std::vector<std::pair<std::string, std::string>> known_;
  std::vector<Needle> needles_;  // longest first
};

// One journal entry as reports show it: redacted, bodies bounded.
Json EntryToJson(const mock::JournalEntry& entry, const ReportRedactor& redactor);

}  // namespace aweber::conformance
