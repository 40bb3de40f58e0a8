#include "mockserver/console/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/crypto/crypto.h"
#include "base/text/base64.h"

namespace aweber::mock {
namespace {

struct ContentType {
  std::string_view suffix;
  std::string_view type;
};
constexpr std::array<ContentType, 4> kContentTypes{{{".html", "text/html; charset=utf-8"},
                                                    {".css", "text/css; charset=utf-8"},
                                                    {".js", "text/javascript; charset=utf-8"},
                                                    {".svg", "image/svg+xml"}}};

// Nothing inline, nothing from elsewhere, and no HTML made from text (Trusted Types).
constexpr std::string_view kPolicy =
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'";

std::string_view TypeOf(std::string_view name) {
  for (const ContentType& row : kContentTypes) {
    if (name.ends_with(row.suffix)) return row.type;
  }
  return "application/octet-stream";
}

}  // namespace

std::optional<HttpResponse> ConsoleAsset(const HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  const std::string path(request.Path());
  const std::string name = path == "/" ? "index.html" : path.substr(path.starts_with('/') ? 1 : 0);
  const auto& files = ConsoleFiles();
  const auto file = std::find_if(files.begin(), files.end(),
                                 [&](const ConsoleFile& one) { return one.name == name; });
  if (file == files.end()) return std::nullopt;

  const std::string tag = fmt::format("\"{}\"", Base64UrlEncode(Sha256(file->text)));
  HttpResponse response;
  response.headers = {{"Content-Type", std::string(TypeOf(name))},
                      {"Content-Security-Policy", std::string(kPolicy)},
                      {"X-Content-Type-Options", "nosniff"},
                      {"X-Frame-Options", "DENY"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      // Asked for again each time, so that a newer program's page is never mixed
                      // with an older one's script.
                      {"Cache-Control", "no-cache"},
                      {"ETag", tag}};
  if (request.headers.GetOr("If-None-Match") == tag) {
    response.status = 304;
    return response;
  }
  response.status = 200;
  response.body = std::string(file->text);
  return response;
}

}  // namespace aweber::mock
