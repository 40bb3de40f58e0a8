#include "mockserver/journal/json.h"

#include <fmt/format.h>

#include "base/text/base64.h"
#include "base/text/form.h"
#include "base/text/json.h"

namespace aweber::mock {
namespace {

Json TextToJson(const std::string& text) {
  if (IsValidUtf8(text)) return text;
  return {{"base64", Base64Encode(text)}};
}

std::string TextFromJson(const Json& object, const char* name) {
  const Json* value = JsonMember(object, name);
  if (value == nullptr) return "";
  if (value->is_string()) return value->get<std::string>();
  return Base64Decode(JsonString(*value, "base64").value_or("")).value_or("");
}

Json HeadersToJson(const HttpHeaders& headers) {
  Json list = Json::array();
  for (const auto& [name, value] : headers.fields()) {
    list.push_back(Json::array({name, TextToJson(value)}));
  }
  return list;
}

Status HeadersFromJson(const Json& object, const char* name, HttpHeaders& headers) {
  const Json* list = JsonMember(object, name);
  if (list == nullptr) return {};
  for (const Json& field : *list) {
    if (!field.is_array() || field.size() != 2 || !field[0].is_string()) {
      return Error{"journal.invalid", fmt::format("\"{}\" must be a list of [name, value]", name)};
    }
    const Json holder = {{"v", field[1]}};
    headers.Add(field[0].get<std::string>(), TextFromJson(holder, "v"));
  }
  return {};
}

std::int64_t MicrosOf(UnixTime time) { return time.time_since_epoch().count(); }
UnixTime FromMicros(std::int64_t micros) { return UnixTime(Micros(micros)); }

// The facts that are texts, in the order they are written.
struct TextFact {
  const char* name;
  std::string Facts::*member;
};
constexpr TextFact kTextFacts[] = {
    {"client_id", &Facts::client_id},
    {"basic_encoding", &Facts::basic_encoding},
    {"grant_type", &Facts::grant_type},
    {"code", &Facts::code_label},
    {"grant", &Facts::grant_label},
    {"access_token", &Facts::access_label},
    {"refresh_token", &Facts::refresh_label},
    {"issued_refresh_token", &Facts::issued_refresh_label},
    {"token_state", &Facts::token_state},
    {"token_placement", &Facts::token_placement},
};

Json FactsToJson(const Facts& facts) {
  Json object = Json::object();
  for (const TextFact& fact : kTextFacts) {
    if (!(facts.*fact.member).empty()) object[fact.name] = facts.*fact.member;
  }
  if (facts.client_known) object["client_type"] = facts.client_public ? "public" : "confidential";
  if (facts.auth != ClientAuth::kNone) object["auth"] = ClientAuthName(facts.auth);
  if (facts.committed) object["committed"] = true;
  if (facts.named_host) object["named_host"] = true;
  return object;
}

Facts FactsFromJson(const Json& object) {
  Facts facts;
  for (const TextFact& fact : kTextFacts) {
    facts.*fact.member = JsonString(object, fact.name).value_or("");
  }
  const auto type = JsonString(object, "client_type");
  facts.client_known = type.has_value();
  facts.client_public = type == "public";
  facts.auth =
      ClientAuthFromName(JsonString(object, "auth").value_or("none")).value_or(ClientAuth::kNone);
  facts.committed = JsonBool(object, "committed").value_or(false);
  facts.named_host = JsonBool(object, "named_host").value_or(false);
  return facts;
}

Json FindingsToJson(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) {
    list.push_back(
        {{"check", finding.check}, {"level", finding.level}, {"message", finding.message}});
  }
  return list;
}

}  // namespace

