// What the server may do: each row of the fault table at the places where a client meets it, and the
// variations that the RFCs allow. A new behaviour is a row.
#include <string>

#include "conformance/explore/flow.h"

namespace aweber::conformance::explore {

namespace {

// Over 4096 characters; "$N" makes it another one for each action.
std::string_view BigToken() {
  static const auto* const fault = new std::string(
      R"({"token_mutation":{"set":{"access_token":"big-$N-)" + std::string(5000, 'a') + R"("}}})");
  return *fault;
}

// RFC 6749 knows no limit.
std::string_view LongCode() {
  static const auto* const fault = new std::string(
      R"({"redirect_tamper":{"set":{"code":"long-$N-)" + std::string(2000, 'c') + R"("}}})");
  return *fault;
}

}  // namespace

const std::vector<Behaviour>& Behaviours() {
  using enum Effect;
  static const auto* const rows = new std::vector<Behaviour>{
      {.name = ""},

      // The way to the code.
      {"authorize/denied", Where::kAuthorize, kError, R"({"oauth_error":"access_denied"})"},
      {"authorize/server-error", Where::kAuthorize, kError, R"({"oauth_error":"server_error"})"},
      {"authorize/invalid-request", Where::kAuthorize, kError,
       R"({"oauth_error":{"error":"invalid_request","description":"transform algorithm not supported"}})"},
      {"authorize/unavailable", Where::kDecision, kError,
       R"({"oauth_error":"temporarily_unavailable"})"},
      {"redirect/swapped", Where::kDecision, kLegal,
       R"({"redirect_tamper":{"order":["state","code"]}})"},
      {"redirect/unknown-parameters", Where::kDecision, kLegal,
       R"({"redirect_tamper":{"add":{"x_session":"1","hint":"a b"}}})"},
      {"redirect/code-reserved", Where::kDecision, kLegal,
       R"({"redirect_tamper":{"set":{"code":"reserved-$N+code/with%41=&'1"}}})"},
      {"redirect/code-long", Where::kDecision, kLegal, LongCode()},

      // Good token answers.
      {"token/expires-7200", Where::kToken, kLegal,
       R"({"token_mutation":{"set":{"expires_in":7200}}})"},
      {"token/expires-1800", Where::kToken, kLegal,
       R"({"token_mutation":{"set":{"expires_in":1800}}})"},
      {"token/expires-absent", Where::kToken, kLegal,
       R"({"token_mutation":{"remove":"expires_in"}})"},
      {"token/unknown-members", Where::kToken, kLegal,
       R"({"token_mutation":{"set":{"account_id":1000001,"x_list":["a",{"b":null}]}}})"},
      {"token/type-upper", Where::kToken, kLegal,
       R"({"token_mutation":{"set":{"token_type":"BEARER"}}})"},
      {"token/scope-narrowed", Where::kToken, kOtherScope,
       R"({"token_mutation":{"set":{"scope":"account.read"}}})"},
      {"token/scope-widened", Where::kToken, kOtherScope,
       R"({"token_mutation":{"set":{"scope":"account.read list.read subscriber.read subscriber.write email.read"}}})"},
      {"token/no-refresh-token", Where::kToken, kNoRefreshToken,
       R"({"token_mutation":{"remove":"refresh_token"}})"},
      {"token/charset", Where::kToken, kLegal,
       R"({"token_mutation":{"headers":{"Content-Type":"application/json; charset=UTF-8"}}})"},
      {"token/big", Where::kToken, kLegal, BigToken()},
      {"token/dribble", Where::kToken, kLegal, R"({"dribble":"0ms"})"},
      {"token/slow", Where::kToken, kLegal, R"({"delay":"60ms"})"},

      // Token answers that are odd.
      {"token/expires-string", Where::kToken, kOdd,
       R"({"token_mutation":{"set":{"expires_in":"3600"}}})"},
      {"token/expires-float", Where::kToken, kOdd,
       R"({"token_mutation":{"set":{"expires_in":3600.5}}})"},
      {"token/expires-huge", Where::kToken, kOdd,
       R"({"token_mutation":{"set":{"expires_in":99999999999}}})"},
      {"token/expires-negative", Where::kToken, kOdd,
       R"({"token_mutation":{"set":{"expires_in":-1}}})"},
      {"token/expires-null", Where::kToken, kOdd,
       R"({"token_mutation":{"set":{"expires_in":null}}})"},
      {"token/expires-garbage", Where::kToken, kOdd,
       R"({"token_mutation":{"set":{"expires_in":"soon"}}})"},
      {"token/type-mac", Where::kToken, kOdd, R"({"token_mutation":{"set":{"token_type":"mac"}}})"},
      {"token/type-absent", Where::kToken, kOdd, R"({"token_mutation":{"remove":"token_type"}})"},
      {"token/empty", Where::kToken, kUnusable,
       R"({"token_mutation":{"set":{"access_token":""}}})"},
      {"token/absent", Where::kToken, kUnusable, R"({"token_mutation":{"remove":"access_token"}})"},

      // A token endpoint that says no.
      {"token/invalid-grant", Where::kToken, kRefused, R"({"oauth_error":"invalid_grant"})"},
      {"token/invalid-request", Where::kToken, kRefused, R"({"oauth_error":"invalid_request"})"},
      {"token/invalid-client", Where::kToken, kRefused,
       R"({"oauth_error":{"error":"invalid_client","status":401,"headers":{"WWW-Authenticate":"Basic realm=\"AWeber\""}}})"},
      {"token/unauthorized-client", Where::kToken, kRefused,
       R"({"oauth_error":"unauthorized_client"})"},
      {"token/error-as-200", Where::kToken, kRefused,
       R"({"raw_body":{"body":"{\"error\":\"invalid_grant\"}","content_type":"application/json"}})"},
      {"token/redirected", Where::kToken, kRefused,
       R"({"http_status":{"status":307,"location":"${other}/oauth2/token"}})"},
      {"token/503", Where::kToken, kBusy, R"({"retry_after":{"seconds":0,"status":503}})"},
      {"token/429", Where::kToken, kBusy, R"({"retry_after":{"seconds":0}})"},
      {"token/500", Where::kToken, kBusy, R"({"http_status":500})"},
      {"token/html-502", Where::kToken, kBusy,
       R"({"http_status":{"status":502,"content_type":"text/html","body":"<html>Bad Gateway</html>"}})"},
      {"token/html-200", Where::kToken, kBroken,
       R"({"raw_body":{"body":"<html>maintenance</html>","content_type":"text/html"}})"},
      {"token/empty-200", Where::kToken, kBroken,
       R"({"raw_body":{"body":"","content_type":"application/json"}})"},
      {"token/reset", Where::kToken, kBroken, R"("reset")"},
      {"token/closed", Where::kToken, kBroken, R"("close_empty")"},
      {"token/lost", Where::kToken, kLost, R"("lose_reply")"},
      {"token/truncated", Where::kToken, kLost, R"({"truncate":40})"},
      {"token/wrong-length", Where::kToken, kLost, R"({"content_length":2000})"},
      {"token/bad-chunk", Where::kToken, kLost, R"("malformed_chunk")"},

      // The API.
      {"api/expired-once", Where::kApi, kExpiredOnce,
       R"({"http_status":{"status":401,"content_type":"application/json","body":"{\"error\":\"invalid_token\",\"error_description\":\"The access token is invalid or has expired\"}"}})",
       true},
      {"api/401", Where::kApi, kUnauthorized,
       R"({"http_status":{"status":401,"content_type":"application/json","body":"{\"error\":\"invalid_token\",\"error_description\":\"The access token is invalid or has expired\"}"}})"},
      {"api/403", Where::kApi, kRefused, R"({"http_status":403})"},
      {"api/rate-limit", Where::kApi, kBlocked, R"("rate_limit")"},
      {"api/404", Where::kApi, kRefused, R"({"http_status":404})"},
      {"api/429", Where::kApi, kBusy, R"({"retry_after":{"seconds":0}})"},
      {"api/500", Where::kApi, kBusy, R"({"http_status":500})"},
      {"api/503", Where::kApi, kBusy, R"({"retry_after":{"seconds":0,"status":503}})"},
      {"api/redirected", Where::kApi, kOdd,
       R"({"http_status":{"status":302,"location":"${other}/1.0/accounts"}})"},
      {"api/html", Where::kApi, kOdd,
       R"({"raw_body":{"body":"<html>maintenance</html>","content_type":"text/html"}})"},
      {"api/reset", Where::kApi, kBroken, R"("reset")"},
      {"api/closed", Where::kApi, kBroken, R"("close_empty")"},
      {"api/truncated", Where::kApi, kOdd, R"({"truncate":10})"},
      {"api/late-expiry", Where::kApi, kOdd, R"([{"delay":"2100ms"},"grace"])", false, true},

      // Revocation.
      {"revoke/503", Where::kRevoke, kBusy, R"({"retry_after":{"seconds":0,"status":503}})"},
      {"revoke/empty-200", Where::kRevoke, kLegal, R"({"raw_body":{"body":""}})"},
      {"revoke/invalid-client", Where::kRevoke, kRefused,
       R"({"oauth_error":{"error":"invalid_client","status":401}})"},
      {"revoke/redirected", Where::kRevoke, kOdd,
       R"({"http_status":{"status":307,"location":"${other}/oauth2/revoke"}})"},
      {"revoke/lost", Where::kRevoke, kLost, R"("lose_reply")"},
  };
  return *rows;
}

