// Replies of the admin API: JSON values, and errors of one shape
// {"error":{"code":"...","message":"...","field":"..."}}.
//
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/http/message.h"
#include "base/result.h"
#include "base/text/json_fwd.h"

namespace aweber::mock {

// An error about one member or parameter; fits Result<T, FieldError>.
struct FieldError {
  std::string code, message, field;
};

HttpResponse AdminJson(const Json& value, int status = 200);
HttpResponse AdminError(int status, std::string_view code, std::string_view message,
                        std::string_view field = "");
// 400 with the error's own code and words.
HttpResponse AdminError(const Error& error, int status = 400);
HttpResponse AdminError(const FieldError& error, int status = 400);
// 409: so many ("spaces") are the most. `cure` says what makes room.
HttpResponse AdminAtLimit(std::string_view what, std::size_t most, std::string_view cure);
HttpResponse AdminText(std::string_view content_type, std::string body);
HttpResponse AdminNoContent();

}  // namespace aweber::mock
