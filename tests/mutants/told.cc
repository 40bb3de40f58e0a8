#include "tests/mutants/told.h"

#include <fmt/format.h>

#include "base/text/json.h"

namespace aweber::mutants {
namespace {

using D = Deviation;

// The reply's token: all of it for `token`, its member for the others.
Json& TokenIn(const std::string& op, Json& ok) {
  if (op == "token") return ok;
  Json& token = ok["token"];
  if (!token.is_object()) token = Json::object();
  return token;
}

void RetellOk(const std::string& op, Json& ok, Mistake made, const Words& words, Random& random) {
  switch (made) {
    case D::kInventedToken:
      TokenIn(op, ok)["access_token"] = random.Alphanumeric(32);
      return;
    case D::kInventedRefreshToken:
      TokenIn(op, ok)["refresh_token"] = random.Alphanumeric(32);
      return;
    case D::kStaleTokenTold:
      if (!words.earlier_access.empty()) TokenIn(op, ok)["access_token"] = words.earlier_access;
      return;
    case D::kOthersTokenTold:
      if (!words.others_access.empty()) TokenIn(op, ok)["access_token"] = words.others_access;
      return;
    case D::kStatusInvented:
      ok["status"] = 200;
      return;
    default:
      return;
  }
}

void RetellError(ClientError& error, Mistake made, const Words& words) {
  switch (made) {
    case D::kSecretInMessage:
      error.message += fmt::format(" (client_secret={})", words.client_secret);
      return;
    case D::kErrorStatusInvented:
      if (error.status != 0) error.status = 418;
      return;
    case D::kErrorCodeInvented:
      if (!error.code.empty()) error.code = "access_denied";
      return;
    case D::kErrorKindInvented:
      error.kind = "went_wrong";
      return;
    default:
      return;
  }
}

}  // namespace

Json ReplyOf(const Result<Json, ClientError>& done) {
  Json reply = Json::object();
  if (done) {
    reply["ok"] = *done;
  } else if (done.error().kind == "unsupported") {
    reply["unsupported"] = Json{{"feature", done.error().message}};
  } else {
    Json err{{"kind", done.error().kind}, {"message", done.error().message}};
    if (!done.error().code.empty()) err["code"] = done.error().code;
    if (done.error().status != 0) err["status"] = done.error().status;
    reply["err"] = std::move(err);
  }
  return reply;
}

Result<Json, ClientError> Retold(const std::string& op, Result<Json, ClientError> done,
                                 Mistake made, const Words& words, Random& random) {
  if (!done) {
    ClientError error = done.error();
    RetellError(error, made, words);
    return error;
  }
  Json ok = std::move(done).value();
  RetellOk(op, ok, made, words, random);
  return ok;
}

}  // namespace aweber::mutants
