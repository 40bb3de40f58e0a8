#include "mockserver/admin/admin.h"

#include <fmt/format.h>

#include <utility>

#include "base/text/form.h"
#include "base/text/json.h"
#include "mockserver/admin/reply.h"
#include "mockserver/console/console.h"

namespace aweber::mock {
namespace {

// The space that the path names, the default one for operations without a space part.
Result<std::shared_ptr<Space>> SpaceFor(MockServer& server,
                                        const std::map<std::string, std::string>& parts) {
  const auto named = parts.find("space");
  if (named == parts.end()) return server.default_space();
  if (auto space = server.FindSpace(named->second)) return space;
  return Error{"space.unknown",
               fmt::format("no space \"{}\"; GET /api/v1/spaces lists them", named->second)};
}

HttpResponse WrongMethod(const std::string& method, std::string_view path,
                         const std::vector<std::string>& allowed) {
  HttpResponse response = AdminError(405, "method_not_allowed",
                                     fmt::format("{} {} is not an operation; allowed: {}", method,
                                                 path, fmt::join(allowed, ", ")));
  response.headers.Set("Allow", fmt::format("{}", fmt::join(allowed, ", ")));
  return response;
}

}  // namespace

Admin::Admin(MockServer& server, ScenarioLibrary& scenarios, EventHub& events, GuardPolicy policy,
             std::stop_token stop)
    : context_{server, scenarios, events, std::move(stop)}, policy_(std::move(policy)) {}

HttpResponse Admin::Handle(const HttpRequest& request) {
  auto refusal = CheckAdminRequest(policy_, request);
  HttpResponse response = refusal ? std::move(*refusal) : Route(request);
  // No other site may load it, not even as a picture or a script.
  response.headers.Set("Cross-Origin-Resource-Policy", "same-origin");
  return response;
}

HttpResponse Admin::Route(const HttpRequest& request) {
  std::map<std::string, std::string> parts;
  std::vector<std::string> other_methods;
  const AdminRoute* route = FindAdminRoute(request.method, request.Path(), parts, other_methods);
  if (route == nullptr) {
    if (!other_methods.empty()) return WrongMethod(request.method, request.Path(), other_methods);
    if (auto page = ConsoleAsset(request)) return *page;
    return AdminError(
        404, "route.unknown",
        fmt::format("nothing at {}; GET /openapi.json lists the operations", request.Path()));
  }
  Result<std::shared_ptr<Space>> space = SpaceFor(context_.server, parts);
  if (!space.ok()) return AdminError(space.error(), 404);
  AdminCall call{context_, *space, request, ParseForm(request.Query()), Json::object(), parts};
  const bool optional = route->body == BodyKind::kOptionalJson && request.body.empty();
  if (route->body != BodyKind::kNone && route->body != BodyKind::kYaml && !optional) {
    JsonLimits limits;
    if (route->body != BodyKind::kState) limits.max_values = kMaxJsonValues;
    Result<Json> body = ParseJson(request.body, limits);
    if (!body.ok()) return AdminError(400, "invalid_body", body.error().message);
    call.body = std::move(*body);
  }
  return route->handler(call);
}

}  // namespace aweber::mock
