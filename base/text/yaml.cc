#include "base/text/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>

#include "base/text/form.h"
#include "base/text/yaml_scalar.h"

namespace aweber {
namespace {

bool IsContinuation(char c) { return (c & 0xc0) == 0x80; }

std::vector<std::string> SplitLines(std::string_view text) {
  std::vector<std::string> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

constexpr const char* kAliasCure = "aliases (*name) are not supported; write the value out";

// Raised inside the parser's callbacks and caught in ParseYaml: the only way to stop it early.
struct ParseStop {
  YamlMark mark;
  std::string_view code;
  std::string message;
};

// yaml-cpp counts lines and bytes from 0; ours count lines and characters from 1. Marks come mostly
// in order: counting goes on from the last one, so that one long line does not cost its square.
class Marks {
 public:
  explicit Marks(const std::vector<std::string>& lines) : lines_(lines) {}

  YamlMark At(const YAML::Mark& mark) {
    if (mark.is_null()) return {};
    const auto line = static_cast<std::size_t>(mark.line);
    if (line >= lines_.size()) return {static_cast<int>(lines_.size()), 1};
    const std::string& text = lines_[line];
    const auto bytes = std::min(static_cast<std::size_t>(mark.column), text.size());
    if (line != line_ || bytes < bytes_) {
      line_ = line;
      bytes_ = 0;
      characters_ = 0;
    }
    for (; bytes_ < bytes; ++bytes_) characters_ += IsContinuation(text[bytes_]) ? 0 : 1;
    return {mark.line + 1, characters_ + 1};
  }

 private:
  const std::vector<std::string>& lines_;
  std::size_t line_ = 0;
  std::size_t bytes_ = 0;
  int characters_ = 0;
};

class YamlTreeBuilder final : public YAML::EventHandler {
 public:
  YamlTreeBuilder(const std::vector<std::string>& lines, int max_depth)
      : lines_(lines), marks_(lines), max_depth_(max_depth) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    const YamlMark at = marks_.At(mark);
    if (LineAt(mark).starts_with("---")) {
      throw ParseStop{at, "yaml.documents", "a second document; one file holds one"};
    }
    throw ParseStop{at, "yaml.syntax", "this belongs to nothing above it; check the indentation"};
  }
  void OnDocumentEnd() override {}

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw ParseStop{marks_.At(mark), "yaml.alias", kAliasCure};
  }
  void OnAnchor(const YAML::Mark& mark, const std::string&) override { RefuseAnchor(mark); }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (anchor != 0) RefuseAnchor(mark);
    YamlNode node;
    node.mark = marks_.At(mark);
    if (ExpectsKey()) {
      throw ParseStop{node.mark, "yaml.key", "a key is missing; quote it if the name is \"null\""};
    }
    // For "key:" with nothing behind it the parser names the token that follows, lines below.
    if (!frames_.empty() && frames_.back().node.kind == YamlNode::Kind::kMap &&
        node.mark.line != frames_.back().key_mark.line) {
      node.mark = frames_.back().key_mark;
    }
    Put(std::move(node));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    RefuseProperties(mark, anchor);
    YamlNode node;
    node.mark = marks_.At(mark);
    node.scalar = value;
    node.kind = YamlNode::Kind::kString;
    const bool plain = tag == "?";  // "!" marks a quoted or block scalar
    if (!plain) RefuseUnclosedQuote(mark);
    if (ExpectsKey()) return PutKey(std::move(node));
    if (plain && !internal::ResolvePlainScalar(node)) {
      throw ParseStop{node.mark, "yaml.range",
                      fmt::format("the number {} is out of range; quote it if it is text", value)};
    }
    Put(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, anchor, YamlNode::Kind::kSequence);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, anchor, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

  YamlNode TakeRoot() { return std::move(root_); }

 private:
  // An open sequence or map.
  struct Frame {
    YamlNode node;
    bool has_key = false;  // a map's key was read, its value not yet
    std::string key;
    YamlMark key_mark;
    std::unordered_map<std::string, int> key_lines;
  };

