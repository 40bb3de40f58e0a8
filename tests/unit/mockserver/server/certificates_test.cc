// Certificates of the proxy's names: one a name, however many handshakes ask for it.
#include "mockserver/server/certificates.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace aweber::mock {
namespace {

TEST(ServerCertificates, OfANameIsMadeOnce) {
  ServerCertificates certificates({.scheme = "https"});
  const auto api = certificates.For("api.aweber.com");
  ASSERT_TRUE(api.ok()) << api.error().message;
  EXPECT_NE(api->certificate_pem, "");
  EXPECT_EQ(certificates.For("api.aweber.com")->certificate_pem, api->certificate_pem);
  EXPECT_EQ(certificates.For("api.aweber.com")->key_pem, api->key_pem);
  EXPECT_NE(certificates.For("auth.aweber.com")->certificate_pem, api->certificate_pem);
  EXPECT_NE(certificates.Spoiled("expired")->certificate_pem, api->certificate_pem);
}

TEST(ServerCertificates, OfManyNamesDoNotPileUp) {
  ServerCertificates certificates({.scheme = "https"});
  const std::string first = certificates.For("0.example")->certificate_pem;
  for (std::size_t i = 1; i <= ServerCertificates::kMaxNamed; ++i) {
    ASSERT_TRUE(certificates.For(fmt::format("{}.example", i)).ok());
  }
  EXPECT_NE(certificates.For("0.example")->certificate_pem, first) << "forgotten, and made again";
}

}  // namespace
}  // namespace aweber::mock
