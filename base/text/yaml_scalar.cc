#include "base/text/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace aweber::internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string_view WithoutSign(std::string_view text) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  return text;
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool LooksLikeFloat(std::string_view text) {
  text = WithoutSign(text);
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    if (!AllDigits(WithoutSign(text.substr(e + 1)))) return false;
    text = text.substr(0, e);
  }
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return AllDigits(text);
  const std::string_view whole = text.substr(0, dot);
  const std::string_view fraction = text.substr(dot + 1);
  if (whole.empty()) return AllDigits(fraction);
  return AllDigits(whole) && (fraction.empty() || AllDigits(fraction));
}

template <typename T, typename... Base>
bool ReadNumber(std::string_view text, T& out, Base... base) {
  if (text.starts_with('+')) text.remove_prefix(1);  // from_chars takes '-' only
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out, base...);
  return error == std::errc() && stop == end;
}

bool IsBased(std::string_view text, std::string_view prefix, std::string_view digits) {
  return text.size() > prefix.size() && text.starts_with(prefix) &&
         text.find_first_not_of(digits, prefix.size()) == std::string_view::npos;
}

}  // namespace

bool ResolvePlainScalar(YamlNode& node) {
  const std::string_view text = node.scalar;
  if (IsOneOf(text, {"true", "True", "TRUE", "false", "False", "FALSE"})) {
    node.kind = YamlNode::Kind::kBool;
    node.bool_value = text[0] == 't' || text[0] == 'T';
    return true;
  }
  const bool octal = IsBased(text, "0o", "01234567");
  const bool hex = IsBased(text, "0x", "0123456789abcdefABCDEF");
  if (octal || hex || AllDigits(WithoutSign(text))) {
    node.kind = YamlNode::Kind::kInt;
    const bool fits = octal || hex ? ReadNumber(text.substr(2), node.int_value, octal ? 8 : 16)
                                   : ReadNumber(text, node.int_value, 10);
    node.float_value = static_cast<double>(node.int_value);
    return fits;
  }
  if (LooksLikeFloat(text)) {
    node.kind = YamlNode::Kind::kFloat;
    return ReadNumber(text, node.float_value);
  }
  if (IsOneOf(WithoutSign(text), {".inf", ".Inf", ".INF"})) {
    node.kind = YamlNode::Kind::kFloat;
    const double infinity = std::numeric_limits<double>::infinity();
    node.float_value = text[0] == '-' ? -infinity : infinity;
    return true;
  }
  if (IsOneOf(text, {".nan", ".NaN", ".NAN"})) {
    node.kind = YamlNode::Kind::kFloat;
    node.float_value = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  node.kind = YamlNode::Kind::kString;
  return true;
}

}  // namespace aweber::internal