const std::vector<Variation>& Variations() {
  static const auto* const rows = new std::vector<Variation>{
      {.name = "public",
       .group = "type",
       .effect = WorldEffect::kPublic,
       .client = R"({"type":"public"})"},
      {.name = "hostile-secret", .group = "secret", .client = R"({"secret":"hostile"})"},
      {.name = "wrong-secret",
       .group = "secret",
       .effect = WorldEffect::kClientRefused,
       .client = R"({"told_client_secret":"not-the-registered-secret"})"},
      {.name = "loopback",
       .group = "redirect",
       .client = R"({"redirect_uri":"http://127.0.0.1:49152/callback"})"},
      {.name = "redirect-with-query",
       .group = "redirect",
       .client = R"({"redirect_uri":"https://app.example.test/callback?tenant=blue%2Fgreen&b=2"})"},
      {.name = "endpoint-with-query",
       .group = "endpoint",
       .client = R"({"authorize_query":"tenant=blue&lang=en"})"},
      {.name = "issuer",
       .group = "issuer",
       .effect = WorldEffect::kIssuer,
       .settings = R"({"iss_parameter":true})"},
      {.name = "state-first", .group = "order", .settings = R"({"callback_order":"state_first"})"},
      {.name = "auto-approve",
       .group = "consent",
       .effect = WorldEffect::kAutoApprove,
       .settings = R"({"auto_approve":true})"},
      {.name = "lifetime-7200", .group = "lifetime", .settings = R"({"access_token_ttl":7200})"},
      {.name = "lifetime-1",
       .group = "lifetime",
       .effect = WorldEffect::kShortLife,
       .settings = R"({"access_token_ttl":1})",
       .need = "refresh:on_expiry"},
      {.name = "scope-echoed", .group = "scope", .settings = R"({"echo_scope":true})"},
      {.name = "not-rotated",
       .group = "rotation",
       .effect = WorldEffect::kNotRotated,
       .settings = R"({"rotate_refresh_token":false})"},
      {.name = "reuse-revokes",
       .group = "rotation",
       .settings = R"({"rotate_refresh_token":true,"revoke_on_refresh_reuse":true})"},
      {.name = "no-refresh-token",
       .group = "rotation",
       .effect = WorldEffect::kNoRefreshToken,
       .settings = R"({"return_refresh_token":false})"},
      {.name = "challenge", .group = "challenge", .settings = R"({"api_www_authenticate":true})"},
      {.name = "awkward", .group = "awkward", .settings = R"({"awkward_replies":true})"},
      {.name = "trace-reply",
       .group = "reply",
       .effect = WorldEffect::kOddTokens,
       .settings = R"({"trace_token_response":true})"},
      {.name = "by-basic", .group = "auth", .need = "auth:basic"},
      {.name = "by-body", .group = "auth", .need = "auth:body"},
      {.name = "by-query", .group = "auth", .need = "auth:query", .aweber_only = true},
      {.name = "in-header", .group = "transport", .need = "token_transport:header"},
      {.name = "in-body", .group = "transport", .need = "token_transport:body"},
      {.name = "in-query",
       .group = "transport",
       .need = "token_transport:query",
       .aweber_only = true},
      {.name = "token-certificate-expired",
       .group = "tls",
       .effect = WorldEffect::kTokenTls,
       .rule = R"({"on":"token","then":{"tls":"expired"}})",
       .need = "tls"},
      {.name = "token-certificate-name",
       .group = "tls",
       .effect = WorldEffect::kTokenTls,
       .rule = R"({"on":"token","then":{"tls":"wrong_name"}})",
       .need = "tls"},
      {.name = "token-certificate-unknown",
       .group = "tls",
       .effect = WorldEffect::kTokenTls,
       .rule = R"({"on":"token","then":{"tls":"unknown_ca"}})",
       .need = "tls"},
      {.name = "api-certificate-expired",
       .group = "tls",
       .effect = WorldEffect::kApiTls,
       .rule = R"({"on":"api","then":{"tls":"expired"}})",
       .need = "tls"},
      {.name = "revoke-certificate-unknown",
       .group = "tls",
       .effect = WorldEffect::kRevokeTls,
       .rule = R"({"on":"revoke","then":{"tls":"unknown_ca"}})",
       .need = "tls"},
  };
  return *rows;
}

}  // namespace aweber::conformance::explore
