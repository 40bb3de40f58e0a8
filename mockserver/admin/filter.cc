#include "mockserver/admin/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text/nearest_word.h"
#include "base/text/yaml.h"

namespace aweber::mock {
namespace {

const std::vector<std::string>& FilterNames() {
  static const std::vector<std::string> names = {
      "after", "limit", "endpoint", "status", "client_id", "method", "path", "refused", "text"};
  return names;
}

FieldError Invalid(const std::string& field, const std::string& wanted, const std::string& got) {
  return {"invalid_query", fmt::format("\"{}\" must be {}, not \"{}\"", field, wanted, got), field};
}

Result<void, FieldError> ReadField(const FormField& field, RequestFilter& filter) {
  const std::string& value = field.value;
  if (field.name == "after" || field.name == "limit" || field.name == "status") {
    const auto number = WholeNumber(value);
    if (!number) return Invalid(field.name, "a whole number", value);
    if (field.name == "after") filter.after = *number;
    if (field.name == "limit") {
      if (*number > RequestFilter::kMostEntries) {
        return Invalid(field.name,
                       fmt::format("a whole number up to {}", RequestFilter::kMostEntries), value);
      }
      filter.limit = *number;
    }
    if (field.name == "status") filter.status = static_cast<int>(*number);
  } else if (field.name == "endpoint") {
    filter.endpoint = EndpointFromName(value);
    if (!filter.endpoint) {
      return Invalid(field.name, "authorize, decision, token, revoke, api, other or malformed",
                     value);
    }
  } else if (field.name == "refused") {
    if (value != "true" && value != "false") return Invalid(field.name, "true or false", value);
    filter.refused = value == "true";
  } else if (field.name == "client_id") {
    filter.client_id = value;
  } else if (field.name == "method") {
    filter.method = value;
  } else if (field.name == "path") {
    filter.path = value;
  } else if (field.name == "text") {
    filter.text = value;
  }
  return {};
}

bool Contains(const std::string& haystack, const std::string& needle) {
  return haystack.find(needle) != std::string::npos;
}

}  // namespace

std::optional<std::uint64_t> WholeNumber(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool RequestFilter::Matches(const JournalEntry& entry) const {
  if (entry.sequence <= after) return false;
  if (endpoint && entry.endpoint != *endpoint) return false;
  if (status && entry.status != *status) return false;
  if (client_id && entry.facts.client_id != *client_id) return false;
  if (method && entry.request.method != *method) return false;
  if (path && entry.local_path != *path) return false;
  if (refused && entry.why_rejected.empty() == *refused) return false;
  return !text || Contains(entry.local_path, *text) || Contains(entry.error, *text) ||
         Contains(entry.why_rejected, *text);
}

Result<RequestFilter, FieldError> ReadFilter(const Form& fields,
                                             const std::vector<std::string>& also_known) {
  RequestFilter filter;
  std::vector<std::string> known = FilterNames();
  known.insert(known.end(), also_known.begin(), also_known.end());
  for (const FormField& field : fields.fields()) {
    if (std::find(known.begin(), known.end(), field.name) == known.end()) {
      const std::string near = NearestWord(field.name, known);
      return FieldError{
          "invalid_query",
          fmt::format("unknown parameter \"{}\"{}", field.name,
                      near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)),
          field.name};
    }
    if (const auto read = ReadField(field, filter); !read.ok()) return read.error();
  }
  return filter;
}

}  // namespace aweber::mock