Json EntryToJson(const JournalEntry& raw, const Redactor* redactor) {
  const JournalEntry entry = redactor == nullptr ? raw : redactor->Entry(raw);
  const HttpRequest& request = entry.request;
  Json json = {{"sequence", entry.sequence},
               {"space", entry.space},
               {"time", MicrosOf(entry.real_time)},
               {"virtual_time", MicrosOf(entry.virtual_time)},
               {"virtual_time_text", FormatRfc3339(entry.virtual_time)},
               {"endpoint", EndpointName(entry.endpoint)},
               {"path", entry.local_path},
               {"state", EntryStateName(entry.state)},
               {"request",
                {{"method", request.method},
                 {"target", TextToJson(request.target)},
                 {"headers", HeadersToJson(request.headers)},
                 {"body", TextToJson(request.body)},
                 {"tls", request.tls},
                 {"server_name", request.server_name},
                 {"peer", request.peer}}},
               {"facts", FactsToJson(entry.facts)}};
  if (entry.status != 0) {
    json["response"] = {{"status", entry.status},
                        {"headers", HeadersToJson(entry.response_headers)},
                        {"body", TextToJson(entry.response_body)},
                        {"bytes_sent", entry.bytes_sent}};
  }
  if (entry.state != EntryState::kUnderWay) json["finished"] = MicrosOf(entry.finished_real_time);
  json["error"] = entry.error;
  json["why_rejected"] = entry.why_rejected;
  json["rule"] = entry.rule;
  json["fault"] = entry.fault.Text();
  json["findings"] = FindingsToJson(entry.findings);
  return json;
}

Result<JournalEntry> EntryFromJson(const Json& json) {
  const Json* request = JsonMember(json, "request");
  const auto endpoint = EndpointFromName(JsonString(json, "endpoint").value_or(""));
  if (request == nullptr || !request->is_object()) {
    return Error{"journal.invalid", "an entry needs a \"request\" object"};
  }
  if (!endpoint) return Error{"journal.invalid", "\"endpoint\" is missing or unknown"};
  JournalEntry entry;
  entry.sequence = static_cast<std::uint64_t>(JsonInt(json, "sequence").value_or(0));
  entry.space = JsonString(json, "space").value_or("");
  entry.real_time = FromMicros(JsonInt(json, "time").value_or(0));
  entry.virtual_time = FromMicros(JsonInt(json, "virtual_time").value_or(0));
  entry.finished_real_time = FromMicros(JsonInt(json, "finished").value_or(0));
  entry.endpoint = *endpoint;
  entry.local_path = JsonString(json, "path").value_or("");
  entry.state = EntryStateFromName(JsonString(json, "state").value_or("answered"))
                    .value_or(EntryState::kAnswered);
  entry.request.method = JsonString(*request, "method").value_or("");
  entry.request.target = TextFromJson(*request, "target");
  entry.request.body = TextFromJson(*request, "body");
  entry.request.tls = JsonBool(*request, "tls").value_or(false);
  entry.request.server_name = JsonString(*request, "server_name").value_or("");
  entry.request.peer = JsonString(*request, "peer").value_or("");
  if (Status s = HeadersFromJson(*request, "headers", entry.request.headers); !s.ok()) {
    return s.error();
  }
  if (const Json* facts = JsonMember(json, "facts")) entry.facts = FactsFromJson(*facts);
  if (const Json* response = JsonMember(json, "response")) {
    entry.status = static_cast<int>(JsonInt(*response, "status").value_or(0));
    entry.response_body = TextFromJson(*response, "body");
    entry.bytes_sent = static_cast<std::uint64_t>(JsonInt(*response, "bytes_sent").value_or(0));
    if (Status s = HeadersFromJson(*response, "headers", entry.response_headers); !s.ok()) {
      return s.error();
    }
  }
  entry.error = JsonString(json, "error").value_or("");
  entry.why_rejected = JsonString(json, "why_rejected").value_or("");
  entry.rule = JsonString(json, "rule").value_or("");
  entry.fault = FaultSet(JsonString(json, "fault").value_or(""));
  if (const Json* findings = JsonMember(json, "findings"); findings && findings->is_array()) {
    for (const Json& finding : *findings) {
      entry.findings.push_back({JsonString(finding, "check").value_or(""),
                                JsonString(finding, "level").value_or(""),
                                JsonString(finding, "message").value_or("")});
    }
  }
  return entry;
}

}  // namespace aweber::mock
