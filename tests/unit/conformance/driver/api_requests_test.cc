// Globs over API requests in configurations: what AWeber's API knows, and what it does not.
#include "conformance/driver/api_requests.h"

#include <gtest/gtest.h>

namespace aweber::conformance {
namespace {

TEST(ApiCalls, AGlobNamesARequestThatExists) {
  for (const char* good :
       {"GET /accounts", "GET /accounts/*/lists", "GET /accounts/1000001/lists/2000001/subscribers",
        "GET /accounts/*", "* /accounts", "GET /**", "POST /accounts/*/lists/*/subscribers"}) {
    EXPECT_EQ(WhyNoApiRequest(good), "") << good;
  }
  const std::pair<const char*, const char*> wrong[] = {
      {"/accounts",
       "\"/accounts\" must be a method and a path below the API's address, such as \"GET "
       "/accounts\""},
      {"GET /acounts",
       "\"GET /acounts\" is no request of AWeber's API; did you mean \"GET /accounts\"?"},
      {"DELETE /accounts",
       "\"DELETE /accounts\" is no request of AWeber's API; did you mean \"GET /accounts\"?"},
      {"PATCH /calendar/events/of/mine",
       "\"PATCH /calendar/events/of/mine\" is no request of AWeber's API; `aweber-conformance docs "
       "aweber-api` has them all"},
      {"GET /1.0/accounts",
       "\"GET /1.0/accounts\" is no request of AWeber's API; did you mean \"GET /accounts\"?"},
  };
  for (const auto& [glob, why] : wrong) EXPECT_EQ(WhyNoApiRequest(glob), why) << glob;
}

}  // namespace
}  // namespace aweber::conformance
