// The mocked API as an OpenAPI 3.1 document and as a page of docs/, from the rows.
//
// Thread safety: pure functions.
#pragma once

#include <string>

#include "base/text/json_fwd.h"
#include "mockserver/api/operation.h"

namespace aweber::mock {

// Served by the admin listener as /aweber-openapi.json.
Json ApiOpenApi();
// The schema of an operation's body for its own status, with "$ref"s into the document; null when
// the body is empty.
Json ReplySchema(const Operation& operation);
// docs/aweber-api.md, whole.
std::string ApiPage();
// How many filters a find has.
std::size_t FindFiltersCount();

}  // namespace aweber::mock
