// Whatever the text, the reader answers with a tree within its limits or an error with a place.
#include "base/text/form.h"
#include "base/text/yaml.h"
#include "tests/fuzz/fuzz.h"

namespace {

using aweber::YamlNode;

constexpr int kMaxDepth = 8;

void Walk(const aweber::YamlDocument& document, const YamlNode& node, int depth) {
  FUZZ_CHECK(depth <= kMaxDepth);
  FUZZ_CHECK(aweber::IsValidUtf8(node.scalar));
  FUZZ_CHECK(node.mark.line >= 1 && node.mark.column >= 1);
  for (const YamlNode& item : node.items) Walk(document, item, depth + 1);
  for (const auto& member : node.members) {
    FUZZ_CHECK(node.Find(member.key) == &member.value);  // no key occurs twice
    Walk(document, member.value, depth + 1);
  }
  if (node.kind != YamlNode::Kind::kMap) return;
  aweber::YamlMapReader reader(document, node, "a map");
  (void)reader.Duration("d");
  (void)reader.OneOf("o", {"one", "two"});
  (void)reader.Finish().ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber;
  const auto document = ParseYaml(FuzzText(data, size), "f.yaml", {.max_depth = kMaxDepth});
  if (document.ok()) {
    if (document->root().mark.line > 0) Walk(*document, document->root(), 0);
  } else {
    FUZZ_CHECK(document.error().code.starts_with("yaml."));
    FUZZ_CHECK(document.error().message.starts_with("f.yaml:"));
  }
  return 0;
}
