#include "client/program/callback_listener.h"

#include <fmt/format.h>

#include "base/text/uri.h"

namespace aweber::client {
namespace {

HttpResponse Page(int status, std::string_view words) {
  HttpResponse response;
  response.status = status;
  response.headers.Add("Content-Type", "text/html; charset=utf-8");
  response.headers.Add("Cache-Control", "no-store");
  // The code is in this page's address: nothing may carry it further (RFC 6749 §3.1.2.5).
  response.headers.Add("Referrer-Policy", "no-referrer");
  response.headers.Add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  response.body = fmt::format(
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>AWeber</title>"
      "<h1>{}</h1></html>\n",
      words);
  return response;
}

}  // namespace

bool CallbackListener::CanServe(const std::string& redirect_uri) {
  const auto uri = ParseUri(redirect_uri);
  return uri && uri->scheme == "http" && uri->port && *uri->port != 0 && IsLoopbackHost(uri->host);
}

Result<std::unique_ptr<CallbackListener>> CallbackListener::Start(const std::string& redirect_uri,
                                                                  OnCallback on_callback) {
  const auto uri = ParseUri(redirect_uri);
  if (!uri || !CanServe(redirect_uri)) {
    return Error{"callback.listener", "the redirect URI is not http on a loopback port"};
  }
  std::unique_ptr<CallbackListener> listener(new CallbackListener);
  listener->origin_ = redirect_uri.substr(0, redirect_uri.find('/', uri->scheme.size() + 3));
  listener->path_ = uri->path.empty() ? "/" : uri->path;
  listener->on_callback_ = std::move(on_callback);
  HttpServerOptions options;
  options.host = uri->host == "[::1]" ? "::1" : "127.0.0.1";
  options.port = *uri->port;
  options.max_threads = 32;
  auto server = HttpServer::Start(
      options, [raw = listener.get()](const HttpRequest& request) { return raw->Answer(request); });
  if (!server) return server.error();
  listener->server_ = std::move(*server);
  return listener;
}

HttpResponse CallbackListener::Answer(const HttpRequest& request) {
  // Browsers also ask for /favicon.ico; only the redirect itself is ours.
  if (request.Path() != path_) return Page(404, "Nothing here");
  if (request.method != "GET") return Page(405, "Only the redirect from AWeber is taken here");
  const std::lock_guard lock(one_at_a_time_);
  Shown shown = on_callback_(origin_ + request.target);
  HttpResponse response = Page(200, shown.words);
  if (shown.after) {
    response.on_sent = [after = std::move(shown.after)](std::size_t, bool) { after(); };
  }
  return response;
}

}  // namespace aweber::client
