#include "mockserver/api/openapi.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text/json.h"

namespace aweber::mock {
namespace {

std::vector<std::string> SplitAt(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + separator.size(), text.size()));
  }
  return parts;
}

Json TypeSchema(Type type) {
  switch (type) {
    case Type::kInteger:
      return {{"type", "integer"}};
    case Type::kNumber:
      return {{"type", "number"}};
    case Type::kBoolean:
      return {{"type", "boolean"}};
    case Type::kText:
      return {{"type", "string"}};
    case Type::kLink:
    case Type::kUrl:
      return {{"type", "string"}, {"format", "uri-reference"}, {"pattern", "^[a-z]*:?//"}};
    case Type::kUuid:
      return {{"type", "string"},
              {"pattern", "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$"}};
    case Type::kDate:
      return {{"type", "string"}, {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:"}};
    case Type::kTexts:
    case Type::kLinks:
      return {{"type", "array"}, {"items", {{"type", "string"}}}};
    case Type::kObject:
      return {{"type", "object"}};
    case Type::kObjects:
      return {{"type", "array"}, {"items", {{"type", "object"}}}};
    case Type::kAny:
      break;
  }
  return Json::object();
}

Json MemberSchema(const Member& member) {
  Json schema = TypeSchema(member.type);
  if (!member.values.empty()) {
    schema["enum"] = SplitAt(member.values, "|");
    if (member.nullable) schema["enum"].push_back(nullptr);
  }
  if (member.nullable && schema.contains("type")) {
    schema["type"] = Json::array({schema["type"], "null"});
  }
  if (member.writable.empty()) schema["readOnly"] = true;
  return schema;
}

Json ResourceSchema(const Resource& resource) {
  Json properties = Json::object(), required = Json::array();
  for (const Member& member : resource.members) {
    properties[std::string(member.name)] = MemberSchema(member);
    if (member.shows == Shows::kAlways) required.push_back(member.name);
  }
  if (!resource.type.empty()) {
    properties["resource_type_link"] = {
        {"const", fmt::format("https://api.aweber.com/1.0/#{}", resource.type)}};
    required.push_back("resource_type_link");
  }
  return {{"type", "object"},
          {"properties", properties},
          {"required", required},
          {"additionalProperties", false}};
}

Json Ref(const Resource& resource) {
  return {{"$ref", fmt::format("#/components/schemas/{}", resource.name)}};
}

// An entry is one of several resources where a collection mixes them.
Json EntrySchema(const Operation& operation) {
  if (operation.resource == &kCampaign) {
    return {{"anyOf", Json::array({Ref(kCampaign), Ref(kFollowUpCampaign)})}};
  }
  if (operation.resource == &kClick) {
    return {{"anyOf", Json::array({Ref(kClick), Ref(kDetailedClick)})}};
  }
  return Ref(*operation.resource);
}

Json CollectionSchema(const Operation& operation) {
  const Json text = {{"type", "string"}}, number = {{"type", "integer"}, {"minimum", 0}};
  Json properties = {{"entries", {{"type", "array"}, {"items", EntrySchema(operation)}}},
                     {"next_collection_link", text},
                     {"prev_collection_link", text}};
  Json required = Json::array({"entries"});
  const auto add = [&](const char* name, const Json& schema) {
    properties[name] = schema;
    required.push_back(name);
  };
  if (operation.answers == Answers::kCollection) add("start", number);
  add(operation.collection.count == Count::kLink ? "total_size_link" : "total_size",
      operation.collection.count == Count::kLink ? text : number);
  if (!operation.collection.type.empty()) add("resource_type_link", text);
  if (operation.collection.self_link) add("self_link", text);
  return {{"type", "object"},
          {"properties", properties},
          {"required", required},
          {"additionalProperties", false}};
}

Json ParameterSchema(const Parameter& parameter) {
  Json schema = {{"type", "string"}};
  switch (parameter.kind) {
    case ParameterKind::kText:
      if (parameter.max > 0) schema["maxLength"] = static_cast<std::int64_t>(parameter.max);
      break;
    case ParameterKind::kUuid:
      schema["format"] = "uuid";
      break;
    case ParameterKind::kWhole:
      schema = {{"type", "integer"},
                {"minimum", static_cast<std::int64_t>(parameter.min)},
                {"maximum", static_cast<std::int64_t>(parameter.max)}};
      break;
    case ParameterKind::kDecimal:
      schema = {{"type", "number"}, {"minimum", parameter.min}, {"maximum", parameter.max}};
      break;
    case ParameterKind::kChoice:
      schema["enum"] = SplitAt(parameter.choices, "|");
      break;
    case ParameterKind::kFlag:
      schema = {{"type", "boolean"}};
      break;
    case ParameterKind::kDay:
    case ParameterKind::kTextMap:
    case ParameterKind::kTexts:
      break;
  }
  return schema;
}

Json Query(std::string_view name, bool required, Json schema) {
  return {{"name", name}, {"in", "query"}, {"required", required}, {"schema", std::move(schema)}};
}

Json Parameters(const Operation& operation) {
  Json all = Json::array();
  for (const std::string& part : SplitAt(operation.path, "/")) {
    if (!part.starts_with('{')) continue;
    all.push_back({{"name", part.substr(1, part.size() - 2)},
                   {"in", "path"},
                   {"required", true},
                   {"schema", {{"type", "string"}}}});
  }
  for (const Parameter& parameter : operation.parameters) {
    all.push_back(Query(parameter.name, parameter.required, ParameterSchema(parameter)));
  }
  if (operation.paged) {
    all.push_back(Query("ws.start", false, {{"type", "integer"}, {"minimum", 0}, {"default", 0}}));
    all.push_back(Query("ws.size", false,
                        {{"type", "integer"}, {"minimum", 1}, {"maximum", 100}, {"default", 100}}));
  }
  if (operation.countable) {
    all.push_back(Query("ws.show", false, {{"type", "string"}, {"enum", {"total_size"}}}));
  }
  return all;
}

Json FieldSchema(const Field& field) {
  switch (field.kind) {
    case FieldKind::kWhole:
      return {{"type", "integer"}};
    case FieldKind::kNumber:
      return {{"type", "number"}};
    case FieldKind::kFlag:
      return {{"type", Json::array({"boolean", "string"})}};
    case FieldKind::kChoice:
      return {{"type", "string"}, {"enum", SplitAt(field.choices, "|")}};
    case FieldKind::kTextMap:
    case FieldKind::kTagChange:
      return {{"type", "object"}};
    case FieldKind::kTexts:
    case FieldKind::kLinks:
      return {{"type", "array"}, {"items", {{"type", "string"}}}};
    default: {
      Json schema = {{"type", "string"}};
      if (field.max > 0) schema["maxLength"] = static_cast<std::int64_t>(field.max);
      return schema;
    }
  }
}

Json RequestBody(const Operation& operation) {
  Json properties = Json::object(), required = Json::array();
  if (!operation.ws_op.empty()) properties["ws.op"] = {{"const", operation.ws_op}};
  for (const Field& field : operation.fields) {
    properties[std::string(field.name)] = FieldSchema(field);
    if (field.required) required.push_back(field.name);
  }
  const Json schema = {{"type", "object"}, {"properties", properties}, {"required", required}};
  Json content = Json::object();
  if (operation.body != BodyType::kForm) content["application/json"] = {{"schema", schema}};
  if (operation.body != BodyType::kJson) {
    content["application/x-www-form-urlencoded"] = {{"schema", schema}};
  }
  return {{"required", true}, {"content", content}};
}

Json Responses(const Operation& operation) {
  Json responses = Json::object();
  const Json schema = ReplySchema(operation);
  Json& good = responses[std::to_string(operation.status)];
  good = {{"description", operation.summary}};
  if (!schema.is_null()) good["content"] = {{"application/json", {{"schema", schema}}}};
  std::map<std::string, std::string> errors;
  for (const char* always : {"400", "401", "403", "410", "500", "503"}) errors[always] = "";
  for (const std::string& error : SplitAt(operation.errors, ", ")) {
    const std::string type = error.size() > 4 ? error.substr(4) : "";
    std::string& types = errors[error.substr(0, 3)];
    types += (types.empty() ? "" : ", ") + type;
  }
  for (const auto& [status, types] : errors) {
    if (responses.contains(status)) continue;
    responses[status] = {
        {"description", types.empty() ? "Error" : types},
        {"content",
         {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
  }
  return responses;
}

Json DescribeOperation(const Operation& operation) {
  Json described = {{"operationId", operation.id},
                    {"summary", operation.summary},
                    {"parameters", Parameters(operation)}};
  if (operation.body != BodyType::kNone) described["requestBody"] = RequestBody(operation);
  if (!operation.scopes.empty()) {
    described["security"] = Json::array(
        {{{"oauth2", SplitAt(operation.scopes,
                             operation.scopes.find('|') == std::string_view::npos ? " " : "|")}}});
  }
  if (operation.legacy) described["deprecated"] = true;
  described["responses"] = Responses(operation);
  return described;
}

}  // namespace

Json ReplySchema(const Operation& operation) {
  switch (operation.answers) {
    case Answers::kOne:
      return operation.resource == nullptr ? Json() : EntrySchema(operation);
    case Answers::kCollection:
    case Answers::kCursor:
      if (operation.countable) {
        return {{"anyOf", Json::array({CollectionSchema(operation), {{"type", "integer"}}})}};
      }
      return CollectionSchema(operation);
    case Answers::kArray: {
      const Json item =
          operation.resource == nullptr ? Json{{"type", "string"}} : Ref(*operation.resource);
      return {{"type", "array"}, {"items", item}};
    }
    case Answers::kTotalObject:
      return {{"type", "object"},
              {"properties", {{"total_size", {{"type", "integer"}}}}},
              {"required", {"total_size"}},
              {"additionalProperties", false}};
    case Answers::kLink:
      return {{"type", "object"},
              {"properties", {{"self_link", {{"type", "string"}}}}},
              {"required", {"self_link"}},
              {"additionalProperties", false}};
    case Answers::kNothing:
      break;
  }
  return {};
}

Json ApiOpenApi() {
  Json paths = Json::object(), schemas = Json::object();
  for (const Resource* resource : AllResources()) {
    schemas[std::string(resource->name)] = ResourceSchema(*resource);
  }
  schemas["Error"] = {{"type", "object"}, {"required", {"error"}}};
  for (const Operation* operation : AllOperations()) {
    // One path and method may have several operations: ws.op tells them apart.
    std::string path(operation->path);
    if (!operation->ws_op.empty() && operation->method == "GET") {
      path += "?ws.op=" + std::string(operation->ws_op);
    }
    std::string method(operation->method);
    for (char& c : method) c = static_cast<char>(c + 32);
    paths[path][method] = DescribeOperation(*operation);
  }
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "The AWeber API as this mock serves it"},
            {"version", "1.0"},
            {"description", "Made from the mock's own tables."}}},
          {"paths", paths},
          {"components",
           {{"schemas", schemas},
            {"securitySchemes",
             {{"oauth2",
               {{"type", "oauth2"},
                {"flows",
                 {{"authorizationCode",
                   {{"authorizationUrl", "https://auth.aweber.com/oauth2/authorize"},
                    {"tokenUrl", "https://auth.aweber.com/oauth2/token"},
                    {"scopes", Json::object()}}}}}}}}}}}};
}

