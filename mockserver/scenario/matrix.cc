// Matrix expansion. Substitution only: no expressions, no conditions.
#include <fmt/format.h>

#include <algorithm>

#include "mockserver/scenario/parse.h"

namespace aweber::mock::internal {
namespace {

constexpr std::size_t kMaxVariants = 64;
constexpr std::size_t kMaxValues = 200'000;  // of a file, in all variants together

std::size_t CountValues(const YamlNode& node) {
  std::size_t count = 1;
  for (const YamlNode& item : node.items) count += CountValues(item);
  for (const YamlNode::Member& member : node.members) count += CountValues(member.value);
  return count;
}

// What play puts in later: this session's values, another session's ("B.code"), the redirect URI,
// the foreign origin, the case's base and API URLs.
const std::vector<std::string>& NamesInPlay() {
  static const auto* names =
      new std::vector<std::string>{"code", "state", "redirect_uri", "other", "base", "api"};
  return *names;
}

bool KnownInPlay(const std::string& name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) {
    return std::find(NamesInPlay().begin(), NamesInPlay().end(), name) != NamesInPlay().end();
  }
  const std::string last = name.substr(dot + 1);
  const bool session = dot == 1 && name[0] >= 'A' && name[0] <= 'Z';
  return session && (last == "code" || last == "state");
}

using Bindings = std::map<std::string, YamlNode>;

class Substitution {
 public:
  Substitution(const YamlDocument& document, const Bindings& bindings)
      : document_(document), bindings_(bindings) {}

  Result<YamlNode> Apply(const YamlNode& node) const {
    YamlNode copy = node;
    if (node.kind == YamlNode::Kind::kString) return ApplyText(node);
    for (YamlNode& item : copy.items) {
      Result<YamlNode> done = Apply(item);
      if (!done.ok()) return done;
      item = *std::move(done);
    }
    for (YamlNode::Member& member : copy.members) {
      Result<YamlNode> done = Apply(member.value);
      if (!done.ok()) return done;
      member.value = *std::move(done);
    }
    return copy;
  }

 private:
  Result<YamlNode> ApplyText(const YamlNode& node) const {
    YamlNode copy = node;
    copy.scalar.clear();
    const std::string& text = node.scalar;
    std::size_t from = 0;
    for (std::size_t at; (at = text.find("${", from)) != std::string::npos;) {
      std::size_t end = text.find('}', at);
      if (end == std::string::npos) return Misplaced(document_, node.mark, "\"${\" without \"}\"");
      std::string name = text.substr(at + 2, end - at - 2);
      auto bound = bindings_.find(name);
      copy.scalar += text.substr(from, at - from);
      if (bound == bindings_.end()) {
        if (!KnownInPlay(name)) return Unknown(node, name);
        copy.scalar += text.substr(at, end + 1 - at);
      } else if (at == 0 && end + 1 == text.size()) {
        return bound->second;  // exactly one substitution keeps the value's own type
      } else if (bound->second.IsScalar()) {
        copy.scalar += bound->second.scalar;
      } else {
        return Misplaced(document_, node.mark,
                         fmt::format("${{{}}} is {} and cannot stand inside a text", name,
                                     YamlNode::KindName(bound->second.kind)));
      }
      from = end + 1;
    }
    copy.scalar += text.substr(from);
    return copy;
  }

  Error Unknown(const YamlNode& node, const std::string& name) const {
    std::vector<std::string> known = NamesInPlay();
    for (const auto& [bound, value] : bindings_) known.push_back(bound);
    return UnknownWord(document_, node.mark, "substitution", name, known);
  }

  const YamlDocument& document_;
  const Bindings& bindings_;
};

struct Choice {
  std::string name;
  Bindings bindings;
};

Result<std::vector<Choice>> ReadAxis(const YamlDocument& document, const YamlNode::Member& axis) {
  if (axis.value.kind != YamlNode::Kind::kSequence || axis.value.items.empty()) {
    return Misplaced(document, axis.value.mark, "a matrix axis is a list of named choices");
  }
  std::vector<Choice> choices;
  if (axis.value.items.size() > kMaxVariants) {
    return Misplaced(document, axis.value.mark,
                     fmt::format("the matrix has more than {} variants", kMaxVariants));
  }
  for (const YamlNode& item : axis.value.items) {
    if (item.kind != YamlNode::Kind::kMap) {
      return Misplaced(document, item.mark, "a matrix choice is a map with a name");
    }
    const YamlNode* name = item.Find("name");
    if (name == nullptr || name->kind != YamlNode::Kind::kString || name->scalar.empty()) {
      return Misplaced(document, item.mark, "a matrix choice needs a name (a string)");
    }
    for (const Choice& earlier : choices) {
      if (earlier.name == name->scalar) {
        return Misplaced(document, name->mark,
                         fmt::format("choice \"{}\" is named twice", name->scalar));
      }
    }
    Choice choice{name->scalar, {}};
    for (const YamlNode::Member& member : item.members) {
      choice.bindings[axis.key + "." + member.key] = member.value;
    }
    choices.push_back(std::move(choice));
  }
  return choices;
}

Result<std::vector<Choice>> Product(const YamlDocument& document, const YamlNode& matrix) {
  std::vector<Choice> all = {{"", {}}};
  for (const YamlNode::Member& axis : matrix.members) {
    Result<std::vector<Choice>> choices = ReadAxis(document, axis);
    if (!choices.ok()) return choices;
    std::vector<Choice> next;
    for (const Choice& left : all) {
      for (const Choice& right : *choices) {
        Choice both{left.name.empty() ? right.name : left.name + "," + right.name, left.bindings};
        both.bindings.insert(right.bindings.begin(), right.bindings.end());
        next.push_back(std::move(both));
      }
    }
    if (next.size() > kMaxVariants) {
      return Misplaced(document, axis.key_mark,
                       fmt::format("the matrix has more than {} variants", kMaxVariants));
    }
    all = std::move(next);
  }
  return all;
}

}  // namespace

Result<std::vector<Variant>> ExpandMatrix(const YamlDocument& document) {
  const YamlNode* matrix = document.root().Find("matrix");
  std::vector<Choice> choices = {{"", {}}};
  if (matrix != nullptr) {
    if (matrix->kind != YamlNode::Kind::kMap || matrix->members.empty()) {
      return Misplaced(document, matrix->mark, "matrix is a map of axes to lists of choices");
    }
    Result<std::vector<Choice>> product = Product(document, *matrix);
    if (!product.ok()) return product.error();
    choices = *std::move(product);
  }
  YamlNode without = document.root();
  std::erase_if(without.members, [](const YamlNode::Member& m) { return m.key == "matrix"; });
  const std::size_t values = CountValues(without) * choices.size();
  if (values > kMaxValues) {
    return Misplaced(document, document.root().mark,
                     fmt::format("the file has {} values in all its variants, more than {}; make "
                                 "several files of it",
                                 values, kMaxValues));
  }
  std::vector<Variant> variants;
  for (const Choice& choice : choices) {
    Result<YamlNode> root = Substitution(document, choice.bindings).Apply(without);
    if (!root.ok()) return root.error();
    variants.push_back({choice.name, *std::move(root)});
  }
  return variants;
}

}  // namespace aweber::mock::internal
