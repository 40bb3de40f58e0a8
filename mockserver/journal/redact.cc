#include "mockserver/journal/redact.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text/ascii.h"
#include "base/text/base64.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "mockserver/journal/named_values.h"
#include "mockserver/journal/secret_shape.h"
#include "mockserver/journal/spellings.h"

namespace aweber::mock {
namespace {

constexpr std::size_t kShortestByValue = 6;      // fixed secrets below this are found by name only
constexpr std::size_t kShortestIdentifier = 16;  // codes have 22 characters, tokens 32

constexpr std::array<std::string_view, 14> kSecretNames{
    "access_token",  "refresh_token", "code",       "client_secret",      "password",
    "code_verifier", "csrf_token",    "token",      "id_token",           "assertion",
    "authorization", "cookie",        "set-cookie", "proxy-authorization"};

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if (c == '"') {
      escaped += "&quot;";
    } else if (c == '\'') {
      escaped += "&#39;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

void ReplaceAll(std::string& text, std::string_view what, std::string_view with) {
  std::string result;
  std::size_t done = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, done)) {
    result.append(text, done, at - done).append(with);
    done = at + what.size();
  }
  if (done > 0) text = std::move(result.append(text, done));
}

}  // namespace

std::vector<std::string> SecretSpellings(const std::string& secret) {
  const std::string json = DumpJson(Json(secret));
  std::vector<std::string> spellings{secret,
                                     FormEncode(secret),
                                     PercentEncode(secret),
                                     json.substr(1, json.size() - 2),
                                     EscapeHtml(secret),
                                     FormEncode(FormEncode(secret)),
                                     Base64Encode(secret)};
  // Most secrets need no encoding, and looking for the same text once is enough.
  std::sort(spellings.begin(), spellings.end());
  spellings.erase(std::unique(spellings.begin(), spellings.end()), spellings.end());
  return spellings;
}

Redactor::Redactor(LabelOf label_of, const std::vector<Secret>& fixed)
    : Redactor(std::move(label_of), Encode(fixed)) {}

Redactor::Redactor(LabelOf label_of, Encodings fixed, IsPublic is_public)
    : label_of_(std::move(label_of)), fixed_(std::move(fixed)), is_public_(std::move(is_public)) {}

Redactor::Encodings Redactor::Encode(const std::vector<Secret>& fixed) {
  auto encodings = std::make_shared<std::vector<Secret>>();
  for (const Secret& secret : fixed) {
    if (secret.value.size() < kShortestByValue) continue;
    for (std::string& spelling : SecretSpellings(secret.value)) {
      encodings->push_back({std::move(spelling), secret.label});
    }
  }
  std::stable_sort(encodings->begin(), encodings->end(), [](const Secret& a, const Secret& b) {
    return a.value.size() > b.value.size();
  });
  return encodings;
}

bool Redactor::IsSecretName(std::string_view name) {
  const std::string lower = Lower(name);
  return std::find(kSecretNames.begin(), kSecretNames.end(), lower) != kSecretNames.end();
}

std::string Redactor::Tag(std::string_view value) const {
  if (value.empty()) return "";
  const bool tag = value.starts_with("[redacted") && value.find(']') == value.size() - 1;
  if (tag) return std::string(value);
  if (label_of_) {
    if (const auto label = label_of_(value)) return "[redacted:" + *label + "]";
  }
  for (const Secret& secret : *fixed_) {
    if (secret.value == value) return "[redacted:" + secret.label + "]";
  }
  return "[redacted]";
}

std::string Redactor::Fixed(std::string_view text) const {
  std::string result(text);
  for (const Secret& secret : *fixed_) {
    if (secret.value.size() > result.size()) continue;
    ReplaceAll(result, secret.value, "[redacted:" + secret.label + "]");
  }
  return result;
}

std::string Redactor::ByValue(std::string_view text) const {
  if (text.size() < kShortestByValue) return std::string(text);
  std::string result = Fixed(text);
  if (!label_of_) return result;
  std::string shown;
  for (std::size_t at = 0; at < result.size();) {
    if (!IsWordCharacter(result[at])) {
      shown += result[at++];
      continue;
    }
    std::size_t end = at;
    while (end < result.size() && IsWordCharacter(result[end])) ++end;
    // "%3Dabc": the escape's digits are not part of the value.
    const bool escaped = at > 0 && result[at - 1] == '%' && end - at > 2;
    for (std::size_t skip : {std::size_t{0}, std::size_t{2}}) {
      if (skip > 0 && !escaped) continue;
      const std::string_view word = std::string_view(result).substr(at + skip, end - at - skip);
      if (word.size() < kShortestIdentifier) continue;
      if (const auto label = label_of_(word)) {
        shown += result.substr(at, skip) + "[redacted:" + *label + "]";
        at = end;
        break;
      }
    }
    if (at != end) shown += result.substr(at, end - at);
    at = end;
  }
  return shown;
}

std::string Redactor::ByShape(std::string_view text) const {
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && IsWordCharacter(text[end])) ++end;
    const std::string_view word = text.substr(at, end - at);
    const bool hidden = LooksLikeSecret(word) && !(is_public_ && is_public_(word));
    shown += hidden ? SecretShapeTag(word) : std::string(word);
    if (end < text.size()) shown += text[end++];
    at = end;
  }
  return shown;
}

std::string Redactor::Words(std::string_view text) const { return ByShape(ByValue(text)); }

// One NAME=VALUE of a form whose name is no secret's.
std::string Redactor::Pair(std::string_view pair, std::size_t equals) const {
  if (equals == std::string_view::npos) return Words(pair);
  const std::string name = FormDecode(pair.substr(0, equals)).value_or("");
  return IsPublicRandomName(name) ? ByValue(pair) : Words(pair);
}

