// The customers' document: accounts with all that AWeber keeps for them, as JSON or YAML.
//
// Purpose: own data by configuration, a space's state that is exported and imported, and changes by
//   hand are one format; document_rows.h has its members, docs/customer-data.md explains it.
// Dates: "2026-01-31T12:00:00Z", or an offset: "-3d", "+90m", "+0s", from the reader's `from`.
// Thread safety: pure functions. Errors: DocumentProblem, which says where and what.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text/json_fwd.h"
#include "mockserver/data/customer_data.h"

namespace aweber::mock {

struct DocumentProblem {
  std::vector<std::string> path = {};  // names of members and indexes of arrays
  std::string message = "";            // "must be text"
  bool at_name = false;                // the member's name is wrong, not its value
  std::string code = "data.invalid";

  std::string Place() const;  // "accounts[0].lists[1].name"
};

struct DocumentDates {
  UnixTime origin;  // what Moments count from
  UnixTime from;    // what "-3d" counts from
};

Json WriteAccount(const AccountData& account, UnixTime origin);
// What is to happen (broadcasts that are scheduled, subscribers who will leave) is ready in `due`.
Result<AccountData, DocumentProblem> ReadAccount(const Json& document, DocumentDates dates);

// The JSON Schema (draft 7) of a document of the shape {"accounts": [...]}.
Json CustomerSchema();

// One of a list's collections: "subscribers", "broadcasts", ...
const std::vector<std::string>& ListPartNames();
// How many rows it has; nothing when there is no such collection.
std::optional<std::size_t> CountPart(const MailingList& list, std::string_view part);
// Its rows from `start` on, at most `size`; of those alone in which `text` occurs, if it is not "".
// `total`: how many there are on all pages.
Json WritePart(const MailingList& list, std::string_view part, std::string_view text,
               std::size_t start, std::size_t size, UnixTime origin, std::size_t& total);
// The row with this id, as in the document; null when there is none.
Json WriteRow(const MailingList& list, std::string_view part, const std::string& id,
              UnixTime origin);
// Takes `row` into the collection: in the place of the one with its id, or, without an id, as a new
// one. Answers the row as it then is. `list` and `part` exist.
Result<Json, DocumentProblem> PutRow(AccountData& account, std::int64_t list, std::string_view part,
                                     const Json& row, DocumentDates dates);
// False when there is none. `id` is as in the document; `list` and `part` exist.
bool RemoveRow(AccountData& account, std::int64_t list, std::string_view part,
               const std::string& id);

}  // namespace aweber::mock
