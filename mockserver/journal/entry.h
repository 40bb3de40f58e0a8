// JournalEntry: one request to the mock and everything known about it.
//
// Purpose: the evidence. Checks judge entries, the admin API and reports show them, HAR is made of
//   them. Raw bytes are kept here; whoever shows an entry redacts it first (redact.h).
// Ownership: plain values. Thread safety: as values.
// Units: both times are Unix time; `virtual_time` is the space's clock, `real_time` the machine's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/message.h"
#include "base/os/clock.h"
#include "mockserver/journal/fault_kinds.h"

namespace aweber::mock {

enum class Endpoint { kAuthorize, kDecision, kToken, kRevoke, kApi, kOther, kMalformed };
// "authorize", "decision", "token", "revoke", "api", "other", "malformed".
const char* EndpointName(Endpoint endpoint);
std::optional<Endpoint> EndpointFromName(std::string_view name);

enum class ClientAuth { kNone, kBasic, kBody, kQuery, kJson, kSeveral };
// "none", "basic", "body", "query", "json", "several".
const char* ClientAuthName(ClientAuth auth);
std::optional<ClientAuth> ClientAuthFromName(std::string_view name);

// How an entry ended. kUnderWay: no reply yet. kAnswered: the reply was handed to the transport.
// kAborted: the connection went before the whole reply (or any of it).
enum class EntryState { kUnderWay, kAnswered, kAborted };
// "open", "answered", "aborted".
const char* EntryStateName(EntryState state);
std::optional<EntryState> EntryStateFromName(std::string_view name);

// A lint finding: a check marked W judged this request. `level` is "must", "should", ...
struct Finding {
  std::string check;
  std::string level;
  std::string message;
};

// What the server knew when it handled the request: the authorization server's view, which the wire
// alone does not show. Absent facts are empty. Identifiers are public labels ("at-3", "rt-2",
// "code-1"), never the secrets themselves.
struct Facts {
  std::string client_id;       // the client the request names, as decoded
  bool client_known = false;   // registered in this space
  bool client_public = false;  // its registered type
  ClientAuth auth = ClientAuth::kNone;
  std::string basic_encoding;        // for Basic: "encoded" | "raw" | "same" (both forms agree)
  std::string grant_type;            // token endpoint
  std::string code_label;            // authorize decision and token: which code
  std::string grant_label;           // the authorization ("grant-1") everything below descends from
  std::string access_label;          // API: token presented; token endpoint: token issued
  std::string refresh_label;         // token endpoint: refresh token presented
  std::string issued_refresh_label;  // token endpoint: refresh token issued
  std::string token_state;      // of what was presented: live expired revoked used unknown, or ""
  std::string token_placement;  // API: "header" "form" "query", several joined by '+'
  bool committed = false;       // the state change of this request happened
  bool named_host = false;      // sent to a host that the proxy was told to serve as the mock
};

// Which entry of a journal. Sequence numbers begin again when the journal is restarted; `epoch`
// counts the restarts before, so that what is still under way then cannot be taken for a new entry.
struct EntryId {
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;
};

struct JournalEntry {
  std::uint64_t epoch = 0;     // see EntryId; shown nowhere
  std::uint64_t sequence = 0;  // 1, 2, 3 ... within its space
  std::string space;
  UnixTime real_time;
  UnixTime virtual_time;
  Endpoint endpoint = Endpoint::kOther;
  std::string local_path;  // path without the space prefix, "/oauth2/token"
  HttpRequest request;
  Facts facts;

  EntryState state = EntryState::kUnderWay;
  int status = 0;  // 0 until answered
  HttpHeaders response_headers;
  std::string response_body;
  std::uint64_t bytes_sent = 0;
  UnixTime finished_real_time;

  std::string error;         // OAuth error code or API error type when refused
  std::string why_rejected;  // the full private reason; "" when not refused
  std::string rule;          // "scenario-id#2" when a rule acted
  FaultSet fault;            // what acted on the reply
  std::vector<Finding> findings;

  EntryId id() const { return {epoch, sequence}; }
};

// How many bytes an entry holds of what was sent, either way.
std::size_t WeightOf(const JournalEntry& entry);
// The entry without headers, bodies, target and findings: what a line of a log is made of, without
// copying megabytes.
JournalEntry WithoutMessages(const JournalEntry& entry);
// The entry without findings, its bodies cut after `most` bytes.
JournalEntry WithBodiesUpTo(const JournalEntry& entry, std::size_t most);

}  // namespace aweber::mock
