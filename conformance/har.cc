#include "conformance/har.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "base/form.h"
#include "base/uri.h"

namespace aweber::conformance {
namespace {

using mock::Endpoint;
using mock::JournalEntry;

HttpHeaders ReadHeaders(const Json& message) {
  HttpHeaders headers;
  const Json* list = JsonMember(message, "headers");
  if (list == nullptr || !list->is_array()) return headers;
  for (const Json& field : *list) {
    const auto name = JsonString(field, "name");
    // HTTP/2 pseudo headers (":authority") are the request line in another form.
    if (!name || name->empty() || name->front() == ':') continue;
    headers.Add(*name, JsonString(field, "value").value_or(""));
  }
  return headers;
}

// `text` when the recorder kept it, else the parameters put together again.
std::string ReadPostData(const Json& request) {
  const Json* data = JsonMember(request, "postData");
  if (data == nullptr) return "";
  if (const auto text = JsonString(*data, "text"); text && !text->empty()) return *text;
  Form form;
  if (const Json* params = JsonMember(*data, "params"); params && params->is_array()) {
    for (const Json& param : *params) {
      form.Add(JsonString(param, "name").value_or(""), JsonString(param, "value").value_or(""));
    }
  }
  return form.Encode();
}

std::string ReadContent(const Json& response) {
  const Json* content = JsonMember(response, "content");
  if (content == nullptr) return "";
  std::string text = JsonString(*content, "text").value_or("");
  if (JsonString(*content, "encoding").value_or("") == "base64") {
    return Base64Decode(text).value_or("");
  }
  return text;
}

// What a reader of the wire can tell of what a server would know.
void FillFacts(JournalEntry& entry) {
  const Form query = ParseForm(entry.request.Query());
  const Form body = ParseForm(entry.request.body);
  entry.facts.client_id = query.GetOr("client_id", body.GetOr("client_id"));
  entry.facts.client_known = true;  // nothing says that it is not
  entry.facts.client_public = query.Has("code_challenge");
  if (entry.endpoint == Endpoint::kToken) entry.facts.grant_type = body.GetOr("grant_type");
}

}  // namespace

Endpoint GuessEndpoint(std::string_view method, std::string_view path) {
  if (path.ends_with("/oauth2/authorize") || path.ends_with("/oauth2/auth")) {
    return method == "POST" ? Endpoint::kDecision : Endpoint::kAuthorize;
  }
  if (path.ends_with("/oauth2/token")) return Endpoint::kToken;
  if (path.ends_with("/oauth2/revoke")) return Endpoint::kRevoke;
  if (path.find("/1.0/") != std::string_view::npos || path.ends_with("/1.0")) return Endpoint::kApi;
  return Endpoint::kOther;
}

Result<std::vector<JournalEntry>> ReadHar(const Json& document, const std::string& file) {
  const Json* log = JsonMember(document, "log");
  const Json* list = log == nullptr ? nullptr : JsonMember(*log, "entries");
  if (list == nullptr || !list->is_array()) {
    return Error{
        "har.invalid",
        fmt::format("{}: not a HAR file: it has no log.entries; save one from the browser's "
                    "network panel, or from a mock at /api/v1/requests.har",
                    file)};
  }
  std::vector<JournalEntry> entries;
  for (const Json& recorded : *list) {
    const Json* request = JsonMember(recorded, "request");
    const auto url = request == nullptr ? std::nullopt : JsonString(*request, "url");
    if (!url) {
      return Error{"har.invalid",
                   fmt::format("{}: log.entries[{}] has no request.url", file, entries.size())};
    }
    JournalEntry entry;
    entry.sequence = entries.size() + 1;
    entry.request.method = JsonString(*request, "method").value_or("GET");
    entry.request.headers = ReadHeaders(*request);
    entry.request.body = ReadPostData(*request);
    const auto uri = ParseUri(*url);
    entry.request.target = uri ? uri->RequestTarget() : *url;
    entry.request.tls = url->starts_with("https:");
    entry.request.server_name = uri ? uri->host : "";
    entry.local_path = std::string(entry.request.Path());
    entry.endpoint = GuessEndpoint(entry.request.method, entry.local_path);
    if (const Json* response = JsonMember(recorded, "response")) {
      entry.status = static_cast<int>(JsonInt(*response, "status").value_or(0));
      entry.response_headers = ReadHeaders(*response);
      entry.response_body = ReadContent(*response);
    }
    entry.state = entry.status > 0 ? mock::EntryState::kAnswered : mock::EntryState::kAborted;
    FillFacts(entry);
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace aweber::conformance
