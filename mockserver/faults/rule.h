// Rules and faults, as data: which requests, when, how often, and what then happens.
//
// Purpose: a scenario's server part and the admin API's faults are both lists of Rule. The rule
//   book (rule_book.h) matches and counts in one atomic step; oauth/ and api/ never see a rule: the
//   dispatcher applies the effect before or after they act, and the transport performs wire faults.
// Ownership, thread safety: plain values. Units: milliseconds of real time for delays on the wire;
//   seconds for values that appear in messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/http/message.h"
#include "base/text/json.h"
#include "mockserver/journal/entry.h"
#include "mockserver/journal/fault_kinds.h"

namespace aweber::mock {

// Every member that is set must match.
struct Selector {
  std::optional<Endpoint> endpoint;  // nothing: any
  std::optional<std::string> grant;  // "authorization_code" | "refresh_token"
  std::optional<std::string> client_id;
  std::optional<std::string> method;       // "GET", ...
  std::optional<std::string> path;         // glob over the local path, "/1.0/accounts/**"
  std::optional<std::string> token_state;  // "live", "expired", ... of the presented token
};

// Which of the selected requests. Counting starts when the rule is installed.
struct When {
  std::uint64_t first = 0;  // acts N times at most (0: no limit); `times: N` in YAML
  std::uint64_t nth = 0;    // exactly the Nth (0: not used)
  std::uint64_t every = 0;  // each Nth (0: not used)
  double probability = 1;   // drawn from the space's seeded stream
};

// One change to a token reply's members.
struct TokenMutation {
  enum class Kind { kSet, kRemove, kRotate, kKeep };
  Kind kind = Kind::kSet;
  std::string member;  // "expires_in"
  Json value;          // kSet: any JSON value, also of the wrong type
};

// One change to the redirect back to the client, applied in order.
struct RedirectTamper {
  enum class Kind { kSet, kAdd, kRemove, kOrder };
  Kind kind = Kind::kSet;
  std::string name;
  std::string value;
  std::vector<std::string> order;  // kOrder: names that come first, in this order
};

// What a rule does. Which members a kind has is in its row (journal/fault_kinds.h); the others stay
// as they are here.
struct Fault {
  FaultKind kind = FaultKind::kHttpStatus;
  Phase phase = Phase::kBefore;

  int status = 0;  // 0: what fits
  std::string error;
  std::string description;
  std::string uri;      // error_uri
  HttpHeaders headers;  // added to the reply (replacing same names)
  std::string content_type;
  std::string body;
  std::string location;    // "${other}" is the foreign origin
  int retry_after_s = -1;  // -1: no header
  int delay_ms = 0;
  int bytes = 0;
  std::string gate;   // its name
  int gate_size = 0;  // frees all when this many wait (0: only when told)
  std::vector<TokenMutation> token;
  std::vector<RedirectTamper> redirect;
  std::string tls;  // "expired" "wrong_name" "unknown_ca"
};

struct Rule {
  std::string id;  // "" gets one; shown in the journal
  Selector on;
  // The label of a scenario's step: it acts only while that step runs, in a run of the suite. Where
  // no steps are played it does nothing. "": always.
  std::string during;
  When when;
  std::vector<Fault> then;  // applied in order
};

// A rule in play, with how often it was matched and acted.
struct RuleState {
  Rule rule;
  bool from_scenario = false;
  std::uint64_t seen = 0;
  std::uint64_t acted = 0;
};

// A gate, and who stands before it.
struct GateState {
  std::string name;
  int waiting = 0;
  bool open = false;
  std::vector<std::uint64_t> requests;  // who waits: sequence numbers, in order of arrival
};

}  // namespace aweber::mock
