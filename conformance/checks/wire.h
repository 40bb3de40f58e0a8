// The journal as a check reads it: authorization, token, API and revocation requests, parsed.
//
// Purpose: judges compare decoded parameters, and the raw text where the encoding is the point.
//   Everything is parsed here, from the raw bytes; what the server knew besides is in entry->facts.
// Ownership: pointers go into the CaseView's journal, which outlives the judgement. Thread safety:
//   pure functions. Errors: what does not parse is empty, with `body_is_form` / `body_is_json`
//   false.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text/ascii.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "conformance/checks/case_view.h"

namespace aweber::conformance {

// A list that was read of a view, shared with the view when it keeps what is read.
template <typename T>
class WireList {
 public:
  explicit WireList(std::vector<T> list)
      : list_(std::make_shared<const std::vector<T>>(std::move(list))) {}
  operator const std::vector<T>&() const { return *list_; }
  auto begin() const { return list_->begin(); }
  auto end() const { return list_->end(); }
  auto rbegin() const { return list_->rbegin(); }
  auto rend() const { return list_->rend(); }
  std::size_t size() const { return list_->size(); }
  bool empty() const { return list_->empty(); }
  const T& operator[](std::size_t i) const { return (*list_)[i]; }
  const T& front() const { return list_->front(); }
  const T& back() const { return list_->back(); }

 private:
  std::shared_ptr<const std::vector<T>> list_;
};

// An authorization URL that the client built: seen at the endpoint, or in the driver's reply, or
// both (then it is one request).
struct AuthorizationUrl {
  const JournalEntry* entry = nullptr;  // nothing when the URL was never opened
  std::uint64_t sequence = 0;
  std::string session;  // "" in foreign traffic
  bool from_step = false;
  std::string raw_query;
  Form query;

  std::string Get(std::string_view name) const { return query.GetOr(name); }
};
WireList<AuthorizationUrl> AuthorizationUrls(const CaseView& view);

struct SentBasic {
  std::string user, password;  // as sent, after base64; not form-decoded
};

// A request to the token or the revocation endpoint.
struct BackRequest {
  const JournalEntry* entry = nullptr;
  Form query, body;
  Json json;  // object, or null
  bool body_is_form = false;
  bool body_is_json = false;
  std::optional<SentBasic> basic;

  std::uint64_t sequence() const { return entry->sequence; }
  // From the form body, else the JSON body, else the query: parameters without a value count as
  // absent (RFC 6749 §3.2).
  std::string Get(std::string_view name) const;
  bool Has(std::string_view name) const { return !Get(name).empty(); }
  std::string InBody(std::string_view name) const;
  // `authorization_code` exchanges also when grant_type is wrong or missing but a code is there.
  bool IsExchange() const;
  bool IsRefresh() const;
};
WireList<BackRequest> TokenRequests(const CaseView& view);
WireList<BackRequest> RefreshRequests(const CaseView& view);  // those of them that refresh
WireList<BackRequest> RevokeRequests(const CaseView& view);

struct ApiCall {
  const JournalEntry* entry = nullptr;
  std::string authorization;  // raw header, "" when absent
  bool has_authorization = false;
  std::string header_token;  // after the scheme
  std::string form_token, query_token;

  std::uint64_t sequence() const { return entry->sequence; }
  int Methods() const;
  std::string Token() const;  // the one presented: header, form, query
};
WireList<ApiCall> ApiCalls(const CaseView& view);

// A redirect back to the client as the mock sent it.
struct IssuedRedirect {
  const JournalEntry* entry = nullptr;
  Form query;
};
WireList<IssuedRedirect> IssuedRedirects(const CaseView& view);

// A 200 from the token endpoint that the client could read.
struct TokenResponse {
  const JournalEntry* entry = nullptr;
  Json members;
  std::string access_token, refresh_token;
};
WireList<TokenResponse> TokenResponses(const CaseView& view);

struct CallbackFacts;  // steps.h

// Filled as it is asked for; see CaseView::readings.
struct WireReadings {
  std::optional<WireList<AuthorizationUrl>> authorize;
  std::optional<WireList<BackRequest>> token, refresh, revoke;
  std::optional<WireList<ApiCall>> api;
  std::optional<WireList<IssuedRedirect>> redirects;
  std::optional<WireList<TokenResponse>> issued;
  std::optional<WireList<CallbackFacts>> callbacks;
};

// The reply reached the client whole (no fault lost, cut or broke it).
bool ClientSaw(const JournalEntry& entry);
// Sent to another host than the harness told the client to use. False when that cannot be known.
bool IsForeign(const CaseView& view, const JournalEntry& entry);
// Any other way of carrying `secret`: raw or encoded in target, body or headers.
bool Carries(const JournalEntry& entry, std::string_view secret);

// A token that the server does not know and that is in none of its answers: the client was never
// given it. A part of one that was, and one with quotes around it, are not called so: what became of
// them is told by other checks. Only of played cases.
bool WasNeverIssued(const CaseView& view, const JournalEntry& entry, const std::string& token);

// The request's client: what it names, else what the server made of it, else the told one.
bool ClientIsPublic(const CaseView& view, const JournalEntry& entry);
bool ClientIsConfidential(const CaseView& view, const JournalEntry& entry);

// The authorization request that led to `code`; nothing when it cannot be told for certain.
const AuthorizationUrl* FindOrigin(const CaseView& view,
                                   const std::vector<AuthorizationUrl>& requests,
                                   std::string_view code, std::string_view client_id);

// "application/json" of "application/JSON; charset=utf-8".
std::string MediaType(const HttpHeaders& headers);
std::vector<std::string> SplitWords(std::string_view text);  // at spaces, empty ones dropped
// "host:port" of a URL, lower case; "" when it has none.
std::string Authority(std::string_view url);

}  // namespace aweber::conformance
