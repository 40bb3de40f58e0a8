#include "base/text/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <unordered_set>
#include <utility>
#include <vector>

namespace aweber {
namespace {

Error ErrorAt(std::string_view text, std::size_t offset, std::string_view code,
              std::string_view what) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::string_view row = before.substr(line_start);
  const auto column =
      1 + std::count_if(row.begin(), row.end(), [](char c) { return (c & 0xc0) != 0x80; });
  return Error{std::string(code), fmt::format("line {} column {}: {}", line, column, what)};
}

// Feeds the parser and remembers how far it has read: its events carry no position.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *reached_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** reached_;
};

// What the library can say it expected. Anything else after "expected" is the text's own.
constexpr std::string_view kExpectations[] = {"true literal",
                                              "false literal",
                                              "null literal",
                                              "string literal",
                                              "number literal",
                                              "'['",
                                              "'{'",
                                              "']'",
                                              "'}'",
                                              "':'",
                                              "','",
                                              "end of input",
                                              "'[', '{', or a literal"};

// What the library says, without its prefix and without the text it last read: that may be a token.
std::string WithoutEcho(std::string what) {
  if (what.find("number overflow") != std::string::npos) return "a number out of range";
  const std::size_t start = what.find("syntax error");
  if (start != std::string::npos) what.erase(0, start);
  const std::size_t echo = what.find("; last read: '");
  if (echo == std::string::npos) return what;
  std::string kept;
  for (const std::string_view expectation : kExpectations) {
    std::string ending = "; expected " + std::string(expectation);
    if (what.ends_with("'" + ending)) kept = std::move(ending);
  }
  what.replace(echo, std::string::npos, kept);
  return what;
}

class TreeBuilder final : public nlohmann::json_sax<Json> {
 public:
  TreeBuilder(std::string_view text, const JsonLimits& limits, const char* const* reached)
      : text_(text), limits_(limits), reached_(reached) {}

