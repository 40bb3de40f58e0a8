// The manual: for each check the story of what goes wrong, a right and a wrong request, code that
// does it right, and who has it.
//
// Purpose: `explain` and the pages docs/checks/ID.md are written from one source: the check's row,
//   its violation, and the topic it belongs to. A topic is a file docs/fixes/TOPIC.md, built into
//   the program. Which library fails a check is read from the table of docs/clients.md.
// Thread safety: pure functions of constant text. Errors: what does not exist is "" or null.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/checks/check.h"

namespace aweber::conformance {

struct ManualFile {
  std::string_view name;  // "state.md", "clients.md"
  std::string_view text;
};
const std::vector<ManualFile>& ManualFiles();  // generated

struct Topic {
  std::string name;   // "state"
  std::string title;  // "Make, keep and compare state"
  std::vector<std::string> checks;
  std::string explanation;                                 // paragraphs
  std::string drawing;                                     // a sequence, in text
  std::vector<std::pair<std::string, std::string>> fixes;  // language and code
};
const std::vector<Topic>& Topics();
const Topic* TopicOf(std::string_view check);

// The topic's code in a client's language: "Python", "node.js", "C#"; "" when there is none.
std::string FixIn(std::string_view check, std::string_view language);

// The clients of docs/clients.md that fail this check, and those that only do not do what it
// suggests.
struct Holders {
  std::vector<std::string> failing, warned;
};
Holders HoldersOf(std::string_view check);

// docs/checks/ID.md.
std::string CheckPage(const Check& check);
// The same for a terminal; `language` chooses the code, "" only names the languages.
std::string ExplainCheck(std::string_view id, std::string_view language = "");

}  // namespace aweber::conformance
