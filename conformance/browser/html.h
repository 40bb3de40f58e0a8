// Just enough HTML for a browser without a screen: the forms and the links of a page.
//
// Purpose: the runner answers the consent page, and walks a web application, by what the page
//   itself says. A tolerant scanner over tags: no tree, no scripts.
// Thread safety: pure functions. Errors: none; what cannot be read is left out.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aweber::conformance {

struct HtmlField {
  std::string tag;   // "input", "button", "select", "textarea"
  std::string type;  // lower case; "text" for an input without one, "submit" for such a button
  std::string name;
  std::string value;
  std::string text;  // a button's label
  std::string id;
  bool checked = false;

  bool Submits() const { return type == "submit" || type == "image"; }
};

struct HtmlForm {
  std::string method = "get";  // lower case
  std::string action;          // as written; "" is the page's own URL
  std::vector<HtmlField> fields;
};

struct HtmlLink {
  std::string href;
  std::string text;
  std::string id;
};

std::vector<HtmlForm> ParseForms(std::string_view html);
std::vector<HtmlLink> ParseLinks(std::string_view html);
// The page's words without tags, scripts and styles, white space collapsed.
std::string VisibleText(std::string_view html);
// &amp; &lt; &gt; &quot; &#39; &#x27; and the other numeric references.
std::string DecodeEntities(std::string_view text);

}  // namespace aweber::conformance
