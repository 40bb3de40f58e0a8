#include "base/http/server.h"

#include <fmt/format.h>

#include <mutex>

#include "base/http/connection.h"
#include "base/http/connection_loop.h"
#include "base/http/listen.h"
#include "base/http/tls.h"

namespace aweber {
namespace {

Result<KeyAndCertificate> SelectCertificate(const HttpServerOptions& options,
                                            const std::string& server_name) {
  if (options.select_certificate) {
    auto selected = options.select_certificate(server_name);
    if (selected && !selected->certificate_pem.empty()) return selected;
  }
  if (options.certificate.certificate_pem.empty()) {
    return Error{"tls.certificate", fmt::format("no certificate for \"{}\"", server_name)};
  }
  return options.certificate;
}

Status CheckCertificate(const HttpServerOptions& options) {
  if (options.certificate.certificate_pem.empty()) {
    if (!options.tls || options.select_certificate) return {};
    return Error{"tls.certificate", "a TLS server needs a certificate"};
  }
  const auto parsed = ParseKeyAndCertificate(options.certificate);
  return parsed ? Status() : Status(parsed.error());
}

// Hosts that mean "all interfaces" cannot be connected to by that name.
std::string UrlHost(const std::string& host) {
  if (host.empty() || host == "0.0.0.0") return "127.0.0.1";
  if (host == "::") return "[::1]";
  return host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
}

}  // namespace

struct HttpServer::Impl {
  HttpService service;
  std::stop_source stop;
  std::uint16_t port = 0;
  std::mutex stop_mutex;
  std::unique_ptr<ConnectionLoop> loop;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() { Stop(); }

Result<std::unique_ptr<HttpServer>> HttpServer::Start(HttpServerOptions options, Handler handler,
                                                      MalformedHandler on_malformed) {
  if (auto status = CheckCertificate(options); !status) return status.error();
  auto impl = std::make_unique<Impl>();
  HttpService& service = impl->service;
  service.options = std::move(options);
  service.handler = std::move(handler);
  service.on_malformed = std::move(on_malformed);
  service.stop = impl->stop.get_token();
  if (service.options.tls || service.options.accept_connect) {
    auto tls = TlsServerContext::Create([&service](const std::string& server_name) {
      return SelectCertificate(service.options, server_name);
    });
    if (!tls) return tls.error();
    service.tls = *std::move(tls);
  }
  auto listening =
      ListenTcp(service.options.host, service.options.port, service.options.read_timeout_ms);
  if (!listening) return listening.error();
  impl->port = listening->port;
  auto loop = ConnectionLoop::Start(std::move(listening->descriptor), service);
  if (!loop) return loop.error();
  impl->loop = *std::move(loop);
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::uint16_t HttpServer::port() const { return impl_->port; }

std::string HttpServer::base_url() const {
  const HttpServerOptions& options = impl_->service.options;
  return fmt::format("{}://{}:{}", options.tls ? "https" : "http", UrlHost(options.host),
                     impl_->port);
}

std::stop_token HttpServer::stop_token() const { return impl_->stop.get_token(); }

int HttpServer::open_connections() const { return impl_->loop->open_connections(); }

void HttpServer::Stop() {
  const std::lock_guard<std::mutex> lock(impl_->stop_mutex);
  impl_->stop.request_stop();
  impl_->loop->Stop();
}

}  // namespace aweber