namespace {

std::string ReplyWords(const Operation& operation) {
  switch (operation.answers) {
    case Answers::kOne:
      return operation.resource == nullptr ? "" : " " + std::string(operation.resource->name);
    case Answers::kCollection:
      return fmt::format(" page of {}", operation.resource->name);
    case Answers::kCursor:
      return fmt::format(" page of {} by cursor", operation.resource->name);
    case Answers::kArray:
      return " array";
    case Answers::kTotalObject:
      return " `{\"total_size\": n}`";
    case Answers::kLink:
      return " `{\"self_link\": …}`";
    case Answers::kNothing:
      return operation.status == 201 || operation.status == 202 ? " `Location`" : "";
  }
  return "";
}

std::string ParameterWords(const Operation& operation) {
  std::string words;
  const auto add = [&](const std::string& word) { words += (words.empty() ? "" : ", ") + word; };
  if (operation.parameters.size() > 12) {
    add(fmt::format("{} filters", FindFiltersCount()));
    if (operation.parameters.size() > FindFiltersCount()) add("`sort_key`, `sort_order`");
  } else {
    for (const Parameter& one : operation.parameters) {
      add(fmt::format("`{}`{}", one.name, one.required ? " (required)" : ""));
    }
  }
  if (operation.paged) add("`ws.start`, `ws.size`");
  if (operation.countable) add("`ws.show`");
  for (const Field& one : operation.fields) {
    add(fmt::format("`{}`{}", one.name, one.required ? " (required)" : ""));
  }
  return words;
}

const char* TypeWords(Type type) {
  constexpr const char* kWords[] = {
      "whole number", "number", "true or false", "text",           "link",   "URL",
      "UUID",         "date",   "array of text", "array of links", "object", "array of objects",
      "any"};
  return kWords[static_cast<int>(type)];
}

std::string ResourceTable(const Resource& resource) {
  std::string table = fmt::format(
      "\n### {}\n\n| member | type | null | written by |\n"
      "| --- | --- | --- | --- |\n",
      resource.name);
  for (const Member& member : resource.members) {
    std::string type = TypeWords(member.type);
    if (!member.values.empty()) {
      type.clear();
      for (const std::string& value : SplitAt(member.values, "|")) {
        type += (type.empty() ? "`" : ", `") + value + "`";
      }
    }
    if (member.shows == Shows::kWhole) type += "; not in collections";
    if (member.shows == Shows::kFound) type += "; in finds only";
    if (member.shows == Shows::kSometimes) type += "; when there is one";
    table += fmt::format("| {} | {} | {} | {} |\n", member.name, type, member.nullable ? "yes" : "",
                         member.writable);
  }
  return table;
}

}  // namespace

