#include "conformance/browser/browser_front.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/crypto/crypto.h"
#include "base/text/ascii.h"
#include "base/text/base64.h"
#include "base/text/uri.h"

namespace aweber::conformance {
namespace {

constexpr std::string_view kCourier = "/aweber-conformance/courier";
constexpr std::string_view kAWeberHosts[] = {"auth.aweber.com", "api.aweber.com"};

HttpResponse Html(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.headers.Add("Content-Type", "text/html; charset=utf-8");
  response.body = "<!doctype html><title>aweber-conformance</title>" + std::move(body);
  return response;
}

// Chromium knows a certificate by the hash of its SubjectPublicKeyInfo. The authority's key is EC
// P-256, whose SubjectPublicKeyInfo is always these bytes and the 64 of the point.
std::string SpkiHash(const std::string& certificate_pem) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  constexpr std::size_t kSize = 91;
  const std::string prefix(
      "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
      "\x03\x42\x00",
      26);
  std::string base64 = certificate_pem.substr(certificate_pem.find(kBegin) + kBegin.size());
  base64 = base64.substr(0, base64.find('-'));
  std::erase_if(base64, [](char c) { return c == '\n' || c == '\r'; });
  const auto der = Base64Decode(base64);
  const std::size_t at = der ? der->find(prefix) : std::string::npos;
  if (at == std::string::npos) return "";
  return Base64Encode(Sha256(std::string_view(*der).substr(at, kSize)));
}

// RFC 9110 §7.6.1, and what the transport writes itself.
bool IsHopByHop(const std::string& name) {
  static constexpr std::string_view kNames[] = {
      "connection", "keep-alive", "transfer-encoding", "content-length",  "date",
      "upgrade",    "te",         "trailer",           "proxy-connection"};
  return std::find(std::begin(kNames), std::end(kNames), Lower(name)) != std::end(kNames);
}

HttpHeaders EndToEnd(const HttpHeaders& headers) {
  HttpHeaders kept;
  for (const auto& [name, value] : headers.fields()) {
    if (!IsHopByHop(name)) kept.Add(name, value);
  }
  return kept;
}

// A press that the browser dropped is made again within two seconds (webdriver_user.cc).
constexpr std::chrono::seconds kSecondPress{4};

std::uint16_t PortOf(const std::string& origin) {
  const auto uri = ParseUri(origin);
  return uri && uri->port ? static_cast<std::uint16_t>(*uri->port) : 0;
}

HttpClientOptions ClientOptions() {
  HttpClientOptions options;
  options.keep_alive = false;
  options.connect_timeout_ms = options.read_timeout_ms = options.total_timeout_ms = 60'000;
  return options;
}

}  // namespace

BrowserFront::BrowserFront(mock::MockServer& server)
    : server_(server), http_(MakeHttpClient(ClientOptions())) {}

Result<std::unique_ptr<BrowserFront>> BrowserFront::Start(mock::MockServer& server) {
  auto front = std::unique_ptr<BrowserFront>(new BrowserFront(server));
  auto authority = CertificateAuthority::Create("aweber-conformance browser");
  if (!authority) return authority.error();
  front->authority_ = std::move(authority).value();
  auto leaf = front->Leaf({"127.0.0.1", "localhost"});
  if (!leaf) return leaf.error();
  BrowserFront* const self = front.get();
  const auto answer = [self](const HttpRequest& request) { return self->Answer(request); };
  HttpServerOptions options;
  auto plain = HttpServer::Start(options, answer);
  if (!plain) return Error{"driver.spawn", plain.error().message};
  front->plain_ = std::move(plain).value();
  options.tls = true;
  options.certificate = std::move(leaf).value();
  options.select_certificate = [self](const std::string& name) -> Result<KeyAndCertificate> {
    if (name.empty()) return KeyAndCertificate{};
    return self->Leaf({name});
  };
  auto secure = HttpServer::Start(options, answer);
  if (!secure) return Error{"driver.spawn", secure.error().message};
  front->secure_ = std::move(secure).value();
  return front;
}

