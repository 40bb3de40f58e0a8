#include "mockserver/request/envelope.h"

#include <utility>

namespace aweber::mock {

HttpResponse ApiJson(int status, const Json& body) {
  HttpResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = DumpJson(body);
  return response;
}

HttpResponse EnvelopeError(Exchange& exchange, const EnvelopeFields& fields, std::string why) {
  exchange.error = fields.type;
  exchange.why = std::move(why);
  return ApiJson(fields.status, {{"error",
                                  {{"status", fields.status},
                                   {"message", fields.message},
                                   {"type", fields.type},
                                   {"documentation_url", "https://api.aweber.com"}}}});
}

HttpResponse RateLimited(Exchange& exchange, std::string why) {
  return EnvelopeError(exchange, {403, "ForbiddenError", "Rate Limit Error"}, std::move(why));
}

}  // namespace aweber::mock
