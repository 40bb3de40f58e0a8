// No pair is lost or changed: the raw parts make the text again, and valid pairs survive encoding.
#include "base/text/form.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber;
  const std::string_view text = FuzzText(data, size);
  FUZZ_CHECK(FormDecode(FormEncode(text)) == text);
  const Form form = ParseForm(text);
  std::string raw;
  Form valid;
  for (const FormField& field : form.fields()) {
    if (!raw.empty()) raw += '&';
    raw += field.raw_name + (field.has_equals ? "=" : "") + field.raw_value;
    if (!field.valid) continue;
    FUZZ_CHECK(IsValidUtf8(field.name) && IsValidUtf8(field.value));
    valid.Add(field.name, field.value);
  }
  std::string expected;
  for (std::size_t i = 0; i < text.size(); ++i) {  // the text without empty pairs
    if (text[i] == '&' && (expected.empty() || expected.back() == '&')) continue;
    expected += text[i];
  }
  if (expected.ends_with('&')) expected.pop_back();
  FUZZ_CHECK(raw == expected);
  const Form again = ParseForm(valid.Encode());
  FUZZ_CHECK(again.AllValid());
  FUZZ_CHECK(again.fields().size() == valid.fields().size());
  for (std::size_t i = 0; i < again.fields().size(); ++i) {
    FUZZ_CHECK(again.fields()[i].name == valid.fields()[i].name);
    FUZZ_CHECK(again.fields()[i].value == valid.fields()[i].value);
  }
  return 0;
}
