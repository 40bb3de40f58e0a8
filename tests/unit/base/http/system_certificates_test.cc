// Where certificate authorities are looked for, over invented systems.
#include "base/http/system_certificates.h"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <set>

namespace aweber {
namespace {

std::string BundleOf(const std::set<std::string>& files, const std::string& set_variable = "") {
  return SystemCertificates(
      [&](const std::string& path) { return files.contains(path); },
      [&](const char* name) { return name == set_variable ? std::string("x") : std::string(); });
}

TEST(SystemCertificates, EachSystemsPlaceIsFound) {
  for (const char* path : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}) {
    EXPECT_EQ(BundleOf({path, "/etc/hosts"}), path);
  }
  EXPECT_EQ(BundleOf({"/etc/hosts"}), "");
}

TEST(SystemCertificates, OpenSslAndTheUserComeFirst) {
  const std::string debian = "/etc/ssl/certs/ca-certificates.crt";
  EXPECT_EQ(BundleOf({debian}, "SSL_CERT_FILE"), "");
  EXPECT_EQ(BundleOf({debian}, "SSL_CERT_DIR"), "");
  EXPECT_EQ(BundleOf({debian, X509_get_default_cert_file()}), "");
}

}  // namespace
}  // namespace aweber
