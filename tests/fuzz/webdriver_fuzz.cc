// What a browser's driver answers: whatever it is, each command ends with a value or an error that
// begins with "webdriver.".
#include <stop_token>

#include "base/text/json.h"
#include "conformance/browser/webdriver.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace aweber;

// Answers the lines of the input in turn; one that begins with '!' with status 500, '?' with none.
class Lines final : public HttpClient {
 public:
  explicit Lines(std::string_view text) : text_(text) {}
  Result<HttpResponse> Send(const std::string&, const std::string&, const HttpHeaders&,
                            const std::string&, std::stop_token) override {
    const std::size_t end = std::min(text_.find('\n'), text_.size());
    std::string_view line = text_.substr(0, end);
    text_.remove_prefix(std::min(end + 1, text_.size()));
    if (line.starts_with('?')) return Error{"http.reset", "the peer is gone"};
    HttpResponse response;
    response.status = line.starts_with('!') ? 500 : 200;
    if (line.starts_with('!')) line.remove_prefix(1);
    response.body = std::string(line);
    return response;
  }

 private:
  std::string_view text_;
};

template <typename Answer>
void Check(const Answer& answer) {
  if (!answer.ok()) FUZZ_CHECK(answer.error().code.starts_with("webdriver."));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Lines http(FuzzText(data, size));
  const auto session = conformance::WebDriver::Begin(http, "http://d", Json::object(), {});
  Check(session);
  if (!session.ok()) return 0;
  conformance::WebDriver& driver = **session;
  Check(driver.Open("http://a/"));
  Check(driver.Url());
  Check(driver.Run("return 1"));
  Check(driver.Windows());
  Check(driver.Window());
  Check(driver.NewTab());
  Check(driver.Screenshot());
  (void)driver.Console();
  return 0;
}
