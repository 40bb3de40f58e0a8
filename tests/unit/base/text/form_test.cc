#include "base/text/form.h"

#include <gtest/gtest.h>

#include <chrono>

#include "base/text/uri.h"

namespace aweber {
namespace {

TEST(FormTest, EncodesOneComponent) {
  struct {
    std::string_view text;
    std::string_view encoded;
  } const kCases[] = {
      // RFC 6749 Appendix B: U+0020 U+0025 U+0026 U+002B U+00A3 U+20AC.
      {" %&+\xc2\xa3\xe2\x82\xac", "+%25%26%2B%C2%A3%E2%82%AC"},
      {"", ""},
      {"AZaz09-._~*", "AZaz09-._~*"},
      {"a=b&c", "a%3Db%26c"},
      {"https://h/cb?x=1", "https%3A%2F%2Fh%2Fcb%3Fx%3D1"},
      {"line\r\nbreak", "line%0D%0Abreak"},
      {std::string_view("\0\x7f", 2), "%00%7F"},
      {"!'()", "%21%27%28%29"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(FormEncode(c.text), c.encoded);
    EXPECT_EQ(FormDecode(c.encoded), c.text);
  }
}

TEST(FormTest, DecodesOneComponent) {
  EXPECT_EQ(FormDecode("a+b%20c%2bd"), "a b c+d");
  EXPECT_EQ(FormDecode("%7e%7E"), "~~");
  EXPECT_EQ(FormDecode("\xc3\xa9"), "\xc3\xa9");
  for (const std::string_view bad : {"%", "%2", "%zz", "a%", "a%2", "%2g", "%%20", "% 20", "%+1"}) {
    EXPECT_EQ(FormDecode(bad), std::nullopt) << bad;
  }
}

// What a parser is most likely to lose: order, duplicates, "=" in values, empty parts.
TEST(FormTest, ParsesPairs) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  struct {
    std::string_view text;
    Pairs pairs;
  } const kCases[] = {
      {"", {}},
      {"&", {}},
      {"&&a=1&&", {{"a", "1"}}},
      {"a=1&b=2", {{"a", "1"}, {"b", "2"}}},
      {"b=2&a=1&b=2", {{"b", "2"}, {"a", "1"}, {"b", "2"}}},
      {"a=b=c", {{"a", "b=c"}}},
      {"a==", {{"a", "="}}},
      {"a", {{"a", ""}}},
      {"a=", {{"a", ""}}},
      {"=", {{"", ""}}},
      {"=v", {{"", "v"}}},
      {"a;b=c", {{"a;b", "c"}}},  // ';' separates nothing (WHATWG URL §5.1)
      {"?a=1", {{"?a", "1"}}},
      {"scope=a+b%20c", {{"scope", "a b c"}}},
      {"%61=%62", {{"a", "b"}}},
      {"n=%C3%A9&m=\xc3\xa9", {{"n", "\xc3\xa9"}, {"m", "\xc3\xa9"}}},
      {"a[]=1&a[]=2", {{"a[]", "1"}, {"a[]", "2"}}},
      {"a=%00", {{"a", std::string(1, '\0')}}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const Form form = ParseForm(c.text);
    EXPECT_TRUE(form.AllValid());
    Pairs pairs;
    for (const FormField& field : form.fields()) pairs.emplace_back(field.name, field.value);
    EXPECT_EQ(pairs, c.pairs);
  }
}

TEST(FormTest, KeepsTheRawTextAndTheMissingEquals) {
  const Form form = ParseForm("%61+=%2B&b");
  ASSERT_EQ(form.fields().size(), 2u);
  EXPECT_EQ(form.fields()[0].raw_name, "%61+");
  EXPECT_EQ(form.fields()[0].raw_value, "%2B");
  EXPECT_TRUE(form.fields()[0].has_equals);
  EXPECT_EQ(form.fields()[1].raw_name, "b");
  EXPECT_FALSE(form.fields()[1].has_equals);
}

TEST(FormTest, KeepsMalformedFieldsRaw) {
  for (const std::string_view text : {"state=%zz", "state=a%2", "state=%", "state=%C3",
                                      "state=%C0%80", "state=%ED%A0%80", "state=\xff"}) {
    SCOPED_TRACE(text);
    const Form form = ParseForm(std::string(text) + "&code=x");
    EXPECT_FALSE(form.AllValid());
    ASSERT_EQ(form.fields().size(), 2u);
    EXPECT_FALSE(form.fields()[0].valid);
    EXPECT_EQ(form.fields()[0].name, "state");
    EXPECT_EQ(form.Get("state"), text.substr(6));
    EXPECT_TRUE(form.fields()[1].valid);
  }
}

TEST(FormTest, LooksUpAndCounts) {
  const Form form = ParseForm("a=1&b=2&a=3&c=&b=2");
  EXPECT_EQ(form.Get("a"), "1");
  EXPECT_EQ(form.Get("c"), "");
  EXPECT_EQ(form.Get("A"), std::nullopt);  // names are case-sensitive
  EXPECT_EQ(form.GetOr("d", "none"), "none");
  EXPECT_EQ(form.GetOr("c", "none"), "");
  EXPECT_EQ(form.Count("a"), 2u);
  EXPECT_TRUE(form.Has("c"));
  EXPECT_FALSE(form.Has("d"));
  EXPECT_EQ(form.Duplicates(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(ParseForm("c=1&a=1&b=1&a=2&c=2&a=3").Duplicates(),
            (std::vector<std::string>{"c", "a"}));
}

// A pass or two over the fields, not one for each of them: that would take minutes here.
TEST(FormTest, ManyFieldsAreNoMoreWorkEach) {
  Form form;
  for (int i = 0; i < 400'000; ++i) form.Add(std::to_string(i), "x");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(form.Duplicates().empty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(FormTest, ReadsSoManyFieldsAndNoMore) {
  EXPECT_EQ(ParseForm("a=1&&b=2&c=3", 2).fields().size(), 2u);
  EXPECT_EQ(ParseForm("a=1&&b=2&c=3", 3).fields().back().name, "c");
}

TEST(FormTest, FewAndManyFieldsHaveTheSameDuplicates) {
  std::string text = "b=1&a=1&b=2&a=2&b=3&c=1";
  EXPECT_EQ(ParseForm(text).Duplicates(), (std::vector<std::string>{"b", "a"}));
  for (int i = 0; i < 20; ++i) text += "&n" + std::to_string(i);
  EXPECT_EQ(ParseForm(text).Duplicates(), (std::vector<std::string>{"b", "a"}));
}

TEST(FormTest, BuildsAndEdits) {
  Form form{{"a", "1"}, {"b", "x y"}, {"a", "2"}, {"c", "&"}};
  EXPECT_EQ(form.Encode(), "a=1&b=x+y&a=2&c=%26");
  form.Set("a", "3");
  EXPECT_EQ(form.Encode(), "a=3&b=x+y&c=%26");
  form.Set("d", "");
  form.Remove("b");
  EXPECT_EQ(form.Encode(), "a=3&c=%26&d=");
  EXPECT_EQ(form.fields()[1].raw_value, "%26");
  EXPECT_EQ(Form().Encode(), "");
}

TEST(FormTest, Utf8IsStrict) {
  for (const std::string_view good :
       {"", "a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(IsValidUtf8(good)) << PercentEncode(good);
  }
  for (const std::string_view bad :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf", "\xe0\xa0",
        "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xff", "a\xfe", "\xe2\x82\xac\xe2\x82"}) {
    EXPECT_FALSE(IsValidUtf8(bad)) << PercentEncode(bad);
  }
}

}  // namespace
}  // namespace aweber
