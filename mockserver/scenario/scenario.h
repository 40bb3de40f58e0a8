// Scenario: a parsed scenario file (one YAML file, one fault, one flow).
//
// Purpose: the typed form of scenarios/**.yaml. The mock plays `server`; the conformance runner
//   plays all of it. Matrix variants are expanded by the loader: each has an id
//   "token/expires[string]".
// Ownership, thread safety: plain values. Units: durations on the space's virtual clock.
// Source: docs/scenario-format.md describes the shape; scenarios/schema has the JSON Schema.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "base/text/json.h"
#include "mockserver/faults/rule.h"

namespace aweber::mock {

// The client as registered for the scenario.
struct ScenarioClient {
  std::string type = "confidential";  // or "public"
  std::string redirect_uri = "https://app.example.test/callback";
  std::vector<std::string> scopes = {"account.read", "list.read", "subscriber.read"};
  std::string secret = "plain";  // "plain" | "hostile" (needs form-encoding) | "empty"
  // What the driver is told where it differs from the registration.
  std::optional<std::string> told_client_id;
  std::optional<std::string> told_client_secret;
  std::optional<std::string> told_redirect_uri;
  std::string authorize_query;  // appended to the authorize_url given to the driver
};

struct ScenarioServer {
  ScenarioClient client;
  Json settings = Json::object();  // named switches, see mockserver/settings.h
  std::vector<Rule> rules;
};

// One change to the callback URL before it is delivered, applied in order.
struct CallbackTamper {
  // "set" name value · "add" name value (duplicates allowed) · "remove" name · "order" names ·
  // "flip" name (last character changed) · "case" name (letters' case swapped; a value without
  // letters is flipped instead, so that the tamper always changes something) ·
  // "prefix" name (last character dropped) · "suffix" name value · "encode" name (every byte as
  // %XX: another spelling of the same value) · "raw" value (query replaced) ·
  // "base" value (everything before '?' replaced) · "part" name value (scheme, host, port, path or
  // query of that parameter's URL changed; of the callback's own where the name is "base").
  // Values may use ${code} ${state} (this session's), ${B.code} ${B.state} (another session's),
  // ${redirect_uri} and ${other}, the foreign origin with the space's path.
  std::string how;
  std::string name;
  std::string value;
  std::vector<std::string> order;
};

struct Step {
  // "authorize"  the driver builds the URL; the browser opens it (unless `visit: false`)
  // "consent"    the browser answers the page: `decision`
  // "callback"   the redirect is delivered to the client, after `tamper`
  // "call"       one API request through the client
  // "refresh" "revoke" "token"  the driver operations of these names
  // "advance"    the space's clock moves by `by`, or to the next expiry
  // "restart"    the driver process ends (`kill: true`: SIGKILL), starts again with the same store
  // "expire"     server side: the session's access tokens expire now; refresh tokens live on
  // "revoke_tokens"  server side: the session's whole grant is revoked (customer disconnected)
  // "release"    frees a gate
  // "forge"      another site's page posts the application's form (web applications)
  // "browser"    the user goes back or reloads the page: `act` (a real browser)
  // "logout"     the program's own way to forget the customer
  // "store"      what the programs that start from now on cannot do to their store: `limit`
  // "parallel"   `steps` run at the same time (needs a driver that claims concurrent)
  // "repeat"     `steps`, `times` over
  std::string op;
  std::string label;          // unique; default "op" or "op#2"
  std::string session = "A";  // "A/2": the second tab of A's browser
  std::string decision =
      "approve";            // consent: approve deny wrong-password developer-account abandon
  std::string from;         // callback: another session whose redirect is delivered
  std::string unsolicited;  // callback: a whole URL delivered though nothing was started
  std::vector<CallbackTamper> tamper;
  std::string method = "GET";  // call
  std::string path;            // call: below the API URL, "/accounts"; or absolute
  Json body;                   // call: object or null
  Micros by{0};                // advance
  std::string to;              // advance: "next_expiry"
  std::string gate;            // release
  std::string form;            // forge: "connect" or "revoke"
  std::string act;             // browser: "reload" or "back"
  bool twice = false;          // authorize: the link is pressed twice at once (a real browser)
  bool popup = false;          // callback: in a window that another site opened (a real browser)
  bool settled = false;        // release: one by one, each when nothing else moves any more
  int kills = 0;               // release: so many of the first are killed instead of answered
  std::string when_held;       // in a parallel: begins once a request waits at this gate
  bool by_clock = false;       // expire: by the client's own clock as well, in real time
  int kill_at_write = 0;       // call, refresh: SIGKILL at the Nth change to the store
  Micros clock{0};             // call, refresh: the program's clock is so far ahead
  std::string limit;           // store: "none" "full" "read_only"
  bool visit = true;           // authorize
  bool kill = false;           // restart
  bool optional = false;       // left out with a driver that has no means to do it
  int times = 1;               // repeat
  std::vector<Step> steps;     // parallel, repeat
  int line = 0;                // where it stands in the file
};

// What a step's reply must be. is: "ok", "refused" (an err reply), "any". The loader adds "ok" for
// each step that asks the driver and that the file does not name.
struct ClientExpectation {
  std::string step;  // label
  std::string is = "ok";
  std::vector<std::string> kinds;  // err.kind, graded with --strict-errors
  std::vector<int> statuses;       // call: acceptable ok.status
};

// A pattern over the case's journal.
struct WirePattern {
  Selector on;
  std::optional<int> status;
  std::optional<bool> committed;
  FaultSet fault;  // what acted on it; empty: any or none
  // Where the token of an API request stood ("header", "form", "query"), or the client's
  // credentials in a token request ("basic", "body", "query", "json", "none"); "": anywhere.
  std::string sent_in;
  std::string after;   // step label: only entries that arrived after this step began
  std::string before;  // step label: only entries that arrived before this step began
  std::string during;  // step label: only entries between its begin and the next step's begin
  int at_least = 1;    // requires
  int at_most = -1;    // requires: no upper bound when -1; never: more than this many fail (-1: 0)
  bool per_request = false;  // never: `at_most` for each API request (method and path) seen there
  std::string check;         // never: the check it fails ("" = the scenario's first)
  std::string note;          // for people
};

struct Expectation {
  std::vector<ClientExpectation> client;
  std::vector<WirePattern> requirements;  // `requires` in YAML (a C++ keyword)
  std::vector<WirePattern> never;
  std::vector<std::string> checks;  // P, B and R checks judged here; the first is the subject
};

struct ScenarioLimits {
  Micros operation = std::chrono::seconds(10);
  Micros whole = std::chrono::seconds(30);
};

struct Scenario {
  std::string id;       // "callback/state-mismatch", equals its path
  std::string variant;  // matrix variant, "" when none; id includes "[variant]" then
  std::string title;
  std::string why;
  std::vector<std::string> tags;
  std::vector<std::string> spec;   // "RFC 6749 §10.12", "seed:2/5"
  std::vector<std::string> needs;  // features: "state", "refresh:on_401", "auth:basic", "persist"
  std::vector<std::string> profiles;  // where it holds: "aweber", ...; empty: in all
  ScenarioServer server;
  std::vector<Step> steps;
  Expectation expect;
  std::string control;  // id of the positive control; "" for a positive scenario
  ScenarioLimits limits;
  std::string file;
  std::string digest;  // of the file's text: SHA-256 in hex
};

}  // namespace aweber::mock
