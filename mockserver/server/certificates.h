// ServerCertificates: what the mock's listeners show in a TLS handshake.
//
// Purpose: the certificate given by the options, else one of an authority of our own; also the ones
//   for AWeber's names behind the proxy and the broken ones of tls faults. Keys are made at the
//   first need: a mock that speaks plain HTTP starts without any.
// Thread safety: all members. Errors: Error{"tls.*"}, or what reading a file says.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/http/certificate_authority.h"
#include "mockserver/mock_server.h"

namespace aweber::mock {

class ServerCertificates {
 public:
  explicit ServerCertificates(const MockServerOptions& options);

  // Lives as long as this.
  Result<const CertificateAuthority*> Authority();
  // Of the listeners under names of our own.
  Result<KeyAndCertificate> Own();
  // Of a handshake for one of the proxy's names, the same one each time; an empty one where the options
  // give the certificate. At most kMaxNamed are kept.
  Result<KeyAndCertificate> For(const std::string& name);
  static constexpr std::size_t kMaxNamed = 64;
  // One that a client must refuse. `defect` as a tls fault names it: expired, wrong_name, unknown_ca.
  Result<KeyAndCertificate> Spoiled(const std::string& defect);

 private:
  Result<const CertificateAuthority*> AuthorityLocked();

  const std::string certificate_file_, key_file_;
  std::vector<std::string> names_;  // whom a generated certificate is for
  std::mutex mutex_;                // guards what follows
  std::unique_ptr<CertificateAuthority> authority_;
  KeyAndCertificate own_;
  std::map<std::string, KeyAndCertificate> named_;
};

}  // namespace aweber::mock
