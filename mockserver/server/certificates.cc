#include "mockserver/server/certificates.h"

#include <algorithm>
#include <utility>

#include "base/os/file.h"
#include "base/text/uri.h"
#include "mockserver/request/proxy_hosts.h"

namespace aweber::mock {
namespace {

Result<KeyAndCertificate> ReadBoth(const std::string& certificate_file,
                                   const std::string& key_file) {
  auto certificate = ReadFile(certificate_file);
  if (!certificate) return certificate.error();
  auto key = ReadFile(key_file);
  if (!key) return key.error();
  return KeyAndCertificate{std::move(*certificate), std::move(*key)};
}

}  // namespace

ServerCertificates::ServerCertificates(const MockServerOptions& options)
    : certificate_file_(options.tls_cert_file),
      key_file_(options.tls_key_file),
      names_{"localhost", "127.0.0.1", "::1", kAuthHost, kApiHost} {
  const auto url = ParseUri(options.public_url);
  for (const std::string& name : {options.host, url ? url->host : std::string()}) {
    const bool known = std::find(names_.begin(), names_.end(), name) != names_.end();
    if (!name.empty() && !known && name.front() != '[') names_.push_back(name);
  }
}

Result<const CertificateAuthority*> ServerCertificates::AuthorityLocked() {
  if (authority_ == nullptr) {
    auto created = CertificateAuthority::Create();
    if (!created) return created.error();
    authority_ = std::move(*created);
  }
  return authority_.get();
}

Result<const CertificateAuthority*> ServerCertificates::Authority() {
  const std::lock_guard lock(mutex_);
  return AuthorityLocked();
}

Result<KeyAndCertificate> ServerCertificates::Own() {
  const std::lock_guard lock(mutex_);
  if (!own_.certificate_pem.empty()) return own_;
  const bool given = !certificate_file_.empty() || !key_file_.empty();
  auto authority = given ? Result<const CertificateAuthority*>(nullptr) : AuthorityLocked();
  if (!authority) return authority.error();
  auto own = given ? ReadBoth(certificate_file_, key_file_) : (*authority)->Issue(names_);
  if (own) own_ = *own;
  return own;
}

Result<KeyAndCertificate> ServerCertificates::For(const std::string& name) {
  if (!certificate_file_.empty()) return KeyAndCertificate{};
  const std::lock_guard lock(mutex_);
  if (const auto known = named_.find(name); known != named_.end()) return known->second;
  auto authority = AuthorityLocked();
  if (!authority) return authority.error();
  auto issued = (*authority)->Issue({name});
  if (!issued) return issued.error();
  if (named_.size() >= kMaxNamed) named_.clear();  // more names than anybody needs
  return named_.emplace(name, std::move(*issued)).first->second;
}

Result<KeyAndCertificate> ServerCertificates::Spoiled(const std::string& defect) {
  auto authority = Authority();
  if (!authority) return authority.error();
  if (defect == "wrong_name") return (*authority)->Issue({"wrong.example.test"});
  return (*authority)
      ->Issue(names_, defect == "expired" ? LeafDefect::kExpired : LeafDefect::kUnknownAuthority);
}

}  // namespace aweber::mock
