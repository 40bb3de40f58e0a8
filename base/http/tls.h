// TLS contexts over OpenSSL: what server, client and certificate authority share.
//
// Purpose: owning pointers, errors in OpenSSL's own words, and one place where the protocol's
//   settings are made (TLS 1.2 or later, no session resumption on the server: each handshake must
//   show the certificate that is due now).
// Thread safety: contexts may be used from many threads; the functions are free of shared state.
// Errors: Error{"tls.*"}.
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/http/certificate_authority.h"
#include "base/result.h"

namespace aweber {

template <auto kFree>
struct OpensslDelete {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using SslContextPtr = std::unique_ptr<SSL_CTX, OpensslDelete<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, OpensslDelete<SSL_free>>;
using X509Ptr = std::unique_ptr<X509, OpensslDelete<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpensslDelete<EVP_PKEY_free>>;
using TrustPtr = std::unique_ptr<X509_STORE, OpensslDelete<X509_STORE_free>>;
using BioPtr = std::unique_ptr<BIO, OpensslDelete<BIO_free>>;

// `what` and OpenSSL's oldest queued error; empties the queue.
Error TlsError(std::string code, std::string what);
void ClearTlsErrors();

struct ParsedCertificate {
  std::vector<X509Ptr> chain;  // leaf first, at least one
  KeyPtr key;
};
// Error{"tls.certificate" | "tls.key"}; the key must belong to the leaf.
Result<ParsedCertificate> ParseKeyAndCertificate(const KeyAndCertificate& pem);

// Makes server sessions. `select` is asked in each handshake with the SNI name ("" when none) and
// answers the certificate to show; a failed result ends the handshake.
class TlsServerContext {
 public:
  using Select = std::function<Result<KeyAndCertificate>(const std::string& server_name)>;
  static Result<std::unique_ptr<TlsServerContext>> Create(Select select);

  // For one connection. `default_name` (a CONNECT host) stands in when the client sends no SNI; it
  // must outlive the handshake.
  Result<SslPtr> NewSession(const std::string* default_name) const;

 private:
  TlsServerContext(SslContextPtr context, Select select);
  static int ChooseCertificate(SSL* ssl, void* self);
  // To read a key takes longer than to make a session with it. Null for what cannot be read.
  std::shared_ptr<const ParsedCertificate> Parsed(const KeyAndCertificate& pem) const;

  SslContextPtr context_;
  Select select_;
  mutable std::mutex mutex_;
  // The latest that were shown.
  mutable std::vector<std::pair<KeyAndCertificate, std::shared_ptr<const ParsedCertificate>>>
      parsed_;
};

// The SNI name the client sent, "" when none.
std::string SniName(const SSL* ssl);

// The certificates to trust: `ca_file` (PEM), or the system's store when "" (SSL_CERT_FILE and
// SSL_CERT_DIR are honoured). Read when first asked for: that takes longer than many a run.
class TrustSource {
 public:
  TrustSource(std::string ca_file, bool verify) : ca_file_(std::move(ca_file)), verify_(verify) {}
  // Null when nothing is to be verified; lives as long as this object. Error{"http.tls"}.
  Result<X509_STORE*> Get();

 private:
  const std::string ca_file_;
  const bool verify_;
  std::mutex mutex_;
  TrustPtr trust_;
};

// A client's session that verifies its peer as `host` (a DNS name or an IP literal without brackets)
// against `trust`, within the handshake; null: verify nothing. It may outlive neither.
Result<SslPtr> NewTlsClientSession(X509_STORE* trust, const std::string& host);

}  // namespace aweber
