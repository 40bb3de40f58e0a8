// OpenApiCheck: holds requests to the admin API, and its replies, to the mock's own OpenAPI document.
//
// Purpose: a test's helper asks Problem() for each exchange, so that the document cannot say what
//   the API does not do: the operation is there, the status is one of its own, a body and a query
//   that were taken are as it says, an error looks like one.
// Ownership: holds the compiled schemas. Thread safety: one thread.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

// valijson's headers shadow names of their own.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#pragma GCC diagnostic pop

#include "base/http/message.h"
#include "base/text/json.h"

namespace aweber::mock::testing {

class OpenApiCheck {
 public:
  // `document`: the text of /openapi.json.
  explicit OpenApiCheck(const std::string& document) : document_(nlohmann::json::parse(document)) {}

  // "" when the document allows the exchange. What it does not know at all must have been refused.
  std::string Problem(const std::string& method, const std::string& target, const std::string& body,
                      const HttpResponse& reply) {
    const std::string path = target.substr(0, target.find('?'));
    const nlohmann::json* const operation = Find(method, path);
    if (operation == nullptr) {
      const bool ours = path.starts_with("/api/");  // the console's files stand beside it
      return !ours || reply.status >= 400 ? "" : method + " " + path + " is not in the document";
    }
    const std::string status = std::to_string(reply.status);
    const bool guarded = reply.status == 401 || reply.status == 403 || reply.status == 413 ||
                         reply.status == 415 || reply.status == 421;  // whatever is asked
    if (guarded) return "";
    if (!(*operation)["responses"].contains(status)) return status + " is not in the document";
    if (reply.status >= 400) return ErrorProblem(reply.body);
    const std::string query = QueryProblem(*operation, target);
    return query.empty() ? BodyProblem(*operation, body) : query;
  }

 private:
  static std::vector<std::string> Split(const std::string& path) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= path.size();) {
      const std::size_t end = std::min(path.find('/', at), path.size());
      parts.push_back(path.substr(at, end - at));
      at = end + 1;
    }
    return parts;
  }

  // The operation, literal paths before those with parameters; null when there is none.
  const nlohmann::json* Find(const std::string& method, const std::string& path) const {
    std::string lower;
    for (const char c : method == "HEAD" ? std::string("GET") : method) {
      lower += static_cast<char>(c | 0x20);
    }
    const std::vector<std::string> given = Split(path);
    const nlohmann::json* found = nullptr;
    for (const auto& [pattern, operations] : document_["paths"].items()) {
      const std::vector<std::string> wanted = Split(pattern);
      if (wanted.size() != given.size() || !operations.contains(lower)) continue;
      bool matches = true;
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        matches = matches && (wanted[i].starts_with('{') || wanted[i] == given[i]);
      }
      if (matches && (found == nullptr || pattern == path)) found = &operations[lower];
    }
    return found;
  }

  static std::string ErrorProblem(const std::string& body) {
    const auto error = ParseJson(body);
    const Json* const inner = error ? JsonMember(*error, "error") : nullptr;
    if (inner != nullptr && JsonString(*inner, "code") && JsonString(*inner, "message")) return "";
    const bool report = error && error->is_object() && error->contains("errors");
    return report || body.empty() ? "" : "no error object: " + body;
  }

  static std::string QueryProblem(const nlohmann::json& operation, const std::string& target) {
    const std::size_t mark = target.find('?');
    if (mark == std::string::npos) return "";
    for (std::size_t at = mark + 1; at < target.size();) {
      const std::size_t end = std::min(target.find('&', at), target.size());
      const std::string pair = target.substr(at, end - at);
      const std::string name = pair.substr(0, pair.find('='));
      bool known = false;
      for (const auto& parameter : operation.value("parameters", nlohmann::json::array())) {
        known = known || parameter["name"] == name;
      }
      if (!known) return "the query \"" + name + "\" is not in the document";
      at = end + 1;
    }
    return "";
  }

  std::string BodyProblem(const nlohmann::json& operation, const std::string& body) {
    if (!operation.contains("requestBody")) return "";  // what is sent all the same is not read
    if (body.empty()) {
      return operation["requestBody"]["required"] == true ? "takes no body, against the document"
                                                          : "";
    }
    const auto value = nlohmann::json::parse(body, nullptr, false);
    const auto& content = operation["requestBody"]["content"];
    if (value.is_discarded()) {
      return content.contains("application/yaml") ? "" : "takes what is no JSON";
    }
    auto& schema = schemas_[operation["operationId"]];
    if (schema == nullptr) {
      schema = std::make_unique<valijson::Schema>();
      valijson::SchemaParser(valijson::SchemaParser::kDraft7)
          .populateSchema(
              valijson::adapters::NlohmannJsonAdapter(content["application/json"]["schema"]),
              *schema);
    }
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults results;
    if (validator.validate(*schema, valijson::adapters::NlohmannJsonAdapter(value), &results)) {
      return "";
    }
    std::string text = "takes a body that the document forbids:";
    valijson::ValidationResults::Error error;
    while (results.popError(error)) text += " " + error.description;
    return text;
  }

  nlohmann::json document_;
  std::map<std::string, std::unique_ptr<valijson::Schema>> schemas_;
};

}  // namespace aweber::mock::testing
