#include "base/text/uri.h"

#include <gtest/gtest.h>

namespace aweber {
namespace {

// One line a URI: "scheme|userinfo|host|port|path|query|fragment", "-" for an absent part.
std::string Parts(const Uri& uri) {
  const auto part = [](const std::optional<std::string>& text) { return text.value_or("-"); };
  return uri.scheme + "|" + (uri.has_userinfo ? uri.userinfo : "-") + "|" +
         (uri.has_authority ? uri.host : "-") + "|" + (uri.port ? std::to_string(*uri.port) : "-") +
         "|" + uri.path + "|" + part(uri.query) + "|" + part(uri.fragment);
}

TEST(UriTest, SplitsAndPutsTogetherAgain) {
  struct {
    std::string_view text;
    std::string_view parts;
  } const kCases[] = {
      // RFC 3986 §1.1.2.
      {"ftp://ftp.is.co.za/rfc/rfc1808.txt", "ftp|-|ftp.is.co.za|-|/rfc/rfc1808.txt|-|-"},
      {"http://www.ietf.org/rfc/rfc2396.txt", "http|-|www.ietf.org|-|/rfc/rfc2396.txt|-|-"},
      {"ldap://[2001:db8::7]/c=GB?objectClass?one",
       "ldap|-|[2001:db8::7]|-|/c=GB|objectClass?one|-"},
      {"mailto:John.Doe@example.com", "mailto|-|-|-|John.Doe@example.com|-|-"},
      {"news:comp.infosystems.www.servers.unix",
       "news|-|-|-|comp.infosystems.www.servers.unix|-|-"},
      {"tel:+1-816-555-1212", "tel|-|-|-|+1-816-555-1212|-|-"},
      {"telnet://192.0.2.16:80/", "telnet|-|192.0.2.16|80|/|-|-"},
      {"urn:oasis:names:specification:docbook:dtd:xml:4.1.2",
       "urn|-|-|-|oasis:names:specification:docbook:dtd:xml:4.1.2|-|-"},
      // §3, and the base of §5.4.
      {"foo://example.com:8042/over/there?name=ferret#nose",
       "foo|-|example.com|8042|/over/there|name=ferret|nose"},
      {"http://a/b/c/d;p?q", "http|-|a|-|/b/c/d;p|q|-"},
      // Redirect URIs of the out-of-band and private-use kinds.
      {"urn:ietf:wg:oauth:2.0:oob", "urn|-|-|-|ietf:wg:oauth:2.0:oob|-|-"},
      {"com.example.app:/oauth2redirect", "com.example.app|-|-|-|/oauth2redirect|-|-"},
      {"http://127.0.0.1:51004/cb?x=1&x=1", "http|-|127.0.0.1|51004|/cb|x=1&x=1|-"},
      // Nothing is normalized: case, dots, escapes, empty parts.
      {"HTTP://Example.COM/a/../%7Euser/%2f?#", "HTTP|-|Example.COM|-|/a/../%7Euser/%2f||"},
      {"http://h", "http|-|h|-||-|-"},
      {"http://h?q", "http|-|h|-||q|-"},
      {"http://h#f?g/h", "http|-|h|-||-|f?g/h"},
      {"http://h:/", "http|-|h|-|/|-|-"},
      {"http://h:0080/", "http|-|h|80|/|-|-"},
      {"http://@h/", "http||h|-|/|-|-"},
      {"http://u:p@h:8/", "http|u:p|h|8|/|-|-"},
      {"file:///etc/hosts", "file|-||-|/etc/hosts|-|-"},
      {"http://[::1]:8080/", "http|-|[::1]|8080|/|-|-"},
      {"http://[v7.a:b]/", "http|-|[v7.a:b]|-|/|-|-"},
      {"http://a.b/c//d", "http|-|a.b|-|/c//d|-|-"},
      {"x:", "x|-|-|-||-|-"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto uri = ParseUri(c.text);
    ASSERT_TRUE(uri.ok()) << uri.error().message;
    EXPECT_EQ(Parts(*uri), c.parts);
    EXPECT_EQ(uri->ToString(), c.text);
  }
}

TEST(UriTest, NamesTheOffendingCharacter) {
  struct {
    std::string_view text;
    std::string_view message;
  } const kCases[] = {
      {"", "not a URI: expected a scheme such as \"https:\" at offset 0"},
      {"/path", "not a URI: expected a scheme such as \"https:\" at offset 0"},
      {"//h/p", "not a URI: expected a scheme such as \"https:\" at offset 0"},
      {"1http://h", "not a URI: expected a scheme such as \"https:\" at offset 0"},
      {"http", "not a URI: expected a scheme such as \"https:\" at offset 4"},
      {"ht_tp://h", "not a URI: expected a scheme such as \"https:\" at offset 2"},
      {"http://h/a b", "not a URI: a byte that the path may hold only as %20 at offset 10"},
      {"http://h/\xc3\xa9", "not a URI: a byte that the path may hold only as %C3 at offset 9"},
      {"http://h/a\nb", "not a URI: a byte that the path may hold only as %0A at offset 10"},
      {"http://h/<a>", "not a URI: a byte that the path may hold only as %3C at offset 9"},
      {"http://h/?a|b", "not a URI: a byte that the query may hold only as %7C at offset 11"},
      {"http://h/#a#b", "not a URI: a byte that the fragment may hold only as %23 at offset 11"},
      {"http://h\\x/", "not a URI: a byte that the host may hold only as %5C at offset 8"},
      {"http://u@v@h/", "not a URI: a byte that the host may hold only as %40 at offset 10"},
      {"http://h/%zz", "not a URI: a '%' without two hex digits in the path at offset 9"},
      {"http://h/%4", "not a URI: a '%' without two hex digits in the path at offset 9"},
      {"http://h/%4?1", "not a URI: a '%' without two hex digits in the path at offset 9"},
      {"http://h:8x/", "not a URI: expected a digit of the port at offset 10"},
      {"http://h:-1/", "not a URI: expected a digit of the port at offset 9"},
      {"http://h:65536/", "not a URI: a port above 65535 at offset 9"},
      {"http://[::1/", "not a URI: an unclosed '[' at offset 7"},
      {"http://[::g]/", "not a URI: a bad IP literal at offset 7"},
      {"http://[v7.]/", "not a URI: a bad IP literal at offset 7"},
      {{"http://[::1\0]/", 14}, "not a URI: a bad IP literal at offset 7"},
      {"http://[::1]x/", "not a URI: expected ':' or '/' at offset 12"},
      {"http://a:b:c/", "not a URI: expected a digit of the port at offset 9"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto uri = ParseUri(c.text);
    ASSERT_FALSE(uri.ok()) << Parts(*uri);
    EXPECT_EQ(uri.error(), (Error{"uri.invalid", std::string(c.message)}));
  }
}

TEST(UriTest, OriginPortAndTarget) {
  struct {
    std::string_view text;
    std::string_view origin;
    int port;
    std::string_view target;
  } const kCases[] = {
      {"HTTPS://Auth.AWeber.com:443/oauth2", "https://auth.aweber.com", 443, "/oauth2"},
      {"https://h:8443?q=1#f", "https://h:8443", 8443, "/?q=1"},
      {"http://h:080/a?", "http://h", 80, "/a?"},
      {"http://h:443", "http://h:443", 443, "/"},
      {"http://u@[::1]:8080/x", "http://[::1]:8080", 8080, "/x"},
      {"ftp://h/x", "ftp://h", 0, "/x"},
      {"urn:a:b", "", 0, "a:b"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto uri = ParseUri(c.text);
    ASSERT_TRUE(uri.ok());
    EXPECT_EQ(uri->Origin(), c.origin);
    EXPECT_EQ(uri->EffectivePort(), c.port);
    EXPECT_EQ(uri->RequestTarget(), c.target);
  }
}

TEST(UriTest, AChangedPortIsWritten) {
  auto uri = ParseUri("http://127.0.0.1:0080/cb");
  ASSERT_TRUE(uri.ok());
  uri->port = 51004;
  EXPECT_EQ(uri->ToString(), "http://127.0.0.1:51004/cb");
  uri->port.reset();
  EXPECT_EQ(uri->ToString(), "http://127.0.0.1/cb");
}

TEST(UriTest, PercentEncoding) {
  EXPECT_EQ(PercentEncode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(PercentEncode(" %+*/:\xe2\x82\xac"), "%20%25%2B%2A%2F%3A%E2%82%AC");
  EXPECT_EQ(PercentEncode({"\0\xff", 2}), "%00%FF");
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  EXPECT_EQ(PercentDecode(PercentEncode(all)).value(), all);
}

TEST(UriTest, PercentDecoding) {
  EXPECT_EQ(PercentDecode("a%2fb%2Fc+d").value(), "a/b/c+d");
  struct {
    std::string_view text;
    std::string_view offset;
  } const kBad[] = {{"%", "0"}, {"ab%", "2"}, {"ab%4", "2"}, {"%41%4g", "3"}, {"%%41", "0"}};
  for (const auto& c : kBad) {
    const auto decoded = PercentDecode(c.text);
    ASSERT_FALSE(decoded.ok()) << c.text;
    EXPECT_EQ(decoded.error().code, "percent.invalid");
    EXPECT_EQ(decoded.error().message, "a '%' without two hex digits at offset " +
                                           std::string(c.offset) + "; write %25 for '%'");
  }
}

TEST(UriTest, AppendQuery) {
  struct {
    std::string_view base;
    std::string_view query;
    std::string_view result;
  } const kCases[] = {
      {"http://h/cb", "code=1", "http://h/cb?code=1"},
      {"http://h/cb?a=b", "code=1", "http://h/cb?a=b&code=1"},
      {"http://h/cb?", "code=1", "http://h/cb?code=1"},
      {"http://h/cb?a&", "code=1", "http://h/cb?a&code=1"},
      {"http://h/cb#f", "code=1", "http://h/cb?code=1#f"},
      {"http://h/cb?a=b#f?g", "code=1", "http://h/cb?a=b&code=1#f?g"},
      {"http://h/cb#f?g", "code=1", "http://h/cb?code=1#f?g"},
      {"app:/cb", "code=1", "app:/cb?code=1"},
      {"http://h/cb?a=b", "", "http://h/cb?a=b"},
  };
  for (const auto& c : kCases) EXPECT_EQ(AppendQuery(c.base, c.query), c.result);
}

TEST(UriTest, WithoutQuery) {
  for (const char* const more : {"", "?", "?a=b", "#f", "?a=b#f?g", "#f?g"}) {
    const std::string url = std::string("http://h/cb") + more;
    EXPECT_EQ(WithoutQuery(url), "http://h/cb") << url;
  }
  EXPECT_EQ(WithoutQuery("?a"), "");
}

TEST(UriTest, LoopbackHosts) {
  for (const std::string_view host : {"127.0.0.1", "127.255.255.254", "[::1]", "::1",
                                      "[0:0:0:0:0:0:0:1]", "localhost", "LocalHost"}) {
    EXPECT_TRUE(IsLoopbackHost(host)) << host;
  }
  for (const std::string_view host :
       {"", "128.0.0.1", "127.0.0.1.example.com", "127.1", "localhost.example.com", "[::2]",
        "0.0.0.0", "[::]", "xlocalhost", "127.0.0.256", "10.0.0.1"}) {
    EXPECT_FALSE(IsLoopbackHost(host)) << host;
  }
  EXPECT_FALSE(IsLoopbackHost({"127.0.0.1\0.example.com", 22}));
}

}  // namespace
}  // namespace aweber