std::string Redactor::Pairs(std::string_view text) const {
  const std::string fixed = Fixed(text);  // before splitting: a secret sent raw may hold '&'
  std::string_view form = fixed;
  std::string shown;
  for (bool first = true; first || !form.empty(); first = false) {
    const std::size_t end = std::min(form.find('&'), form.size());
    const std::string_view pair = form.substr(0, end);
    const bool more = end < form.size();
    form.remove_prefix(more ? end + 1 : end);
    const std::size_t equals = pair.find('=');
    const std::string name = FormDecode(pair.substr(0, equals)).value_or(std::string(pair));
    if (equals != std::string_view::npos && IsSecretName(name)) {
      const std::string_view raw = pair.substr(equals + 1);
      shown +=
          ByValue(pair.substr(0, equals + 1)) + Tag(FormDecode(raw).value_or(std::string(raw)));
    } else {
      shown += Pair(pair, equals);
    }
    if (more) shown += '&';
  }
  return shown;
}

std::string Redactor::Text(std::string_view raw) const {
  if (raw.empty()) return "";
  const std::string fixed = Fixed(raw);
  const std::string_view text = fixed;
  std::string shown;
  std::size_t done = 0;
  NamedValues values(text);
  while (const auto span = values.Next()) {
    shown += Words(text.substr(done, span->begin - done));
    const std::string_view value = text.substr(span->begin, span->end - span->begin);
    shown += Tag(FormDecode(value).value_or(std::string(value)));
    done = span->end;
  }
  return shown + Words(text.substr(done));
}

std::string Redactor::Url(std::string_view raw) const {
  const std::string fixed = Fixed(raw);
  const std::string_view url = fixed;
  const std::size_t mark = std::min(url.find_first_of("?#"), url.size());
  std::string shown = Words(url.substr(0, mark));
  if (mark == url.size()) return shown;
  const std::size_t hash = std::min(url.find('#', mark), url.size());
  if (url[mark] == '?') shown += "?" + Pairs(url.substr(mark + 1, hash - mark - 1));
  if (hash < url.size()) shown += "#" + Pairs(url.substr(hash + 1));
  return shown;
}

std::string Redactor::HeaderValue(std::string_view name, std::string_view value) const {
  const std::string lower = Lower(name);
  if (lower == "authorization" || lower == "proxy-authorization") {
    const std::size_t space = value.find(' ');
    if (space == std::string_view::npos) return "[redacted]";
    const std::string scheme(value.substr(0, space + 1));
    if (!ByValue(value).starts_with(scheme)) return "[redacted]";  // a known secret of many words
    return scheme + Tag(value.substr(space + 1));
  }
  if (IsSecretName(lower)) return "[redacted]";
  if (lower == "location" || lower == "referer") return Url(value);
  if (IsPublicRandomName(lower)) return ByValue(value);
  return Text(value);
}

HttpHeaders Redactor::Headers(const HttpHeaders& headers) const {
  HttpHeaders shown;
  for (const auto& [name, value] : headers.fields()) {
    shown.Add(Words(name), HeaderValue(name, value));
  }
  return shown;
}

namespace {

enum class Member { kPlain, kSecret, kPublicRandom };

Member MemberOf(Member outer, std::string_view name) {
  if (outer == Member::kSecret || Redactor::IsSecretName(name)) return Member::kSecret;
  return IsPublicRandomName(name) ? Member::kPublicRandom : Member::kPlain;
}

// Applies `leaf` to every string, and to the numbers under a secret's name. What stands in an
// object or array under such a name is as secret.
template <typename Leaf>
void Walk(Json& json, Member member, const Leaf& leaf) {
  if (json.is_object()) {
    for (auto& [key, value] : json.items()) Walk(value, MemberOf(member, key), leaf);
  } else if (json.is_array()) {
    for (Json& item : json) Walk(item, member, leaf);
  } else if (json.is_string()) {
    json = leaf(member, json.get<std::string>());
  } else if (json.is_number() && member == Member::kSecret) {
    json = leaf(member, DumpJson(json));
  }
}

}  // namespace

std::string Redactor::Body(std::string_view body, std::string_view content_type) const {
  if (body.empty()) return "";
  const std::string type = Lower(content_type.substr(0, content_type.find(';')));
  if (type == "application/x-www-form-urlencoded") return Pairs(body);
  if (type.find("json") == std::string::npos) return Text(body);
  auto parsed = ParseJson(body, {.max_values = kMaxJsonValues});
  if (!parsed) return Text(body);
  Walk(*parsed, Member::kPlain, [this](Member member, const std::string& value) {
    if (member == Member::kSecret) return Tag(value);
    return member == Member::kPublicRandom ? ByValue(value) : Text(value);
  });
  return ByValue(DumpJson(*parsed));
}

JournalEntry Redactor::Entry(JournalEntry entry) const {
  HttpRequest& request = entry.request;
  request.method = Words(request.method);
  request.server_name = Words(request.server_name);
  request.body = Body(request.body, request.headers.GetOr("Content-Type"));
  request.target = Url(request.target);
  request.headers = Headers(request.headers);
  entry.local_path = Words(entry.local_path);
  entry.response_body = Body(entry.response_body, entry.response_headers.GetOr("Content-Type"));
  entry.response_headers = Headers(entry.response_headers);
  entry.facts.client_id = Words(entry.facts.client_id);
  entry.facts.grant_type = Words(entry.facts.grant_type);
  entry.error = Words(entry.error);
  entry.why_rejected = Text(entry.why_rejected);
  for (Finding& finding : entry.findings) finding.message = Text(finding.message);
  return entry;
}

}  // namespace aweber::mock