// The authority's certificate comes along: Chromium looks for the key that it was told to trust
// among those that the server shows.
Result<KeyAndCertificate> BrowserFront::Leaf(const std::vector<std::string>& names) const {
  auto leaf = authority_->Issue(names);
  if (leaf) leaf->certificate_pem += authority_->certificate_pem();
  return leaf;
}

std::vector<std::string> BrowserFront::ChromiumArguments() const {
  const std::string tls = fmt::format("127.0.0.1:{}", secure_->port());
  const std::string plain = fmt::format("127.0.0.1:{}", plain_->port());
  const auto mock = [&](const std::string& origin) {
    const bool https = origin.starts_with("https://");
    return fmt::format("MAP 127.0.0.1:{} {}", PortOf(origin), https ? tls : plain);
  };
  // A rule knows no scheme: beyond this machine all but port 80 speaks TLS.
  return {
      fmt::format("--host-resolver-rules={},{},MAP *:80 {},MAP 127.0.0.1:* {},MAP localhost:* {},"
                  "MAP *:* {}",
                  mock(server_.base_url()), mock(server_.other_origin()), plain, plain, plain, tls),
      fmt::format("--ignore-certificate-errors-spki-list={}",
                  SpkiHash(authority_->certificate_pem()))};
}

std::string BrowserFront::CourierUrl() const { return server_.base_url() + std::string(kCourier); }

void BrowserFront::SetAddress(const WebAddress& address) {
  const std::lock_guard lock(mutex_);
  address_ = address;
  pages_.clear();
  all_pages_.clear();
  foreign_.clear();
  holds_ = false;  // a link that was to be pressed twice may not have been there
}

std::vector<Page> BrowserFront::TakePages() {
  const std::lock_guard lock(mutex_);
  return std::exchange(pages_, {});
}

std::optional<Page> BrowserFront::LastPage(const std::string& url) const {
  const std::lock_guard lock(mutex_);
  const std::string wanted = url.substr(0, url.find('#'));
  const auto found = std::find_if(all_pages_.rbegin(), all_pages_.rend(),
                                  [&](const Page& page) { return page.url == wanted; });
  return found == all_pages_.rend() ? std::nullopt : std::optional(*found);
}

std::optional<Page> BrowserFront::Download() const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(pages_.rbegin(), pages_.rend(), [](const Page& page) {
    return Lower(page.headers.GetOr("Content-Disposition")).starts_with("attachment");
  });
  return found == pages_.rend() ? std::nullopt : std::optional(*found);
}

std::vector<BrowserTrace> BrowserFront::TakeForeign() {
  const std::lock_guard lock(mutex_);
  return std::exchange(foreign_, {});
}

void BrowserFront::HoldFirstPage() {
  const std::lock_guard lock(mutex_);
  holds_ = true;
  pressed_page_.clear();
  presses_ = 0;
}

int BrowserFront::AwaitSecondPress() {
  std::unique_lock lock(mutex_);
  pressed_.wait_for(lock, kSecondPress, [this] { return presses_ > 1; });
  holds_ = false;
  pressed_.notify_all();
  return presses_;
}

int BrowserFront::CountPress(const HttpRequest& request, const std::string& url) {
  if (request.headers.GetOr("Sec-Fetch-Mode", "navigate") != "navigate") return 0;
  if (request.headers.GetOr("Accept").find("text/html") == std::string::npos) return 0;
  const std::lock_guard lock(mutex_);
  if (!holds_) return 0;
  // Where the first press was redirected to is no second one.
  const std::string page = fmt::format("{} {}", request.method, WithoutQuery(url));
  if (pressed_page_.empty()) pressed_page_ = page;
  if (page != pressed_page_) return 0;
  pressed_.notify_all();
  return ++presses_;
}

void BrowserFront::HoldUntilPressedAgain() {
  std::unique_lock lock(mutex_);
  pressed_.wait_for(lock, kSecondPress, [this] { return !holds_ || presses_ > 1; });
}

