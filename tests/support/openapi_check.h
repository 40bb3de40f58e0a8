// OpenApiCheck: holds requests to the admin API, and its replies, to the mock's own OpenAPI document.
//
// Purpose: a test's helper asks Problem() for each exchange, so that the document cannot say what
//   the API does not do: the operation is there, the status is one of its own, a body and a query
//   that were taken are as it says, and so is every reply, errors too.
// Ownership: holds the compiled schemas. Thread safety: one thread.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
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
    const auto& responses = (*operation)["responses"];
    if (!guarded && !responses.contains(status)) return status + " is not in the document";
    const std::string operation_id = (*operation)["operationId"];
    const std::string answered =
        ReplyProblem(operation_id + " " + (guarded ? "default" : status),
                     responses[guarded ? "default" : status], method, reply);
    if (!answered.empty()) return answered;
    if (reply.status >= 400) return "";
    validated_.insert(operation_id);
    const std::string query = QueryProblem(*operation, target);
    return query.empty() ? BodyProblem(*operation, body) : query;
  }

  // The operations ("getClock") of which a reply below 400 was as the document says.
  const std::set<std::string>& validated() const { return validated_; }

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

  std::string ReplyProblem(const std::string& name, const nlohmann::json& response,
                           const std::string& method, const HttpResponse& reply) {
    if (method == "HEAD") return "";
    if (!response.contains("content")) {
      return reply.body.empty() ? "" : name + " has a body that the document does not know";
    }
    const std::string type = reply.headers.GetOr("Content-Type");
    const std::string media = type.substr(0, type.find(';'));
    if (!response["content"].contains(media)) return name + " is of the type \"" + type + "\"";
    if (media != "application/json") return "";
    const auto value = nlohmann::json::parse(reply.body, nullptr, false);
    if (value.is_discarded()) return name + " is no JSON: " + reply.body;
    const std::string problem = SchemaProblem(name, response["content"][media]["schema"], value);
    return problem.empty() ? "" : name + " replies what the document forbids:" + problem;
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
    const std::string problem =
        SchemaProblem(operation["operationId"], content["application/json"]["schema"], value);
    return problem.empty() ? "" : "takes a body that the document forbids:" + problem;
  }

  // What is wrong with `value`. `name`: of the schema, which is compiled once.
  std::string SchemaProblem(const std::string& name, const nlohmann::json& schema,
                            const nlohmann::json& value) {
    auto& compiled = schemas_[name];
    if (compiled == nullptr) {
      // References are to the components of the whole document.
      const nlohmann::json whole = {{"allOf", nlohmann::json::array({schema})},
                                    {"components", document_["components"]}};
      compiled = std::make_unique<valijson::Schema>();
      valijson::SchemaParser(valijson::SchemaParser::kDraft7)
          .populateSchema(valijson::adapters::NlohmannJsonAdapter(whole), *compiled);
    }
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults results;
    if (validator.validate(*compiled, valijson::adapters::NlohmannJsonAdapter(value), &results)) {
      return "";
    }
    std::string text;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) text += " " + error.description;
    return text;
  }

  nlohmann::json document_;
  std::map<std::string, std::unique_ptr<valijson::Schema>> schemas_;
  std::set<std::string> validated_;
};

}  // namespace aweber::mock::testing
