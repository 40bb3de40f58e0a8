#include "base/http/tls.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>

#include "base/http/system_certificates.h"

namespace aweber {
namespace {

BioPtr ReadOnlyBio(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

bool IsIpLiteral(const std::string& host) {
  std::array<unsigned char, 16> address;
  return ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

// Without a passphrase prompt: a server must not wait at a terminal.
int NoPassphrase(char*, int, int, void*) { return 0; }

bool Use(SSL* ssl, const ParsedCertificate& certificate) {
  if (SSL_use_certificate(ssl, certificate.chain.front().get()) != 1) return false;
  if (SSL_use_PrivateKey(ssl, certificate.key.get()) != 1) return false;
  for (std::size_t i = 1; i < certificate.chain.size(); ++i) {
    if (SSL_add1_chain_cert(ssl, certificate.chain[i].get()) != 1) return false;
  }
  return true;
}

}  // namespace

Error TlsError(std::string code, std::string what) {
  const unsigned long error = ERR_get_error();
  ERR_clear_error();
  if (error == 0) return Error{std::move(code), std::move(what)};
  const char* reason = ERR_reason_error_string(error);
  std::array<char, 256> text{};
  ERR_error_string_n(error, text.data(), text.size());
  return Error{std::move(code), fmt::format("{}: {}", what, reason ? reason : text.data())};
}

void ClearTlsErrors() { ERR_clear_error(); }

Result<ParsedCertificate> ParseKeyAndCertificate(const KeyAndCertificate& pem) {
  ParsedCertificate parsed;
  const BioPtr certificates = ReadOnlyBio(pem.certificate_pem);
  while (X509* certificate =
             PEM_read_bio_X509(certificates.get(), nullptr, NoPassphrase, nullptr)) {
    parsed.chain.emplace_back(certificate);
  }
  if (parsed.chain.empty()) return TlsError("tls.certificate", "no certificate in the PEM text");
  ERR_clear_error();  // "no start line": how the end of the list shows
  const BioPtr key = ReadOnlyBio(pem.key_pem);
  parsed.key.reset(PEM_read_bio_PrivateKey(key.get(), nullptr, NoPassphrase, nullptr));
  if (!parsed.key) return TlsError("tls.key", "no usable private key in the PEM text");
  if (X509_check_private_key(parsed.chain.front().get(), parsed.key.get()) != 1) {
    return TlsError("tls.key", "the private key does not belong to the certificate");
  }
  return parsed;
}

TlsServerContext::TlsServerContext(SslContextPtr context, Select select)
    : context_(std::move(context)), select_(std::move(select)) {}

Result<std::unique_ptr<TlsServerContext>> TlsServerContext::Create(Select select) {
  SslContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) {
    return TlsError("tls.context", "cannot set up TLS");
  }
  // A resumed session would skip the certificate, and with it every certificate scenario.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
  std::unique_ptr<TlsServerContext> made(
      new TlsServerContext(std::move(context), std::move(select)));
  SSL_CTX_set_cert_cb(made->context_.get(), ChooseCertificate, made.get());
  return made;
}

Result<SslPtr> TlsServerContext::NewSession(const std::string* default_name) const {
  SslPtr ssl(SSL_new(context_.get()));
  if (!ssl) return TlsError("tls.context", "cannot make a TLS session");
  SSL_set_app_data(ssl.get(), const_cast<std::string*>(default_name));
  return ssl;
}

int TlsServerContext::ChooseCertificate(SSL* ssl, void* self) {
  std::string name = SniName(ssl);
  if (const auto* fallback = static_cast<const std::string*>(SSL_get_app_data(ssl));
      name.empty() && fallback != nullptr) {
    name = *fallback;
  }
  try {
    const auto& context = *static_cast<const TlsServerContext*>(self);
    const auto pem = context.select_(name);
    if (!pem) return 0;
    const auto parsed = context.Parsed(*pem);
    return parsed && Use(ssl, *parsed) ? 1 : 0;
  } catch (...) {
    return 0;  // nothing may be thrown through OpenSSL
  }
}

std::shared_ptr<const ParsedCertificate> TlsServerContext::Parsed(
    const KeyAndCertificate& pem) const {
  constexpr std::size_t kMost = 16;
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [known, parsed] : parsed_) {
    if (known.certificate_pem == pem.certificate_pem && known.key_pem == pem.key_pem) return parsed;
  }
  auto fresh = ParseKeyAndCertificate(pem);
  if (!fresh) return nullptr;
  if (parsed_.size() == kMost) parsed_.erase(parsed_.begin());
  parsed_.emplace_back(pem, std::make_shared<const ParsedCertificate>(std::move(fresh).value()));
  return parsed_.back().second;
}

std::string SniName(const SSL* ssl) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  return name ? name : "";
}

Result<X509_STORE*> TrustSource::Get() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!verify_ || trust_) return trust_.get();
  TrustPtr trust(X509_STORE_new());
  if (!trust) return TlsError("http.tls", "cannot set up TLS");
  if (ca_file_.empty()) {
    X509_STORE_set_default_paths(trust.get());  // honours SSL_CERT_FILE and SSL_CERT_DIR
    // OpenSSL's own places are those of the system it was built on; this program may run elsewhere.
    const std::string bundle = SystemCertificates();
    if (!bundle.empty()) X509_STORE_load_file(trust.get(), bundle.c_str());
    ERR_clear_error();
  } else if (X509_STORE_load_file(trust.get(), ca_file_.c_str()) != 1) {
    return TlsError("http.tls", fmt::format("cannot read CA certificates from {}", ca_file_));
  }
  trust_ = std::move(trust);
  return trust_.get();
}

Result<SslPtr> NewTlsClientSession(X509_STORE* trust, const std::string& host) {
  const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  SslPtr ssl(context ? SSL_new(context.get()) : nullptr);
  if (!ssl || SSL_set_min_proto_version(ssl.get(), TLS1_2_VERSION) != 1) {
    return TlsError("http.tls", "cannot set up TLS");
  }
  // RFC 6066 §3: literal addresses are not permitted in SNI.
  const bool literal = IsIpLiteral(host);
  if (!literal) SSL_set_tlsext_host_name(ssl.get(), host.c_str());
  SSL_set_verify(ssl.get(), trust ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (trust == nullptr) return ssl;
  SSL_set1_verify_cert_store(ssl.get(), trust);
  X509_VERIFY_PARAM* const expected = SSL_get0_param(ssl.get());
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool named = literal ? X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1
                             : X509_VERIFY_PARAM_set1_host(expected, host.data(), host.size()) == 1;
  if (!named) return TlsError("http.tls", fmt::format("cannot verify \"{}\"", host));
  return ssl;
}

}  // namespace aweber
