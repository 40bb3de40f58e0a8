#include "base/text/form.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "base/text/uri.h"

namespace aweber {
namespace {

// The length of the UTF-8 sequence at the start of `bytes`, or 0 when there is none (RFC 3629 §4).
std::size_t Utf8SequenceLength(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const auto in = [&](std::size_t i, unsigned char low, unsigned char high) {
    return i < bytes.size() && at(i) >= low && at(i) <= high;
  };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return in(1, 0x80, 0xbf) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const unsigned char low = lead == 0xe0 ? 0xa0 : 0x80;   // no overlong forms
    const unsigned char high = lead == 0xed ? 0x9f : 0xbf;  // no surrogates
    return in(1, low, high) && in(2, 0x80, 0xbf) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const unsigned char low = lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xf4 ? 0x8f : 0xbf;  // nothing above U+10FFFF
    return in(1, low, high) && in(2, 0x80, 0xbf) && in(3, 0x80, 0xbf) ? 4 : 0;
  }
  return 0;
}

FormField ParseField(std::string_view pair) {
  FormField field;
  const std::size_t equals = pair.find('=');
  field.has_equals = equals != std::string_view::npos;
  field.raw_name = pair.substr(0, equals);
  if (field.has_equals) field.raw_value = pair.substr(equals + 1);
  auto name = FormDecode(field.raw_name);
  auto value = FormDecode(field.raw_value);
  field.valid = name && value && IsValidUtf8(*name) && IsValidUtf8(*value);
  field.name = field.valid ? std::move(*name) : field.raw_name;
  field.value = field.valid ? std::move(*value) : field.raw_value;
  return field;
}

FormField MakeField(std::string_view name, std::string_view value) {
  FormField field;
  field.name = name;
  field.value = value;
  field.raw_name = FormEncode(name);
  field.raw_value = FormEncode(value);
  field.valid = IsValidUtf8(name) && IsValidUtf8(value);
  return field;
}

}  // namespace

Form::Form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  for (const auto& [name, value] : fields) Add(name, value);
}

bool Form::AllValid() const {
  return std::all_of(fields_.begin(), fields_.end(), [](const FormField& f) { return f.valid; });
}

std::size_t Form::Count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      fields_.begin(), fields_.end(), [&](const FormField& f) { return f.name == name; }));
}

std::optional<std::string> Form::Get(std::string_view name) const {
  for (const FormField& field : fields_) {
    if (field.name == name) return field.value;
  }
  return std::nullopt;
}

std::string Form::GetOr(std::string_view name, std::string_view fallback) const {
  return Get(name).value_or(std::string(fallback));
}

std::vector<std::string> Form::Duplicates() const {
  constexpr std::size_t kFew = 16;
  std::vector<std::string> few;
  for (std::size_t i = 0; fields_.size() <= kFew && i < fields_.size(); ++i) {
    const bool again =
        std::any_of(fields_.begin() + static_cast<std::ptrdiff_t>(i) + 1, fields_.end(),
                    [&](const FormField& f) { return f.name == fields_[i].name; });
    const bool listed = std::find(few.begin(), few.end(), fields_[i].name) != few.end();
    if (again && !listed) few.push_back(fields_[i].name);
  }
  if (fields_.size() <= kFew) return few;
  // One pass to count and one to list: the fields are a stranger's, and may be many.
  std::unordered_map<std::string_view, std::size_t> counts;
  for (const FormField& field : fields_) ++counts[field.name];
  std::vector<std::string> names;
  for (const FormField& field : fields_) {
    const auto counted = counts.find(field.name);
    if (counted->second > 1) names.push_back(field.name);
    counted->second = 0;  // listed, or not worth it
  }
  return names;
}

void Form::Add(std::string_view name, std::string_view value) {
  fields_.push_back(MakeField(name, value));
}

void Form::Set(std::string_view name, std::string_view value) {
  const auto named = [&](const FormField& f) { return f.name == name; };
  FormField replacement = MakeField(name, value);
  const auto first = std::find_if(fields_.begin(), fields_.end(), named);
  if (first == fields_.end()) {
    fields_.push_back(std::move(replacement));
    return;
  }
  fields_.erase(std::remove_if(first + 1, fields_.end(), named), fields_.end());
  *first = std::move(replacement);
}

void Form::Remove(std::string_view name) {
  std::erase_if(fields_, [&](const FormField& f) { return f.name == name; });
}

std::string Form::Encode() const {
  std::string text;
  for (const FormField& field : fields_) {
    if (!text.empty()) text += '&';
    text += FormEncode(field.name);
    text += '=';
    text += FormEncode(field.value);
  }
  return text;
}

Form ParseForm(std::string_view text, std::size_t most) {
  Form form;
  while (!text.empty() && form.fields().size() < most) {
    const std::size_t end = std::min(text.find('&'), text.size());
    if (end > 0) form.AddField(ParseField(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return form;
}

std::string FormEncode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const unsigned char c : text) {
    if (IsUnreserved(static_cast<char>(c)) || c == '*') {
      encoded.push_back(static_cast<char>(c));
    } else if (c == ' ') {
      encoded.push_back('+');
    } else {
      encoded.push_back('%');
      encoded.push_back(kDigits[c >> 4]);
      encoded.push_back(kDigits[c & 15]);
    }
  }
  return encoded;
}

std::optional<std::string> FormDecode(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  auto decoded = PercentDecode(spaced);
  if (!decoded) return std::nullopt;
  return std::move(*decoded);
}

bool IsValidUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = Utf8SequenceLength(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

}  // namespace aweber
