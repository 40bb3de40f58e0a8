// A token request whose Authorization header is the first line of the input, and whose body is the
// rest: read without a crash, and both readings of Basic belong to each other.
#include "base/text/form.h"
#include "mockserver/oauth/token_request.h"
#include "mockserver/settings.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber;
  const std::string_view text = FuzzText(data, size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  HttpRequest request;
  request.method = "POST";
  request.target = "/oauth2/token";
  request.headers.Set("Authorization", std::string(text.substr(0, line)));
  request.headers.Set("Content-Type",
                      size % 2 == 0 ? "application/x-www-form-urlencoded" : "application/json");
  request.body = std::string(text.substr(std::min(line + 1, text.size())));
  for (const auto profile : {mock::Profile::kAWeber, mock::Profile::kRfc6749}) {
    mock::TokenRequest read = mock::ReadTokenRequest(request);
    mock::Interpret(mock::SettingsFor(profile), request, read);
    const mock::BasicCredentials& basic = read.basic;
    if (basic.present && basic.problem.empty() && basic.decodable) {
      FUZZ_CHECK(FormDecode(basic.raw_id).value() == basic.id);
      FUZZ_CHECK(FormDecode(basic.raw_secret).value() == basic.secret);
    }
    if (!basic.present) FUZZ_CHECK(basic.id.empty() && basic.secret.empty());
    (void)read.Get("grant_type");
    (void)read.InvalidParameter();
  }
  return 0;
}
