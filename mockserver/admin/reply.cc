#include "mockserver/admin/reply.h"

#include <fmt/format.h>

#include <utility>

#include "base/text/json.h"

namespace aweber::mock {
namespace {

// Nothing the admin listener says may be cached, sniffed or framed.
HttpHeaders CommonHeaders(std::string_view content_type) {
  return {{"Content-Type", std::string(content_type)},
          {"Cache-Control", "no-store"},
          {"X-Content-Type-Options", "nosniff"}};
}

}  // namespace

HttpResponse AdminJson(const Json& value, int status) {
  HttpResponse response;
  response.status = status;
  response.headers = CommonHeaders("application/json");
  response.body = DumpJsonPretty(value) + "\n";
  return response;
}

HttpResponse AdminError(int status, std::string_view code, std::string_view message,
                        std::string_view field) {
  Json error = {{"code", code}, {"message", message}};
  if (!field.empty()) error["field"] = field;
  return AdminJson({{"error", error}}, status);
}

HttpResponse AdminError(const Error& error, int status) {
  return AdminError(status, error.code, error.message);
}

HttpResponse AdminError(const FieldError& error, int status) {
  return AdminError(status, error.code, error.message, error.field);
}

HttpResponse AdminText(std::string_view content_type, std::string body) {
  HttpResponse response;
  response.headers = CommonHeaders(content_type);
  response.body = std::move(body);
  return response;
}

HttpResponse AdminAtLimit(std::string_view what, std::size_t most, std::string_view cure) {
  return AdminError(409, fmt::format("limit.{}", what),
                    fmt::format("a space has {} {} at most; {}", most, what, cure));
}

HttpResponse AdminNoContent() {
  HttpResponse response;
  response.status = 204;
  response.headers = {{"Cache-Control", "no-store"}};
  return response;
}

}  // namespace aweber::mock
