// Forms, links and words of pages, and the answer to a consent page.
#include "conformance/browser/html.h"

#include <gtest/gtest.h>

#include "conformance/browser/browser.h"

namespace aweber::conformance {
namespace {

constexpr const char* kPage = R"(<!doctype html><title>T &amp; t</title>
<style>form { x: "<form>" }</style><script>var f = '<form action="/evil">';</script>
<!-- <form action="/comment"> -->
<h1>Hello&nbsp;you</h1>
<FORM METHOD="POST" ACTION='/decide?a=1&amp;b=2'>
  <input type=hidden name=id value="a&quot;b">
  <input name="username" value="old" autofocus>
  <input type="password" name="password">
  <input type="checkbox" name="keep" checked><input type="checkbox" name="drop">
  <button name="decision" value="authorize">Authorize</button>
  <button type="submit" name="decision" value="cancel">Cancel</button>
</form><a id="next" href="/n?x=1&amp;y=2">Click <b>here</b></a>)";

TEST(Html, ReadsFormsAndPassesOverWhatIsNoForm) {
  const auto forms = ParseForms(kPage);
  ASSERT_EQ(forms.size(), 1u);
  EXPECT_EQ(forms[0].method, "post");
  EXPECT_EQ(forms[0].action, "/decide?a=1&b=2");
  ASSERT_EQ(forms[0].fields.size(), 7u);
  EXPECT_EQ(forms[0].fields[0].value, "a\"b");
  EXPECT_EQ(forms[0].fields[1].type, "text");
  EXPECT_EQ(forms[0].fields[5].text, "Authorize");
  EXPECT_TRUE(forms[0].fields[5].Submits());
}

TEST(Html, ReadsLinksAndWords) {
  const auto links = ParseLinks(kPage);
  ASSERT_EQ(links.size(), 1u);
  EXPECT_EQ(links[0].href, "/n?x=1&y=2");
  EXPECT_EQ(links[0].text, "Click here");
  EXPECT_EQ(VisibleText("\n<!DOCTYPE html>\n<title>Lists</title>"), "Lists");
  EXPECT_EQ(VisibleText("<!doctype html"), "<!doctype html");
  EXPECT_EQ(VisibleText("<p>one <b>two</b></p><script>no()</script>three &lt;4&gt;"),
            "one two three <4>");
}

TEST(Html, SurvivesRubbish) {
  for (const char* const page : {"<", "<form", "<form><input", "<a href=", "<input name='x", "<!--",
                                 "<form =><input ==\"\">", "</form></form><input>", "<script>"}) {
    ParseForms(page);
    ParseLinks(page);
    VisibleText(page);
  }
}

TEST(Html, Entities) {
  EXPECT_EQ(DecodeEntities("&amp;lt; &#39;&#x41;&#8364; &unknown; &#0; & &#xD800;"),
            "&lt; 'A\xE2\x82\xAC &unknown; &#0; & &#xD800;");
}

TEST(Consent, AnswersAsABrowserWould) {
  const HtmlForm form = ParseForms(kPage)[0];
  EXPECT_EQ(EncodeConsent(form, {"me@example.com", "p w", true}),
            "id=a%22b&username=me%40example.com&password=p+w&keep=on&decision=authorize");
  EXPECT_EQ(EncodeConsent(form, {"me", "x", false}),
            "id=a%22b&username=me&password=x&keep=on&decision=cancel");
  EXPECT_EQ(EncodeConsent(HtmlForm{}, {}), "");
}

}  // namespace
}  // namespace aweber::conformance
