#include <fmt/format.h>

#include "base/http/server.h"
#include "base/text/json.h"
#include "base/version.h"
#include "mockserver/admin/body_reader.h"
#include "mockserver/admin/metrics.h"
#include "mockserver/admin/reply.h"
#include "mockserver/admin/route.h"
#include "mockserver/admin/show.h"
#include "mockserver/admin/state.h"

namespace aweber::mock::routes {
namespace {

Json ShowSpace(AdminContext& context, Space& space) {
  const std::string scenario = space.scenario_id();
  // A tls fault for one endpoint gives it an origin of its own.
  Json endpoints = Json::object();
  for (const auto& [endpoint, path] :
       {std::pair(Endpoint::kAuthorize, "/oauth2/authorize"),
        std::pair(Endpoint::kToken, "/oauth2/token"),
        std::pair(Endpoint::kRevoke, "/oauth2/revoke"), std::pair(Endpoint::kApi, "/1.0")}) {
    endpoints[EndpointName(endpoint)] =
        context.server.OriginFor(space, endpoint) + space.path_prefix() + path;
  }
  return {{"name", space.name()},
          {"base_url", context.server.base_url() + space.path_prefix()},
          {"endpoints", endpoints},
          {"profile", ProfileName(space.settings().profile)},
          {"scenario", scenario.empty() ? Json(nullptr) : Json(scenario)},
          {"now", ToUnixSeconds(space.Now())},
          {"requests", space.journal().LastSequence()},
          {"evicted", space.journal().evicted()}};
}

}  // namespace

HttpResponse Livez(AdminCall&) { return AdminText("text/plain; charset=utf-8", "ok\n"); }

// The listeners are bound and the scenarios parsed before this one answers at all; what can be lost
// later is a listener.
HttpResponse Readyz(AdminCall& call) {
  if (call.context.stop.stop_requested())
    return AdminError(503, "stopping", "the server is stopping");
  return AdminText("text/plain; charset=utf-8", "ready\n");
}

HttpResponse Metrics(AdminCall& call) {
  return AdminText("text/plain; version=0.0.4; charset=utf-8", PrometheusText(call.context.server));
}

HttpResponse OpenApi(AdminCall&) { return AdminJson(AdminOpenApi()); }

HttpResponse CaPem(AdminCall& call) {
  return AdminText("application/x-pem-file", call.context.server.ca_pem());
}

HttpResponse Info(AdminCall& call) {
  MockServer& server = call.context.server;
  return AdminJson({{"version", ProjectVersion()},
                    {"base_url", server.base_url()},
                    {"admin_url", server.admin_url()},
                    {"proxy_url", server.proxy_url()},
                    {"ca_fingerprint", server.ca_fingerprint()},
                    {"seed", server.seed()},
                    {"profile", ProfileName(server.options().settings.profile)}});
}

HttpResponse ListSpaces(AdminCall& call) {
  Json list = Json::array();
  for (const auto& space : call.context.server.spaces()) {
    list.push_back(ShowSpace(call.context, *space));
  }
  return AdminJson({{"spaces", list}});
}

HttpResponse CreateSpace(AdminCall& call) {
  BodyReader body(call.body);
  body.Require("name");
  SpaceOptions options;
  options.name = body.String("name").value_or("");
  options.settings = call.context.server.options().settings;
  if (const auto name = body.String("profile")) {
    const auto profile = ProfileFromName(*name);
    if (profile) options.settings = SettingsFor(*profile);
    if (!profile) body.Fail("profile", "\"profile\" is aweber, rfc6749 or rfc9700");
  }
  if (const Json* settings = body.Any("settings"); settings != nullptr) {
    if (!settings->is_object()) body.Fail("settings", "\"settings\" must be an object");
    const auto applied = ReadSwitches(options.settings, *settings);
    if (!applied.ok()) body.Fail("settings." + applied.error().field, applied.error().message);
  }
  options.seed = body.Unsigned("seed").value_or(call.context.server.seed());
  options.start_time = body.Instant("start_time");
  options.follow_real_time = body.Bool("follow_real_time").value_or(false);
  options.built_in_data = body.Bool("built_in_data").value_or(true);
  options.journal_size = call.context.server.options().journal_size;
  if (auto refusal = body.Finish()) return *refusal;
  const auto space = call.context.server.CreateSpace(options);
  if (!space.ok()) return AdminError(space.error(), space.error().code == "space.name" ? 400 : 409);
  return AdminJson(ShowSpace(call.context, **space), 201);
}

HttpResponse GetSpace(AdminCall& call) { return AdminJson(ShowSpace(call.context, *call.space)); }

HttpResponse DeleteSpace(AdminCall& call) {
  if (call.context.server.RemoveSpace(call.path["space"])) return AdminNoContent();
  return AdminError(409, "space.default", "the default space cannot be removed; reset it instead");
}

HttpResponse Reset(AdminCall& call) {
  call.space->Restart();
  call.context.events.Publish(call.space->name(), "reset", R"({"what":"space"})");
  return AdminNoContent();
}

HttpResponse GetState(AdminCall& call) {
  HttpResponse response = AdminJson(ExportState(*call.space));
  // What could not be loaded again is of no use to anybody.
  static const std::size_t kMost = HttpServerOptions().max_body;
  if (response.body.size() > kMost) {
    return AdminError(
        409, "limit.state",
        fmt::format("the state has {} bytes, and PUT /state takes {}; DELETE /requests "
                    "empties the journal, POST /reset drops tokens as well",
                    response.body.size(), kMost));
  }
  response.headers.Set("Content-Disposition", "attachment; filename=\"state.json\"");
  return response;
}

HttpResponse PutState(AdminCall& call) {
  const auto imported = ImportState(*call.space, call.body);
  if (!imported.ok()) return AdminError(imported.error());
  call.context.events.Publish(call.space->name(), "reset", R"({"what":"state"})");
  return GetSpace(call);
}

}  // namespace aweber::mock::routes
