// Every refusal of the authorization page, the revocation endpoint and the API, in each profile, by
// exact status, headers and body; and the reason that the journal gives for it. (The token
// endpoint's are in negative_table_test.cc.)
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/text/json.h"
#include "mockserver/scenario/loader.h"
#include "tests/support/mock_flow.h"

namespace aweber::mock {
namespace {

using testing::Basic;
using testing::Flow;
using testing::kCallback;
using testing::kClientId;
using testing::kClientSecret;
using testing::kPublicId;

// A mock of one profile and what a row needs of it.
struct Subject {
  explicit Subject(Profile profile)
      : server(*MockServer::Start({.scheme = "http", .settings = SettingsFor(profile), .seed = 1})),
        space(*server->default_space()),
        flow(*server, false) {}
  // An access token for `scopes`.
  std::string Access(std::vector<std::string> scopes = {}) {
    return space.IssueTokens({kClientId, "", std::move(scopes)})->first.value;
  }
  HttpResponse Api(const std::string& method, const std::string& path, const std::string& type = "",
                   const std::string& body = "") {
    HttpHeaders headers{{"Authorization", "Bearer " + Access()}};
    if (!type.empty()) headers.Add("Content-Type", type);
    return flow.Send(method, path, headers, body);
  }
  HttpResponse Revoke(const Form& form, const std::string& authorization) {
    HttpHeaders headers;
    if (!authorization.empty()) headers.Add("Authorization", authorization);
    return flow.Post("/oauth2/revoke", form, headers);
  }
  void AddRules(const std::string& rules) {
    for (Rule& rule : *ParseRules(rules, "rules")) space.AddFault(std::move(rule));
  }

