// Redirect URIs that may be registered, and those that may not.
#include "mockserver/model/redirect_uri.h"

#include <gtest/gtest.h>

namespace aweber::mock {
namespace {

TEST(RedirectUri, IsAbsoluteAndOpenedNotRun) {
  struct {
    const char* uri;
    const char* problem;  // how it begins; nullptr: it may be registered
  } const kRows[] = {
      {"https://app.example.test/callback", nullptr},
      {"http://127.0.0.1:8765/callback?a=b;c", nullptr},
      {"http://[::1]:8765/", nullptr},
      {"com.example.app:/oauth2redirect", nullptr},
      {"urn:ietf:wg:oauth:2.0:oob", nullptr},
      {"/callback", R"_("/callback" is not a URI: )_"},
      {"", R"_("" is not a URI: )_"},
      {"https://app.example.test/#here", R"_("https://app.example.test/#here" must have no frag)_"},
      {"https://app.example.test/\r\nSet-Cookie: a=b",
       R"_("https://app.example.test/\r\nSet-Cookie: a=b" is not a URI: )_"},
      {"javascript:alert(1)", R"_("javascript:alert(1)" must not be a "javascript:" URI)_"},
      {"JavaScript:alert(1)", R"_("JavaScript:alert(1)" must not be a "javascript:" URI)_"},
      {"data:text/html,x", R"_("data:text/html,x" must not be a "data:" URI)_"},
      {"https://app;sandbox/callback", R"_("https://app;sandbox/callback" must name a host)_"},
      {"https://*/callback", R"_("https://*/callback" must name a host)_"},
  };
  for (const auto& row : kRows) {
    const auto problem = RedirectUriProblem({"https://first.example/cb", row.uri});
    ASSERT_EQ(problem.has_value(), row.problem != nullptr) << row.uri;
    if (problem) {
      EXPECT_EQ(problem->substr(0, std::string(row.problem).size()), row.problem);
    }
  }
}

}  // namespace
}  // namespace aweber::mock
