// Webhooks by hand, and the mocked API's own document.
#include <fmt/format.h>

#include <algorithm>

#include "base/text/json.h"
#include "mockserver/admin/body_reader.h"
#include "mockserver/admin/reply.h"
#include "mockserver/admin/route.h"
#include "mockserver/api/openapi.h"
#include "mockserver/model/webhook_check.h"

namespace aweber::mock::routes {
namespace {

Json ShowSubscription(const WebhookSubscription& one) {
  return {
      {"id", one.id},   {"client_id", one.client_id}, {"callback", one.callback}, {"url", one.url},
      {"key", one.key}, {"events", one.events},       {"fault", one.fault}};
}

Json ShowDelivery(const WebhookDelivery& one) {
  Json headers = Json::object();
  for (const auto& [name, value] : one.headers.fields()) headers[name] = value;
  return {{"id", one.id},
          {"webhook", one.subscription},
          {"url", one.url},
          {"headers", headers},
          {"body", one.body},
          {"fault", one.fault},
          {"attempts", one.attempts},
          {"status", one.status},
          {"error", one.error},
          {"answer", one.answer},
          {"virtual_time", ToUnixSeconds(one.virtual_time)}};
}

HttpResponse UnknownWebhook(const AdminCall& call) {
  return AdminError(Error{"webhook.unknown", fmt::format("no webhook \"{}\"", call.path.at("id"))},
                    404);
}

bool KnowsAll(const std::vector<std::string>& known, const std::vector<std::string>& asked) {
  return std::all_of(asked.begin(), asked.end(), [&](const std::string& one) {
    return std::find(known.begin(), known.end(), one) != known.end();
  });
}

}  // namespace

HttpResponse AweberOpenApi(AdminCall&) { return AdminJson(ApiOpenApi()); }

HttpResponse ListWebhooks(AdminCall& call) {
  Json list = Json::array();
  for (const auto& one : call.space->WebhookSubscriptions()) {
    list.push_back(ShowSubscription(one));
  }
  return AdminJson({{"webhooks", list}});
}

HttpResponse AddWebhook(AdminCall& call) {
  BodyReader body(call.body);
  body.Require("url");
  WebhookSubscription wanted;
  wanted.url = body.String("url").value_or("");
  wanted.client_id = body.String("client_id").value_or("");
  wanted.callback = body.String("callback").value_or("");
  wanted.key = body.String("key").value_or("");
  wanted.events = body.Strings("events").value_or(std::vector<std::string>{});
  const bool anywhere = body.Bool("anywhere").value_or(false);
  for (const WebhookProblem& one : CompleteWebhook(wanted, anywhere, call.space->clients())) {
    body.Fail(one.member, one.message);
  }
  if (auto refusal = body.Finish()) return *refusal;
  const std::size_t most = call.context.server.options().limits.webhooks;
  if (call.space->WebhookSubscriptions().size() >= most) {
    return AdminAtLimit("webhooks", most, "DELETE /api/v1/webhooks/ID makes room");
  }
  return AdminJson(ShowSubscription(call.space->AddWebhook(std::move(wanted))), 201);
}

HttpResponse DeleteWebhook(AdminCall& call) {
  if (!call.space->RemoveWebhook(call.path["id"])) return UnknownWebhook(call);
  HttpResponse done;
  done.status = 204;
  return done;
}

HttpResponse PutWebhookFault(AdminCall& call) {
  BodyReader body(call.body);
  body.Require("fault");
  const std::string fault = body.String("fault").value_or("");
  if (!fault.empty() && !KnowsAll(WebhookFaults(), {fault})) {
    body.Fail("fault",
              "must be forged_signature, wrong_key, stale_date, duplicate, split_batch, "
              "out_of_order or empty");
  }
  if (auto refusal = body.Finish()) return *refusal;
  if (!call.space->SetWebhookFault(call.path["id"], fault)) return UnknownWebhook(call);
  return AdminJson({{"id", call.path["id"]}, {"fault", fault}});
}

HttpResponse ListDeliveries(AdminCall& call) {
  call.context.server.DrainWebhooks();
  Json list = Json::array();
  for (const auto& one : call.space->WebhookDeliveries()) list.push_back(ShowDelivery(one));
  return AdminJson({{"deliveries", list}});
}

HttpResponse ResendDelivery(AdminCall& call) {
  if (Status sent = call.space->ResendWebhook(call.path["id"]); !sent.ok()) {
    return AdminError(sent.error(), 404);
  }
  return AdminJson({{"id", call.path["id"]}}, 202);
}

}  // namespace aweber::mock::routes
