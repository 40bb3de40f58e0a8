// Pages: any text has forms, links and words; entities are decoded once and never grow.
#include "base/text/form.h"
#include "conformance/browser/html.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber::conformance;
  const std::string_view text = FuzzText(data, size);
  for (const HtmlForm& form : ParseForms(text)) {
    FUZZ_CHECK(form.action.size() <= 4 * text.size());
    for (const HtmlField& field : form.fields) {
      FUZZ_CHECK(!field.tag.empty() && !field.type.empty());
      (void)field.Submits();
    }
  }
  for (const HtmlLink& link : ParseLinks(text)) FUZZ_CHECK(link.href.size() <= 4 * text.size());
  const std::string words = VisibleText(text);
  FUZZ_CHECK(words.size() <= 2 * text.size());
  FUZZ_CHECK(words.find("  ") == std::string::npos);
  if (aweber::IsValidUtf8(text)) FUZZ_CHECK(aweber::IsValidUtf8(DecodeEntities(text)));
  return 0;
}
