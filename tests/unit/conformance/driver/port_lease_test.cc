// PortLease: a port that is given once, and whose listener is known.
#include "conformance/driver/port_lease.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <set>

#include "base/http/server.h"

namespace aweber::conformance {
namespace {

HttpResponse AnswerEmpty(HttpRequest) { return {}; }

TEST(PortLeaseTest, NoPortIsGivenTwice) {
  std::set<std::uint16_t> ports;
  for (int i = 0; i < 200; ++i) {
    const auto lease = PortLease::Draw();
    ASSERT_TRUE(lease.ok());
    EXPECT_TRUE(ports.insert(lease->port()).second) << lease->port();
  }
}

TEST(PortLeaseTest, AServerListensOnALeasedPort) {
  const auto lease = PortLease::Draw();
  ASSERT_TRUE(lease.ok());
  HttpServerOptions options;
  options.port = lease->port();
  const auto server = HttpServer::Start(options, AnswerEmpty);
  ASSERT_TRUE(server.ok()) << server.error().message;
  EXPECT_EQ((*server)->port(), lease->port());
}

TEST(PortOwnerTest, IsFoundInProc) {
  const auto lease = PortLease::Draw();
  ASSERT_TRUE(lease.ok());
  EXPECT_EQ(WhoListens(lease->port(), ::getpid(), "X=1").who, PortOwner::Who::kNobody);
  HttpServerOptions options;
  options.port = lease->port();
  const auto server = HttpServer::Start(options, AnswerEmpty);
  ASSERT_TRUE(server.ok()) << server.error().message;
  EXPECT_EQ(WhoListens(lease->port(), ::getpid(), "X=1").who, PortOwner::Who::kApplication);
  // Process group 1 is not ours, and nobody has that variable.
  const PortOwner other = WhoListens(lease->port(), 1, "AWEBER_NOT_SET=1");
  EXPECT_EQ(other.who, PortOwner::Who::kOther);
  EXPECT_TRUE(other.name.starts_with("process ")) << other.name;
}

}  // namespace
}  // namespace aweber::conformance
