#include <fmt/format.h>

#include <sstream>

#include "base/text/json.h"
#include "mockserver/admin/route.h"
#include "mockserver/admin/schema_text.h"

namespace aweber::mock {
namespace {

Json BodyOf(const AdminRoute& route) {
  if (route.body == BodyKind::kNone) return nullptr;
  if (route.body == BodyKind::kYaml) {
    return {{"required", true},
            {"content",
             {{"application/yaml", {{"schema", {{"type", "string"}}}}},
              {"application/json", {{"schema", {{"type", Json::array({"object", "array"})}}}}}}}};
  }
  return {{"required", route.body != BodyKind::kOptionalJson},
          {"content", {{"application/json", {{"schema", SchemaOf(route.fields)}}}}}};
}

Json ParametersOf(const AdminRoute& route, std::string_view path) {
  Json parameters = Json::array();
  for (std::size_t at = path.find('{'); at != std::string_view::npos; at = path.find('{', at + 1)) {
    parameters.push_back({{"name", path.substr(at + 1, path.find('}', at) - at - 1)},
                          {"in", "path"},
                          {"required", true},
                          {"schema", {{"type", "string"}}}});
  }
  for (const SchemaMember& parameter : MembersOf(route.parameters)) {
    parameters.push_back(
        {{"name", parameter.name}, {"in", "query"}, {"schema", SchemaOf(parameter.type)}});
  }
  return parameters;
}

Json ContentOf(const AdminRoute& route) {
  if (route.reply.find('/') != std::string_view::npos) {
    return {{std::string(route.reply), {{"schema", {{"type", "string"}}}}}};
  }
  return {{"application/json", {{"schema", SchemaOf(route.reply)}}}};
}

Json ErrorContent() { return {{"application/json", {{"schema", SchemaOf("Error")}}}}; }

Json ResponsesOf(const AdminRoute& route) {
  Json responses = Json::object();
  std::istringstream statuses{std::string(route.answers)};
  for (std::string status; statuses >> status;) {
    const bool as_reply = status.ends_with('=');
    if (as_reply) status.pop_back();
    Json response = {{"description", std::string(HttpReasonPhrase(std::stoi(status)))}};
    if (status[0] >= '4' && !as_reply) {
      response["content"] = ErrorContent();
    } else if (status != "204") {
      response["content"] = ContentOf(route);
    }
    responses[status] = std::move(response);
  }
  responses["default"] = {
      {"description",
       "The listener refuses any request so: 401, 403, 413, 415 and 421 before it looks at it"},
      {"content", ErrorContent()}};
  return responses;
}

void AddOperation(Json& paths, const AdminRoute& route, const std::string& path,
                  const std::string& operation_id) {
  Json operation = {{"operationId", operation_id}, {"summary", route.summary}};
  const Json parameters = ParametersOf(route, path);
  if (!parameters.empty()) operation["parameters"] = parameters;
  if (Json body = BodyOf(route); !body.is_null()) operation["requestBody"] = std::move(body);
  operation["responses"] = ResponsesOf(route);
  std::string method(route.method);
  for (char& c : method) c = static_cast<char>(c | 0x20);
  paths[path][method] = std::move(operation);
}

}  // namespace

Json AdminOpenApi() {
  Json paths = Json::object();
  for (const AdminRoute& route : AdminRoutes()) {
    AddOperation(paths, route, std::string(route.path), std::string(route.operation_id));
    if (!route.per_space) continue;
    constexpr std::string_view kApi = "/api/v1";
    AddOperation(paths, route,
                 fmt::format("{}/spaces/{{space}}{}", kApi, route.path.substr(kApi.size())),
                 fmt::format("{}InSpace", route.operation_id));
  }
  Json schemas = Json::object();
  for (const SchemaComponent& component : SchemaComponents()) {
    schemas[std::string(component.name)] = SchemaOf(component.text);
  }
  return {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "AWeber mock server: admin API"},
        {"version", "1"},
        {"description",
         "Controls the mock. Operations without a space in the path act on the default space."}}},
      {"paths", paths},
      {"components",
       {{"schemas", schemas},
        {"securitySchemes",
         {{"token",
           {{"type", "http"},
            {"scheme", "bearer"},
            {"description", "where --admin-token is set"}}}}}}},
      {"security", Json::array({Json::object(), {{"token", Json::array()}}})}};
}

}  // namespace aweber::mock