bool BrowserFront::IsAWeber(const std::string& origin) const {
  if (origin == server_.base_url() || origin == server_.other_origin()) return true;
  return std::any_of(std::begin(kAWeberHosts), std::end(kAWeberHosts), [&](std::string_view host) {
    return origin == "https://" + std::string(host);
  });
}

HttpResponse BrowserFront::Answer(const HttpRequest& request) {
  const std::string origin =
      (request.tls ? "https://" : "http://") + request.headers.GetOr("Host", "127.0.0.1");
  const std::string url = origin + request.target;
  WebAddress address;
  {
    const std::lock_guard lock(mutex_);
    address = address_;
  }
  const bool by_aweber = IsAWeber(origin);
  const auto target = address.TargetOf(url);
  if (by_aweber || target) {
    const int press = CountPress(request, url);
    HttpResponse response =
        by_aweber ? ToAWeber(request) : ToApplication(request, url, *target, address);
    if (press == 1) HoldUntilPressedAgain();
    return response;
  }
  const std::lock_guard lock(mutex_);
  foreign_.push_back({"the address of a request to " + origin, request.target, true});
  if (const std::string referrer = request.headers.GetOr("Referer"); !referrer.empty()) {
    foreign_.push_back({"the Referer of a request to " + origin, referrer, true});
  }
  return Html(404, "<p>This host does not exist while the suite runs.</p>");
}

HttpResponse BrowserFront::ToApplication(const HttpRequest& request, const std::string& url,
                                         const std::string& target, const WebAddress& address) {
  HttpHeaders headers = EndToEnd(request.headers);
  // What came compressed would have to be read here.
  headers.Remove("Accept-Encoding");
  const std::size_t host = address.shown.find("://") + 3;
  if (address.shown != address.real) {
    headers.Set("X-Forwarded-Proto", address.shown.substr(0, host - 3));
    headers.Set("X-Forwarded-Host", address.shown.substr(host));
    headers.Set("X-Forwarded-For", "127.0.0.1");
  }
  auto response = http_->Send(request.method, address.real + target, headers, request.body);
  // The browser shows that as a page of the application's, so it is one.
  if (!response) {
    response =
        Html(502, fmt::format("<p>The application does not answer: {}</p>", response.error().code));
  }
  response->headers = EndToEnd(response->headers);
  const std::string asked_for = request.headers.GetOr("Sec-Fetch-Dest", "document");
  if (asked_for == "document" || asked_for == "iframe" || asked_for == "empty") {
    Page page;
    page.url = url;
    page.status = response->status;
    page.headers = response->headers;
    page.body = response->body.substr(0, 512u << 10);
    page.shown = asked_for == "document";
    const std::lock_guard lock(mutex_);
    pages_.push_back(page);
    all_pages_.push_back(std::move(page));
  }
  return std::move(response).value();
}

HttpResponse BrowserFront::ToAWeber(const HttpRequest& request) {
  const std::string path(request.Path());
  if (path == kCourier) return Html(200, "<p>AWeber sends the browser back.</p>");
  const bool navigates = request.headers.GetOr("Sec-Fetch-Mode", "navigate") == "navigate";
  if (navigates && path.ends_with("/oauth2/authorize")) {
    return Html(200, "<p>Here AWeber asks the customer. The runner answers.</p>");
  }
  // A page's script asks from another origin. Whether AWeber allows that is not documented: it is
  // allowed here, so that the application can be judged.
  const std::string origin = request.headers.GetOr("Origin");
  HttpResponse response;
  if (request.method == "OPTIONS" && !origin.empty()) {
    response.status = 204;
    response.headers.Add("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE");
    response.headers.Add("Access-Control-Allow-Headers",
                         request.headers.GetOr("Access-Control-Request-Headers"));
  } else {
    response = server_.Dispatch(request);
  }
  if (!origin.empty()) {
    response.headers.Set("Access-Control-Allow-Origin", origin);
    response.headers.Set("Vary", "Origin");
  }
  // Chromium sends a request once more when a kept connection ends before the answer, a code with
  // it. No page can prevent that, so none is judged for it.
  response.headers.Set("Connection", "close");
  return response;
}

}  // namespace aweber::conformance
