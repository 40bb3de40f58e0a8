// What every endpoint reads of a request in the same way: parameters, media type, Authorization.
//
// Thread safety: pure functions. Errors: none; what cannot be read is described in words.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/http/message.h"
#include "base/text/form.h"

namespace aweber::mock {

std::string TooManyParameters(std::string_view what, std::size_t count);
// The pairs of `text`, which `what` names. A text of more than kMaxParameters is not parsed, as it
// costs much and says nothing; `problem` then says so.
Form ParseParameters(std::string_view text, std::string_view what, std::string& problem);
// A parameter's value. One that was sent without a value counts as omitted (RFC 6749 §3.1, §3.2).
std::optional<std::string> Sent(const Form& parameters, std::string_view name);

// "application/json; charset=utf-8" is "application/json".
std::string MediaType(const HttpRequest& request);
// "Bearer abc" is {"Bearer", "abc"}; the rest keeps its inner spaces.
std::pair<std::string, std::string> SplitAuthorization(std::string_view header);
// Why a header of this scheme is not one of `wanted`. Never quotes a header of one word, nor
// what is no word: where the scheme should stand may be the secret itself.
std::string SchemeProblem(std::string_view header, std::string_view wanted);

}  // namespace aweber::mock
