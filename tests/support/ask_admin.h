// AskAdmin: one request to the admin API of a mock, held to /openapi.json together with its reply.
//
// Purpose: a test that asks the admin API for something else still notices when the document and the
//   API part. Thread safety: one thread.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/http/client.h"
#include "mockserver/admin/route.h"
#include "tests/support/openapi_check.h"

namespace aweber::mock::testing {

// `admin_url`: "http://127.0.0.1:8081", `path`: "/api/v1/clock".
inline Result<HttpResponse> AskAdmin(const std::string& admin_url, const std::string& method,
                                     const std::string& path, const std::string& body = "",
                                     const HttpHeaders& headers = {}) {
  static OpenApiCheck document(DumpJson(AdminOpenApi()));
  auto reply = MakeHttpClient()->Send(method, admin_url + path, headers, body);
  if (reply.ok()) {
    EXPECT_EQ(document.Problem(method, path, body, *reply), "") << method << " " << path;
  }
  return reply;
}

}  // namespace aweber::mock::testing
