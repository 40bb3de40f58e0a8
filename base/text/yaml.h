// Strict YAML: a small tree with positions, read through yaml-cpp's event interface.
//
// Purpose: scenario files and configuration. YAML 1.2 core schema scalars (`yes` is a string, `017`
//   is seventeen, quoted scalars are strings); aliases, anchors, tags, duplicate keys, second
//   documents and excessive depth or size are refused.
// Ownership: YamlNode owns its children. The tree does not refer to the text.
// Thread safety: plain values.
// Errors: Error{"yaml.*"}; the message is "file:line:col: what", the source line and a caret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace aweber {

struct YamlMark {
  int line = 0;    // 1-based; 0 when unknown
  int column = 0;  // 1-based
};

class YamlNode {
 public:
  enum class Kind { kNull, kBool, kInt, kFloat, kString, kSequence, kMap };
  struct Member;

  Kind kind = Kind::kNull;
  YamlMark mark;
  std::string scalar;  // the text of any scalar, unquoted; "" for null
  bool bool_value = false;
  std::int64_t int_value = 0;
  double float_value = 0;       // of an integer too
  std::vector<YamlNode> items;  // sequence
  std::vector<Member> members;  // map, in order

  bool IsScalar() const { return kind != Kind::kSequence && kind != Kind::kMap; }
  // The value of `key`, or null.
  const YamlNode* Find(std::string_view key) const;
  static std::string_view KindName(Kind kind);  // "a map", "an integer", ...
};

struct YamlNode::Member {
  std::string key;
  YamlMark key_mark;
  YamlNode value;
};

struct YamlLimits {
  std::size_t max_bytes = 1u << 20;
  int max_depth = 32;
};

// A parsed document with what is needed to point at a place in it.
class YamlDocument {
 public:
  const YamlNode& root() const { return root_; }
  const std::string& file() const { return file_; }
  // "file:line:col: message\n  <the line>\n  ^".
  Error ErrorAt(YamlMark mark, std::string_view code, std::string_view message) const;

 private:
  friend Result<YamlDocument> ParseYaml(std::string_view, std::string, YamlLimits);
  YamlNode root_;
  std::string file_;
  std::vector<std::string> lines_;
};

Result<YamlDocument> ParseYaml(std::string_view text, std::string file, YamlLimits limits = {});

// "250ms", "90s", "1.5h", "2d"; a bare number counts seconds. Nothing for anything else, negative
// amounts included.
std::optional<Micros> ParseDuration(std::string_view text);

// Reads one map strictly: each Get* names a key that may occur; Finish() refuses every other key
// with "unknown key ... did you mean ...". The first error is kept and later reads are no-ops, so a
// caller reads all keys and checks once.
class YamlMapReader {
 public:
  // `what` names the map in messages ("a rule", "the scenario").
  YamlMapReader(const YamlDocument& document, const YamlNode& node, std::string what);

  std::optional<std::string> String(std::string_view key);  // a string scalar
  std::optional<std::string> Text(std::string_view key);    // any scalar, as written
  std::optional<std::int64_t> Int(std::string_view key);
  std::optional<double> Number(std::string_view key);  // integer or float
  std::optional<bool> Bool(std::string_view key);
  std::optional<Micros> Duration(std::string_view key);       // "250ms", "90s", "1.5h", "2d", 5 (s)
  std::vector<std::string> StringList(std::string_view key);  // a string, or a sequence of them
  // One of `allowed`; anything else is an error that lists them and suggests the nearest.
  std::optional<std::string> OneOf(std::string_view key, const std::vector<std::string>& allowed);
  const YamlNode* Child(std::string_view key);  // any kind
  const YamlNode* Map(std::string_view key);
  const YamlNode* Sequence(std::string_view key);
  void Require(std::string_view key);  // an error when absent

  void Fail(YamlMark mark, std::string_view message);
  bool failed() const { return error_.has_value(); }
  Status Finish();

 private:
  const YamlNode* Take(std::string_view key);
  const YamlNode* TakeKind(std::string_view key, std::initializer_list<YamlNode::Kind> kinds,
                           std::string_view wanted);
  void FailWith(YamlMark mark, std::string_view code, std::string_view message);
  const YamlDocument& document_;
  const YamlNode& node_;
  std::string what_;
  std::vector<std::string> known_;
  std::optional<Error> error_;
};

}  // namespace aweber
