// Driver: how the runner speaks to a client under test.
//
// Purpose: one interface for the exec, prompt, webapp and in-process drivers. A driver is told
//   operations with their members and answers ok, err or unsupported (conformance/PROTOCOL.md).
// Ownership: the runner owns drivers, one per worker. Thread safety: Send may be called from
//   several threads when `concurrent` was claimed; everything else from one.
// Errors: a reply of any kind is a value. Error means that the driver itself broke:
//   "driver.spawn" "driver.died" "driver.timeout" "driver.protocol"; after one, Restart.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "base/text/json.h"
#include "conformance/browser/user_browser.h"
#include "conformance/checks/page.h"
#include "conformance/driver/process_table.h"

namespace aweber::conformance {

// The API request that scenarios ask for where any would do, and that finds out whether a token is
// over.
inline constexpr std::string_view kPlainRead = "GET /accounts";

struct Reply {
  enum class Kind { kOk, kErr, kUnsupported };
  Kind kind = Kind::kOk;
  Json ok = Json::object();
  std::string err_kind, err_message;
  Json err = Json::object();  // whole err object: `code`, `status`
  std::string feature;        // unsupported
};

// What `hello` said.
struct ClientIdentity {
  std::string name, version, language;
  Json features = Json::object();
  // "state", "pkce:S256", "auth:basic", "token_transport:header", "refresh:on_401", "persist",
  // "concurrent:8", "iss", "revoke", "public_clients", "oob": the claimed ones.
  std::vector<std::string> feature_list;
  int concurrent = 1;
  // The kind of driver whose configuration says what it can: "webapp". "": `hello` said so.
  std::string configured_kind;
  // What this kind of driver has no means to do, whatever the client could: steps ("call"),
  // "redirect_uri" (to tell it another one) and "authorize_query" (to give the authorization
  // endpoint a query). Scenarios that need one of them are skipped.
  std::vector<std::string> cannot;
  // The only API requests that it can cause, as globs: "GET /accounts". Nothing: any.
  std::optional<std::vector<std::string>> calls;
  bool Claims(std::string_view feature) const;
};

// The processes of a case at one moment.
struct CrowdView {
  bool starting = false;    // a command is being started and not to be seen yet
  std::uint64_t begun = 0;  // operations that have reached the driver since the case was opened
  std::vector<ProcessRow> processes;
};

// A file below HOME.
struct StoreEntry {
  std::string path;             // below HOME
  bool in_store = false;        // in one of the configuration's `store`
  unsigned mode = 0;            // permission bits
  bool folder_private = false;  // a folder that it lies in is closed to everybody else
  std::string text;
};
struct StoreView {
  std::vector<StoreEntry> files;
};

// What the programs that are started from now on cannot do.
enum class StoreLimit { kNone, kFull, kReadOnly };

class Driver {
 public:
  virtual ~Driver() = default;
  // Starts (or starts again) and shakes hands.
  virtual Result<ClientIdentity> Start() = 0;
  // One operation. `members` has everything but `id` and `op`. `timeout` is real time.
  virtual Result<Reply> Send(const std::string& op, Json members, Micros timeout) = 0;
  // Ends the process at once (SIGKILL when `kill`, else bye); Start may follow.
  virtual void Stop(bool kill) = 0;
  // What it wrote to standard error since the last call.
  virtual std::string TakeStderr() = 0;
  // Lines on standard output that were not JSON, since the last call.
  virtual std::vector<std::string> TakeWarnings() = 0;
  // The pages of the client that the runner's browser was shown since the last call, in order.
  virtual std::vector<Page> TakePages() { return {}; }
  // What the pages since the last call left where others can read it (a real browser).
  virtual std::vector<BrowserTrace> TakeTraces() { return {}; }
  // What a real browser showed when the last operation failed.
  virtual BrowserEvidence TakeEvidence() { return {}; }
  // Real time of the case that is open which went into starting programs again and again. It does
  // not count against the case's limit; each start has a limit of its own.
  virtual Micros SpentStarting() const { return Micros::zero(); }
  // How many times as long as others it may take for an operation and a case.
  virtual int Patience() const { return 1; }
  // A configuration of the user's says how to drive it, and may not fit: the preflight plays one
  // call as well, and tells in the configuration's words (run/configuration_fit.h).
  virtual bool IsConfigured() const { return false; }
  // The client has no secret, whatever a scenario registers: every case gets a public client.
  virtual bool IsPublicOnly() const { return false; }
  // Scopes that are built into the client; each case registers them besides the scenario's.
  virtual std::vector<std::string> OwnScopes() const { return {}; }
  // Where the client keeps its tokens, for the checks of its files; "" when that is not known.
  // Valid while a case is open.
  virtual std::string StoreDirectory() const { return ""; }
  // For kinds whose client is many processes; nothing from the others. From any thread.
  virtual std::optional<CrowdView> LookAtCrowd() { return std::nullopt; }
  virtual std::optional<StoreView> LookAtStore() { return std::nullopt; }
  // SIGKILL to the process that has a connection to the mock from `local_port`, and to its group;
  // false when there is none.
  virtual bool Kill(std::uint16_t local_port) {
    static_cast<void>(local_port);
    return false;
  }
  virtual void Limit(StoreLimit limit) { static_cast<void>(limit); }
  // The redirect URI that is built into the client; "" when it takes any. Valid after Start.
  virtual std::string FixedRedirectUri() const { return ""; }
};

}  // namespace aweber::conformance
