// MockServer: the mock AWeber authorization server and API, as an object.
//
// Purpose: the embedding API (tests, the conformance runner) and what the program wraps.
//     auto server = MockServer::Start({.scheme = "http"});
//     Connect(server->base_url() + "/oauth2/token");
//     server->Advance(std::chrono::hours(1));
// Ownership: owns listeners, threads and spaces; the destructor stops everything within a second.
// Thread safety: all members from any thread.
// Errors: Start: Error{"http.bind"}, {"tls.*"}, {"settings.*"}, {"space.*"}.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/http/message.h"
#include "base/result.h"
#include "mockserver/model/limits.h"
#include "mockserver/request/proxy_hosts.h"
#include "mockserver/scenario/scenario.h"
#include "mockserver/space.h"

namespace aweber::mock {

// Judges the entry that was finished last, `newest`, in the light of the space's others so far, in
// the order of their arrival; wired by the program to the conformance checks. Must not throw. Must
// be thread safe.
using Linter = std::function<std::vector<Finding>(const std::vector<JournalEntry>& journal,
                                                  const JournalEntry& newest, Profile profile)>;

class ScenarioLibrary;

class MockServer;

struct MockServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string scheme = "https";             // or "http"
  std::string tls_cert_file, tls_key_file;  // bring your own; else the generated CA's
  std::string public_url;                   // what pages and links say; "" = base_url(), or, where
                                            // `host` is every address, the request's Host
  std::optional<std::uint16_t> admin_port;  // nothing: no admin listener
  std::string admin_token;                  // required off loopback
  std::vector<std::string> admin_allowed_hosts;  // further Host names of the admin listener
  std::optional<std::uint16_t> proxy_port;       // nothing: no CONNECT proxy
  std::vector<ProxyHost> proxy_hosts;            // what proxies serve besides AWeber's own hosts
  Settings settings;
  std::uint64_t seed = 0;  // 0: drawn, below 2^53 so that whatever reads JSON can give it back
  bool create_spaces_on_use = false;
  bool follow_real_time = false;  // default space's clock also runs with real time
  bool honesty = false;           // legal but awkward variations, by seed
  std::size_t journal_size = 10'000;
  Limits limits;
  bool built_in_data = true;                   // default space: applications, accounts, samples
  std::vector<RegisteredClient> clients;       // instead of the built-in ones, when not empty
  std::vector<UserAccount> accounts;           // the same
  std::int64_t sample_subscribers = 1000;      // of every space's list "Customers"
  std::shared_ptr<const Customers> customers;  // own data, of every space; null: the sample
  std::vector<WebhookSubscription> webhooks;   // of the default space and of those made on use
  std::shared_ptr<ScenarioLibrary> scenarios;  // for the admin API; null: the built-in ones
  Linter linter;
  // Called when the default space is there and before any listener is bound, so that no request and
  // no probe sees a server that is not set up yet. An error ends Start.
  std::function<Status(MockServer&)> prepare;
  // Called once for each entry when its reply has gone or failed: redacted, and without the headers
  // and bodies of both sides. Must not throw.
  std::function<void(const JournalEntry&)> on_finished;
  // Called for each finding of the linter, redacted. Must not throw.
  std::function<void(const std::string& space, std::uint64_t sequence, const Finding&)> on_finding;
};

class MockServer {
 public:
  static Result<std::unique_ptr<MockServer>> Start(MockServerOptions options = {});
  virtual ~MockServer() = default;

  virtual std::string base_url() const = 0;   // "https://127.0.0.1:PORT"
  virtual std::string admin_url() const = 0;  // "" when off
  virtual std::string proxy_url() const = 0;  // "" when off
  // An origin of the same server under another port and name: where "foreign" links and redirects
  // point. What arrives there is journaled in the space of its path with endpoint kOther.
  virtual std::string other_origin() const = 0;
  // Where clients of `space` should reach `endpoint`: base_url(), or the origin of a listener with
  // a bad certificate when a tls fault of the space selects the endpoint. Without the space's
  // prefix.
  virtual std::string OriginFor(const Space& space, Endpoint endpoint) = 0;
  // A CONNECT proxy whose auth.aweber.com and api.aweber.com are `space`: for programs that have
  // AWeber's addresses built in. Started on first use, stopped with the space; its certificates are
  // the authority's whatever the scheme.
  virtual Result<std::string> ProxyFor(const Space& space) = 0;
  // As `proxy_hosts` of the options, for all proxies, from now on.
  virtual void AddProxyHosts(const std::vector<ProxyHost>& further) = 0;
  virtual std::string ca_pem() const = 0;
  virtual std::string ca_fingerprint() const = 0;
  virtual std::uint64_t seed() const = 0;
  virtual const MockServerOptions& options() const = 0;

  virtual std::shared_ptr<Space> default_space() = 0;
  virtual Result<std::shared_ptr<Space>> CreateSpace(SpaceOptions options) = 0;
  virtual std::shared_ptr<Space> FindSpace(const std::string& name) = 0;  // null when absent
  virtual std::vector<std::shared_ptr<Space>> spaces() = 0;
  virtual bool RemoveSpace(const std::string& name) = 0;

  // Puts a scenario's server part in play in a space: settings over the space's profile, rules, and
  // its client registered. `client_id`/`client_secret`: "" draws new ones. Returns what was
  // registered.
  virtual Result<RegisteredClient> Play(Space& space, const Scenario& scenario,
                                        const std::string& client_id = "",
                                        const std::string& client_secret = "") = 0;

  // Waits until the linter has judged every request answered so far.
  virtual void DrainLint() = 0;
  // Requests that the linter did not judge: they came faster than it could, or it ended before.
  virtual std::uint64_t UnjudgedByLint() const = 0;
  // Waits until every webhook so far was sent or given up.
  virtual void DrainWebhooks() = 0;
  // Requested when the server stops: whoever waits on its behalf must watch it.
  virtual std::stop_token stop_token() const = 0;

  // The same as a request over the wire, without the wire (no TLS, wire faults not performed).
  virtual HttpResponse Dispatch(const HttpRequest& request) = 0;

  // Sugar for tests, all on the default space: the next request that `rule` selects gets it once;
  // the oldest journal entry that is finished and not taken yet; the clock goes on by so much.
  void Enqueue(Rule rule);
  std::optional<JournalEntry> TakeRequest(int timeout_ms = 5000);
  std::vector<Expiry> Advance(Micros by) { return default_space()->Advance(by); }

  virtual void Stop() = 0;

 private:
  struct Taken {
    std::mutex mutex;
    std::uint64_t epoch = 0;            // of the journal
    std::uint64_t all_up_to = 0;        // and, beyond it:
    std::set<std::uint64_t> sequences;  // finished before one that arrived earlier
  };
  bool Take(const JournalEntry& entry);  // false when it was taken before

  Taken taken_;
};

}  // namespace aweber::mock