std::string ApiPage() {
  std::string page =
      "# The API that the mock serves\n\n"
      "Made from the mock's own tables: do not edit. `GET /aweber-openapi.json` of the admin "
      "listener is the\nsame as OpenAPI 3.1. [fidelity.md](fidelity.md) says where each behaviour "
      "is known from.\n\n"
      "## Operations\n\n";
  std::size_t published = 0;
  for (const Operation* one : AllOperations()) published += one->legacy ? 0 : 1;
  page += fmt::format(
      "AWeber publishes {} operations; each of them is here. Any may also answer "
      "401, 403 `ForbiddenError`,\n410, 500 and 503; a page out of range is 400 "
      "`WebServiceError`.\n\n",
      published);
  page +=
      "| operation | scope | parameters, members of the body | success | errors |\n"
      "| --- | --- | --- | --- | --- |\n";
  for (const Operation* one : AllOperations()) {
    std::string scopes(one->scopes);
    if (const std::size_t bar = scopes.find('|'); bar != std::string::npos) {
      scopes.replace(bar, 1, " or ");
    }
    page += fmt::format("| {} `{}{}`: {}{} | {} | {} | {}{} | {} |\n", one->method, one->path,
                        one->ws_op.empty() ? "" : "?ws.op=" + std::string(one->ws_op), one->summary,
                        one->legacy ? " (removed by AWeber)" : "", scopes, ParameterWords(*one),
                        one->status, ReplyWords(*one), one->errors);
  }
  page += "\n## Resources\n";
  for (const Resource* resource : AllResources()) page += ResourceTable(*resource);
  return page;
}

}  // namespace aweber::mock
