#include "conformance/judge/report_redactor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text/form.h"
#include "base/text/json.h"
#include "mockserver/journal/spellings.h"

namespace aweber::conformance {
namespace {

constexpr std::size_t kShortestSecret = 6;
constexpr std::size_t kMaxBody = 4096;
// How text is shortened here (Excerpt, Cut, BoundedText): what follows a first part, and what comes
// before a last one.
constexpr std::string_view kAfterFirstPart[] = {"...", "\n["};
constexpr std::string_view kBeforeLastPart[] = {"...", " bytes left out]\n"};

// How many of the last characters of `text` begin `secret`, without being all of it.
std::size_t FirstPart(std::string_view text, std::string_view secret) {
  if (text.size() >= secret.size()) text.remove_prefix(text.size() - secret.size() + 1);
  const std::string_view shortest = secret.substr(0, kShortestSecret);
  for (std::size_t at = text.find(shortest); at != std::string_view::npos;
       at = text.find(shortest, at + 1)) {
    if (secret.starts_with(text.substr(at))) return text.size() - at;
  }
  return 0;
}

// How many of the first characters of `text` end `secret`, without being all of it.
std::size_t LastPart(std::string_view text, std::string_view secret) {
  text = text.substr(0, secret.size() - 1);
  const std::string_view shortest = secret.substr(secret.size() - kShortestSecret);
  for (std::size_t at = text.rfind(shortest); at != std::string_view::npos && at > 0;
       at = text.rfind(shortest, at - 1)) {
    const std::size_t size = at + kShortestSecret;
    if (secret.ends_with(text.substr(0, size))) return size;
  }
  return text.starts_with(shortest) ? kShortestSecret : 0;
}

// Where the word ends that begins at `at`: base64, and labels that stand in it already.
std::size_t EndOfCredentials(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (text[at] == '[') {
      const std::size_t close = text.find_first_of("]\n", at);
      if (close == std::string_view::npos || text[close] != ']') break;
      at = close + 1;
    } else if (std::isalnum(static_cast<unsigned char>(text[at])) || text[at] == '+' ||
               text[at] == '/' || text[at] == '=') {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

// "Authorization: Basic ..." holds id and secret in one unreadable word; the journal's facts say
// which method was used and how it was encoded.
std::string HideBasic(std::string text) {
  constexpr std::string_view kScheme = "Basic ";
  for (std::size_t at = text.find(kScheme); at != std::string::npos;
       at = text.find(kScheme, at + 1)) {
    const std::size_t begin = at + kScheme.size();
    const std::size_t end = EndOfCredentials(text, begin);
    if (end - begin >= 8) text.replace(begin, end - begin, "[credentials]");
  }
  return text;
}

// Programs print what they like; a report is UTF-8 in every format. What is not becomes U+FFFD.
std::string ValidText(std::string text) {
  if (IsValidUtf8(text)) return text;
  const auto clean = ParseJson(DumpJson(Json(text)), {.max_bytes = 64u << 20});
  return clean && clean->is_string() ? clean->get<std::string>() : std::string();
}

std::string Bounded(const std::string& body) {
  if (body.size() <= kMaxBody) return body;
  return fmt::format("{}\n[{} bytes more]", body.substr(0, kMaxBody), body.size() - kMaxBody);
}

Json HeadersToJson(const HttpHeaders& headers, const ReportRedactor& redactor) {
  Json list = Json::array();
  for (const auto& [name, value] : headers.fields()) {
    list.push_back(Json::array({name, redactor.Text(value)}));
  }
  return list;
}

void AddUnlessEmpty(Json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

// The customer's password appears in one place only, the form of the consent page.
std::string ShownBody(const mock::JournalEntry& entry, const ReportRedactor& redactor) {
  std::string body = entry.request.body;
  if (entry.endpoint == mock::Endpoint::kDecision) {
    const std::size_t at = body.find("password=");
    if (at != std::string::npos) {
      const std::size_t begin = at + std::string_view("password=").size();
      body.replace(begin, std::min(body.find('&', begin), body.size()) - begin, "[password]");
    }
  }
  return Bounded(redactor.Text(body));
}

const char* StateName(mock::EntryState state) {
  switch (state) {
    case mock::EntryState::kUnderWay:
      return "open";
    case mock::EntryState::kAnswered:
      return "answered";
    case mock::EntryState::kAborted:
      return "aborted";
  }
  return "?";
}

}  // namespace

void ReportRedactor::Add(const std::string& secret, const std::string& label) {
  if (secret.size() < kShortestSecret) return;
  for (const auto& [known, name] : known_) {
    if (known == secret) return;
  }
  known_.emplace_back(secret, label);
  for (std::string& spelling : mock::SecretSpellings(secret)) {
    AddSpelling(std::move(spelling), label);
  }
}

void ReportRedactor::AddSpelling(std::string text, const std::string& label) {
  const auto same = [&](const Needle& needle) { return needle.text == text; };
  if (std::any_of(needles_.begin(), needles_.end(), same)) return;
  const auto longer = [&](const Needle& needle) { return needle.text.size() >= text.size(); };
  const auto place = std::find_if_not(needles_.begin(), needles_.end(), longer);
  needles_.insert(place, Needle{std::move(text), "[" + label + "]"});
}

void ReportRedactor::AddFromJournal(const std::vector<mock::JournalEntry>& journal) {
  for (const mock::JournalEntry& entry : journal) {
    const Form body = ParseForm(entry.request.body, kMaxParameters);
    if (const auto verifier = body.Get("code_verifier")) Add(*verifier, "code_verifier");
    if (entry.endpoint != mock::Endpoint::kToken) continue;
    const auto reply = ParseJson(entry.response_body);
    if (!reply) continue;
    for (const char* const member : {"access_token", "refresh_token"}) {
      const auto token = JsonString(*reply, member);
      if (token) Add(*token, fmt::format("{} of #{}", member, entry.sequence));
    }
  }
}

std::string ReportRedactor::Text(std::string_view text) const {
  std::string shown(text);
  for (const Needle& needle : needles_) {
    for (std::size_t at = shown.find(needle.text); at != std::string::npos;
         at = shown.find(needle.text, at + needle.label.size())) {
      shown.replace(at, needle.text.size(), needle.label);
    }
  }
  return ValidText(HideBasic(HideParts(std::move(shown))));
}

std::string ReportRedactor::HideParts(std::string text) const {
  for (const std::string_view mark : kAfterFirstPart) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
      if (at == 0 || text[at - 1] == '.') continue;  // a longer row of dots
      const std::string_view before = std::string_view(text).substr(0, at);
      const Needle* cut = nullptr;
      std::size_t longest = 0;
      for (const Needle& needle : needles_) {
        const std::size_t part = FirstPart(before, needle.text);
        if (part > longest) longest = part, cut = &needle;
      }
      if (cut == nullptr) continue;
      text.replace(at - longest, longest, cut->label);
      at = at - longest + cut->label.size();
    }
  }
  for (const std::string_view mark : kBeforeLastPart) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
      const std::size_t begin = at + mark.size();
      const std::string_view after = std::string_view(text).substr(begin);
      if (after.starts_with('.')) continue;
      const Needle* cut = nullptr;
      std::size_t longest = 0;
      for (const Needle& needle : needles_) {
        const std::size_t part = LastPart(after, needle.text);
        if (part > longest) longest = part, cut = &needle;
      }
      if (cut != nullptr) text.replace(begin, longest, cut->label);
    }
  }
  return text;
}

