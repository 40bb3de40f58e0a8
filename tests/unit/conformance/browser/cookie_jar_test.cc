#include "conformance/browser/cookie_jar.h"

#include <gtest/gtest.h>

namespace aweber::conformance {
namespace {

TEST(CookieJarTest, SendsBackByPathLongestFirst) {
  CookieJar jar;
  jar.Set("a=1; Path=/", "/login");
  jar.Set("b=2; Path=/app; HttpOnly", "/login");
  jar.Set("c=x=y", "/app/deep/page");  // its path is /app/deep
  EXPECT_EQ(jar.Header("/", true, false), "a=1");
  EXPECT_EQ(jar.Header("/app", true, false), "b=2; a=1");
  EXPECT_EQ(jar.Header("/apple", true, false), "a=1");
  EXPECT_EQ(jar.Header("/app/deep/other", true, false), "c=x=y; b=2; a=1");
}

TEST(CookieJarTest, ReplacesAndDeletes) {
  CookieJar jar;
  jar.Set("a=1; Path=/", "/");
  jar.Set("a=2; Path=/", "/");
  EXPECT_EQ(jar.Header("/", true, false), "a=2");
  jar.Set("a=; Path=/; Max-Age=0", "/");
  EXPECT_EQ(jar.Header("/", true, false), "");
  jar.Set("a=3; Path=/", "/");
  jar.Set("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/", "/");
  EXPECT_EQ(jar.Header("/", true, false), "");
  jar.Set("a=4; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/", "/");
  EXPECT_EQ(jar.Header("/", true, false), "a=4");
}

TEST(CookieJarTest, KeepsSecureAndStrictCookiesBack) {
  CookieJar jar;
  jar.Set("s=1; Secure", "/");
  jar.Set("t=2; SameSite=Strict", "/");
  jar.Set("l=3; samesite=lax", "/");
  EXPECT_EQ(jar.Header("/", true, false), "s=1; t=2; l=3");
  EXPECT_EQ(jar.Header("/", false, false), "t=2; l=3");
  EXPECT_EQ(jar.Header("/", true, true), "s=1; l=3") << "the user comes from another site";
}

TEST(CookieJarTest, IgnoresWhatIsNoCookie) {
  CookieJar jar;
  for (const char* const line : {"", ";", "novalue", "=1", "; Path=/"}) jar.Set(line, "/");
  EXPECT_EQ(jar.Header("/", true, false), "");
}

}  // namespace
}  // namespace aweber::conformance
