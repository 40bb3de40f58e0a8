// Set-Cookie lines, one a line of the input: what is sent back is a header field, and no cookie
// that is Secure goes out in the clear.
#include "base/http/head.h"
#include "conformance/browser/cookie_jar.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber;
  std::string_view text = FuzzText(data, size);
  conformance::CookieJar jar;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    // The transport lets no other line through.
    if (const std::string_view line = text.substr(0, end); IsHttpFieldValue(line)) {
      jar.Set(line, "/app/login");
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const std::string open = jar.Header("/app/", false, false);
  const std::string secure = jar.Header("/app/", true, false);
  const std::string crossing = jar.Header("/app/", true, true);
  for (const std::string& header : {open, secure, crossing}) FUZZ_CHECK(IsHttpFieldValue(header));
  FUZZ_CHECK(open.size() <= secure.size() && crossing.size() <= secure.size());
  return 0;
}
