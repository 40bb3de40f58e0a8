#include <fmt/format.h>

#include <sstream>

#include "mockserver/admin/route.h"

namespace aweber::mock {
namespace {

Json SchemaOf(std::string_view type) {
  if (type == "any") return Json::object();
  if (type == "duration") {
    return {{"description", "\"250ms\", \"90s\", \"11m\", \"1h\", or seconds"},
            {"type", Json::array({"string", "number"})}};
  }
  return {{"type", type}};
}

struct Named {
  std::string name, type;
  bool required = false;
};

// "a:string! b:integer" as names, types and whether required.
std::vector<Named> ParseNamed(std::string_view text) {
  std::vector<Named> all;
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    Named one;
    one.required = word.ends_with('!');
    if (one.required) word.pop_back();
    const auto colon = word.find(':');
    one.name = word.substr(0, colon);
    one.type = word.substr(colon + 1);
    all.push_back(std::move(one));
  }
  return all;
}

Json BodyOf(const AdminRoute& route) {
  if (route.body == BodyKind::kNone) return nullptr;
  if (route.body == BodyKind::kYaml) {
    return {{"required", true},
            {"content",
             {{"application/yaml", {{"schema", {{"type", "string"}}}}},
              {"application/json", {{"schema", {{"type", Json::array({"object", "array"})}}}}}}}};
  }
  Json schema = {{"type", "object"}, {"properties", Json::object()}};
  Json required = Json::array();
  schema["additionalProperties"] = route.fields == "*:any";
  for (const Named& field : ParseNamed(route.fields)) {
    if (field.name == "*") continue;
    schema["properties"][field.name] = SchemaOf(field.type);
    if (field.required) required.push_back(field.name);
  }
  if (!required.empty()) schema["required"] = required;
  return {{"required", route.body == BodyKind::kJson},
          {"content", {{"application/json", {{"schema", schema}}}}}};
}

Json ParametersOf(const AdminRoute& route, std::string_view path) {
  Json parameters = Json::array();
  for (std::size_t at = path.find('{'); at != std::string_view::npos; at = path.find('{', at + 1)) {
    parameters.push_back({{"name", path.substr(at + 1, path.find('}', at) - at - 1)},
                          {"in", "path"},
                          {"required", true},
                          {"schema", {{"type", "string"}}}});
  }
  for (const Named& parameter : ParseNamed(route.parameters)) {
    parameters.push_back(
        {{"name", parameter.name}, {"in", "query"}, {"schema", SchemaOf(parameter.type)}});
  }
  return parameters;
}

Json ResponsesOf(const AdminRoute& route) {
  Json responses = Json::object();
  std::istringstream statuses{std::string(route.answers)};
  for (std::string status; statuses >> status;) {
    Json response = {{"description", std::string(HttpReasonPhrase(std::stoi(status)))}};
    if (status[0] >= '4') {
      response["content"]["application/json"]["schema"]["$ref"] = "#/components/schemas/Error";
    }
    responses[status] = std::move(response);
  }
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
  const Json error = {{"type", "object"},
                      {"required", Json::array({"error"})},
                      {"properties",
                       {{"error",
                         {{"type", "object"},
                          {"required", Json::array({"code", "message"})},
                          {"properties",
                           {{"code", {{"type", "string"}}},
                            {"message", {{"type", "string"}}},
                            {"field", {{"type", "string"}}}}}}}}}};
  return {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "AWeber mock server: admin API"},
        {"version", "1"},
        {"description",
         "Controls the mock. Operations without a space in the path act on the default space."}}},
      {"paths", paths},
      {"components", {{"schemas", {{"Error", error}}}}}};
}

}  // namespace aweber::mock
