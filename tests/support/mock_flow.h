// Flow: plays browser and client against a MockServer in a test, over the wire or in process.
//
// Purpose: short tests. Uses the built-in confidential client and customer unless told otherwise.
// Ownership: refers to the server. Thread safety: one thread per Flow.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/http/client.h"
#include "base/text/base64.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "mockserver/mock_server.h"

namespace aweber::mock::testing {

inline constexpr const char* kClientId = "AWeberMockConfidentialClient0001";
inline constexpr const char* kClientSecret = "AWeberMockSecretDoNotUseLive0001";
inline constexpr const char* kPublicId = "AWeberMockPublicClient0000000001";
inline constexpr const char* kCallback = "https://app.example.test/callback";
inline constexpr const char* kCustomer = "customer@example.com";
inline constexpr const char* kPassword = "mock-customer-password";
inline constexpr const char* kForm = "application/x-www-form-urlencoded";
// RFC 7636's own shape; the pair is the one of AWeber's reference.
inline constexpr const char* kVerifier = "HLBvz1g_bbLZ31kjvlXJ5Rl0W1GgxU8rjYJdQIIEH_Y";
inline constexpr const char* kChallenge = "-oiamT7-EafhQ27P3V9cGEtu3crg731kec-GWhgrTV8";

// Of the error envelope of this status.
inline std::string DocumentationUrl(int status) {
  const std::pair<int, const char*> anchors[] = {
      {400, "#badrequest"},        {401, "#unauthorized"},     {403, "#forbidden"},
      {404, "#notfound"},          {405, "#methodnotallowed"}, {409, "#conflict"},
      {410, "/#blocked"},          {415, "#invalidcontent"},   {500, "#internalerror"},
      {503, "#serviceunavailable"}};
  for (const auto& [known, anchor] : anchors) {
    if (known == status) return std::string("https://api.aweber.com") + anchor;
  }
  return "https://api.aweber.com#internalerror";
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

inline Form QueryOf(std::string_view url) {
  const std::size_t mark = url.find('?');
  return ParseForm(mark == std::string_view::npos ? "" : url.substr(mark + 1));
}

inline std::string Between(const std::string& text, const std::string& before, char after) {
  const std::size_t at = text.find(before);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + before.size();
  return text.substr(begin, text.find(after, begin) - begin);
}

inline std::string Basic(const std::string& id, const std::string& secret) {
  return "Basic " + Base64Encode(id + ":" + secret);
}

class Flow {
 public:
  // `wire` false: through Dispatch, without sockets.
  explicit Flow(MockServer& server, bool wire = true, std::string prefix = "")
      : server_(server), prefix_(std::move(prefix)) {
    if (wire) client_ = MakeHttpClient({.verify_tls = false});
  }

  MockServer& server() { return server_; }

  // `target` begins with '/' (below the prefix), or is an absolute URL of this server.
  HttpResponse Send(const std::string& method, std::string target, HttpHeaders headers = {},
                    const std::string& body = "") {
    if (target.rfind(server_.base_url(), 0) == 0) {
      target.erase(0, server_.base_url().size());
    } else {
      target = prefix_ + target;
    }
    if (client_ == nullptr) {
      return server_.Dispatch(
          {.method = method, .target = target, .headers = headers, .body = body});
    }
    auto reply = client_->Send(method, server_.base_url() + target, headers, body);
    if (reply) return *reply;
    HttpResponse failed;
    failed.status = 0;
    failed.body = reply.error().code;
    return failed;
  }
  HttpResponse Get(const std::string& target) { return Send("GET", target); }
  HttpResponse Post(const std::string& target, const Form& form, HttpHeaders headers = {}) {
    headers.Set("Content-Type", kForm);
    return Send("POST", target, headers, form.Encode());
  }

  // The usual parameters; `changes` replace them, a value "-" leaves one out.
  std::string AuthorizeUrl(const Pairs& changes = {}) const {
    Form form{{"response_type", "code"},
              {"client_id", kClientId},
              {"redirect_uri", kCallback},
              {"scope", "account.read list.read"},
              {"state", "state-1"}};
    for (const auto& [name, value] : changes) {
      if (value == "-") {
        form.Remove(name);
      } else {
        form.Set(name, value);
      }
    }
    return "/oauth2/authorize?" + form.Encode();
  }

  HttpResponse Decide(const HttpResponse& page, const std::string& decision = "authorize",
                      const std::string& username = kCustomer,
                      const std::string& password = kPassword) {
    const Form form{
        {"authorization_id", Between(page.body, "name=\"authorization_id\" value=\"", '"')},
        {"csrf_token", Between(page.body, "name=\"csrf_token\" value=\"", '"')},
        {"username", username},
        {"password", password},
        {"decision", decision}};
    return Post("/oauth2/authorize", form);
  }

  // A fresh code for the usual request.
  std::string Code(const Pairs& changes = {}) {
    const HttpResponse redirect = Decide(Get(AuthorizeUrl(changes)));
    return QueryOf(redirect.headers.GetOr("Location")).GetOr("code");
  }

  HttpResponse Token(const Form& form, const std::string& authorization) {
    HttpHeaders headers;
    if (!authorization.empty()) headers.Add("Authorization", authorization);
    return Post("/oauth2/token", form, headers);
  }
  HttpResponse Exchange(const std::string& code) {
    return Token(
        {{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", kCallback}},
        Basic(kClientId, kClientSecret));
  }
  HttpResponse Refresh(const std::string& refresh_token) {
    return Token({{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}},
                 Basic(kClientId, kClientSecret));
  }
  HttpResponse Call(const std::string& path, const std::string& access_token) {
    return Send("GET", path, {{"Authorization", "Bearer " + access_token}});
  }
  // Tokens from a whole flow: {"access_token":...}.
  Json Tokens(const Pairs& changes = {}) {
    const auto parsed = ParseJson(Exchange(Code(changes)).body);
    return parsed ? *parsed : Json();
  }

 private:
  MockServer& server_;
  std::string prefix_;
  std::unique_ptr<HttpClient> client_;
};

}  // namespace aweber::mock::testing
