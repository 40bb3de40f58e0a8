#include "mockserver/request/envelope.h"

#include <utility>

#include "base/text/json.h"

namespace aweber::mock {

HttpResponse ApiJson(int status, const Json& body) {
  HttpResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = DumpJson(body);
  return response;
}

namespace {

// The part of AWeber's page that says more.
const char* DocumentationUrl(int status) {
  switch (status) {
    case 400:
      return "https://api.aweber.com#badrequest";
    case 401:
      return "https://api.aweber.com#unauthorized";
    case 403:
      return "https://api.aweber.com#forbidden";
    case 404:
      return "https://api.aweber.com#notfound";
    case 405:
      return "https://api.aweber.com#methodnotallowed";
    case 409:
      return "https://api.aweber.com#conflict";
    case 410:
      return "https://api.aweber.com/#blocked";
    case 415:
      return "https://api.aweber.com#invalidcontent";
    case 503:
      return "https://api.aweber.com#serviceunavailable";
    default:
      return "https://api.aweber.com#internalerror";
  }
}

}  // namespace

HttpResponse EnvelopeError(Exchange& exchange, const EnvelopeFields& fields, std::string why) {
  exchange.error = fields.type;
  exchange.why = std::move(why);
  return ApiJson(fields.status, {{"error",
                                  {{"status", fields.status},
                                   {"message", fields.message},
                                   {"type", fields.type},
                                   {"documentation_url", DocumentationUrl(fields.status)}}}});
}

HttpResponse RateLimited(Exchange& exchange, std::string why) {
  return EnvelopeError(exchange, {403, "ForbiddenError", "Rate Limit Error"}, std::move(why));
}

}  // namespace aweber::mock
