#include "conformance/checks/wire.h"

#include <algorithm>
#include <array>

#include "base/text/base64.h"
#include "base/text/uri.h"

namespace aweber::conformance {
namespace {

using mock::Endpoint;
using mock::EntryState;

const std::vector<JournalEntry>& Journal(const CaseView& view) {
  static const std::vector<JournalEntry> empty;
  return view.journal ? *view.journal : empty;
}

std::string QueryOf(std::string_view url) {
  url = url.substr(0, url.find('#'));
  const auto mark = url.find('?');
  return mark == std::string_view::npos ? "" : std::string(url.substr(mark + 1));
}

std::optional<SentBasic> ReadBasic(const HttpHeaders& headers) {
  const std::string header = headers.GetOr("Authorization");
  if (header.size() < 6 || !EqualsIgnoreCase(header.substr(0, 6), "basic ")) return std::nullopt;
  const auto begin = header.find_first_not_of(' ', 6);
  if (begin == std::string::npos) return std::nullopt;
  const auto decoded = Base64Decode(header.substr(begin));
  if (!decoded) return std::nullopt;
  // RFC 7617 §2: the first colon separates; the password may contain more.
  const auto colon = decoded->find(':');
  if (colon == std::string::npos) return SentBasic{*decoded, ""};
  return SentBasic{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

BackRequest ReadBackRequest(const JournalEntry& entry) {
  BackRequest request;
  request.entry = &entry;
  request.query = ParseForm(entry.request.Query(), kMaxParameters);
  request.basic = ReadBasic(entry.request.headers);
  const std::string type = MediaType(entry.request.headers);
  if (entry.request.body.empty()) return request;
  if (type == "application/json" || (type.empty() && entry.request.body.front() == '{')) {
    auto json = ParseJson(entry.request.body, {.max_values = kMaxJsonValues});
    request.body_is_json = json.ok() && json->is_object();
    if (request.body_is_json) request.json = std::move(*json);
    return request;
  }
  request.body = ParseForm(entry.request.body, kMaxParameters);
  request.body_is_form = type == "application/x-www-form-urlencoded";
  return request;
}

// A GET without any parameter is somebody looking at the URL, not a request of the protocol.
bool IsProtocolRequest(const BackRequest& request) {
  return request.entry->request.method == "POST" || !request.query.empty() ||
         !request.entry->request.body.empty();
}

std::vector<BackRequest> BackRequests(const CaseView& view, Endpoint endpoint) {
  std::vector<BackRequest> requests;
  for (const auto& entry : Journal(view)) {
    if (entry.endpoint != endpoint) continue;
    auto request = ReadBackRequest(entry);
    if (IsProtocolRequest(request)) requests.push_back(std::move(request));
  }
  return requests;
}

// What `read` finds, once where the view keeps it.
template <typename T, typename Read>
WireList<T> Once(const CaseView& view, std::optional<WireList<T>> WireReadings::*slot, Read read) {
  if (view.readings == nullptr) return WireList<T>(read());
  std::optional<WireList<T>>& known = (*view.readings).*slot;
  if (!known) known.emplace(read());
  return *known;
}

AuthorizationUrl FromStep(const StepObservation& step) {
  AuthorizationUrl request;
  request.session = step.session;
  request.from_step = true;
  request.raw_query = QueryOf(step.produced_url);
  request.query = ParseForm(request.raw_query, kMaxParameters);
  return request;
}

AuthorizationUrl FromEntry(const JournalEntry& entry) {
  AuthorizationUrl request;
  request.entry = &entry;
  request.sequence = entry.sequence;
  request.raw_query = std::string(entry.request.Query());
  request.query = ParseForm(request.raw_query, kMaxParameters);
  return request;
}

}  // namespace

std::string MediaType(const HttpHeaders& headers) {
  std::string type = headers.GetOr("Content-Type");
  type = type.substr(0, type.find(';'));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  return Lower(type);
}

std::vector<std::string> SplitWords(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string Authority(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return "";
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  return Lower(url);
}

WireList<AuthorizationUrl> AuthorizationUrls(const CaseView& view) {
  return Once(view, &WireReadings::authorize, [&view] {
    std::vector<AuthorizationUrl> requests;
    for (const auto& step : view.steps) {
      if (step.op == "authorize" && !step.produced_url.empty()) requests.push_back(FromStep(step));
    }
    const std::size_t from_steps = requests.size();
    for (const auto& entry : Journal(view)) {
      // The page's form posts to the same endpoint: that is the browser, not the client.
      if (entry.endpoint != Endpoint::kAuthorize || entry.request.method != "GET") continue;
      if (entry.request.Query().empty()) continue;
      bool known = false;
      for (std::size_t i = 0; i < from_steps; ++i) {
        if (requests[i].raw_query != entry.request.Query()) continue;
        known = true;
        if (requests[i].entry) continue;  // the same URL was built again: that one's
        requests[i].entry = &entry;
        requests[i].sequence = entry.sequence;
        break;
      }
      if (!known) requests.push_back(FromEntry(entry));
    }
    return requests;
  });
}

std::string BackRequest::InBody(std::string_view name) const {
  if (auto value = body.Get(name); value && !value->empty()) return *value;
  return JsonString(json, name).value_or("");
}

std::string BackRequest::Get(std::string_view name) const {
  auto value = InBody(name);
  return value.empty() ? query.GetOr(name) : value;
}

bool BackRequest::IsExchange() const {
  return Get("grant_type") == "authorization_code" || Has("code");
}

bool BackRequest::IsRefresh() const {
  return !IsExchange() && (Get("grant_type") == "refresh_token" || Has("refresh_token"));
}

WireList<BackRequest> TokenRequests(const CaseView& view) {
  return Once(view, &WireReadings::token, [&view] { return BackRequests(view, Endpoint::kToken); });
}

WireList<BackRequest> RefreshRequests(const CaseView& view) {
  return Once(view, &WireReadings::refresh, [&view] {
    std::vector<BackRequest> requests = TokenRequests(view);
    std::erase_if(requests, [](const BackRequest& request) { return !request.IsRefresh(); });
    return requests;
  });
}

WireList<BackRequest> RevokeRequests(const CaseView& view) {
  return Once(view, &WireReadings::revoke,
              [&view] { return BackRequests(view, Endpoint::kRevoke); });
}

int ApiCall::Methods() const {
  return (has_authorization ? 1 : 0) + (form_token.empty() ? 0 : 1) + (query_token.empty() ? 0 : 1);
}

std::string ApiCall::Token() const {
  if (!header_token.empty()) return header_token;
  return form_token.empty() ? query_token : form_token;
}

WireList<ApiCall> ApiCalls(const CaseView& view) {
  return Once(view, &WireReadings::api, [&view] {
    std::vector<ApiCall> requests;
    for (const auto& entry : Journal(view)) {
      if (entry.endpoint != Endpoint::kApi) continue;
      ApiCall request;
      request.entry = &entry;
      if (const auto header = entry.request.headers.Get("Authorization")) {
        request.has_authorization = true;
        request.authorization = *header;
        const auto space = header->find(' ');
        const auto begin =
            space == std::string::npos ? space : header->find_first_not_of(' ', space);
        if (begin != std::string::npos) request.header_token = header->substr(begin);
      }
      request.query_token = ParseForm(entry.request.Query(), kMaxParameters).GetOr("access_token");
      const std::string type = MediaType(entry.request.headers);
      // A JSON body may well contain the letters "access_token"; only a form is read as one.
      if (type != "application/json" && type.rfind("multipart/", 0) != 0) {
        request.form_token = ParseForm(entry.request.body, kMaxParameters).GetOr("access_token");
      }
      requests.push_back(std::move(request));
    }
    return requests;
  });
}

WireList<IssuedRedirect> IssuedRedirects(const CaseView& view) {
  return Once(view, &WireReadings::redirects, [&view] {
    std::vector<IssuedRedirect> redirects;
    for (const auto& entry : Journal(view)) {
      if (entry.endpoint != Endpoint::kAuthorize && entry.endpoint != Endpoint::kDecision) continue;
      const auto location = entry.response_headers.Get("Location");
      if (!location) continue;
      redirects.push_back({&entry, ParseForm(QueryOf(*location))});
    }
    return redirects;
  });
}

bool ClientSaw(const JournalEntry& entry) {
  return entry.state == EntryState::kAnswered && !entry.fault.LosesReply();
}

WireList<TokenResponse> TokenResponses(const CaseView& view) {
  return Once(view, &WireReadings::issued, [&view] {
    std::vector<TokenResponse> issued;
    for (const auto& entry : Journal(view)) {
      if (entry.endpoint != Endpoint::kToken || entry.status != 200 || !ClientSaw(entry)) continue;
      auto json = ParseJson(entry.response_body);
      if (!json.ok() || !json->is_object()) continue;
      TokenResponse tokens;
      tokens.entry = &entry;
      tokens.access_token = JsonString(*json, "access_token").value_or("");
      tokens.refresh_token = JsonString(*json, "refresh_token").value_or("");
      tokens.members = std::move(*json);
      issued.push_back(std::move(tokens));
    }
    return issued;
  });
}

bool IsForeign(const CaseView& view, const JournalEntry& entry) {
  const std::string own = Authority(view.base_url);
  const std::string host = Lower(entry.request.headers.GetOr("Host"));
  if (own.empty() || host.empty()) return false;
  // AWeber's own names lead to the mock when a client has them built in, and so do those that were
  // named to the proxy.
  if (entry.facts.named_host) return false;
  const std::string name = host.substr(0, host.rfind(':'));
  return host != own && name != "auth.aweber.com" && name != "api.aweber.com";
}

bool WasNeverIssued(const CaseView& view, const JournalEntry& entry, const std::string& token) {
  if (view.scenario.empty() || token.empty() || entry.facts.token_state != "unknown") return false;
  return std::none_of(view.journal->begin(), view.journal->end(), [&](const JournalEntry& reply) {
    if (reply.endpoint != mock::Endpoint::kToken || reply.sequence >= entry.sequence) return false;
    if (reply.response_body.find(token) != std::string::npos) return true;
    const auto json = ParseJson(reply.response_body);
    if (!json.ok() || !json->is_object()) return !reply.fault.empty();  // what it saw is not known
    for (const char* const name : {"access_token", "refresh_token"}) {
      const auto issued = JsonString(*json, name).value_or("");
      if (!issued.empty() && token.find(issued) != std::string::npos) return true;
      if (token.size() >= 16 && issued.find(token) != std::string::npos) return true;
      if (issued == token) return true;
    }
    return false;
  });
}

bool Carries(const JournalEntry& entry, std::string_view secret) {
  if (secret.empty()) return false;
  const std::string encoded = FormEncode(secret);
  const auto has = [&](std::string_view text) {
    return text.find(secret) != std::string_view::npos ||
           text.find(encoded) != std::string_view::npos;
  };
  if (has(entry.request.target) || has(entry.request.body)) return true;
  for (const auto& [name, value] : entry.request.headers.fields()) {
    if (has(value)) return true;
  }
  if (const auto basic = ReadBasic(entry.request.headers)) {
    return has(basic->user) || has(basic->password);
  }
  return false;
}

bool ClientIsPublic(const CaseView& view, const JournalEntry& entry) {
  if (!view.scenario.empty()) return view.client_public;
  return entry.facts.client_known && entry.facts.client_public;
}

bool ClientIsConfidential(const CaseView& view, const JournalEntry& entry) {
  if (!view.scenario.empty()) return !view.client_public;
  return entry.facts.client_known && !entry.facts.client_public;
}

const AuthorizationUrl* FindOrigin(const CaseView& view,
                                   const std::vector<AuthorizationUrl>& requests,
                                   std::string_view code, std::string_view client_id) {
  const JournalEntry* issued_by = nullptr;
  std::optional<std::string> state;
  for (const auto& redirect : IssuedRedirects(view)) {
    if (redirect.query.GetOr("code") != code || code.empty()) continue;
    issued_by = redirect.entry;
    // A fault may have changed the state on its way back: then it proves nothing.
    if (redirect.entry->fault.empty()) state = redirect.query.GetOr("state");
  }
  const AuthorizationUrl* found = nullptr;
  for (const auto& request : requests) {
    if (!client_id.empty() && request.Get("client_id") != client_id) continue;
    if (issued_by && (request.sequence == 0 || request.sequence > issued_by->sequence)) continue;
    if (state && request.Get("state") != *state) continue;
    // Two different requests fit: which of them led to the code is not certain.
    if (found && found->raw_query != request.raw_query) return nullptr;
    found = &request;
  }
  return found;
}

}  // namespace aweber::conformance
