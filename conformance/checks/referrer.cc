#include "conformance/checks/referrer.h"

#include <algorithm>
#include <array>
#include <map>

#include "conformance/checks/wire.h"

namespace aweber::conformance {
namespace {

constexpr std::string_view kSpace = " \t\r\n\f";

// Policies that keep the query out of what other origins see.
constexpr std::array<std::string_view, 6> kSafe = {"no-referrer",
                                                   "same-origin",
                                                   "origin",
                                                   "strict-origin",
                                                   "origin-when-cross-origin",
                                                   "strict-origin-when-cross-origin"};
constexpr std::array<std::string_view, 2> kUnsafe = {"no-referrer-when-downgrade", "unsafe-url"};

bool IsSafe(std::string_view policy) {
  return std::find(kSafe.begin(), kSafe.end(), policy) != kSafe.end();
}

bool IsKnown(std::string_view policy) {
  return IsSafe(policy) || std::find(kUnsafe.begin(), kUnsafe.end(), policy) != kUnsafe.end();
}

std::string Trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
}

// Referrer Policy §8.1: of the listed policies the last that is known counts, so that older
// browsers find one that they know.
std::string FromHeader(const HttpHeaders& headers) {
  std::string policy;
  for (const auto& [name, value] : headers.fields()) {
    if (!EqualsIgnoreCase(name, "Referrer-Policy")) continue;
    for (std::size_t at = 0; at <= value.size();) {
      const auto comma = std::min(value.find(',', at), value.size());
      auto token = Lower(Trimmed(std::string_view(value).substr(at, comma - at)));
      if (IsKnown(token)) policy = std::move(token);
      at = comma + 1;
    }
  }
  return policy;
}

// The attributes of the tag whose name ends at `at`, names in lower case; `at` is moved behind it.
std::map<std::string, std::string> Attributes(std::string_view html, std::size_t& at) {
  std::map<std::string, std::string> attributes;
  while (at < html.size() && html[at] != '>') {
    at = html.find_first_not_of(" \t\r\n\f/", at);
    if (at == std::string_view::npos || html[at] == '>') break;
    const auto end = std::min(html.find_first_of(" \t\r\n\f/>=", at + 1), html.size());
    std::string name = Lower(html.substr(at, end - at)), value;
    at = std::min(html.find_first_not_of(kSpace, end), html.size());
    if (at < html.size() && html[at] == '=') {
      at = std::min(html.find_first_not_of(kSpace, at + 1), html.size());
      const bool quoted = at < html.size() && (html[at] == '"' || html[at] == '\'');
      const auto begin = quoted ? at + 1 : at;
      const auto stop =
          std::min(quoted ? html.find(html[at], begin) : html.find_first_of(" \t\r\n\f>", begin),
                   html.size());
      value = html.substr(begin, stop - begin);
      at = quoted ? std::min(stop + 1, html.size()) : stop;
    }
    attributes.emplace(std::move(name), std::move(value));  // the first of a name counts
  }
  at = std::min(at, html.size());
  return attributes;
}

// The names that older pages use (HTML, "meta referrer").
std::string OfToday(std::string policy) {
  if (policy == "never") return "no-referrer";
  if (policy == "default") return "strict-origin-when-cross-origin";
  if (policy == "always") return "unsafe-url";
  if (policy == "origin-when-crossorigin") return "origin-when-cross-origin";
  return policy;
}

std::string FromPage(std::string_view html) {
  std::string policy;
  const std::string lower = Lower(html);
  for (std::size_t at = lower.find('<'); at != std::string::npos; at = lower.find('<', at)) {
    if (lower.compare(at, 4, "<!--") == 0) {
      at = std::min(lower.find("-->", at), lower.size());
      continue;
    }
    const bool meta = lower.compare(at, 5, "<meta") == 0 && at + 5 < lower.size() &&
                      std::string_view(" \t\r\n\f/").find(lower[at + 5]) != std::string_view::npos;
    ++at;
    if (!meta) continue;
    at += 4;
    const auto attributes = Attributes(lower, at);
    const auto name = attributes.find("name"), content = attributes.find("content");
    if (name == attributes.end() || content == attributes.end()) continue;
    if (name->second != "referrer") continue;
    auto said = OfToday(content->second);
    if (IsKnown(said)) policy = std::move(said);
  }
  return policy;
}

}  // namespace

std::string ReferrerPolicy(const Page& page) {
  auto meta = FromPage(page.body);
  return meta.empty() ? FromHeader(page.headers) : meta;
}

bool HidesQuery(const Page& page) { return IsSafe(ReferrerPolicy(page)); }

}  // namespace aweber::conformance
