#include "base/http/system_certificates.h"

#include <openssl/x509.h>

#include <cstdlib>
#include <filesystem>

namespace aweber {
namespace {

constexpr const char* kBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Alpine, NixOS
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older Fedora, RHEL, CentOS
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/var/lib/ca-certificates/ca-bundle.pem",             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine, the BSDs
};

}  // namespace

std::string SystemCertificates(const std::function<bool(const std::string&)>& exists,
                               const std::function<std::string(const char*)>& variable) {
  if (!variable(X509_get_default_cert_file_env()).empty() ||
      !variable(X509_get_default_cert_dir_env()).empty() || exists(X509_get_default_cert_file())) {
    return "";
  }
  for (const char* bundle : kBundles) {
    if (exists(bundle)) return bundle;
  }
  return "";
}

std::string SystemCertificates() {
  return SystemCertificates(
      [](const std::string& path) {
        std::error_code failure;
        return std::filesystem::exists(path, failure);
      },
      [](const char* name) {
        const char* const value = std::getenv(name);
        return std::string(value ? value : "");
      });
}

}  // namespace aweber
