// RequestFilter: which journal entries an admin call means.
//
// Purpose: the same words in the query of GET /requests, of /requests/wait and in the body of
// /verify. Thread safety: a plain value. Errors: an unknown endpoint or a number that is none names
// the field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text/form.h"
#include "mockserver/admin/reply.h"
#include "mockserver/journal/entry.h"

namespace aweber::mock {

// The whole number that `text` is, as queries write it; nothing for anything else.
std::optional<std::uint64_t> WholeNumber(const std::string& text);

struct RequestFilter {
  static constexpr std::size_t kMostEntries = 10'000;  // that `limit` may ask for

  std::uint64_t after = 0;
  std::size_t limit = 1000;
  std::optional<Endpoint> endpoint;
  std::optional<int> status;
  std::optional<std::string> client_id, method, path;
  std::optional<bool> refused;      // has a reason for its refusal
  std::optional<std::string> text;  // occurs in the path, the error or the reason

  bool Matches(const JournalEntry& entry) const;
};

// Reads `fields` (a query, or a JSON object's members written as text); names not listed in
// `also_known` are refused. Errors: FieldError{"invalid_query"}.
Result<RequestFilter, FieldError> ReadFilter(const Form& fields,
                                             const std::vector<std::string>& also_known);

}  // namespace aweber::mock
