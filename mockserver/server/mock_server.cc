#include "mockserver/mock_server.h"

#include <fmt/format.h>

#include "mockserver/admin/admin.h"
#include "mockserver/server/dispatcher.h"
#include "mockserver/server/lint_worker.h"
#include "mockserver/server/listeners.h"
#include "mockserver/server/webhook_worker.h"
#include "mockserver/space/space_impl.h"

namespace aweber::mock {
namespace {

constexpr const char* kDefaultSpace = "default";
// Every character that a form-encoder must escape (RFC 6749 §2.3.1, Appendix B).
constexpr const char* kHostileEnding = "+/%:& =";

class MockServerImpl final : public MockServer {
 public:
  explicit MockServerImpl(MockServerOptions options) : options_(std::move(options)) {
    while (options_.seed == 0) options_.seed = SystemRandom::System().NextU64() >> 11;
    if (options_.honesty) options_.settings.awkward_replies = true;
    if (options_.linter) lint_ = std::make_unique<LintWorker>(options_.linter, options_.on_finding);
    dispatcher_ = std::make_unique<Dispatcher>(
        MakeSpace(DefaultOptions(), true),
        options_.create_spaces_on_use
            ? Dispatcher::SpaceMaker([this](const std::string& name) { return SpaceOnUse(name); })
            : Dispatcher::SpaceMaker(),
        lint_.get(), options_.on_finished);
    dispatcher_->AddProxyHosts(options_.proxy_hosts);
  }

  ~MockServerImpl() override { Stop(); }

  Status Bind() {
    if (options_.prepare) {
      if (Status prepared = options_.prepare(*this); !prepared) return prepared;
    }
    dispatcher_->FindSpace(kDefaultSpace)->MarkStart();
    auto listeners = Listeners::Start(options_, *dispatcher_, stop_.get_token());
    if (!listeners) return listeners.error();
    listeners_ = std::move(*listeners);
    std::string base = options_.public_url.empty() ? base_url() : options_.public_url;
    while (!base.empty() && base.back() == '/') base.pop_back();
    const bool everywhere = options_.host == "0.0.0.0" || options_.host == "::";
    dispatcher_->SetOrigins({base, other_origin(), everywhere && options_.public_url.empty()});
    return options_.admin_port ? BindAdmin() : Status();
  }

  std::string base_url() const override { return listeners_->base_url(); }
  std::string admin_url() const override { return admin_ == nullptr ? "" : admin_->base_url(); }
  std::string proxy_url() const override { return listeners_->proxy_url(); }
  std::string other_origin() const override { return listeners_->other_origin(); }
  std::string OriginFor(const Space& space, Endpoint endpoint) override {
    const auto found = dispatcher_->FindSpace(space.name());
    return found == nullptr ? base_url() : listeners_->FaultyOrigin(found, endpoint);
  }
  Result<std::string> ProxyFor(const Space& space) override {
    const auto found = dispatcher_->FindSpace(space.name());
    if (found == nullptr) {
      return Error{"space.unknown", fmt::format("there is no space \"{}\"", space.name())};
    }
    return listeners_->SpaceProxy(found);
  }
  void AddProxyHosts(const std::vector<ProxyHost>& further) override {
    dispatcher_->AddProxyHosts(further);
  }
  std::string ca_pem() const override {
    const auto authority = listeners_->Authority();
    return authority ? (*authority)->certificate_pem() : "";
  }
  std::string ca_fingerprint() const override {
    const auto authority = listeners_->Authority();
    return authority ? (*authority)->fingerprint() : "";
  }
  std::uint64_t seed() const override { return options_.seed; }
  const MockServerOptions& options() const override { return options_; }
  std::stop_token stop_token() const override { return stop_.get_token(); }

  std::shared_ptr<Space> default_space() override { return dispatcher_->default_space(); }
  std::shared_ptr<Space> FindSpace(const std::string& name) override {
    return dispatcher_->FindSpace(name);
  }
  std::vector<std::shared_ptr<Space>> spaces() override {
    const auto all = dispatcher_->spaces();
    return {all.begin(), all.end()};
  }