  std::unique_ptr<MockServer> server;
  Space& space;
  Flow flow;
};

// "STATUS", a line for each header, and the body.
std::string Shown(const HttpResponse& reply) {
  std::string text = fmt::format("{}\n", reply.status);
  for (const auto& [name, value] : reply.headers.fields()) {
    text += fmt::format("{}: {}\n", name, value);
  }
  return text + reply.body;
}

std::string ApiEnvelope(int status, const std::string& type, const std::string& message,
                        const std::string& headers = "") {
  const Json body = {{"error",
                      {{"status", status},
                       {"message", message},
                       {"type", type},
                       {"documentation_url", testing::DocumentationUrl(status)}}}};
  return fmt::format("{}\nContent-Type: application/json\n{}{}", status, headers, DumpJson(body));
}

std::string OAuth(int status, const std::string& body, const std::string& headers = "") {
  return fmt::format(
      "{}\nContent-Type: application/json\nCache-Control: no-store\nPragma: no-cache\n{}{}", status,
      headers, body);
}

const std::string kBearer = "WWW-Authenticate: Bearer realm=\"AWeber\"";
const std::string kInvalidToken =
    R"({"error":"invalid_token","error_description":"The access token is invalid or has expired"})";
const std::string kInvalidTokenChallenge =
    kBearer + R"(, error="invalid_token", error_description="The access token is invalid or has )"
              "expired\"\n";

std::string InvalidToken(bool challenged) {
  return "401\nContent-Type: application/json\n" + (challenged ? kInvalidTokenChallenge : "") +
         kInvalidToken;
}

std::string Revocation(int status, const std::string& error, const std::string& description,
                       const std::string& headers = "") {
  return OAuth(status,
               fmt::format(R"({{"error":"{}","error_description":"{}",)"
                           R"("error_uri":"https://api.aweber.com"}})",
                           error, description),
               headers);
}

// A redirect back to the client with an error; `iss` where the profile has it.
std::string Back(const std::string& error, const std::string& iss = "") {
  return fmt::format(
      "302\nLocation: {}?error={}&state=state-1{}\nCache-Control: no-store\n"
      "Referrer-Policy: no-referrer\n",
      kCallback, error, iss.empty() ? "" : "&iss=" + FormEncode(iss));
}

struct ErrorRow {
  std::string name;
  std::function<HttpResponse(Subject&)> send;
  std::string aweber, rfc6749, rfc9700;  // "" for rfc9700: as rfc6749; "" for both: as aweber
  std::string why;                       // a part of the private reason
};

const std::string kLists = "/1.0/accounts/1000001/lists";
const std::string kList = kLists + "/2000001";
const std::string kJson = "application/json";

std::vector<ErrorRow> ApiRows() {
  return {
      {"NoToken", [](Subject& s) { return s.flow.Get("/1.0/accounts"); },
       ApiEnvelope(400, "MissingOAuthParametersError",
                   "Missing oauth parameters: oauth_consumer_key, oauth_nonce, oauth_signature, "
                   "oauth_signature_method, oauth_timestamp, oauth_access_key"),
       ApiEnvelope(401, "UnauthorizedError", "Authentication is required", kBearer + "\n"), "",
       "no access token was sent"},
      {"BogusBearer", [](Subject& s) { return s.flow.Call("/1.0/accounts", "bogus"); },
       InvalidToken(false), InvalidToken(true), "", "this access token was never issued here"},
      {"ExpiredBearer",
       [](Subject& s) {
         const std::string token = s.Access();
         s.server->Advance(std::chrono::seconds(3601));
         return s.flow.Call("/1.0/accounts", token);
       },
       InvalidToken(false), InvalidToken(true), "",
       "access token at-1 expired by 1 s: it was good until "},
      {"RevokedBearer",
       [](Subject& s) {
         const std::string token = s.Access();
         EXPECT_TRUE(s.space.RevokeToken("at-1").ok());
         s.server->Advance(std::chrono::seconds(5));
         return s.flow.Call("/1.0/accounts", token);
       },
       InvalidToken(false), InvalidToken(true), "", "access token at-1 was revoked 5 s ago at "},
      {"RefreshTokenAsBearer",
       [](Subject& s) {
         return s.flow.Call("/1.0/accounts",
                            s.space.IssueTokens({kClientId, "", {}})->second.value);
       },
       InvalidToken(false), InvalidToken(true), "", "rt-1 is a refresh_token, not an access token"},
      {"MissingScope", [](Subject& s) { return s.flow.Call(kLists, s.Access({"account.read"})); },
       ApiEnvelope(403, "ForbiddenError", "The access token does not have the required scope"),
       ApiEnvelope(403, "ForbiddenError", "The access token does not have the required scope",
                   kBearer + ", error=\"insufficient_scope\", scope=\"list.read\"\n"),
       "", "scope \"list.read\" is needed; access token at-1 has \"account.read\""},
      {"RateLimit",
       [](Subject& s) {
         const std::string token = s.Access();
         for (int i = 0; i < 120; ++i) EXPECT_EQ(s.flow.Call("/1.0/accounts", token).status, 200);
         return s.flow.Call("/1.0/accounts", token);
       },
       ApiEnvelope(403, "ForbiddenError", "Rate Limit Error"), "", "",
       "account 1000001 is blocked until "},
      {"UnknownPath", [](Subject& s) { return s.Api("GET", "/1.0/nothing"); },
       ApiEnvelope(404, "NotFoundError", "Object: None, name: 'nothing'"), "", "",
       "no resource has this path"},
      {"ForeignAccount", [](Subject& s) { return s.Api("GET", "/1.0/accounts/7/lists"); },
       ApiEnvelope(404, "NotFoundError", "Object: None, name: ''"), "", "",
       "account 7 is not the token's, which is 1000001"},
      {"UnknownMethod", [](Subject& s) { return s.Api("DELETE", "/1.0/accounts"); },
       ApiEnvelope(405, "MethodNotAllowedError", "Method not allowed", "Allow: GET\n"), "", "",
       "DELETE is not allowed on this resource; GET is"},
      {"BroadcastConflict",
       [](Subject& s) {
         return s.Api("POST", kList + "/broadcasts/4000003/cancel", testing::kForm);
       },
       ApiEnvelope(
           409, "BroadcastSchedulingError",
           "This broadcast cannot be scheduled. It may have been queued, sent or the account "
           "is locked"),
       "", "", "is sent, not scheduled"},
      {"BroadcastAsJson",
       [](Subject& s) { return s.Api("POST", kList + "/broadcasts", kJson, "{}"); },
       ApiEnvelope(415, "InvalidContentType",
                   "Content Type must be application/x-www-form-urlencoded"),
       "", "", "Content-Type is \"application/json\""},
      {"PageTooLarge", [](Subject& s) { return s.Api("GET", kLists + "?ws.size=101"); },
       ApiEnvelope(400, "WebServiceError", "Maximum for \"ws.size\" parameter is 100."), "", "",
       "ws.size is over 100"},
      {"PageBeforeTheFirst", [](Subject& s) { return s.Api("GET", kLists + "?ws.start=-1"); },
       ApiEnvelope(400, "WebServiceError", "Minimum for \"ws.start\" parameter is 0."), "", "",
       "ws.start is not a whole number from 0 on"},
      {"DuplicateSubscriber",
       [](Subject& s) {
         const std::string body = R"({"email":"twice@example.com"})";
         EXPECT_EQ(s.Api("POST", kList + "/subscribers", kJson, body).status, 201);
         return s.Api("POST", kList + "/subscribers", kJson, body);
       },
       ApiEnvelope(400, "WebServiceError", "email: Subscriber already subscribed."), "", "",
       "the list has a subscriber with this email"},
      {"BadAddress",
       [](Subject& s) {
         return s.Api("POST", kList + "/subscribers", testing::kForm, "email=nonsense");
       },
       ApiEnvelope(400, "WebServiceError", "email: Invalid email address."), "", "",
       "email of the body: Invalid email address."},
      {"Blocked",
       [](Subject& s) {
         s.AddRules("[{on: api, then: {http_status: 410}}]");
         return s.Api("GET", "/1.0/accounts");
       },
       ApiEnvelope(410, "BlockedError", "Gone"), "", "", "rule fault-1 asked for this reply"},
      {"InternalError",
       [](Subject& s) {
         s.AddRules("[{on: api, then: {http_status: 500}}]");
         return s.Api("GET", "/1.0/accounts");
       },
       ApiEnvelope(500, "InternalServerError", "Internal Server Error"), "", "",
       "rule fault-1 asked for this reply"},
      {"Unavailable",
       [](Subject& s) {
         s.AddRules("[{on: api, then: {http_status: 503}}]");
         return s.Api("GET", "/1.0/accounts");
       },
       ApiEnvelope(503, "ServiceUnavailableError", "Service Unavailable"), "", "",
       "rule fault-1 asked for this reply"},
  };
}

std::string Good() { return Basic(kClientId, kClientSecret); }
const std::string kBasic = "WWW-Authenticate: Basic realm=\"AWeber\"\n";

std::vector<ErrorRow> RevocationRows() {
  return {
      {"RevokeNothing", [](Subject& s) { return s.Revoke({}, Good()); },
       Revocation(400, "invalid_request", "The token parameter is missing"), "", "",
       "parameter \"token\" is missing"},
      {"RevokeOfAnotherClient",
       [](Subject& s) {
         return s.Revoke({{"token", s.Access()}, {"client_id", kPublicId}}, "");
       },
       Revocation(400, "invalid_request", "The token was issued to another client"), "", "",
       "at-1 was issued to client AWeberMockConfidentialClient0001, not to"},
      {"RevokeTwice",
       [](Subject& s) {
         return s.flow.Send("POST", "/oauth2/revoke",
                            {{"Content-Type", testing::kForm}, {"Authorization", Good()}},
                            "token=a&token=b");
       },
       Revocation(400, "invalid_request", "The request is invalid"), "", "",
       "parameter \"token\" was sent more than once"},
      {"RevokeWrongSecret",
       [](Subject& s) {
         return s.Revoke({{"token", "x"}}, Basic(kClientId, "wrong"));
       },
       Revocation(401, "invalid_client", "Client authentication failed", kBasic), "", "",
       "the client secret is wrong"},
      {"RevokeByNobody",
       [](Subject& s) {
         return s.Revoke({{"token", "x"}}, "");
       },
       Revocation(401, "invalid_client", "Client authentication failed"), "", "",
       "the request names no client"},
      {"RevokeServerError",
       [](Subject& s) {
         s.AddRules(R"([{on: revoke, then: {oauth_error: {error: server_error, description: d,
                         uri: "https://api.aweber.com"}}}])");
         return s.Revoke({{"token", "x"}}, Good());
       },
       Revocation(500, "server_error", "d"), "", "", "rule fault-1 asked for this reply"},
      {"RevokeByGet", [](Subject& s) { return s.flow.Get("/oauth2/revoke?token=x"); },
       ApiEnvelope(405, "MethodNotAllowedError", "Method not allowed", "Allow: POST\n"), "", "",
       "GET is not allowed here; POST is"},
  };
}

