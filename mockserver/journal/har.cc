#include "mockserver/journal/har.h"

#include <fmt/format.h>

#include "base/text/ascii.h"
#include "base/text/base64.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "mockserver/journal/har_clients.h"

namespace aweber::mock {
namespace {

Json NameValues(const HttpHeaders& headers) {
  Json list = Json::array();
  for (const auto& [name, value] : headers.fields()) {
    list.push_back({{"name", name}, {"value", value}});
  }
  return list;
}

Json ParametersOf(std::string_view text) {
  Json list = Json::array();
  const Form form = ParseForm(text, kMaxParameters);
  for (const FormField& field : form.fields()) {
    list.push_back({{"name", field.name}, {"value", field.value}});
  }
  return list;
}

// As the client knew it: AWeber's names are answered too, and a proxy is sent absolute URLs.
std::string UrlOf(const HttpRequest& request, const std::string& base_url) {
  if (!request.target.starts_with('/') && request.target.find("://") != std::string::npos) {
    return request.target;
  }
  const bool aweber = request.server_name.ends_with(".aweber.com");
  return (aweber ? "https://" + request.server_name : base_url) + request.target;
}

Json RequestOf(const JournalEntry& entry, const std::string& base_url) {
  Json request = {{"method", entry.request.method},
                  {"url", UrlOf(entry.request, base_url)},
                  {"httpVersion", "HTTP/1.1"},
                  {"cookies", Json::array()},
                  {"headers", NameValues(entry.request.headers)},
                  {"queryString", ParametersOf(entry.request.Query())},
                  {"headersSize", -1},
                  {"bodySize", entry.request.body.size()}};
  if (!entry.request.body.empty()) {
    const std::string type =
        entry.request.headers.GetOr("Content-Type", "application/octet-stream");
    const bool form = type.starts_with("application/x-www-form-urlencoded");
    request["postData"] = {{"mimeType", type},
                           {"params", form ? ParametersOf(entry.request.body) : Json::array()},
                           {"text", entry.request.body}};
  }
  return request;
}

Json ResponseOf(const JournalEntry& entry) {
  return {{"status", entry.status},
          {"statusText", std::string(HttpReasonPhrase(entry.status))},
          {"httpVersion", "HTTP/1.1"},
          {"cookies", Json::array()},
          {"headers", NameValues(entry.response_headers)},
          {"content",
           {{"size", entry.response_body.size()},
            {"mimeType", entry.response_headers.GetOr("Content-Type", "application/octet-stream")},
            {"text", entry.response_body}}},
          {"redirectURL", entry.response_headers.GetOr("Location")},
          {"headersSize", -1},
          {"bodySize", entry.response_body.size()}};
}

Endpoint EndpointOf(std::string_view method, std::string_view path) {
  if (path.ends_with("/oauth2/authorize") || path.ends_with("/oauth2/auth")) {
    return method == "POST" ? Endpoint::kDecision : Endpoint::kAuthorize;
  }
  if (path.ends_with("/oauth2/token")) return Endpoint::kToken;
  if (path.ends_with("/oauth2/revoke")) return Endpoint::kRevoke;
  if (path.find("/1.0/") != std::string_view::npos || path.ends_with("/1.0")) return Endpoint::kApi;
  return Endpoint::kOther;
}

struct HarCredentials {
  std::string id, secret;
};

std::optional<HarCredentials> BasicOf(const HttpRequest& request) {
  const std::string header = request.headers.GetOr("Authorization");
  if (!header.starts_with("Basic ")) return std::nullopt;
  const auto decoded = Base64Decode(header.substr(6));
  const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return HarCredentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

void AddTokenEndpointFacts(JournalEntry& entry) {
  const Form body = ParseForm(entry.request.body, kMaxParameters);
  const Form query = ParseForm(entry.request.Query(), kMaxParameters);
  Facts& facts = entry.facts;
  facts.grant_type = body.GetOr("grant_type", query.GetOr("grant_type"));
  facts.client_id = body.GetOr("client_id", query.GetOr("client_id"));
  int methods = 0;
  if (const auto basic = BasicOf(entry.request)) {
    ++methods;
    facts.auth = ClientAuth::kBasic;
    facts.client_id = FormDecode(basic->id).value_or(basic->id);
  }
  if (body.Has("client_secret") && ++methods) facts.auth = ClientAuth::kBody;
  if (query.Has("client_secret") && ++methods) facts.auth = ClientAuth::kQuery;
  if (methods > 1) facts.auth = ClientAuth::kSeveral;
}

void AddApiFacts(JournalEntry& entry) {
  std::string& placement = entry.facts.token_placement;
  const auto add = [&](const char* where) {
    placement += (placement.empty() ? "" : "+") + std::string(where);
  };
  if (entry.request.headers.GetOr("Authorization").starts_with("Bearer ")) add("header");
  if (ParseForm(entry.request.body, kMaxParameters).Has("access_token")) add("form");
  if (ParseForm(entry.request.Query(), kMaxParameters).Has("access_token")) add("query");
}

void ReadHeaders(const Json& message, HttpHeaders& headers) {
  const Json* list = JsonMember(message, "headers");
  if (list == nullptr || !list->is_array()) return;
  for (const Json& field : *list) {
    const auto name = JsonString(field, "name");
    // HTTP/2 pseudo-headers are no header fields.
    if (!name || name->starts_with(':')) continue;
    headers.Add(*name, JsonString(field, "value").value_or(""));
  }
}

// `text` when the recorder kept it, else the parameters put together again.
std::string PostedBody(const Json& post) {
  if (const auto text = JsonString(post, "text"); text && !text->empty()) return *text;
  Form form;
  if (const Json* params = JsonMember(post, "params"); params && params->is_array()) {
    for (const Json& param : *params) {
      form.Add(JsonString(param, "name").value_or(""), JsonString(param, "value").value_or(""));
    }
  }
  return form.Encode();
}

// What the wire alone tells of what a server would know.
void AddFacts(JournalEntry& entry) {
  entry.facts.client_known = true;  // nothing says that it is not
  if (entry.endpoint == Endpoint::kAuthorize) {
    const Form query = ParseForm(entry.request.Query());
    entry.facts.client_id = query.GetOr("client_id");
    entry.facts.client_public = query.Has("code_challenge");
  } else if (entry.endpoint == Endpoint::kToken || entry.endpoint == Endpoint::kRevoke) {
    AddTokenEndpointFacts(entry);
  } else if (entry.endpoint == Endpoint::kApi) {
    AddApiFacts(entry);
  }
}

// Browsers record what they had themselves, too: data:, blob:, the pages of extensions.
bool WentOut(const Json& item) {
  const Json* request = JsonMember(item, "request");
  const auto url = request == nullptr ? std::nullopt : JsonString(*request, "url");
  const auto parsed = ParseUri(url.value_or(""));
  const std::string scheme = parsed.ok() ? Lower(parsed->scheme) : "http";  // else it is told
  return scheme == "http" || scheme == "https";
}

Result<JournalEntry> ReadEntry(const Json& item, std::size_t index) {
  const auto invalid = [&](std::string_view what) {
    return Error{"har.invalid", fmt::format("log.entries[{}]: {}", index, what)};
  };
  const Json* request = JsonMember(item, "request");
  if (request == nullptr) return invalid("no \"request\"");
  const auto method = JsonString(*request, "method");
  const auto url = JsonString(*request, "url");
  if (!method || !url) return invalid("\"request\" needs \"method\" and \"url\"");
  const Result<Uri> parsed = ParseUri(*url);
  if (!parsed.ok()) return invalid(parsed.error().message);
  if (parsed->host.empty()) return invalid(fmt::format("the URL \"{}\" has no host", *url));

  JournalEntry entry;
  entry.sequence = index + 1;
  entry.request.method = *method;
  entry.request.target = parsed->RequestTarget();
  entry.request.tls = Lower(parsed->scheme) == "https";
  entry.request.server_name = parsed->host;
  ReadHeaders(*request, entry.request.headers);
  if (!entry.request.headers.Has("Host")) entry.request.headers.Add("Host", parsed->host);
  if (const Json* post = JsonMember(*request, "postData")) {
    entry.request.body = PostedBody(*post);
    if (!entry.request.headers.Has("Content-Type")) {
      entry.request.headers.Add("Content-Type", JsonString(*post, "mimeType").value_or(""));
    }
  }
  entry.local_path = parsed->path;
  entry.endpoint = EndpointOf(*method, parsed->path);
  if (const Json* response = JsonMember(item, "response")) {
    entry.status = static_cast<int>(JsonInt(*response, "status").value_or(0));
    ReadHeaders(*response, entry.response_headers);
    if (const Json* content = JsonMember(*response, "content")) {
      entry.response_body = JsonString(*content, "text").value_or("");
      if (JsonString(*content, "encoding") == "base64") {
        entry.response_body = Base64Decode(entry.response_body).value_or("");
      }
    }
  }
  // Browsers write status 0 for what got no answer.
  entry.state = entry.status > 0 ? EntryState::kAnswered : EntryState::kAborted;
  AddFacts(entry);
  return entry;
}

// "text", or {"base64": "..."} for what is not UTF-8.
std::string BytesOf(const Json& message, std::string_view member) {
  const Json* value = JsonMember(message, member);
  if (value == nullptr) return "";
  if (value->is_string()) return value->get<std::string>();
  return Base64Decode(JsonString(*value, "base64").value_or("")).value_or("");
}

void ReadFields(const Json& message, HttpHeaders& headers) {
  const Json* list = JsonMember(message, "headers");
  if (list == nullptr || !list->is_array()) return;
  for (const Json& field : *list) {
    if (!field.is_array() || field.size() != 2 || !field[0].is_string()) continue;
    if (field[1].is_string()) headers.Add(field[0].get<std::string>(), field[1].get<std::string>());
  }
}

// An entry as the admin API lists it (GET /api/v1/requests).
Result<JournalEntry> ReadJournalEntry(const Json& item, std::size_t index) {
  const Json* request = JsonMember(item, "request");
  const auto method = request == nullptr ? std::nullopt : JsonString(*request, "method");
  if (!method) {
    return Error{"har.invalid", fmt::format("requests[{}]: no \"request.method\"", index)};
  }
  JournalEntry entry;
  entry.sequence =
      static_cast<std::uint64_t>(JsonInt(item, "sequence").value_or(std::int64_t(index + 1)));
  entry.request.method = *method;
  entry.request.target = BytesOf(*request, "target");
  entry.request.body = BytesOf(*request, "body");
  entry.request.tls = JsonBool(*request, "tls").value_or(false);
  entry.request.server_name = JsonString(*request, "server_name").value_or("");
  ReadFields(*request, entry.request.headers);
  entry.local_path = std::string(entry.request.Path());
  entry.endpoint = EndpointOf(*method, entry.local_path);
  if (const Json* response = JsonMember(item, "response")) {
    entry.status = static_cast<int>(JsonInt(*response, "status").value_or(0));
    ReadFields(*response, entry.response_headers);
    entry.response_body = BytesOf(*response, "body");
  }
  if (const Json* list = JsonMember(item, "findings"); list != nullptr && list->is_array()) {
    for (const Json& found : *list) {
      entry.findings.push_back({JsonString(found, "check").value_or(""),
                                JsonString(found, "level").value_or(""),
                                JsonString(found, "message").value_or("")});
    }
  }
  entry.state = entry.status > 0 ? EntryState::kAnswered : EntryState::kAborted;
  AddFacts(entry);
  return entry;
}

}  // namespace

std::string HarFromEntries(const std::vector<JournalEntry>& entries, const std::string& base_url,
                           const Redactor& redactor) {
  Json list = Json::array();
  for (const JournalEntry& raw : entries) {
    const JournalEntry entry = redactor.Entry(raw);
    const double ms =
        entry.state == EntryState::kUnderWay
            ? 0
            : static_cast<double>((entry.finished_real_time - entry.real_time).count()) / 1000.0;
    list.push_back({{"startedDateTime", FormatRfc3339(entry.real_time)},
                    {"time", ms},
                    {"request", RequestOf(entry, base_url)},
                    {"response", ResponseOf(entry)},
                    {"cache", Json::object()},
                    {"timings", {{"send", 0}, {"wait", ms}, {"receive", 0}}},
                    {"comment", entry.why_rejected}});
  }
  const Json har = {{"log",
                     {{"version", "1.2"},
                      {"creator", {{"name", "aweber-mockserver"}, {"version", "1"}}},
                      {"entries", list}}}};
  return DumpJsonPretty(har) + "\n";
}

Result<std::vector<JournalEntry>> EntriesFromHar(std::string_view text) {
  const Result<Json> file = ParseJson(text, {.max_bytes = 256u << 20});
  if (!file.ok()) return Error{"har.invalid", file.error().message};
  const Json* log = JsonMember(*file, "log");
  const Json* list = log == nullptr ? nullptr : JsonMember(*log, "entries");
  const bool journal = list == nullptr && file->is_object() && file->contains("requests");
  if (journal) list = JsonMember(*file, "requests");
  if (list == nullptr || !list->is_array()) {
    return Error{"har.invalid", "it has neither \"log.entries\" nor \"requests\""};
  }
  std::vector<JournalEntry> entries;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& item = (*list)[i];
    if (!journal && !WentOut(item)) continue;
    Result<JournalEntry> entry = journal ? ReadJournalEntry(item, i) : ReadEntry(item, i);
    if (!entry.ok()) return entry.error();
    entries.push_back(std::move(*entry));
  }
  if (!journal) NoteClients(entries);
  return entries;
}

}  // namespace aweber::mock