  bool null() override { return Add(nullptr); }
  bool boolean(bool value) override { return Add(value); }
  bool number_integer(number_integer_t value) override { return Add(value); }
  bool number_unsigned(number_unsigned_t value) override { return Add(value); }
  bool number_float(number_float_t value, const string_t&) override { return Add(value); }
  bool string(string_t& value) override { return Add(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // JSON text has none
  bool start_object(std::size_t) override { return Open(Json::object()); }
  bool start_array(std::size_t) override { return Open(Json::array()); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    if (!IsNew(levels_.back(), name)) {
      return Fail(KeyStart(), "json.duplicate_key",
                  fmt::format("the name {} occurs twice in one object", DumpJson(Json(name))));
    }
    // Appended directly: ordered_map::emplace would look through all members once more.
    auto& members = levels_.back().node->get_ref<Json::object_t&>();
    members.emplace_back(std::move(name), Json());
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    return Fail(position == 0 ? 0 : position - 1, "json.invalid", WithoutEcho(error.what()));
  }

  Json TakeRoot() { return std::move(root_); }
  const std::optional<Error>& error() const { return error_; }

 private:
  struct Level {
    Json* node;
    std::unordered_set<std::string> names;  // filled once a search through them all would be slow
  };
  static constexpr std::size_t kFew = 16;

  static bool IsNew(Level& level, const std::string& name) {
    const auto& members = level.node->get_ref<const Json::object_t&>();
    if (members.size() < kFew) {
      return std::none_of(members.begin(), members.end(),
                          [&](const auto& member) { return member.first == name; });
    }
    if (level.names.empty()) {
      for (const auto& member : members) level.names.insert(member.first);
    }
    return level.names.insert(name).second;
  }

  // Where the value goes: the root, the end of an array, or the member whose key came last.
  Json* Put(Json value) {
    if (levels_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *levels_.back().node;
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    Json& slot = parent.get_ref<Json::object_t&>().back().second;
    slot = std::move(value);
    return &slot;
  }

  bool Add(Json value) {
    if (!MayHaveMore()) return false;
    Put(std::move(value));
    return true;
  }

  bool MayHaveMore() {
    if (values_++ < limits_.max_values) return true;
    return Fail(Reached() - 1, "json.too_many",
                fmt::format("more than {} values", limits_.max_values));
  }

  bool Open(Json value) {
    if (levels_.size() >= static_cast<std::size_t>(std::max(limits_.max_depth, 0))) {
      return Fail(Reached() - 1, "json.too_deep",
                  fmt::format("nested more than {} levels deep", limits_.max_depth));
    }
    if (!MayHaveMore()) return false;
    levels_.push_back(Level{Put(std::move(value)), {}});
    return true;
  }

  bool Close() {
    levels_.pop_back();
    return true;
  }

  std::size_t Reached() const { return static_cast<std::size_t>(*reached_ - text_.data()); }

  // The opening quote of the name whose closing quote was just read.
  std::size_t KeyStart() const {
    std::size_t i = Reached() - 1;
    do {
      i = text_.rfind('"', i - 1);
    } while (i > 0 && text_[i - 1] == '\\');  // an escaped quote inside the name
    return i;
  }

  bool Fail(std::size_t offset, std::string_view code, std::string_view what) {
    error_ = ErrorAt(text_, offset, code, what);
    return false;
  }

  std::string_view text_;
  const JsonLimits& limits_;
  const char* const* reached_;
  std::size_t values_ = 0;
  Json root_;
  std::vector<Level> levels_;  // the open arrays and objects; each node is owned by root_
  std::optional<Error> error_;
};

}  // namespace

Result<Json> ParseJson(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.max_bytes) {
    return Error{"json.too_large", fmt::format("JSON text of {} bytes; at most {} are read",
                                               text.size(), limits.max_bytes)};
  }
  // Releases of the library differ in what they say here.
  if (text.empty()) return ErrorAt(text, 0, "json.invalid", "nothing where JSON is expected");
  // The library takes a NUL for the end of the text and would ignore what follows.
  const std::size_t nul = text.find('\0');
  if (nul != std::string_view::npos) return ErrorAt(text, nul, "json.invalid", "a NUL byte");
  const char* reached = text.data();
  TreeBuilder builder(text, limits, &reached);
  const CountingIterator begin(text.data(), &reached);
  const CountingIterator end(text.data() + text.size(), &reached);
  try {
    const bool complete = Json::sax_parse(begin, end, &builder);
    if (builder.error()) return *builder.error();
    if (!complete) return Error{"json.invalid", "not JSON"};
  } catch (const std::exception& error) {
    return ErrorAt(text, static_cast<std::size_t>(reached - text.data()), "json.invalid",
                   WithoutEcho(error.what()));
  }
  return builder.TakeRoot();
}

std::string DumpJson(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void AppendJsonString(std::string& out, std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  });
  if (!plain) {
    out += DumpJson(Json(text));
  } else {
    out.append(1, '"').append(text).append(1, '"');
  }
}

std::string DumpJsonPretty(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace);
}

const Json* JsonMember(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  for (const auto& [key, value] : object.get_ref<const Json::object_t&>()) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::optional<std::string> JsonString(const Json& object, std::string_view name) {
  const Json* member = JsonMember(object, name);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->get_ref<const std::string&>();
}

std::optional<std::int64_t> JsonInt(const Json& object, std::string_view name) {
  const Json* member = JsonMember(object, name);
  if (member == nullptr || !member->is_number_integer()) return std::nullopt;
  if (member->is_number_unsigned() &&
      member->get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    return std::nullopt;
  }
  return member->get<std::int64_t>();
}

std::optional<bool> JsonBool(const Json& object, std::string_view name) {
  const Json* member = JsonMember(object, name);
  if (member == nullptr || !member->is_boolean()) return std::nullopt;
  return member->get<bool>();
}

}  // namespace aweber
