#include "conformance/browser/html.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <optional>

#include "base/text/ascii.h"

namespace aweber::conformance {
namespace {

bool IsSpace(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

struct Tag {
  std::string name;  // lower case; "/form" for an end tag
  std::vector<std::pair<std::string, std::string>> attributes;
  std::size_t end = 0;  // where the text after it starts

  std::string Get(std::string_view wanted) const {
    for (const auto& [name_, value] : attributes) {
      if (name_ == wanted) return value;
    }
    return "";
  }
  bool Has(std::string_view wanted) const {
    for (const auto& [name_, value] : attributes) {
      if (name_ == wanted) return true;
    }
    return false;
  }
};

// One attribute value at `at`, quoted or not.
std::string ReadValue(std::string_view html, std::size_t& at) {
  if (at < html.size() && (html[at] == '"' || html[at] == '\'')) {
    const char quote = html[at++];
    const std::size_t end = std::min(html.find(quote, at), html.size());
    std::string value = DecodeEntities(html.substr(at, end - at));
    at = std::min(end + 1, html.size());
    return value;
  }
  const std::size_t begin = at;
  while (at < html.size() && !IsSpace(html[at]) && html[at] != '>') ++at;
  return DecodeEntities(html.substr(begin, at - begin));
}

void ReadAttributes(std::string_view html, std::size_t& at, Tag& tag) {
  while (at < html.size() && html[at] != '>') {
    if (IsSpace(html[at]) || html[at] == '/') {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < html.size() && !IsSpace(html[at]) && html[at] != '=' && html[at] != '>') ++at;
    std::string name = Lower(html.substr(begin, at - begin));
    while (at < html.size() && IsSpace(html[at])) ++at;
    std::string value;
    if (at < html.size() && html[at] == '=') {
      ++at;
      while (at < html.size() && IsSpace(html[at])) ++at;
      value = ReadValue(html, at);
    }
    if (at == begin) ++at;  // a stray character: always move on
    if (!name.empty()) tag.attributes.emplace_back(std::move(name), std::move(value));
  }
}

// The next tag at or after `at`; comments, scripts and styles are passed over.
std::optional<Tag> NextTag(std::string_view html, std::size_t at) {
  while ((at = html.find('<', at)) != std::string_view::npos) {
    if (html.substr(at).starts_with("<!--")) {
      at = html.find("-->", at);
      if (at == std::string_view::npos) return std::nullopt;
      continue;
    }
    std::size_t cursor = at + 1;
    if (cursor < html.size() && html[cursor] == '/') ++cursor;
    const std::size_t name_begin = cursor;
    while (cursor < html.size() && std::isalnum(static_cast<unsigned char>(html[cursor]))) ++cursor;
    if (cursor == name_begin) {
      ++at;
      continue;
    }
    Tag tag;
    tag.name = Lower(html.substr(at + 1, cursor - at - 1));
    ReadAttributes(html, cursor, tag);
    tag.end = std::min(cursor + 1, html.size());
    if (tag.name == "script" || tag.name == "style") {
      const std::size_t close = Lower(html.substr(tag.end)).find("</" + tag.name);
      if (close == std::string::npos) return std::nullopt;
      at = tag.end + close;
      continue;
    }
    return tag;
  }
  return std::nullopt;
}

std::string TextUntil(std::string_view html, std::size_t at, std::string_view end_tag) {
  const std::size_t end = Lower(html.substr(at)).find(end_tag);
  return VisibleText(html.substr(at, end));
}

void ReadField(std::string_view html, const Tag& tag, HtmlForm& form) {
  HtmlField field{
      tag.name, Lower(tag.Get("type")), tag.Get("name"), tag.Get("value"), "", tag.Get("id"),
      false};
  if (field.type.empty()) field.type = tag.name == "button" ? "submit" : "text";
  field.checked = tag.Has("checked");
  if (tag.name == "button") field.text = TextUntil(html, tag.end, "</button");
  if (tag.name == "textarea") field.value = TextUntil(html, tag.end, "</textarea");
  if (tag.name == "input" && field.Submits()) field.text = field.value;
  form.fields.push_back(std::move(field));
}

void AppendUtf8(std::uint32_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3f));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

// What stands between '&' and ';'; false when it is no reference known here.
bool DecodeReference(std::string_view name, std::string& out) {
  struct Named {
    std::string_view name, text;
  };
  static constexpr std::array<Named, 6> kNamed{
      {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", " "}}};
  for (const Named& named : kNamed) {
    if (named.name == name) {
      out += named.text;
      return true;
    }
  }
  if (!name.starts_with('#')) return false;
  name.remove_prefix(1);
  const bool hex = name.starts_with('x') || name.starts_with('X');
  if (hex) name.remove_prefix(1);
  std::uint32_t code = 0;
  const auto [end, failure] =
      std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
  if (name.empty() || failure != std::errc() || end != name.data() + name.size()) return false;
  if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
  AppendUtf8(code, out);
  return true;
}

// Where the page begins after "<!DOCTYPE html>", which is none of its words.
std::size_t AfterDoctype(std::string_view html) {
  const std::size_t begin = html.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (begin == std::string_view::npos || Lower(html.substr(begin, 9)) != "<!doctype") return 0;
  const std::size_t end = html.find('>', begin);
  return end == std::string_view::npos ? 0 : end + 1;
}

}  // namespace

std::vector<HtmlForm> ParseForms(std::string_view html) {
  std::vector<HtmlForm> forms;
  bool inside = false;
  for (auto tag = NextTag(html, 0); tag; tag = NextTag(html, tag->end)) {
    if (tag->name == "form") {
      HtmlForm form;
      form.action = tag->Get("action");
      if (const std::string method = Lower(tag->Get("method")); !method.empty()) {
        form.method = method;
      }
      forms.push_back(std::move(form));
      inside = true;
    } else if (tag->name == "/form") {
      inside = false;
    } else if (inside && (tag->name == "input" || tag->name == "button" ||
                          tag->name == "textarea" || tag->name == "select")) {
      ReadField(html, *tag, forms.back());
    }
  }
  return forms;
}

std::vector<HtmlLink> ParseLinks(std::string_view html) {
  std::vector<HtmlLink> links;
  for (auto tag = NextTag(html, 0); tag; tag = NextTag(html, tag->end)) {
    if (tag->name != "a" || !tag->Has("href")) continue;
    links.push_back({tag->Get("href"), TextUntil(html, tag->end, "</a"), tag->Get("id")});
  }
  return links;
}

std::string VisibleText(std::string_view html) {
  std::string text;
  const auto append = [&text](std::string_view part) {
    for (const char c : DecodeEntities(part)) {
      if (!IsSpace(c)) {
        text += c;
      } else if (!text.empty() && text.back() != ' ') {
        text += ' ';
      }
    }
  };
  std::size_t at = AfterDoctype(html);
  for (auto tag = NextTag(html, at); tag; tag = NextTag(html, tag->end)) {
    std::size_t begin = html.rfind('<', tag->end - 1);
    if (begin == std::string_view::npos || begin < at) begin = at;
    std::string_view between = html.substr(at, begin - at);
    // A script, style or comment lies in between: its own words are not the page's.
    if (between.find("<script") == std::string_view::npos &&
        between.find("<style") == std::string_view::npos &&
        between.find("<!--") == std::string_view::npos) {
      append(between);
    }
    append(" ");
    at = tag->end;
  }
  append(html.substr(at));
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

std::string DecodeEntities(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '&') {
      const std::size_t end = text.find(';', at);
      if (end != std::string_view::npos && end - at <= 10 &&
          DecodeReference(text.substr(at + 1, end - at - 1), out)) {
        at = end + 1;
        continue;
      }
    }
    out += text[at++];
  }
  return out;
}

}  // namespace aweber::conformance
