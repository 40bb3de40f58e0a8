// Who may call the admin API, request by request.
#include "mockserver/admin/guard.h"

#include <gtest/gtest.h>

namespace aweber::mock {
namespace {

int StatusOf(const GuardPolicy& policy, std::string target, HttpHeaders headers) {
  HttpRequest request;
  request.method = "GET";
  request.target = std::move(target);
  request.headers = std::move(headers);
  const auto refusal = CheckAdminRequest(policy, request);
  return refusal ? refusal->status : 0;
}

TEST(AdminGuard, AHostIsANameAndAPort) {
  const GuardPolicy policy{.allowed_hosts = {"mock"}};
  struct {
    const char* host;
    int status;
  } const kRows[] = {
      {"127.0.0.1:8081", 0},
      {"localhost", 0},
      {"[::1]:8081", 0},
      {"mock:8081", 0},
      {"evil.example", 421},
      {"localhost:80:evil.example", 421},
      {"localhost:evil", 421},
      {"localhost:800000", 421},
      {"[::1]evil.example", 421},
      {"[::1", 421},
      {"", 421},
      {":8081", 421},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(StatusOf(policy, "/api/v1/info", {{"Host", row.host}}), row.status) << row.host;
  }
}

TEST(AdminGuard, OnlyWhatIsPublicNeedsNoToken) {
  const GuardPolicy policy{.token = "let-me-in"};
  struct {
    const char* target;
    bool needs_token;
  } const kRows[] = {
      {"/livez", false},        {"/livez/", false},  {"/readyz", false},
      {"/openapi.json", false}, {"/ca.pem", false},  {"/", false},
      {"/console.js", false},   {"/metrics", true},  {"/metrics/", true},
      {"/metrics?x=1", true},   {"/api", true},      {"/api/v1/info", true},
      {"/api/v1/info/", true},  {"//metrics", true}, {"/%6detrics", true},
      {"/no-such-thing", true},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(StatusOf(policy, row.target, {{"Host", "localhost"}}), row.needs_token ? 401 : 0)
        << row.target;
    EXPECT_EQ(StatusOf(policy, row.target,
                       {{"Host", "localhost"}, {"Authorization", "Bearer let-me-in"}}),
              0)
        << row.target;
  }
}

}  // namespace
}  // namespace aweber::mock
