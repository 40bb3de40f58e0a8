// SpaceImpl: the one implementation of Space, and the way a request goes through it.
//
// Purpose: one mutex guards world and rule book; a request's matching, counting and state change
//   happen under one hold of it (a request held at a gate acts under a second one).
// Ownership: by shared_ptr; the server's listeners may hold one while it is removed.
// Thread safety: all members from any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "mockserver/faults/gates.h"
#include "mockserver/faults/rule_book.h"
#include "mockserver/model/space_state.h"
#include "mockserver/oauth/authorize.h"
#include "mockserver/request/exchange.h"
#include "mockserver/space.h"
#include "mockserver/webhooks/webhooks.h"

namespace aweber::mock {

class SpaceImpl final : public Space {
 public:
  // `is_default`: answers at the root.
  SpaceImpl(SpaceOptions options, bool is_default);

  const std::string& name() const override { return options_.name; }
  std::string path_prefix() const override { return prefix_; }
  Journal& journal() override { return journal_; }
  Settings settings() const override;
  void SetSettings(const Settings& settings) override;
  void AddClient(RegisteredClient client) override;
  std::vector<RegisteredClient> clients() const override;
  void AddAccount(UserAccount account) override;
  std::vector<UserAccount> accounts() const override;
  UnixTime Now() const override { return clock_.Now(); }
  bool ClockRuns() const override { return options_.follow_real_time; }
  std::vector<Expiry> Advance(Micros by) override;
  Result<std::vector<Expiry>> AdvanceTo(UnixTime instant) override;
  std::vector<Expiry> AdvanceToNextExpiry() override;
  std::vector<Expiry> PendingExpiries() const override;
  std::pair<std::vector<Expiry>, std::size_t> NextExpiries(std::size_t most) const override;
  void SetRules(std::vector<Rule> rules, const std::string& scenario_id) override;
  std::string scenario_id() const override;
  std::string AddFault(Rule rule) override;
  bool RemoveFault(const std::string& id) override;
  std::vector<RuleState> Rules() const override;
  std::vector<GateState> Gates() const override { return gates_.States(); }
  int ReleaseGate(const std::string& name) override { return gates_.Release(name); }
  bool ReleaseOne(const std::string& name, std::uint64_t sequence) override {
    return gates_.ReleaseOne(name, sequence);
  }
  std::vector<TokenInfo> Tokens() const override;
  std::pair<std::vector<TokenInfo>, std::size_t> NewestTokens(std::size_t most) const override;
  std::optional<TokenInfo> FindToken(const std::string& label_or_value) const override;
  Status ExpireToken(const std::string& label) override;
  Status RevokeToken(const std::string& label) override;
  Result<std::pair<TokenInfo, TokenInfo>> IssueTokens(const IssueRequest& request) override;
  Status Restore(const Snapshot& snapshot) override;
  void UseData(const std::function<void(ApiData&)>& use) override;
  void PeekData(const std::function<void(const ApiData&)>& use) override;
  WebhookSubscription AddWebhook(WebhookSubscription subscription) override;
  bool RemoveWebhook(const std::string& id) override;
  bool SetWebhookFault(const std::string& id, const std::string& fault) override;
  std::vector<WebhookSubscription> WebhookSubscriptions() const override;
  std::vector<WebhookDelivery> WebhookDeliveries() const override;
  Status ResendWebhook(const std::string& delivery_id) override;
  std::vector<AuthorizationInfo> Authorizations() const override;
  Result<std::string> DecideAuthorization(const std::string& id, bool approve,
                                          const std::string& username) override;
  Redactor MakeRedactor() const override;
  std::vector<std::string> KnownSecrets() const override;
  void Reset() override;
  void StopPlaying() override;
  void Restart() override;

  // A scenario's server part, as it was put in play.
  struct Playing {
    std::string id;
    Settings settings;
    RegisteredClient client;
    std::vector<Rule> rules;
  };
  void Play(Playing playing);
  // What is in play now is what Restart comes back to.
  void MarkStart();

  // Whoever sends deliveries: called under the space's lock, so it must only queue them. Says with
  // FinishDelivery how each went.
  using WebhookSender = std::function<void(std::vector<WebhookDelivery>)>;
  void SetWebhookSender(WebhookSender sender) { webhook_sender_ = std::move(sender); }
  void FinishDelivery(const WebhookDelivery& delivery);

  // What the listeners and Play need beside the contract.
  struct Processed {
    HttpResponse response;
    std::string rule;
    FaultSet faults;
  };
  Processed Process(Exchange& exchange, const std::string& other_origin, std::stop_token stop);
  std::string TlsDefect(std::optional<Endpoint> endpoint) const;
  std::string TakeTlsDefect(std::optional<Endpoint> endpoint);
  // Alphanumeric identifiers from the space's client stream.
  std::string DrawClientText(std::size_t length);
  // The settings the space was made with, which every scenario starts from.
  Settings initial_settings() const { return options_.settings; }

 private:
  struct Parsed;
  void FillWorld();
  void ListenForWebhooks();
  void EnsureAccounts();
  // Under the lock: what happened since the last time goes to its subscribers.
  void SendWebhooks();
  struct SendAtEnd {
    SpaceImpl& space;
    ~SendAtEnd() { space.SendWebhooks(); }
  };
  TokenInfo Info(TokenId id) const;
  void RestoreToken(const TokenInfo& token, std::map<std::string, GrantId>& grants);
  std::vector<Expiry> MoveClock(Micros by);
  void Inspect(Exchange& exchange, const Parsed& parsed);
  HttpResponse Act(Exchange& exchange, const Parsed& parsed);
  HttpResponse OAuthErrorReply(Exchange& exchange, const Parsed& parsed, const Fault& fault);
  bool WaitAtGates(const Rule& rule, std::uint64_t who, std::unique_lock<std::mutex>& lock,
                   std::stop_token stop);

  const SpaceOptions options_;
  const std::string prefix_;
  const UnixTime start_;
  Journal journal_;
  VirtualClock clock_;
  mutable std::mutex mutex_;
  std::unique_ptr<SpaceState> state_;
  RuleBook rules_;
  std::optional<Playing> playing_, at_start_;
  std::optional<Settings> before_play_;      // of the first scenario since nothing was in play
  std::vector<std::string> played_clients_;  // registered by scenarios since then
  Webhooks webhooks_;
  WebhookSender webhook_sender_;
  std::string base_url_ = "https://api.aweber.com";  // of the request before
  mutable Redactor::Encodings encodings_;  // of the clients' and accounts' secrets; null: stale
  class Gates gates_;
};

}  // namespace aweber::mock