Json ReportRedactor::InJson(const Json& value) const {
  if (value.is_string()) return Text(value.get_ref<const std::string&>());
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(InJson(item));
    return list;
  }
  if (value.is_object()) {
    Json object = Json::object();
    for (const auto& [name, member] : value.items()) object[name] = InJson(member);
    return object;
  }
  return value;
}

std::vector<std::string> ReportRedactor::secrets() const {
  std::vector<std::string> values;
  for (const auto& [secret, label] : known_) values.push_back(secret);
  return values;
}

Json EntryToJson(const mock::JournalEntry& entry, const ReportRedactor& redactor) {
  Json request = {{"method", entry.request.method},
                  {"target", redactor.Text(entry.request.target)},
                  {"headers", HeadersToJson(entry.request.headers, redactor)}};
  AddUnlessEmpty(request, "body", ShownBody(entry, redactor));
  Json object = {{"sequence", entry.sequence},
                 {"time", FormatRfc3339(entry.virtual_time)},
                 {"endpoint", mock::EndpointName(entry.endpoint)},
                 {"state", StateName(entry.state)},
                 {"request", std::move(request)}};
  if (entry.status != 0) {
    Json response = {{"status", entry.status},
                     {"headers", HeadersToJson(entry.response_headers, redactor)}};
    // Pages of the mock are its own affair and long; the client's evidence is in the rest.
    if (entry.response_headers.GetOr("Content-Type").find("text/html") == std::string::npos) {
      AddUnlessEmpty(response, "body", Bounded(redactor.Text(entry.response_body)));
    }
    object["response"] = std::move(response);
  }
  AddUnlessEmpty(object, "error", entry.error);
  AddUnlessEmpty(object, "why_rejected", redactor.Text(entry.why_rejected));
  AddUnlessEmpty(object, "rule", entry.rule);
  AddUnlessEmpty(object, "fault", entry.fault.Text());
  AddUnlessEmpty(object, "grant_type", entry.facts.grant_type);
  AddUnlessEmpty(object, "token_state", entry.facts.token_state);
  return object;
}

}  // namespace aweber::conformance
