// A certificate authority that lives in memory, for a mock that speaks HTTPS as AWeber does.
//
// Purpose: issues leaf certificates for host names and IP addresses on demand, and also the broken
//   ones that TLS scenarios need (expired, wrong name, signed by an unknown authority).
// Ownership: owns its key; PEM texts are returned by value. The CA key never leaves the process.
// Thread safety: all members may be called from any thread.
// Units: validity is counted in real time (SystemClock), never on a virtual clock: TLS stacks check
//   it against the real one.
// Errors: Error{"tls.*"} with OpenSSL's own words.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace aweber {

struct KeyAndCertificate {
  std::string certificate_pem;  // leaf first, then the chain
  std::string key_pem;
};

enum class LeafDefect { kNone, kExpired, kUnknownAuthority };

class CertificateAuthority {
 public:
  // A fresh EC P-256 authority, valid from one day ago for ten years, or `common_name`'s own.
  static Result<std::unique_ptr<CertificateAuthority>> Create(
      const std::string& common_name = "AWeber mock CA");
  ~CertificateAuthority();

  // `names`: DNS names and IP literals for subjectAltName; the first is the common name. For a
  // wrong-name leaf simply pass another name.
  Result<KeyAndCertificate> Issue(const std::vector<std::string>& names,
                                  LeafDefect defect = LeafDefect::kNone) const;

  const std::string& certificate_pem() const { return certificate_pem_; }
  // SHA-256 of the DER, "AB:CD:...": what openssl x509 -fingerprint -sha256 prints.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  struct Impl;
  explicit CertificateAuthority(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  std::string certificate_pem_;
  std::string fingerprint_;
};

}  // namespace aweber
