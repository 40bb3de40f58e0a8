#include "conformance/browser/tamper.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text/form.h"
#include "base/text/uri.h"

namespace aweber::conformance {
namespace {

using Fields = std::vector<FormField>;

FormField MakeField(const std::string& name, const std::string& value) {
  FormField field;
  field.name = name;
  field.value = value;
  field.raw_name = FormEncode(name);
  field.raw_value = FormEncode(value);
  return field;
}

void SetValue(FormField& field, const std::string& value) {
  field.value = value;
  field.raw_value = FormEncode(value);
  field.has_equals = true;
}

// The last character changed into another of the same sort, so that only its value is wrong.
std::string Flip(std::string value) {
  if (value.empty()) return "x";
  char& last = value.back();
  if (std::isdigit(static_cast<unsigned char>(last))) {
    last = last == '9' ? '0' : static_cast<char>(last + 1);
  } else {
    last = last == 'a' || last == 'A' ? 'b' : 'a';  // not its other case: that is another tamper
  }
  return value;
}

std::string SwapCase(std::string value) {
  bool changed = false;
  for (char& c : value) {
    const auto byte = static_cast<unsigned char>(c);
    const char swapped =
        static_cast<char>(std::islower(byte) ? std::toupper(byte) : std::tolower(byte));
    changed |= swapped != c;
    c = swapped;
  }
  // A value without letters has no other case: another value it must be all the same.
  return changed ? value : Flip(value);
}

// The URL with that part changed, and nothing else.
std::string WithOtherPart(const std::string& url, const std::string& part) {
  const auto parsed = ParseUri(url);
  if (!parsed) return Flip(url);
  Uri uri = *parsed;
  if (part == "scheme") uri.scheme = uri.scheme == "https" ? "http" : "https";
  if (part == "host") uri.host = "www." + uri.host;
  if (part == "port") uri.port = uri.port == 8443 ? 9443 : 8443;
  if (part == "path") uri.path += "/other";
  if (part == "query") uri.query = uri.query ? *uri.query + "&from=other" : "from=other";
  return uri.ToString();
}

// Another spelling of the same value (RFC 3986 §2.1).
std::string EncodeAll(std::string_view value) {
  std::string encoded;
  for (const char c : value) {
    encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

void Order(Fields& fields, const std::vector<std::string>& order) {
  const auto rank = [&](const FormField& field) {
    return std::find(order.begin(), order.end(), field.name) - order.begin();
  };
  std::stable_sort(fields.begin(), fields.end(),
                   [&](const FormField& a, const FormField& b) { return rank(a) < rank(b); });
}

// Changes that concern the fields called `tamper.name`.
bool ApplyToNamed(const mock::CallbackTamper& tamper, const std::string& value, Fields& fields) {
  for (FormField& field : fields) {
    if (field.name != tamper.name) continue;
    if (tamper.how == "flip") {
      SetValue(field, Flip(field.value));
    } else if (tamper.how == "case") {
      SetValue(field, SwapCase(field.value));
    } else if (tamper.how == "prefix") {
      SetValue(field, field.value.substr(
                          0, field.value.size() - std::min<std::size_t>(1, field.value.size())));
    } else if (tamper.how == "suffix") {
      SetValue(field, field.value + value);
    } else if (tamper.how == "part") {
      SetValue(field, WithOtherPart(field.value, value));
    } else if (tamper.how == "encode") {
      field.raw_value = EncodeAll(field.value);
    } else {
      return false;
    }
  }
  return true;
}

bool Apply(const mock::CallbackTamper& tamper, const std::string& value, Fields& fields) {
  const auto named = [&](const FormField& field) { return field.name == tamper.name; };
  if (tamper.how == "set") {
    const auto first = std::find_if(fields.begin(), fields.end(), named);
    if (first == fields.end()) {
      fields.push_back(MakeField(tamper.name, value));
    } else {
      SetValue(*first, value);
      fields.erase(std::remove_if(first + 1, fields.end(), named), fields.end());
    }
  } else if (tamper.how == "add") {
    fields.push_back(MakeField(tamper.name, value));
  } else if (tamper.how == "remove") {
    fields.erase(std::remove_if(fields.begin(), fields.end(), named), fields.end());
  } else if (tamper.how == "order") {
    Order(fields, tamper.order);
  } else {
    return ApplyToNamed(tamper, value, fields);
  }
  return true;
}

std::string Join(const std::string& base, const Fields& fields, const std::string& fragment) {
  std::string url = base;
  char separator = '?';
  for (const FormField& field : fields) {
    url += separator;
    separator = '&';
    url += field.raw_name;
    if (field.has_equals) url += "=" + field.raw_value;
  }
  return url + fragment;
}

}  // namespace

Result<std::string> Substitute(std::string_view text, const Variables& variables) {
  std::string out;
  while (!text.empty()) {
    const std::size_t begin = text.find("${");
    const std::size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
    if (end == std::string_view::npos) break;
    const std::string name(text.substr(begin + 2, end - begin - 2));
    const auto found = variables.find(name);
    if (found == variables.end()) {
      return Error{"tamper.variable", fmt::format("${{{}}} is not known at this step", name)};
    }
    out += text.substr(0, begin);
    out += found->second;
    text.remove_prefix(end + 1);
  }
  return out + std::string(text);
}

Result<std::string> TamperCallback(const std::string& url,
                                   const std::vector<mock::CallbackTamper>& tampers,
                                   const Variables& variables) {
  const std::size_t hash = std::min(url.find('#'), url.size());
  const std::size_t mark = std::min(url.find('?'), hash);
  std::string base = url.substr(0, mark);
  std::string query = mark < hash ? url.substr(mark + 1, hash - mark - 1) : "";
  const std::string fragment = url.substr(hash);
  std::string result = url;
  for (const mock::CallbackTamper& tamper : tampers) {
    auto value = Substitute(tamper.value, variables);
    if (!value) return value.error();
    Fields fields = ParseForm(query).fields();
    if (tamper.how == "base") {
      base = *value;
    } else if (tamper.how == "part" && tamper.name == "base") {
      base = WithOtherPart(base, *value);
    } else if (tamper.how == "raw") {
      query = *value;
      result = fmt::format("{}{}{}{}", base, query.empty() ? "" : "?", query, fragment);
      continue;
    } else if (!Apply(tamper, *value, fields)) {
      return Error{"tamper.kind",
                   fmt::format("\"{}\" is no change to a callback that is known here", tamper.how)};
    }
    result = Join(base, fields, fragment);
    query = result.substr(std::min(base.size() + 1, result.size() - fragment.size()));
    query.resize(query.size() - fragment.size());
  }
  return result;
}

std::string DescribeTamper(const mock::CallbackTamper& tamper) {
  if (tamper.how == "order") return fmt::format("order {}", fmt::join(tamper.order, " "));
  if (tamper.how == "raw" || tamper.how == "base") return tamper.how;
  return tamper.how + " " + tamper.name;
}

}  // namespace aweber::conformance