  Result<std::shared_ptr<Space>> CreateSpace(SpaceOptions options) override {
    if (!IsSpaceName(options.name)) {
      return Error{"space.name", fmt::format("\"{}\" is no name for a space: 1 to 64 of letters, "
                                             "digits, '-' and '_'",
                                             options.name)};
    }
    auto space = MakeSpace(std::move(options), false);
    switch (dispatcher_->AddSpace(space, options_.limits.spaces)) {
      case Dispatcher::Added::kKnown:
        return Error{"space.exists", fmt::format("there is a space \"{}\" already", space->name())};
      case Dispatcher::Added::kTooMany:
        return Error{"limit.spaces", fmt::format("there are {} spaces, and no more are made; "
                                                 "DELETE /api/v1/spaces/NAME makes room",
                                                 options_.limits.spaces)};
      case Dispatcher::Added::kYes:
        break;
    }
    return std::shared_ptr<Space>(std::move(space));
  }

  bool RemoveSpace(const std::string& name) override {
    if (listeners_ != nullptr) listeners_->DropSpace(name);
    return dispatcher_->RemoveSpace(name);
  }

  Result<RegisteredClient> Play(Space& space, const Scenario& scenario,
                                const std::string& client_id,
                                const std::string& client_secret) override;

  void DrainLint() override {
    if (lint_ != nullptr) lint_->Drain();
  }
  std::uint64_t UnjudgedByLint() const override { return lint_ == nullptr ? 0 : lint_->unjudged(); }

  void DrainWebhooks() override { webhooks_.Drain(); }

  HttpResponse Dispatch(const HttpRequest& request) override {
    return dispatcher_->Handle(request, stop_.get_token(), false);
  }

  void Stop() override {
    stop_.request_stop();
    if (admin_ != nullptr) admin_->Stop();
    if (listeners_ != nullptr) listeners_->Stop();
    if (lint_ != nullptr) lint_->Stop();
  }

 private:
  SpaceOptions DefaultOptions() const {
    SpaceOptions space;
    space.name = kDefaultSpace;
    space.settings = options_.settings;
    space.follow_real_time = options_.follow_real_time;
    space.journal_size = options_.journal_size;
    space.built_in_data = options_.built_in_data;
    space.clients = options_.clients;
    space.accounts = options_.accounts;
    space.webhooks = options_.webhooks;
    return space;
  }

  std::shared_ptr<SpaceImpl> MakeSpace(SpaceOptions options, bool is_default) {
    if (options.seed == 0) options.seed = options_.seed;
    if (options.sample_subscribers == SpaceOptions().sample_subscribers) {
      options.sample_subscribers = options_.sample_subscribers;
    }
    if (options.customers == nullptr) options.customers = options_.customers;
    options.most_tokens = options_.limits.tokens;
    auto space = std::make_shared<SpaceImpl>(std::move(options), is_default);
    space->SetWebhookSender(
        [this, weak = std::weak_ptr(space)](std::vector<WebhookDelivery> deliveries) {
          if (const auto alive = weak.lock()) webhooks_.Add(alive, std::move(deliveries));
        });
    if (options_.admin_port) {
      space->journal().SetListener(
          [this, name = space->name()](Journal::Change change, std::uint64_t sequence) {
            const bool appended = change == Journal::Change::kAppended;
            events_.PublishEntry(name, appended ? "request" : "reply", sequence);
          });
    }
    return space;
  }

  Status BindAdmin() {
    if (options_.scenarios == nullptr) {
      options_.scenarios = std::make_shared<ScenarioLibrary>();
      if (Status loaded = options_.scenarios->Load(""); !loaded) return loaded;
    }
    admin_handler_.emplace(
        *this, *options_.scenarios, events_,
        GuardPolicy{options_.host, options_.admin_token, options_.admin_allowed_hosts},
        stop_.get_token());
    HttpServerOptions listener;
    listener.host = options_.host;
    listener.port = *options_.admin_port;
    listener.max_connections = options_.limits.connections;
    auto server = HttpServer::Start(
        listener, [this](const HttpRequest& request) { return admin_handler_->Handle(request); });
    if (!server) return server.error();
    admin_ = std::move(*server);
    return {};
  }

