#include "mockserver/server/listeners.h"

#include <fmt/format.h>

#include <utility>

namespace aweber::mock {
namespace {

constexpr std::string_view kHttpsPort = ":443";

// What a handshake for one of AWeber's names is about. Browsers come another way: what a program
// asks of the first host is tokens.
std::optional<Endpoint> EndpointOfHost(const std::string& name) {
  if (name == kAuthHost) return Endpoint::kToken;
  if (name == kApiHost) return Endpoint::kApi;
  return std::nullopt;
}

}  // namespace

Listeners::Listeners(MockServerOptions options, Dispatcher& dispatcher, std::stop_token stop)
    : options_(std::move(options)),
      dispatcher_(dispatcher),
      stop_(std::move(stop)),
      certificates_(options_) {}

Result<std::unique_ptr<Listeners>> Listeners::Start(const MockServerOptions& options,
                                                    Dispatcher& dispatcher, std::stop_token stop) {
  std::unique_ptr<Listeners> listeners(new Listeners(options, dispatcher, std::move(stop)));
  if (auto status = listeners->Bind(); !status) return status.error();
  if (auto status = listeners->BindProxy(); !status) return status.error();
  return listeners;
}

Result<KeyAndCertificate> Listeners::TakeSpoiled(SpaceImpl& space, std::optional<Endpoint> endpoint,
                                                 const std::string& name) {
  const std::string defect = space.TakeTlsDefect(endpoint);
  if (defect.empty()) return KeyAndCertificate{};
  dispatcher_.NoteTlsFault(space, name, defect);
  return certificates_.Spoiled(defect);
}

Result<HttpServerOptions> Listeners::TlsOptions() {
  HttpServerOptions server;
  server.host = options_.host;
  server.max_connections = options_.limits.connections;
  server.tls = options_.scheme == "https";
  if (!server.tls) return server;
  auto certificate = certificates_.Own();
  if (!certificate) return certificate.error();
  server.certificate = std::move(*certificate);
  return server;
}

Status Listeners::Bind() {
  auto options = TlsOptions();
  if (!options) return options.error();
  HttpServerOptions server = *options;
  server.port = options_.port;
  // Under a name of our own one origin serves every endpoint, so only a fault for all of them can
  // spoil a handshake here; FaultyOrigin has one for a single endpoint.
  server.select_certificate = [this](const std::string& name) {
    return TakeSpoiled(*dispatcher_.default_space(), EndpointOfHost(name), name);
  };
  auto main = HttpServer::Start(
      server,
      [this](HttpRequest&& request) { return dispatcher_.Handle(std::move(request), stop_, true); },
      [this](const MalformedRequest& malformed) { dispatcher_.NoteMalformed(malformed); });
  if (!main) return main.error();
  main_ = std::move(*main);

  auto other = HttpServer::Start(*options, [this](HttpRequest&& request) {
    return dispatcher_.HandleForeign(std::move(request));
  });
  if (!other) return other.error();
  other_ = std::move(*other);
  return {};
}

Status Listeners::BindProxy() {
  if (!options_.proxy_port) return {};
  auto proxy = StartProxy(*options_.proxy_port, nullptr);
  if (!proxy) return proxy.error();
  proxy_ = std::move(*proxy);
  return {};
}

Result<std::unique_ptr<HttpServer>> Listeners::StartProxy(std::uint16_t port,
                                                          const std::shared_ptr<SpaceImpl>& space) {
  HttpServerOptions server;
  server.host = options_.host;
  server.max_connections = options_.limits.connections;
  server.port = port;
  auto certificate = certificates_.Own();
  if (!certificate) return certificate.error();
  server.certificate = std::move(*certificate);
  server.accept_connect = [this, space](const std::string& authority) {
    const std::string_view host =
        std::string_view(authority).substr(0, authority.size() - kHttpsPort.size());
    if (authority.ends_with(kHttpsPort) && dispatcher_.proxy_hosts()->Serves(host)) return true;
    dispatcher_.NoteRefusedConnect(space == nullptr ? *dispatcher_.default_space() : *space,
                                   authority);
    return false;
  };
  server.select_certificate = [this, space](const std::string& name) -> Result<KeyAndCertificate> {
    if (!dispatcher_.proxy_hosts()->Serves(name)) return KeyAndCertificate{};
    SpaceImpl& played = space == nullptr ? *dispatcher_.default_space() : *space;
    auto spoiled = TakeSpoiled(played, EndpointOfHost(name), name);
    if (!spoiled || !spoiled->certificate_pem.empty()) return spoiled;
    return certificates_.For(name);
  };
  return HttpServer::Start(
      server,
      [this, space](HttpRequest&& request) {
        if (!request.tls) {
          return dispatcher_.Refuse(std::move(request), 403,
                                    fmt::format("the proxy passes on nothing: it answers CONNECT "
                                                "for {} only",
                                                dispatcher_.proxy_hosts()->Names()),
                                    space);
        }
        return dispatcher_.Handle(std::move(request), stop_, true, space);
      },
      [this, space](const MalformedRequest& malformed) {
        dispatcher_.NoteMalformed(malformed, space);
      });
}

Result<std::string> Listeners::SpaceProxy(const std::shared_ptr<SpaceImpl>& space) {
  std::lock_guard lock(mutex_);
  if (stopped_) return Error{"http.bind", "the server has stopped"};
  auto& proxy = proxies_[space->name()];
  if (proxy == nullptr) {
    auto started = StartProxy(0, space);
    if (!started) {
      proxies_.erase(space->name());
      return started.error();
    }
    proxy = std::move(*started);
  }
  return proxy->base_url();
}

std::string Listeners::other_origin() const {
  return fmt::format("{}://localhost:{}", options_.scheme, other_->port());
}

std::string Listeners::FaultyOrigin(const std::shared_ptr<SpaceImpl>& space, Endpoint endpoint) {
  if (options_.scheme != "https" || space->TlsDefect(endpoint).empty()) return base_url();
  std::lock_guard lock(mutex_);
  auto& listener = faulty_[{space->name(), endpoint}];
  if (listener != nullptr) return listener->base_url();
  auto started = StartFaulty(space, endpoint);
  if (!started) {
    faulty_.erase({space->name(), endpoint});
    return base_url();
  }
  listener = std::move(*started);
  return listener->base_url();
}

Result<std::unique_ptr<HttpServer>> Listeners::StartFaulty(const std::shared_ptr<SpaceImpl>& space,
                                                           Endpoint endpoint) {
  if (stopped_) return Error{"http.bind", "the server has stopped"};
  auto options = TlsOptions();
  if (!options) return options.error();
  options->select_certificate = [this, space, endpoint](const std::string& name) {
    return TakeSpoiled(*space, endpoint, name);
  };
  return HttpServer::Start(*options, [this](HttpRequest&& request) {
    return dispatcher_.Handle(std::move(request), stop_, true);
  });
}

void Listeners::DropSpace(const std::string& name) {
  decltype(faulty_) dropped;  // stopped outside the lock
  decltype(proxies_)::node_type proxy;
  std::lock_guard lock(mutex_);
  proxy = proxies_.extract(name);
  for (auto found = faulty_.begin(); found != faulty_.end();) {
    if (found->first.first == name) {
      dropped.insert(faulty_.extract(found++));
    } else {
      ++found;
    }
  }
}

void Listeners::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    for (auto& [key, listener] : faulty_) listener->Stop();
    for (auto& [name, proxy] : proxies_) proxy->Stop();
  }
  for (HttpServer* server : {main_.get(), other_.get(), proxy_.get()}) {
    if (server != nullptr) server->Stop();
  }
}

}  // namespace aweber::mock