// The mock's own address, filled in where a row expects it as the issuer.
constexpr const char* kIssuer = "ISSUER";

std::vector<ErrorRow> RedirectRows() {
  const auto authorize = [](testing::Pairs changes) {
    return [changes](Subject& s) { return s.flow.Get(s.flow.AuthorizeUrl(changes)); };
  };
  const auto row = [&](const char* name, testing::Pairs changes, const char* error,
                       const char* why) {
    return ErrorRow{name,        authorize(std::move(changes)), Back(error),
                    Back(error), Back(error, kIssuer),          why};
  };
  return {
      row("ImplicitFlow", {{"response_type", "token"}}, "unsupported_response_type",
          "response_type \"token\" is not \"code\""),
      row("NoResponseType", {{"response_type", "-"}}, "invalid_request",
          "response_type is missing"),
      row("UnknownScope", {{"scope", "account.read nonsense"}}, "invalid_scope",
          "scope \"nonsense\" is not one of AWeber's"),
      row("NoScope", {{"scope", "-"}}, "invalid_scope", "scope is missing or empty"),
      {"Denied",
       [](Subject& s) { return s.flow.Decide(s.flow.Get(s.flow.AuthorizeUrl()), "cancel"); },
       Back("access_denied"), Back("access_denied"), Back("access_denied", kIssuer),
       "the customer cancelled"},
  };
}