  bool ExpectsKey() const {
    return !frames_.empty() && frames_.back().node.kind == YamlNode::Kind::kMap &&
           !frames_.back().has_key;
  }

  [[noreturn]] void RefuseAnchor(const YAML::Mark& mark) {
    throw ParseStop{marks_.At(mark), "yaml.anchor",
                    "anchors (&name) are not supported; write the value out where it is used"};
  }

  void RefuseProperties(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) RefuseAnchor(mark);
    // An untagged scalar arrives as "?" or "!", and so may a tagged one: the text decides.
    if (CharAt(mark) == '!') {
      throw ParseStop{marks_.At(mark), "yaml.tag",
                      "tags (!name) are not supported; quote the value if it is text"};
    }
  }

  std::string_view LineAt(const YAML::Mark& mark) const {
    const auto line = static_cast<std::size_t>(mark.line);
    return line < lines_.size() ? std::string_view(lines_[line]) : std::string_view();
  }

  char CharAt(const YAML::Mark& mark) const {
    const std::string_view line = LineAt(mark);
    const auto column = static_cast<std::size_t>(mark.column);
    return column < line.size() ? line[column] : '\0';
  }

  // The parser takes the end of the file for the end of a quoted scalar when a line break comes
  // just before it.
  void RefuseUnclosedQuote(const YAML::Mark& mark) {
    const char quote = CharAt(mark);
    if (quote != '"' && quote != '\'') return;
    auto column = static_cast<std::size_t>(mark.column) + 1;
    for (auto line = static_cast<std::size_t>(mark.line); line < lines_.size();
         ++line, column = 0) {
      for (const std::string& text = lines_[line]; column < text.size(); ++column) {
        const bool doubled = quote == '\'' && column + 1 < text.size() && text[column + 1] == quote;
        if (text[column] == quote && !doubled) return;
        if (quote == '"' ? text[column] == '\\' : text[column] == quote) ++column;
      }
    }
    throw ParseStop{marks_.At(mark), "yaml.syntax", "this quote is not closed"};
  }

  void PutKey(YamlNode key) {
    Frame& frame = frames_.back();
    const auto [seen, is_new] = frame.key_lines.emplace(key.scalar, key.mark.line);
    if (!is_new) {
      throw ParseStop{
          key.mark, "yaml.duplicate_key",
          fmt::format("duplicate key \"{}\"; it is first on line {}", key.scalar, seen->second)};
    }
    frame.key = std::move(key.scalar);
    frame.key_mark = key.mark;
    frame.has_key = true;
  }

  void Put(YamlNode node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == YamlNode::Kind::kSequence) {
      frame.node.items.push_back(std::move(node));
      return;
    }
    frame.node.members.push_back({std::move(frame.key), frame.key_mark, std::move(node)});
    frame.has_key = false;
  }

  void Open(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind) {
    RefuseProperties(mark, anchor);
    const YamlMark at = marks_.At(mark);
    if (ExpectsKey())
      throw ParseStop{at, "yaml.key",
                      "a key must be a plain word or a quoted string; is a bracket left open?"};
    if (frames_.size() >= static_cast<std::size_t>(std::max(max_depth_, 0))) {
      throw ParseStop{at, "yaml.too_deep",
                      fmt::format("nested more than {} levels deep", max_depth_)};
    }
    Frame& frame = frames_.emplace_back();
    frame.node.kind = kind;
    frame.node.mark = at;
  }

  void Close() {
    YamlNode node = std::move(frames_.back().node);
    frames_.pop_back();
    Put(std::move(node));
  }

  const std::vector<std::string>& lines_;
  Marks marks_;
  int max_depth_;
  int documents_ = 0;
  std::vector<Frame> frames_;
  YamlNode root_;
};

