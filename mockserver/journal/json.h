// Journal entries as JSON, and back.
//
// Purpose: one shape for the admin API, state export, reports' evidence and saved journals that
//   `lint` judges. What is written without a redactor reads back equal, byte for byte where the
//   bytes are UTF-8; others are written as {"base64": "..."}.
// Thread safety: pure functions. Errors: Error{"journal.invalid"} naming the member.
#pragma once

#include "base/result.h"
#include "base/text/json_fwd.h"
#include "mockserver/journal/entry.h"
#include "mockserver/journal/redact.h"

namespace aweber::mock {

// `redactor` null: raw, for use inside the process only.
Json EntryToJson(const JournalEntry& entry, const Redactor* redactor);
Result<JournalEntry> EntryFromJson(const Json& json);

}  // namespace aweber::mock
