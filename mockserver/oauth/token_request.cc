#include "mockserver/oauth/token_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/text/ascii.h"
#include "base/text/base64.h"
#include "base/text/json.h"

namespace aweber::mock {
namespace {

void ReadBasic(std::string_view credentials, BasicCredentials& basic) {
  basic.present = true;
  const auto decoded = Base64Decode(credentials);
  if (!decoded) {
    basic.problem = "the Basic credentials are not base64";
    return;
  }
  const std::size_t colon = decoded->find(':');
  if (colon == std::string::npos) {
    basic.problem = "the Basic credentials have no colon between id and secret";
    return;
  }
  basic.raw_id = decoded->substr(0, colon);
  basic.raw_secret = decoded->substr(colon + 1);
  const auto id = FormDecode(basic.raw_id);
  const auto secret = FormDecode(basic.raw_secret);
  basic.decodable = id && secret;
  basic.id = id.value_or(basic.raw_id);
  basic.secret = secret.value_or(basic.raw_secret);
}

void ReadJsonBody(const HttpRequest& request, TokenRequest& read) {
  read.json = true;
  const auto parsed = ParseJson(request.body, {.max_values = kMaxJsonValues});
  if (!parsed && parsed.error().code == "json.too_many") {
    read.too_many = TooManyParameters("body", kMaxJsonValues);
    return;
  }
  if (!parsed) {
    read.body_problem = fmt::format("the JSON body cannot be read: {}", parsed.error().message);
    return;
  }
  if (!parsed->is_object()) {
    read.body_problem = "the JSON body is not an object";
    return;
  }
  if (parsed->size() > kMaxParameters) {
    read.too_many = TooManyParameters("body", parsed->size());
    return;
  }
  for (const auto& [name, value] : parsed->items()) {
    if (value.is_string()) read.body.Add(name, value.get<std::string>());
  }
}

void NotRead(const HttpRequest& request, TokenRequest& read) {
  // RFC 6749 §4.1.3, §6: parameters are sent as application/x-www-form-urlencoded.
  read.body_problem = fmt::format(
      "the body was not read: its Content-Type is \"{}\", not "
      "application/x-www-form-urlencoded",
      request.headers.GetOr("Content-Type"));
}

void ReadBody(const HttpRequest& request, TokenRequest& read) {
  if (request.body.empty()) return;
  const std::string type = MediaType(request);
  if (type == "application/x-www-form-urlencoded") {
    read.body = ParseParameters(request.body, "body", read.too_many);
  } else if (type == "application/json") {
    ReadJsonBody(request, read);
  } else {
    NotRead(request, read);
  }
}

// Names that stand in both with different values.
void AddContradictions(const Form& body, const Form& query, std::vector<std::string>& names) {
  if (query.empty()) return;
  std::unordered_map<std::string_view, std::string_view> values;
  for (const FormField& field : body.fields()) values.try_emplace(field.name, field.value);
  for (const FormField& field : query.fields()) {
    const auto other = values.find(field.name);
    if (other == values.end() || other->second == field.value) continue;
    if (!other->second.empty() && !field.value.empty()) names.push_back(field.name);
  }
}

}  // namespace

TokenRequest ReadTokenRequest(const HttpRequest& request) {
  TokenRequest read;
  read.query = ParseParameters(request.Query(), "query", read.query_too_many);
  ReadBody(request, read);
  if (const auto header = request.headers.Get("Authorization")) {
    const auto [scheme, credentials] = SplitAuthorization(*header);
    if (EqualsIgnoreCase(scheme, "Basic")) {
      ReadBasic(credentials, read.basic);
    } else {
      read.header_problem = SchemeProblem(*header, "Basic");
    }
  }
  return read;
}

void Interpret(const Settings& settings, const HttpRequest& request, TokenRequest& read) {
  if (read.json && !settings.json_token_body) {
    read.json = false;
    read.body = {};
    read.too_many.clear();
    NotRead(request, read);
  }
  if (read.too_many.empty()) read.too_many = read.query_too_many;
  read.query_parameters = settings.token_query_parameters;
  read.duplicates = read.body.Duplicates();
  for (std::string& name : read.query.Duplicates()) read.duplicates.push_back(std::move(name));
  if (read.query_parameters) AddContradictions(read.body, read.query, read.duplicates);
}

std::optional<std::string> TokenRequest::Get(std::string_view name) const {
  if (auto value = Sent(body, name)) return value;
  if (query_parameters) return Sent(query, name);
  return std::nullopt;
}

std::string TokenRequest::InvalidParameter() const {
  for (const Form* form : {&body, &query}) {
    for (const FormField& field : form->fields()) {
      if (!field.valid) return field.raw_name;
    }
  }
  return "";
}

}  // namespace aweber::mock
