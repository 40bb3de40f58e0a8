// Where the forms and links of a page lead.
#include <gtest/gtest.h>

#include "conformance/browser/browser.h"

namespace aweber::conformance {
namespace {

TEST(ResolveReference, AgainstThePage) {
  struct Row {
    const char* reference;
    const char* url;
  };
  const Row rows[] = {
      {"", "http://a.test:1/s/x/authorize?y"},
      {"https://b.test/", "https://b.test/"},
      {"//b.test/z", "http://b.test/z"},
      {"/z", "http://a.test:1/z"},
      {"?z", "http://a.test:1/s/x/authorize?z"},
      {"z", "http://a.test:1/s/x/z"},
      // A client may leave ":" and "/" in a query as they are (RFC 3986 §3.4).
      {"/z?redirect_uri=http://c.test/callback",
       "http://a.test:1/z?redirect_uri=http://c.test/callback"},
      {"?redirect_uri=http://c.test/", "http://a.test:1/s/x/authorize?redirect_uri=http://c.test/"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(ResolveReference("http://a.test:1/s/x/authorize?y", row.reference), row.url)
        << row.reference;
  }
}

}  // namespace
}  // namespace aweber::conformance
