// Subscribers of a list: page, find, add (201, empty), change (209), delete.
#include <fmt/format.h>

#include <algorithm>

#include "mockserver/api/call.h"

namespace aweber::mock {
namespace {

std::string Collection(const Call& call) { return call.ListUrl(*call.list) + "/subscribers"; }

Json Show(const Call& call, const Subscriber& subscriber) {
  return {{"email", subscriber.email},
          {"id", subscriber.id},
          {"name", subscriber.name},
          {"resource_type_link", call.exchange.base_url + "/1.0/#subscriber"},
          {"self_link", fmt::format("{}/{}", Collection(call), subscriber.id)},
          {"status", subscriber.status},
          {"subscribed_at", FormatRfc3339(subscriber.subscribed_at)},
          {"tags", subscriber.tags}};
}

// A member of the JSON body or the form.
std::optional<std::string> Input(const Call& call, std::string_view name) {
  if (call.read.json.is_object()) return JsonString(call.read.json, name);
  return call.read.form.Get(name);
}

// Good enough to tell an address from something else; AWeber's own rule is unknown.
bool LooksLikeEmail(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         text.find('.', at) != std::string_view::npos && text.back() != '.' &&
         text.find_first_of(" \t\r\n,;<>") == std::string_view::npos;
}

std::optional<HttpResponse> RefuseBody(Call& call) {
  if (!call.read.body_problem.empty()) {
    return BadRequest(call.exchange, "Invalid JSON", call.read.body_problem);
  }
  if (call.read.type == "application/json" ||
      call.read.type == "application/x-www-form-urlencoded") {
    return std::nullopt;
  }
  return EnvelopeError(call.exchange,
                       {415, "InvalidContentType",
                        "Content-Type must be application/json or "
                        "application/x-www-form-urlencoded"},
                       fmt::format("Content-Type is \"{}\"", call.read.type));
}

Subscriber* Find(Call& call) {
  for (Subscriber& subscriber : call.list->subscribers) {
    if (std::to_string(subscriber.id) == call.ids[2]) return &subscriber;
  }
  return nullptr;
}

HttpResponse Unknown(Call& call) {
  return NotFound(call.exchange,
                  fmt::format("list {} has no subscriber {}", call.list->id, call.ids[2]));
}

const Subscriber* FindEmail(const Call& call, const std::string& email) {
  for (const Subscriber& subscriber : call.list->subscribers) {
    if (subscriber.email == email) return &subscriber;
  }
  return nullptr;
}

}  // namespace

HttpResponse GetSubscribers(Call& call) {
  const std::string operation = call.read.query.GetOr("ws.op");
  if (!operation.empty() && operation != "find") {
    return BadRequest(call.exchange, fmt::format("Invalid operation: {}", operation),
                      "ws.op of a GET here may be find");
  }
  const auto email = call.read.query.Get("email");
  std::vector<Json> entries;
  for (const Subscriber& subscriber : call.list->subscribers) {
    if (operation == "find" && email && subscriber.email != *email) continue;
    entries.push_back(Show(call, subscriber));
  }
  return Page(call, Collection(call), "subscribers", entries);
}

HttpResponse AddSubscriber(Call& call) {
  if (auto refused = RefuseBody(call)) return *refused;
  // ws.op=create is optional (reference).
  const std::string operation = Input(call, "ws.op").value_or("create");
  if (operation != "create") {
    return BadRequest(call.exchange, fmt::format("Invalid operation: {}", operation),
                      "ws.op of a POST here may be create");
  }
  const auto email = Input(call, "email");
  if (!email || !LooksLikeEmail(*email)) {
    return BadRequest(call.exchange, "email: Invalid email address.",
                      email ? "email is not an address" : "email is missing");
  }
  if (FindEmail(call, *email) != nullptr) {
    return BadRequest(call.exchange, "email: Subscriber already subscribed.",
                      "the list has a subscriber with this email");
  }
  Subscriber subscriber;
  subscriber.id = call.world.api.next_id++;
  subscriber.email = *email;
  subscriber.name = Input(call, "name").value_or("");
  subscriber.subscribed_at = call.world.clock.Now();
  call.list->subscribers.push_back(subscriber);
  // 201 with the place and no body (reference).
  HttpResponse response;
  response.status = 201;
  response.headers = {{"Location", fmt::format("{}/{}", Collection(call), subscriber.id)}};
  return response;
}

HttpResponse GetSubscriber(Call& call) {
  const Subscriber* subscriber = Find(call);
  return subscriber == nullptr ? Unknown(call) : ApiJson(200, Show(call, *subscriber));
}

HttpResponse ChangeSubscriber(Call& call) {
  Subscriber* subscriber = Find(call);
  if (subscriber == nullptr) return Unknown(call);
  if (auto refused = RefuseBody(call)) return *refused;
  const auto email = Input(call, "email");
  if (email && !LooksLikeEmail(*email)) {
    return BadRequest(call.exchange, "email: Invalid email address.", "email is not an address");
  }
  if (email && *email != subscriber->email && FindEmail(call, *email) != nullptr) {
    return BadRequest(call.exchange, "email: Subscriber already subscribed.",
                      "the list has another subscriber with this email");
  }
  const auto status = Input(call, "status");
  if (status && *status != "subscribed" && *status != "unsubscribed") {
    return BadRequest(call.exchange, "status: Invalid status.",
                      "status is neither subscribed nor unsubscribed");
  }
  if (email) subscriber->email = *email;
  if (status) subscriber->status = *status;
  if (const auto name = Input(call, "name")) subscriber->name = *name;
  // 209, not 200 (reference).
  return ApiJson(209, Show(call, *subscriber));
}

HttpResponse DeleteSubscriber(Call& call) {
  Subscriber* subscriber = Find(call);
  if (subscriber == nullptr) return Unknown(call);
  auto& all = call.list->subscribers;
  all.erase(all.begin() + (subscriber - all.data()));
  return HttpResponse{};
}

}  // namespace aweber::mock
