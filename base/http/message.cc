#include "base/http/message.h"

#include <algorithm>

#include "base/text/ascii.h"

namespace aweber {
namespace {

struct Phrase {
  int status;
  std::string_view text;
};

// The IANA registry of HTTP status codes, in order.
constexpr Phrase kPhrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {102, "Processing"},
    {103, "Early Hints"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {208, "Already Reported"},
    {226, "IM Used"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {511, "Network Authentication Required"},
};

}  // namespace

const HttpHeaders::Field* HttpHeaders::Find(std::string_view name) const {
  for (const Field& field : fields_) {
    if (EqualsIgnoreCase(field.first, name)) return &field;
  }
  return nullptr;
}

std::optional<std::string> HttpHeaders::Get(std::string_view name) const {
  const Field* field = Find(name);
  if (field == nullptr) return std::nullopt;
  return field->second;
}

std::string HttpHeaders::GetOr(std::string_view name, std::string_view fallback) const {
  const Field* field = Find(name);
  return field == nullptr ? std::string(fallback) : field->second;
}

std::string_view HttpHeaders::View(std::string_view name) const {
  const Field* field = Find(name);
  return field == nullptr ? std::string_view() : field->second;
}

std::vector<std::string> HttpHeaders::GetAll(std::string_view name) const {
  std::vector<std::string> values;
  for (const Field& field : fields_) {
    if (EqualsIgnoreCase(field.first, name)) values.push_back(field.second);
  }
  return values;
}

void HttpHeaders::Add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

void HttpHeaders::Set(std::string_view name, std::string value) {
  // The first keeps its place, so that setting does not reorder what is already there.
  const auto first = std::find_if(fields_.begin(), fields_.end(), [&](const Field& field) {
    return EqualsIgnoreCase(field.first, name);
  });
  if (first == fields_.end()) {
    Add(std::string(name), std::move(value));
    return;
  }
  first->second = std::move(value);
  fields_.erase(
      std::remove_if(first + 1, fields_.end(),
                     [&](const Field& field) { return EqualsIgnoreCase(field.first, name); }),
      fields_.end());
}

void HttpHeaders::Remove(std::string_view name) {
  fields_.erase(
      std::remove_if(fields_.begin(), fields_.end(),
                     [&](const Field& field) { return EqualsIgnoreCase(field.first, name); }),
      fields_.end());
}

std::string_view HttpRequest::Path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view HttpRequest::Query() const {
  const std::size_t mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

std::string_view HttpReasonPhrase(int status) {
  const auto found =
      std::lower_bound(std::begin(kPhrases), std::end(kPhrases), status,
                       [](const Phrase& phrase, int wanted) { return phrase.status < wanted; });
  return found != std::end(kPhrases) && found->status == status ? found->text : std::string_view();
}

}  // namespace aweber
