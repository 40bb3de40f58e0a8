#include "mockserver/oauth/refusal.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text/json.h"

namespace aweber::mock {

HttpResponse OAuthJson(int status, const Json& body) { return OAuthText(status, DumpJson(body)); }

HttpResponse OAuthText(int status, std::string json) {
  HttpResponse response;
  response.status = status;
  response.headers = {
      {"Content-Type", "application/json"}, {"Cache-Control", "no-store"}, {"Pragma", "no-cache"}};
  response.body = std::move(json);
  return response;
}

HttpResponse RefuseOAuth(Exchange& exchange, const Refusal& refusal) {
  exchange.error = refusal.code;
  exchange.why = refusal.message;
  HttpResponse response = OAuthJson(refusal.status, {{"error", refusal.code}});
  if (refusal.basic_challenge) {
    response.headers.Add("WWW-Authenticate", "Basic realm=\"AWeber\"");
  }
  return response;
}

std::string ShowCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7f ? fmt::format("'{}'", c) : fmt::format("0x{:02X}", byte);
}

std::string FirstDifference(std::string_view registered, std::string_view sent) {
  const auto [left, right] =
      std::mismatch(registered.begin(), registered.end(), sent.begin(), sent.end());
  if (left == registered.end() && right == sent.end()) return "they are equal";
  const auto show = [](auto at, auto end) {
    return at == end ? std::string("ends there") : "has " + ShowCharacter(*at);
  };
  return fmt::format("they differ at character {}: the first {}, the second {}",
                     left - registered.begin() + 1, show(left, registered.end()),
                     show(right, sent.end()));
}

}  // namespace aweber::mock
