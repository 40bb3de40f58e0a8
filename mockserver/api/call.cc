#include "mockserver/api/call.h"

#include <fmt/format.h>

#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

struct ErrorStatus {
  std::string_view type;
  int status;
};
// Every other type is a 400.
constexpr ErrorStatus kErrorStatuses[] = {
    {"UnauthorizedError", 401},      {"ForbiddenError", 403},
    {"NotFoundError", 404},          {"ListNotFoundError", 404},
    {"BroadcastNotFoundError", 404}, {"ResourceNotFoundError", 404},
    {"MethodNotAllowedError", 405},  {"BroadcastSchedulingError", 409},
    {"BlockedError", 410},           {"InvalidContentType", 415},
    {"InternalServerError", 500},    {"ServiceUnavailableError", 503},
};

}  // namespace

std::optional<std::string> Call::Query(std::string_view name) const {
  auto value = read.query.Get(name);
  if (value && value->empty()) return std::nullopt;
  return value;
}

std::string Call::Query(std::string_view name, std::string_view otherwise) const {
  return Query(name).value_or(std::string(otherwise));
}

void Call::Notify(SubscriberEvent::Kind kind, const MailingList& of, const Subscriber& subscriber,
                  bool deleted) const {
  space.api.Notify({kind, now, account.id, of.id, subscriber, deleted});
}

HttpResponse Refuse(Call& call, std::string_view type, std::string message, std::string why,
                    int status) {
  for (const ErrorStatus& known : kErrorStatuses) {
    if (status == 0 && known.type == type) status = known.status;
  }
  return EnvelopeError(call.exchange,
                       {status == 0 ? 400 : status, std::string(type), std::move(message)},
                       std::move(why));
}

HttpResponse NotFound(Exchange& exchange, std::string_view part, std::string why) {
  return EnvelopeError(exchange,
                       {404, "NotFoundError", fmt::format("Object: None, name: '{}'", part)},
                       std::move(why));
}

HttpResponse ApiText(int status, const Json& body) { return ApiJson(status, body); }

HttpResponse Placed(int status, std::string location) {
  HttpResponse response;
  response.status = status;
  response.headers = {{"Location", std::move(location)}};
  return response;
}

Json Absent() { return Json(Json::value_t::discarded); }

Json TextOrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json ReaderLink(const Shown& shown, std::int64_t subscriber) {
  const MailingList* of = ListOfReader(shown.call.account, *shown.list, subscriber);
  return shown.call.links.In(of == nullptr ? shown.list->id : of->id, "subscribers", subscriber);
}

}  // namespace aweber::mock
