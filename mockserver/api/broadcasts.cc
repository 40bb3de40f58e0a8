// Broadcasts of a list: page by status, create (form only), schedule, cancel, delete.
#include <fmt/format.h>

#include "mockserver/api/call.h"

namespace aweber::mock {
namespace {

std::string Collection(const Call& call) { return call.ListUrl(*call.list) + "/broadcasts"; }

Json Show(const Call& call, const Broadcast& broadcast) {
  Json shown = {{"broadcast_id", broadcast.id},
                {"created_at", FormatRfc3339(broadcast.created_at)},
                {"resource_type_link", call.exchange.base_url + "/1.0/#broadcast"},
                {"self_link", fmt::format("{}/{}", Collection(call), broadcast.id)},
                {"status", broadcast.status},
                {"subject", broadcast.subject}};
  if (!broadcast.scheduled_for.empty()) shown["scheduled_for"] = broadcast.scheduled_for;
  return shown;
}

std::optional<HttpResponse> RefuseBody(Call& call) {
  if (call.read.type == "application/x-www-form-urlencoded") return std::nullopt;
  return EnvelopeError(
      call.exchange,
      {415, "InvalidContentType", "Content-Type must be application/x-www-form-urlencoded"},
      fmt::format("Content-Type is \"{}\"; broadcasts take forms only", call.read.type));
}

Broadcast* Find(Call& call) {
  for (Broadcast& broadcast : call.list->broadcasts) {
    if (std::to_string(broadcast.id) == call.ids[2]) return &broadcast;
  }
  return nullptr;
}

HttpResponse Unknown(Call& call) {
  return NotFound(call.exchange,
                  fmt::format("list {} has no broadcast {}", call.list->id, call.ids[2]));
}

HttpResponse Conflict(Call& call, const Broadcast& broadcast, const char* wanted) {
  return EnvelopeError(
      call.exchange, {409, "BroadcastSchedulingError", "Broadcast scheduling error"},
      fmt::format("broadcast {} is {}, not {}", broadcast.id, broadcast.status, wanted));
}

}  // namespace

HttpResponse GetBroadcasts(Call& call) {
  const auto status = call.read.query.Get("status");
  if (!status || (*status != "draft" && *status != "scheduled" && *status != "sent")) {
    return BadRequest(call.exchange, "status: must be one of draft, scheduled, sent.",
                      status ? "status is unknown" : "status is missing");
  }
  std::vector<Json> entries;
  for (const Broadcast& broadcast : call.list->broadcasts) {
    if (broadcast.status == *status) entries.push_back(Show(call, broadcast));
  }
  return Page(call, Collection(call), "broadcasts", entries);
}

HttpResponse AddBroadcast(Call& call) {
  if (auto refused = RefuseBody(call)) return *refused;
  const Form& form = call.read.form;
  if (form.GetOr("subject").empty()) {
    return BadRequest(call.exchange, "subject: is required.", "subject is missing or empty");
  }
  if (form.GetOr("body_text").empty() && form.GetOr("body_html").empty()) {
    return BadRequest(call.exchange, "body_html or body_text: is required.",
                      "neither body_html nor body_text was sent");
  }
  Broadcast broadcast;
  broadcast.id = call.world.api.next_id++;
  broadcast.subject = form.GetOr("subject");
  broadcast.body_text = form.GetOr("body_text");
  broadcast.body_html = form.GetOr("body_html");
  broadcast.created_at = call.world.clock.Now();
  call.list->broadcasts.push_back(broadcast);
  HttpResponse response = ApiJson(201, Show(call, broadcast));
  response.headers.Add("Location", fmt::format("{}/{}", Collection(call), broadcast.id));
  return response;
}

HttpResponse GetBroadcast(Call& call) {
  const Broadcast* broadcast = Find(call);
  return broadcast == nullptr ? Unknown(call) : ApiJson(200, Show(call, *broadcast));
}

HttpResponse ScheduleBroadcast(Call& call) {
  Broadcast* broadcast = Find(call);
  if (broadcast == nullptr) return Unknown(call);
  if (auto refused = RefuseBody(call)) return *refused;
  const std::string when = call.read.form.GetOr("scheduled_for");
  if (when.empty()) {
    return BadRequest(call.exchange, "scheduled_for: is required.", "scheduled_for is missing");
  }
  if (broadcast->status != "draft") return Conflict(call, *broadcast, "draft");
  broadcast->status = "scheduled";
  broadcast->scheduled_for = when;
  return ApiJson(200, Show(call, *broadcast));
}

HttpResponse CancelBroadcast(Call& call) {
  Broadcast* broadcast = Find(call);
  if (broadcast == nullptr) return Unknown(call);
  if (broadcast->status != "scheduled") return Conflict(call, *broadcast, "scheduled");
  broadcast->status = "draft";
  broadcast->scheduled_for.clear();
  return ApiJson(200, Show(call, *broadcast));
}

HttpResponse DeleteBroadcast(Call& call) {
  Broadcast* broadcast = Find(call);
  if (broadcast == nullptr) return Unknown(call);
  auto& all = call.list->broadcasts;
  all.erase(all.begin() + (broadcast - all.data()));
  return HttpResponse{};
}

}  // namespace aweber::mock