// What the parser would take, or mend in silence, and YAML does not allow (YAML 1.2 §5.1, §5.2).
void RefuseBadCharacters(const std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const int number = static_cast<int>(i) + 1;
    if (!IsValidUtf8(lines[i])) {
      throw ParseStop{
          {number, 1}, "yaml.encoding", "this line is not UTF-8; save the file as UTF-8"};
    }
    int column = 0;
    for (const char c : lines[i]) {
      if (!IsContinuation(c)) ++column;
      const auto byte = static_cast<unsigned char>(c);
      if ((byte < 0x20 && c != '\t') || byte == 0x7f) {
        throw ParseStop{
            {number, column},
            "yaml.character",
            fmt::format("the control character U+{:04X}; in a quoted string write \\x{:02X}", byte,
                        byte)};
      }
    }
  }
}

}  // namespace

const YamlNode* YamlNode::Find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

std::string_view YamlNode::KindName(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "nothing";
    case Kind::kBool:
      return "a boolean";
    case Kind::kInt:
      return "an integer";
    case Kind::kFloat:
      return "a number";
    case Kind::kString:
      return "a string";
    case Kind::kSequence:
      return "a list";
    case Kind::kMap:
      return "a map";
  }
  return "a value";
}

Error YamlDocument::ErrorAt(YamlMark mark, std::string_view code, std::string_view message) const {
  if (mark.line < 1 || static_cast<std::size_t>(mark.line) > lines_.size()) {
    return Error{std::string(code), fmt::format("{}: {}", file_, message)};
  }
  const std::string& line = lines_[static_cast<std::size_t>(mark.line) - 1];
  // Long lines are cut to a window around the caret; both work in characters, not bytes.
  constexpr int kBefore = 80;
  constexpr int kAfter = 60;
  std::string shown;
  std::string caret;
  int column = 0;
  for (const char c : line) {
    if (!IsContinuation(c)) ++column;
    if (column < mark.column - kBefore || column > mark.column + kAfter) continue;
    shown += c;
    if (column < mark.column && !IsContinuation(c)) caret += c == '\t' ? '\t' : ' ';
  }
  return Error{std::string(code), fmt::format("{}:{}:{}: {}\n  {}\n  {}^", file_, mark.line,
                                              mark.column, message, shown, caret)};
}

Result<YamlDocument> ParseYaml(std::string_view text, std::string file, YamlLimits limits) {
  YamlDocument document;
  document.file_ = std::move(file);
  if (text.size() > limits.max_bytes) {
    return document.ErrorAt(
        {}, "yaml.too_large",
        fmt::format("{} bytes; at most {} are read", text.size(), limits.max_bytes));
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a byte order mark is no column
  document.lines_ = SplitLines(text);
  try {
    RefuseBadCharacters(document.lines_);
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    YamlTreeBuilder builder(document.lines_, limits.max_depth);
    if (parser.HandleNextDocument(builder)) parser.HandleNextDocument(builder);
    document.root_ = builder.TakeRoot();
  } catch (const ParseStop& refusal) {
    return document.ErrorAt(refusal.mark, refusal.code, refusal.message);
  } catch (const YAML::Exception& error) {
    const YamlMark mark = Marks(document.lines_).At(error.mark);
    // Anchors are refused, so every alias is unknown to the parser. Since 0.8 it adds the name.
    if (error.msg.starts_with(YAML::ErrorMsg::UNKNOWN_ANCHOR)) {
      return document.ErrorAt(mark, "yaml.alias", kAliasCure);
    }
    // The parser's commonest complaint names no cure: "a: b: c", or a key too far to the right.
    if (error.msg == YAML::ErrorMsg::MAP_VALUE) {
      return document.ErrorAt(mark, "yaml.syntax",
                              "a second \":\" here; check the indentation, or quote the text");
    }
    return document.ErrorAt(mark, "yaml.syntax", error.msg);
  } catch (const std::exception& error) {
    return document.ErrorAt({}, "yaml.syntax", error.what());
  }
  return document;
}

}  // namespace aweber
