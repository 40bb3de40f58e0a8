// Listeners: the mock's sockets and their certificates.
//
// Purpose: starts the main listener, the foreign origin, the CONNECT proxy, and listeners with bad
//   certificates for tls faults, CONNECT proxies that lead to one space; gives each the right
//   certificate.
// Ownership: owns the HttpServers and their certificates. Thread safety: all members.
// Errors: Error{"http.bind"}, Error{"tls.*"}.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "base/http/server.h"
#include "mockserver/mock_server.h"
#include "mockserver/server/certificates.h"
#include "mockserver/server/dispatcher.h"

namespace aweber::mock {

class Listeners {
 public:
  // Everything is bound when this returns. `dispatcher` must outlive the listeners.
  static Result<std::unique_ptr<Listeners>> Start(const MockServerOptions& options,
                                                  Dispatcher& dispatcher, std::stop_token stop);

  std::string base_url() const { return main_->base_url(); }
  std::string other_origin() const;
  std::string proxy_url() const { return proxy_ == nullptr ? "" : proxy_->base_url(); }
  // Made at the first call where nothing needed it before.
  Result<const CertificateAuthority*> Authority() { return certificates_.Authority(); }

  // The origin of a listener whose handshakes `space`'s tls faults for `endpoint` spoil; started on
  // first use. base_url() when there is no such fault or no TLS.
  std::string FaultyOrigin(const std::shared_ptr<SpaceImpl>& space, Endpoint endpoint);
  // The URL of the CONNECT proxy that leads to `space` alone; started on first use.
  Result<std::string> SpaceProxy(const std::shared_ptr<SpaceImpl>& space);
  void DropSpace(const std::string& name);
  void Stop();

 private:
  Listeners(MockServerOptions options, Dispatcher& dispatcher, std::stop_token stop);
  Status Bind();
  Status BindProxy();
  // `space` null: requests are routed as on the main listener.
  Result<std::unique_ptr<HttpServer>> StartProxy(std::uint16_t port,
                                                 const std::shared_ptr<SpaceImpl>& space);
  // Called with mutex_ held.
  Result<std::unique_ptr<HttpServer>> StartFaulty(const std::shared_ptr<SpaceImpl>& space,
                                                  Endpoint endpoint);
  Result<HttpServerOptions> TlsOptions();
  // The certificate for a handshake that a tls fault of `space` selects, noted in its journal;
  // an empty one when none does.
  Result<KeyAndCertificate> TakeSpoiled(SpaceImpl& space, std::optional<Endpoint> endpoint,
                                        const std::string& name);

  const MockServerOptions options_;
  Dispatcher& dispatcher_;
  const std::stop_token stop_;
  ServerCertificates certificates_;
  std::unique_ptr<HttpServer> main_, other_, proxy_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::map<std::pair<std::string, Endpoint>, std::unique_ptr<HttpServer>> faulty_;
  std::map<std::string, std::unique_ptr<HttpServer>> proxies_;  // by space
};

}  // namespace aweber::mock
