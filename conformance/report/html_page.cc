// The frame of a page: head, style, policy, script.
#include <fmt/format.h>

#include "base/crypto/crypto.h"
#include "base/text/base64.h"
#include "conformance/report/html_parts.h"
#include "conformance/report/html_style.h"
#include "mockserver/console/console.h"

namespace aweber::conformance {
namespace {

// The console's colours and type, light and dark: what stands before the first rule for elements.
std::string_view ConsoleTheme() {
  for (const mock::ConsoleFile& file : mock::ConsoleFiles()) {
    if (file.name == "style.css") return file.text.substr(0, file.text.find("\n* {"));
  }
  return "";
}

// Nothing may be loaded and nothing sent, and no other script than the page's own may run.
std::string Policy() {
  return fmt::format(
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
      "form-action 'none'; script-src 'sha256-{}'",
      Base64Encode(Sha256(kHtmlScript)));
}

}  // namespace

std::string HtmlOpen(std::string_view title, std::string_view totals) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{0}\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<link rel=\"icon\" href=\"data:,\"><title>{1}</title>\n<style>\n{2}\n{3}"
      "</style></head>\n<body>\n<header class=\"bar\"><h1>{1}</h1><p "
      "class=\"totals\">{4}</p></header>\n<main>\n",
      Policy(), HtmlText(title), ConsoleTheme(), kHtmlStyle, HtmlText(totals));
}

std::string HtmlClose(bool with_script) {
  return with_script ? fmt::format("</main>\n<script>{}</script>\n</body>\n</html>\n", kHtmlScript)
                     : "</main>\n</body>\n</html>\n";
}

}  // namespace aweber::conformance
