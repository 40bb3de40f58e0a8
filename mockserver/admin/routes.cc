#include <fmt/format.h>

#include <algorithm>

#include "base/text/uri.h"
#include "mockserver/admin/route.h"

namespace aweber::mock {
namespace {

std::vector<std::string_view> SplitPath(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? "" : path.substr(slash + 1);
  }
  return parts;
}

bool MatchPath(std::string_view pattern, std::string_view path,
               std::map<std::string, std::string>& parts) {
  const auto wanted = SplitPath(pattern);
  const auto given = SplitPath(path);
  if (wanted.size() != given.size()) return false;
  std::map<std::string, std::string> found;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      const auto decoded = PercentDecode(given[i]);
      if (!decoded.ok() || decoded->empty()) return false;
      found[std::string(wanted[i].substr(1, wanted[i].size() - 2))] = *decoded;
    } else if (wanted[i] != given[i]) {
      return false;
    }
  }
  parts = std::move(found);
  return true;
}

constexpr std::string_view kApi = "/api/v1";

std::string InSpace(std::string_view path) {
  return fmt::format("{}/spaces/{{space}}{}", kApi, path.substr(kApi.size()));
}

}  // namespace

const std::vector<AdminRoute>& AdminRoutes() {
  using namespace routes;
  constexpr auto kNone = BodyKind::kNone;
  constexpr auto kJson = BodyKind::kJson;
  constexpr std::string_view kFilter =
      "after:integer limit:integer endpoint:string status:integer client_id:string method:string "
      "path:string refused:boolean text:string";
  static const std::vector<AdminRoute> table = {
      {"GET", "/livez", false, kNone, "livez", "The process runs", "", "", "text/plain", "200",
       Livez},
      {"GET", "/readyz", false, kNone, "readyz", "Scenarios are parsed and all listeners bound", "",
       "", "text/plain", "200 503", Readyz},
      {"GET", "/metrics", false, kNone, "metrics", "Counters in Prometheus text format", "", "",
       "text/plain", "200", Metrics},
      {"GET", "/openapi.json", false, kNone, "openapi", "This document", "", "", "*:any", "200",
       OpenApi},
      {"GET", "/aweber-openapi.json", false, kNone, "aweberOpenapi",
       "The mocked API of AWeber as OpenAPI", "", "", "*:any", "200", AweberOpenApi},
      {"GET", "/ca.pem", false, kNone, "caPem", "The certificate authority to trust", "", "",
       "application/x-pem-file", "200", CaPem},
      {"GET", "/api/v1/info", false, kNone, "info", "Addresses, seed, profile and version", "", "",
       "version:string! base_url:string! admin_url:string! proxy_url:string! "
       "ca_fingerprint:string! seed:integer! profile:string!",
       "200", Info},

      {"GET", "/api/v1/spaces", false, kNone, "listSpaces", "All spaces", "", "", "spaces:Space[]!",
       "200", ListSpaces},
      {"POST", "/api/v1/spaces", false, kJson, "createSpace", "Make a space", "",
       "name:string! profile:string settings:object seed:integer start_time:integer "
       "follow_real_time:boolean built_in_data:boolean",
       "Space", "201 400 409", CreateSpace},
      {"GET", "/api/v1/spaces/{space}", false, kNone, "getSpace", "One space", "", "", "Space",
       "200 404", GetSpace},
      {"DELETE", "/api/v1/spaces/{space}", false, kNone, "deleteSpace",
       "Remove a space and all in it", "", "", "", "204 404 409", DeleteSpace},
      {"POST", "/api/v1/reset", true, kNone, "reset",
       "Clock, tokens, journal, faults, counters and the scenario in play as at the start", "", "",
       "", "204 404", Reset},
      {"GET", "/api/v1/state", true, kNone, "exportState",
       "Settings, clock, rules, customers' data and journal as one document for a bug report", "",
       "", "State", "200 404 409", GetState},
      {"PUT", "/api/v1/state", true, BodyKind::kState, "importState", "Load an exported state", "",
       "version:integer! settings:object! now:integer rules:array scenario:string clients:array "
       "tokens:array webhooks:array data:object journal:array space:string exported_by:string",
       "Space", "200 400 404", PutState},

      {"GET", "/api/v1/settings", true, kNone, "getSettings",
       "The switches, their values and where each behaviour is known from", "", "", "Settings",
       "200 404", GetSettings},
      {"PUT", "/api/v1/settings", true, kJson, "putSettings",
       "Change switches by name; those not named stay", "", "*:any", "Settings", "200 400 404",
       PutSettings},
      {"GET", "/api/v1/clients", true, kNone, "listClients", "Registered applications", "", "",
       "clients:Client[]!", "200 404", ListClients},
      {"POST", "/api/v1/clients", true, kJson, "putClient",
       "Register or replace an application; a secret not given stays, scopes not given are all", "",
       "id:string! secret:string type:string name:string redirect_uris:string[]! scopes:string[]",
       "Client", "201 400 404 409", PutClient},

      {"GET", "/api/v1/webhooks", true, kNone, "listWebhooks", "The webhooks that are subscribed",
       "", "", "webhooks:Webhook[]!", "200 404", ListWebhooks},
      {"POST", "/api/v1/webhooks", true, kJson, "addWebhook",
       "Subscribe a URL; without callback and key the mock makes them, without events it sends "
       "all; an address off loopback needs anywhere",
       "",
       "url:string! client_id:string callback:string key:string events:string[] anywhere:boolean",
       "Webhook", "201 400 404 409", AddWebhook},
      {"DELETE", "/api/v1/webhooks/{id}", true, kNone, "deleteWebhook", "Remove a webhook", "", "",
       "", "204 404", DeleteWebhook},
      {"PUT", "/api/v1/webhooks/{id}/fault", true, kJson, "putWebhookFault",
       "What is wrong with its next delivery: forged_signature, wrong_key, stale_date, duplicate, "
       "split_batch or out_of_order; \"\" for nothing",
       "", "fault:string!", "id:string! fault:string!", "200 400 404", PutWebhookFault},
      {"GET", "/api/v1/webhooks/deliveries", true, kNone, "listDeliveries",
       "The last deliveries and how they were answered; waits for those under way", "", "",
       "deliveries:Delivery[]!", "200 404", ListDeliveries},
      {"POST", "/api/v1/webhooks/deliveries/{id}/resend", true, kNone, "resendDelivery",
       "Send a delivery once more", "", "", "id:string!", "202 404", ResendDelivery},

      {"GET", "/api/v1/data", true, kNone, "dataTree",
       "The customers' accounts and lists, and how much each has", "", "",
       "accounts:AccountTree[]!", "200 404", DataTree},
      {"GET", "/api/v1/data/schema", false, kNone, "dataSchema",
       "The JSON Schema of customers' data, rows included", "", "", "*:any", "200", DataSchema},
      {"GET", "/api/v1/data/{account}/{list}/{part}", true, kNone, "listRows",
       "Rows of a list's subscribers, broadcasts, follow_ups, custom_fields, segments, web_forms, "
       "split_tests, landing_pages or purchases; text filters",
       "start:integer size:integer text:string", "", "start:integer! total:integer! rows:object[]!",
       "200 400 404", ListRows},
      {"POST", "/api/v1/data/{account}/{list}/{part}", true, kJson, "putRow",
       "Replace the row with this id, or add one without an id; what it causes is told to webhooks",
       "", "*:any", "*:any", "200 400 404", PutDataRow},
      {"DELETE", "/api/v1/data/{account}/{list}/{part}/{id}", true, kNone, "deleteRow",
       "Remove a row", "", "", "", "204 404", DeleteDataRow},

      {"GET", "/api/v1/scenarios", false, kNone, "listScenarios", "Scenarios that can be played",
       "", "", "scenarios:Scenario[]!", "200", ListScenarios},
      {"POST", "/api/v1/scenarios/reload", false, kNone, "reloadScenarios",
       "Read the scenario directory again; a bad file keeps the last good one", "", "",
       "loaded:integer! changed:string[]! errors:string[]!", "200 422=", ReloadScenarios},
      {"GET", "/api/v1/scenario", true, kNone, "getScenario", "The scenario in play and its rules",
       "", "", "InPlay", "200 404", GetScenario},
      {"PUT", "/api/v1/scenario", true, BodyKind::kYaml, "putScenario",
       "Play a scenario: {\"id\":\"...\"} or a scenario file as YAML", "", "",
       "+InPlay client:Client!", "200 400 404 422", PutScenario},
      {"DELETE", "/api/v1/scenario", true, kNone, "deleteScenario",
       "Play nothing; its settings and applications go with it", "", "", "", "204 404",
       DeleteScenario},
      {"POST", "/api/v1/scenario/validate", true, BodyKind::kYaml, "validateScenario",
       "Check a scenario file without playing it", "", "", "valid:boolean! scenarios:Scenario[]!",
       "200 404 422", ValidateScenario},

      {"GET", "/api/v1/faults", true, kNone, "listFaults",
       "Rules in force and how often each acted", "", "", "faults:RuleState[]!", "200 404",
       ListFaults},
      {"POST", "/api/v1/faults", true, BodyKind::kYaml, "addFault",
       "Add a rule or a list of them (the shape of server.rules in a scenario), ahead of the "
       "scenario's",
       "", "", "id:string! ids:string[]! warnings:string[]", "201 400 404 409 422", AddFault},
      {"DELETE", "/api/v1/faults/{id}", true, kNone, "deleteFault", "Take a fault away", "", "", "",
       "204 404", DeleteFault},
      {"GET", "/api/v1/gates", true, kNone, "listGates", "Gates and who waits at them", "", "",
       "gates:Gate[]!", "200 404", ListGates},
      {"POST", "/api/v1/gates/{name}/release", true, kNone, "releaseGate",
       "Let all who wait go on together", "", "", "name:string! released:integer!", "200 404",
       ReleaseGate},

      {"GET", "/api/v1/clock", true, kNone, "getClock",
       "The time, whether it is running with real time, and what expires next", "", "", "Clock",
       "200 404", GetClock},
      {"PUT", "/api/v1/clock", true, kJson, "putClock", "Set the time (Unix seconds, forward only)",
       "", "now:integer!", "+Clock expired:Expiry[]!", "200 400 404", PutClock},
      {"POST", "/api/v1/clock/advance", true, kJson, "advanceClock",
       "Move the clock by a duration, to an instant, or to the next expiry", "",
       "by:duration to:integer to_next:boolean", "+Clock expired:Expiry[]!", "200 400 404",
       AdvanceClock},
      {"GET", "/api/v1/tokens", true, kNone, "listTokens",
       "The newest `limit` codes and tokens (default 1000, at most 10000), with their lineage",
       "reveal:boolean limit:integer", "", "tokens:Token[]! total:integer!", "200 400 404",
       ListTokens},
      {"POST", "/api/v1/tokens", true, kJson, "issueTokens", "Issue a pair without the flow", "",
       "client_id:string! username:string scopes:string[]",
       "access_token:Token! refresh_token:Token!", "201 400 404 409", IssueTokens},
      {"POST", "/api/v1/tokens/{label}/expire", true, kNone, "expireToken", "It expires now", "",
       "", "label:string! state:string!", "200 404", ExpireToken},
      {"POST", "/api/v1/tokens/{label}/revoke", true, kNone, "revokeToken",
       "It is revoked now; a grant label takes the whole family", "", "",
       "label:string! state:string!", "200 404", RevokeToken},
      {"GET", "/api/v1/authorizations", true, kNone, "listAuthorizations",
       "Authorization requests and their decisions", "", "", "authorizations:Authorization[]!",
       "200 404", ListAuthorizations},
      {"POST", "/api/v1/authorizations/{id}/approve", true, BodyKind::kOptionalJson, "approve",
       "Decide as the customer would, without a browser", "", "username:string", "Decision",
       "200 400 404 409", Approve},
      {"POST", "/api/v1/authorizations/{id}/deny", true, kNone, "deny",
       "Cancel as the customer would", "", "", "Decision", "200 404 409", Deny},

      {"GET", "/api/v1/requests", true, kNone, "listRequests",
       "The journal, oldest first, redacted", kFilter, "",
       "requests:Entry[]! last_sequence:integer! evicted:integer! next_after:integer",
       "200 400 404", ListRequests},
      {"GET", "/api/v1/requests/wait", true, kNone, "waitForRequest",
       "The first request after `after` that matches, waiting up to `timeout_ms`",
       "after:integer endpoint:string status:integer client_id:string method:string path:string "
       "refused:boolean text:string timeout_ms:integer",
       "", "Entry", "200 204 400 404", WaitForRequest},
      {"GET", "/api/v1/requests.har", true, kNone, "requestsHar",
       "The journal as HAR 1.2, redacted", kFilter, "", "log:object!", "200 400 404", RequestsHar},
      {"GET", "/api/v1/requests/{sequence}", true, kNone, "getRequest", "One exchange in full", "",
       "", "Entry", "200 404", GetRequest},
      {"DELETE", "/api/v1/requests", true, kNone, "clearRequests", "Empty the journal", "", "", "",
       "204 404", ClearRequests},
      {"POST", "/api/v1/verify", true, kJson, "verify",
       "Were there so many such requests? Never true when entries were evicted that might count",
       "",
       "endpoint:string status:integer client_id:string method:string path:string refused:boolean "
       "text:string after:integer at_least:integer at_most:integer",
       "verified:boolean! count:integer! sequences:integer[]! evicted:integer! why:string",
       "200 400 404", Verify},
      {"GET", "/api/v1/events", true, kNone, "events",
       "What happens, as server-sent events; Last-Event-ID reads on", "last_event_id:integer", "",
       "text/event-stream", "200 400 404 503", Events},
  };
  return table;
}

const AdminRoute* FindAdminRoute(std::string_view method, std::string_view path,
                                 std::map<std::string, std::string>& parts,
                                 std::vector<std::string>& other_methods) {
  for (const AdminRoute& route : AdminRoutes()) {
    const bool matches = MatchPath(route.path, path, parts) ||
                         (route.per_space && MatchPath(InSpace(route.path), path, parts));
    if (!matches) continue;
    if (route.method == method || (route.method == "GET" && method == "HEAD")) return &route;
    other_methods.emplace_back(route.method);
  }
  return nullptr;
}

}  // namespace aweber::mock
