// Space: one isolated world of the mock: clients, accounts, tokens, clock, journal, faults.
//
// Purpose: everything a test or a case needs without seeing any other's traffic. The default space
//   answers at the root, any other below "/s/NAME".
// Ownership: owned by the MockServer through shared_ptr; handed out copies stay valid after
// removal. Thread safety: all members may be called from any thread; every request's matching and
// state
//   change is one atomic step.
// Units: the space's virtual clock, Unix time. It starts at the real time of creation (or the
//   option's) and then moves only by Advance*, forward, unless `follow_real_time`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/http/message.h"
#include "base/os/clock.h"
#include "base/result.h"
#include "mockserver/faults/rule.h"
#include "mockserver/journal/journal.h"
#include "mockserver/journal/redact.h"
#include "mockserver/model/limits.h"
#include "mockserver/model/registration.h"
#include "mockserver/model/token_info.h"
#include "mockserver/model/webhook.h"
#include "mockserver/settings.h"

namespace aweber::mock {

struct ApiData;   // mockserver/data/api_data.h
class Customers;  // mockserver/data/customers.h

struct SpaceOptions {
  std::string name;  // [A-Za-z0-9_-]{1,64}
  Settings settings;
  std::optional<UnixTime> start_time;
  bool follow_real_time = false;
  std::uint64_t seed = 0;
  bool built_in_data = true;  // the two applications, two accounts and the sample API data
  std::vector<RegisteredClient> clients;   // instead of the built-in ones, when not empty
  std::int64_t sample_subscribers = 1000;  // of the list "Customers", at most 100,000
  std::vector<UserAccount> accounts;       // the same
  // What these accounts have, instead of the sample; null: the server's.
  std::shared_ptr<const Customers> customers;
  std::vector<WebhookSubscription> webhooks;  // who is told from the beginning
  std::size_t journal_size = 10'000;
  std::size_t most_tokens = Limits().tokens;
};

class Space {
 public:
  virtual ~Space() = default;

  virtual const std::string& name() const = 0;
  virtual std::string path_prefix() const = 0;  // "" or "/s/NAME"
  virtual Journal& journal() = 0;

  virtual Settings settings() const = 0;
  virtual void SetSettings(const Settings& settings) = 0;

  virtual void AddClient(RegisteredClient client) = 0;  // replaces one with the same id
  virtual std::vector<RegisteredClient> clients() const = 0;
  virtual void AddAccount(UserAccount account) = 0;
  virtual std::vector<UserAccount> accounts() const = 0;

  virtual UnixTime Now() const = 0;
  virtual bool ClockRuns() const = 0;  // with real time, besides being moved
  virtual std::vector<Expiry> Advance(Micros by) = 0;
  virtual Result<std::vector<Expiry>> AdvanceTo(UnixTime instant) = 0;  // error when in the past
  virtual std::vector<Expiry> AdvanceToNextExpiry() = 0;                // empty when none pends
  virtual std::vector<Expiry> PendingExpiries() const = 0;
  // The first `most` of them, and how many there are.
  virtual std::pair<std::vector<Expiry>, std::size_t> NextExpiries(std::size_t most) const = 0;

  // Rules of the scenario in play; replaces them all and resets their counters.
  virtual void SetRules(std::vector<Rule> rules, const std::string& scenario_id) = 0;
  virtual std::string scenario_id() const = 0;
  // Faults are rules added by hand: they come before the scenario's. Returns the id.
  virtual std::string AddFault(Rule rule) = 0;
  virtual bool RemoveFault(const std::string& id) = 0;
  // Each rule with how often it was matched and acted.
  virtual std::vector<RuleState> Rules() const = 0;

  virtual std::vector<GateState> Gates() const = 0;
  virtual int ReleaseGate(const std::string& name) = 0;  // how many were freed
  // Frees the request `sequence` and keeps the gate closed; false when it does not wait there.
  virtual bool ReleaseOne(const std::string& name, std::uint64_t sequence) = 0;