std::vector<ErrorRow> AllRows() {
  std::vector<ErrorRow> rows;
  for (auto& some : {ApiRows(), RevocationRows(), RedirectRows()}) {
    rows.insert(rows.end(), some.begin(), some.end());
  }
  return rows;
}

TEST(ErrorTable, EveryRefusalInEachProfile) {
  for (const ErrorRow& row : AllRows()) {
    for (Profile profile : {Profile::kAWeber, Profile::kRfc6749, Profile::kRfc9700}) {
      SCOPED_TRACE(row.name + " in " + ProfileName(profile));
      Subject subject(profile);
      std::string expected = row.aweber;
      if (profile != Profile::kAWeber && !row.rfc6749.empty()) expected = row.rfc6749;
      if (profile == Profile::kRfc9700 && !row.rfc9700.empty()) expected = row.rfc9700;
      if (const std::size_t at = expected.find(kIssuer); at != std::string::npos) {
        expected.replace(at, std::string(kIssuer).size(), FormEncode(subject.server->base_url()));
      }
      EXPECT_EQ(Shown(row.send(subject)), expected);
      const JournalEntry last = subject.space.journal().Entries().back();
      EXPECT_NE(last.error, "");
      EXPECT_NE(last.why_rejected.find(row.why), std::string::npos) << last.why_rejected;
    }
  }
}

// AWeber's words about PKCE, on a page in its own profile and as a redirect in the others'.
TEST(ErrorTable, PkceRefusalsInEachProfile) {
  struct {
    testing::Pairs changes;
    const char* page;
    Profile refused_from;  // kRfc9700: not refused by rfc6749
  } const kCases[] = {
      {{{"client_id", kPublicId}},
       "Public Client MUST Use PKCE: code_challenge is required for public client",
       Profile::kRfc9700},
      {{{"client_id", kPublicId}, {"code_challenge", testing::kChallenge}},
       "code_challenge_method must be S256",
       Profile::kRfc6749},
      {{{"client_id", kPublicId}, {"code_challenge", "x"}, {"code_challenge_method", "S256"}},
       "code_challenge is invalid",
       Profile::kRfc6749},
  };
  for (const auto& one : kCases) {
    Subject aweber(Profile::kAWeber);
    const HttpResponse page = aweber.flow.Get(aweber.flow.AuthorizeUrl(one.changes));
    EXPECT_EQ(page.status, 400);
    EXPECT_FALSE(page.headers.Has("Location"));
    EXPECT_EQ(page.headers.GetOr("Cache-Control"), "no-store");
    EXPECT_NE(page.body.find(std::string("id=\"error\">") + one.page + "</p>"), std::string::npos);
    Subject strict(Profile::kRfc9700);
    EXPECT_EQ(Shown(strict.flow.Get(strict.flow.AuthorizeUrl(one.changes))),
              Back("invalid_request", strict.server->base_url()));
    Subject plain(Profile::kRfc6749);
    const HttpResponse reply = plain.flow.Get(plain.flow.AuthorizeUrl(one.changes));
    if (one.refused_from == Profile::kRfc9700) {
      EXPECT_EQ(reply.status, 200);
    } else {
      EXPECT_EQ(Shown(reply), Back("invalid_request"));
    }
  }
}

}  // namespace
}  // namespace aweber::mock