  std::shared_ptr<SpaceImpl> SpaceOnUse(const std::string& name) {
    SpaceOptions options = DefaultOptions();
    options.name = name;
    options.follow_real_time = false;
    auto space = MakeSpace(std::move(options), false);
    dispatcher_->AddSpace(space, options_.limits.spaces);
    return dispatcher_->FindSpace(name);  // whoever was first; none beyond the limit
  }

  MockServerOptions options_;
  std::stop_source stop_;
  EventHub events_{EventBounds{.readers = options_.limits.event_readers}};
  std::unique_ptr<Dispatcher> dispatcher_;
  WebhookWorker webhooks_{[this](SpaceImpl& space, JournalEntry entry) {
    dispatcher_->Note(space, std::move(entry));
  }};                                 // ends before the spaces whose deliveries it sends
  std::unique_ptr<LintWorker> lint_;  // the same
  std::unique_ptr<Listeners> listeners_;
  std::optional<Admin> admin_handler_;
  std::unique_ptr<HttpServer> admin_;
};

std::string DrawSecret(SpaceImpl& space, const std::string& kind) {
  if (kind == "empty") return "";
  if (kind == "hostile") return space.DrawClientText(24) + kHostileEnding;
  return space.DrawClientText(32);
}

Result<RegisteredClient> MockServerImpl::Play(Space& space, const Scenario& scenario,
                                              const std::string& client_id,
                                              const std::string& client_secret) {
  const auto found = dispatcher_->FindSpace(space.name());
  if (found == nullptr) {
    return Error{"space.unknown", fmt::format("there is no space \"{}\"", space.name())};
  }
  Settings settings = found->initial_settings();
  if (auto applied = ApplySettings(settings, scenario.server.settings); !applied) {
    return Error{applied.error().code,
                 fmt::format("scenario {}: {}", scenario.id, applied.error().message)};
  }
  const ScenarioClient& wanted = scenario.server.client;
  RegisteredClient client;
  client.is_public = wanted.type == "public";
  client.name = scenario.title.empty() ? "Example Integration" : scenario.title;
  client.redirect_uris = {wanted.redirect_uri};
  client.scopes = wanted.scopes;
  client.id = client_id.empty() ? found->DrawClientText(32) : client_id;
  if (!client.is_public) {
    client.secret = client_secret.empty() ? DrawSecret(*found, wanted.secret) : client_secret;
  }
  found->Play({scenario.id, settings, client, scenario.server.rules});
  return client;
}

}  // namespace

Result<std::unique_ptr<MockServer>> MockServer::Start(MockServerOptions options) {
  if (options.scheme != "http" && options.scheme != "https") {
    return Error{"settings.scheme",
                 fmt::format("scheme \"{}\" is neither http nor https", options.scheme)};
  }
  auto server = std::make_unique<MockServerImpl>(std::move(options));
  if (auto bound = server->Bind(); !bound) return bound.error();
  return std::unique_ptr<MockServer>(std::move(server));
}

void MockServer::Enqueue(Rule rule) {
  rule.when.first = 1;
  default_space()->AddFault(std::move(rule));
}

bool MockServer::Take(const JournalEntry& entry) {
  std::lock_guard lock(taken_.mutex);
  if (entry.epoch != taken_.epoch) {  // the space was reset
    taken_.epoch = entry.epoch;
    taken_.all_up_to = 0;
    taken_.sequences.clear();
  }
  if (entry.sequence <= taken_.all_up_to) return false;
  if (!taken_.sequences.insert(entry.sequence).second) return false;
  while (taken_.sequences.erase(taken_.all_up_to + 1) > 0) ++taken_.all_up_to;
  return true;
}

std::optional<JournalEntry> MockServer::TakeRequest(int timeout_ms) {
  // A request that hangs is over as far as a test is concerned: its fault is known. What the
  // journal answers is the first that could be taken, under its lock: nobody else gets the same.
  const auto take = [this](const JournalEntry& entry) {
    return (entry.state != EntryState::kUnderWay || !entry.fault.empty()) && Take(entry);
  };
  return default_space()->journal().Wait(0, take, timeout_ms);
}

}  // namespace aweber::mock