  virtual std::vector<TokenInfo> Tokens() const = 0;  // in order of issue
  // The last `most` of them, and how many there are.
  virtual std::pair<std::vector<TokenInfo>, std::size_t> NewestTokens(std::size_t most) const = 0;
  virtual std::optional<TokenInfo> FindToken(const std::string& label_or_value) const = 0;
  // By label. "grant-1" acts on the whole family.
  virtual Status ExpireToken(const std::string& label) = 0;
  virtual Status RevokeToken(const std::string& label) = 0;
  struct IssueRequest {
    std::string client_id;
    std::string username;
    std::vector<std::string> scopes;
  };
  virtual Result<std::pair<TokenInfo, TokenInfo>> IssueTokens(const IssueRequest& request) = 0;
  // What another space was, without the secrets.
  struct Snapshot {
    UnixTime now;
    Settings settings;
    std::vector<RegisteredClient> clients;  // one known here keeps its secret, else one is drawn
    std::vector<TokenInfo> tokens;          // in order of issue
    // What the customers have: accounts, origin and seed are taken over; null: as at creation.
    std::shared_ptr<const ApiData> data;
    // Instead of the subscriptions here; one known here by id and URL keeps its key.
    std::optional<std::vector<WebhookSubscription>> webhooks;
  };
  // Resets, then takes over the snapshot. Tokens keep labels, lineage and states; their values are
  // drawn afresh. A live code is good for its client's first redirect URI. Error{"tokens.invalid"}
  // naming the token; nothing has changed then.
  virtual Status Restore(const Snapshot& snapshot) = 0;

  // Calls `use` with the customers' data under the space's lock, after what the clock has passed has
  // happened; every customer's account is there. What `use` tells of goes to the webhooks.
  virtual void UseData(const std::function<void(ApiData&)>& use) = 0;
  // The same for reading, and with the accounts alone that were asked for so far.
  virtual void PeekData(const std::function<void(const ApiData&)>& use) = 0;

  // Webhooks. Empty id, callback, key and events are drawn or filled in.
  virtual WebhookSubscription AddWebhook(WebhookSubscription subscription) = 0;
  virtual bool RemoveWebhook(const std::string& id) = 0;
  // Of its next delivery; one of WebhookFaults(), or "".
  virtual bool SetWebhookFault(const std::string& id, const std::string& fault) = 0;
  virtual std::vector<WebhookSubscription> WebhookSubscriptions() const = 0;
  virtual std::vector<WebhookDelivery> WebhookDeliveries() const = 0;  // the last, oldest first
  // The same delivery goes out once more. Error{"webhook.unknown"}.
  virtual Status ResendWebhook(const std::string& delivery_id) = 0;

  // The last ones, oldest first.
  virtual std::vector<AuthorizationInfo> Authorizations() const = 0;
  // The customer's decision without the page. `username` "" is the first customer account. Answers
  // where the browser goes (for the out-of-band URI "urn:ietf:wg:oauth:2.0:oob?code=...").
  // Error{"authorization.unknown" | "authorization.decided" | "authorization.account"}.
  virtual Result<std::string> DecideAuthorization(const std::string& id, bool approve,
                                                  const std::string& username = "") = 0;

  // Knows this space's secrets: client secrets, passwords, codes and tokens, for whoever shows an
  // entry. Refers to the space: keep the space alive.
  virtual Redactor MakeRedactor() const = 0;
  // Those secrets themselves: client secrets, passwords, every code and token ever issued, and the
  // forms' csrf tokens. For tests that search for leaks; grows with the token store.
  virtual std::vector<std::string> KnownSecrets() const = 0;

  // Clock, tokens, journal, faults and rule counters as at creation; clients and accounts stay.
  virtual void Reset() = 0;
  // Nothing is in play any more: the scenario's rules and gates go, the settings are those from
  // before it, and the applications that it registered are gone.
  virtual void StopPlaying() = 0;
  // StopPlaying, Reset, and what was in play when the server had started is in play again.
  virtual void Restart() = 0;
};

}  // namespace aweber::mock
