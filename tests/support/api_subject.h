// ApiSubject: the API of a mock with its sample data, asked in process; each reply is held to the
// mock's own OpenAPI document.
//
// Purpose: short tests. Thread safety: one thread.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
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

#include "base/text/form.h"
#include "base/text/json.h"
#include "mockserver/api/openapi.h"
#include "mockserver/mock_server.h"
#include "tests/support/mock_flow.h"

namespace aweber::mock::testing {

inline const std::string kAccountPath = "/1.0/accounts/1000001";
inline const std::string kListPath = kAccountPath + "/lists/2000001";    // 3 subscribers
inline const std::string kManyPath = kAccountPath + "/lists/2000002";    // 1000 subscribers
inline const std::string kTrialsPath = kAccountPath + "/lists/2000003";  // confirmed opt-in
inline constexpr const char* kJson = "application/json";

// "" when the schema of the operation's reply takes `body`.
inline std::string SchemaProblem(const Operation& operation, const std::string& body) {
  static std::map<std::string_view, std::unique_ptr<valijson::Schema>> schemas;
  auto& schema = schemas[operation.id];
  if (schema == nullptr) {
    Json document = {{"allOf", Json::array({ReplySchema(operation)})}};
    document["components"] = ApiOpenApi()["components"];
    const auto plain = nlohmann::json::parse(DumpJson(document));
    schema = std::make_unique<valijson::Schema>();
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(plain), *schema);
  }
  auto document = nlohmann::json::parse(body);
  // Validation is slow, and the entries of one page are alike: the first twenty are judged.
  if (document.is_object() && document.contains("entries") && document["entries"].is_array()) {
    auto& entries = document["entries"];
    if (entries.size() > 20) entries.erase(entries.begin() + 20, entries.end());
  }
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  if (validator.validate(*schema, valijson::adapters::NlohmannJsonAdapter(document), &results)) {
    return "";
  }
  std::string text;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    for (const std::string& place : error.context) text += place;
    text += ": " + error.description + "\n";
  }
  return text;
}

class ApiSubject {
 public:
  // `subscribers`: of the list kManyPath.
  explicit ApiSubject(Settings settings = SettingsFor(Profile::kAWeber),
                      std::int64_t subscribers = 1000) {
    settings.rate_limit = 0;
    settings.access_token_ttl = 1'000'000'000;  // the clock may be moved by weeks
    server_ = *MockServer::Start(
        {.scheme = "http", .settings = settings, .seed = 3, .sample_subscribers = subscribers});
    flow_ = std::make_unique<Flow>(*server_, false);
    Fresh();
  }

  MockServer& server() { return *server_; }
  Space& space() { return *server_->default_space(); }
  std::string base() const { return server_->base_url(); }

  void Fresh() {
    space().Reset();
    token_ = Token({});
  }
  // `scopes` none: all of them.
  std::string Token(const std::vector<std::string>& scopes) {
    return space().IssueTokens({kClientId, "", scopes})->first.value;
  }
  void UseToken(std::string token) { token_ = std::move(token); }
  void Set(const std::string& name, const Json& value) {
    Settings settings = space().settings();
    ASSERT_TRUE(ApplySetting(settings, name, value).ok()) << name;
    space().SetSettings(settings);
  }

  // `target`: a path, or an absolute URL of this server.
  HttpResponse Send(const std::string& method, const std::string& target,
                    const std::string& type = "", const std::string& body = "") {
    HttpHeaders headers{{"Authorization", "Bearer " + token_}};
    if (!type.empty()) headers.Add("Content-Type", type);
    HttpResponse reply = flow_->Send(method, target, headers, body);
    Check(method, target, type, body, reply);
    return reply;
  }
  HttpResponse Form1(const std::string& method, const std::string& target, const Form& form) {
    return Send(method, target, kForm, form.Encode());
  }
  HttpResponse PostJson(const std::string& target, const Json& body) {
    return Send("POST", target, kJson, DumpJson(body));
  }
  HttpResponse Patch(const std::string& target, const Json& body) {
    return Send("PATCH", target, kJson, DumpJson(body));
  }
  Json Get(const std::string& target) {
    const HttpResponse reply = Send("GET", target);
    EXPECT_EQ(reply.status, 200) << target << "\n" << reply.body;
    return ParseJson(reply.body).value_or(Json());
  }
  static std::string ErrorType(const HttpResponse& reply) {
    const auto body = ParseJson(reply.body);
    if (!body.ok() || !body->is_object() || !body->contains("error")) return "";
    const Json& error = (*body)["error"];
    return error.is_object() ? JsonString(error, "type").value_or("") : error.get<std::string>();
  }
  std::string Why() { return space().journal().Entries().back().why_rejected; }

 private:
  // Every good reply has its operation's status and shape.
  void Check(const std::string& method, const std::string& target, const std::string& type,
             const std::string& body, const HttpResponse& reply) {
    if (reply.status >= 300) return;
    std::string path = target.starts_with(base()) ? target.substr(base().size()) : target;
    path = path.substr(0, path.find('?'));
    std::string op = QueryOf(target).GetOr("ws.op");
    if (op.empty() && method != "GET") {
      op = type == kJson ? JsonString(ParseJson(body).value_or(Json()), "ws.op").value_or("")
                         : ParseForm(body).GetOr("ws.op");
    }
    const Operation* operation = OperationFor(method, path, op);
    ASSERT_NE(operation, nullptr) << method << " " << target;
    const Settings settings = space().settings();
    if (settings.broadcast_create_status == "200") {
      EXPECT_EQ(reply.status, operation->status) << method << " " << target;
    }
    if (ReplySchema(*operation).is_null()) return;
    EXPECT_EQ(SchemaProblem(*operation, reply.body), "") << method << " " << target << "\n"
                                                         << reply.body.substr(0, 2000);
  }

  std::unique_ptr<MockServer> server_;
  std::unique_ptr<Flow> flow_;
  std::string token_;
};

}  // namespace aweber::mock::testing
