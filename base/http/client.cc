#include "base/http/client.h"

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "base/http/dialer.h"
#include "base/http/head.h"
#include "base/http/proxy.h"
#include "base/http/socket_stream.h"
#include "base/http/tls.h"
#include "base/os/clock.h"
#include "base/text/uri.h"

namespace aweber {
namespace {

constexpr std::size_t kMaxIdlePerOrigin = 8;

std::string WithoutBrackets(const std::string& host) {
  return !host.empty() && host.front() == '[' ? host.substr(1, host.size() - 2) : host;
}

// What httplib reads from and writes to. It gets the framing of the response and its body; the head
// is read here, because httplib's parser decodes values and loses order and long lines.
class Exchange : public httplib::Stream {
 public:
  Exchange(SocketStream& stream, const HttpDeadlines& deadlines, std::string method)
      : stream_(stream), deadlines_(deadlines), method_(std::move(method)) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  socket_t socket() const override { return stream_.fd(); }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}

  // Head and body leave together, in one segment when they fit.
  ssize_t write(const char* bytes, size_t size) override {
    request_.append(bytes, size);
    return static_cast<ssize_t>(size);
  }

  ssize_t read(char* buffer, size_t size) override {
    if (failure || (!head && !Begin())) return -1;
    if (!input_.empty()) return TakeInput(buffer, size);
    deadlines_.ApplyTo(stream_);
    const long got = stream_.Read(buffer, size);
    if (got < 0 || (got == 0 && head->framing != BodyFraming::kUntilClose)) {
      failure = HttpReadFailure(stream_, got, "within the response body");
    }
    return got;
  }

  std::optional<ResponseHead> head;
  std::optional<Error> failure;
  bool unread_input() const { return !input_.empty(); }

 private:
  bool Begin() {
    deadlines_.ApplyTo(stream_);
    // A server may refuse early and close: what it said is worth more than the broken write.
    const bool written = stream_.Write(request_);
    request_.clear();
    const bool write_timed_out = stream_.timed_out();
    do {
      auto got = ReadResponseHead(stream_, deadlines_, method_, input_);
      if (!got) {
        failure = !written && write_timed_out
                      ? Error{"http.timeout", "the request could not be sent in time"}
                      : got.error();
        return false;
      }
      head = *std::move(got);
    } while (head->status < 200 && head->status != 101);  // RFC 9110 §15.2: interim responses
    input_.insert(0, FramingHead());
    return true;
  }

  // All that httplib learns of the head. It must not see a Content-Encoding: it would decode it.
  std::string FramingHead() const {
    switch (head->framing) {
      case BodyFraming::kChunked:
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
      case BodyFraming::kUntilClose:
        return "HTTP/1.1 200 OK\r\n\r\n";
      default:
        break;
    }
    const bool has_body = head->framing == BodyFraming::kLength;
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
                       has_body ? head->content_length : 0);
  }

  ssize_t TakeInput(char* buffer, size_t size) {
    const std::size_t taken = std::min(size, input_.size() - taken_);
    std::copy_n(input_.data() + taken_, taken, buffer);
    taken_ += taken;
    if (taken_ == input_.size()) {
      input_.clear();
      taken_ = 0;
    }
    return static_cast<ssize_t>(taken);
  }

  SocketStream& stream_;
  const HttpDeadlines& deadlines_;
  std::string method_;
  std::string request_;
  std::string input_;
  std::size_t taken_ = 0;  // of input_
};

struct Outgoing {
  const std::string& method;
  const std::string& target;
  const HttpHeaders& headers;
  const std::string& body;
};

// One connection to one origin, used by one Send at a time. httplib writes the request and decodes
// the response body; connecting, TLS, deadlines and heads are ours.
class Connection : public httplib::ClientImpl {
 public:
  Connection(HttpOrigin origin, const HttpClientOptions& options, TlsContextSource tls_context)
      : httplib::ClientImpl(origin.host, origin.port),
        origin_(std::move(origin)),
        options_(options),
        tls_context_(std::move(tls_context)) {
    set_keep_alive(options.keep_alive);
    set_follow_location(false);
    set_url_encode(false);
  }

  ~Connection() override { Drop(); }

  Result<HttpResponse> Send(const Outgoing& outgoing, std::stop_token stop) {
    cancellation_.Begin();
    deadlines_ = {
        options_.connect_timeout_ms, options_.read_timeout_ms,
        SystemClock::System().Steady() + std::chrono::milliseconds(options_.total_timeout_ms)};
    failure_.reset();
    head_.reset();
    reusable_ = false;
    method_ = outgoing.method;
    const std::stop_callback on_stop(stop, [this] { cancellation_.Cancel(); });
    std::string body;
    httplib::Request request = MakeRequest(outgoing);
    bool too_large = false;
    request.content_receiver = [&](const char* bytes, std::size_t size, std::uint64_t,
                                   std::uint64_t) {
      too_large = body.size() + size > options_.max_response_bytes;
      if (!too_large) body.append(bytes, size);
      return !too_large;
    };
    httplib::Response response;
    httplib::Error error = httplib::Error::Success;
    const bool done = send(request, response, error);
    if (cancellation_.cancelled()) return Error{"http.cancelled", "the request was cancelled"};
    if (too_large) {
      return Error{"http.too_large",
                   fmt::format("the response body is over {} bytes", options_.max_response_bytes)};
    }
    if (failure_) return *failure_;
    if (!done || !head_) {
      return Error{"http.invalid", "the response body is not framed as its headers say"};
    }
    reusable_ = reusable_ && head_->keep_alive && options_.keep_alive;
    HttpResponse result;
    result.status = head_->status;
    result.reason = std::move(head_->reason);
    result.headers = std::move(head_->headers);
    result.body = std::move(body);
    return result;
  }

  // Whether another request may follow: an idle connection has nothing to say, unless it is closed.
  bool reusable() const { return reusable_ && stream_ && !stream_->Readable(); }

 private:
  httplib::Request MakeRequest(const Outgoing& outgoing) const {
    httplib::Request request;
    request.method = outgoing.method;
    request.path = outgoing.target;
    for (const auto& [name, value] : outgoing.headers.fields()) {
      request.headers.emplace(name, value);
    }
    const bool expects_body =
        outgoing.method == "POST" || outgoing.method == "PUT" || outgoing.method == "PATCH";
    if (outgoing.body.empty() && !expects_body) return request;
    // A provider and not `request.body`: that would get a Content-Type of httplib's choice.
    request.content_length_ = outgoing.body.size();
    request.content_provider_ = [&body = outgoing.body](std::size_t offset, std::size_t length,
                                                        httplib::DataSink& sink) {
      return sink.write(body.data() + offset, length);
    };
    return request;
  }

  bool create_and_connect_socket(Socket& socket, httplib::Error& error) override {
    auto dialed = DialHttp(origin_, deadlines_, cancellation_, tls_context_);
    if (!dialed) {
      failure_ = dialed.error();
      error = httplib::Error::Connection;
      return false;
    }
    stream_ = *std::move(dialed);
    socket.sock = stream_->fd();
    return true;
  }

  bool process_socket(const Socket&, std::function<bool(httplib::Stream&)> callback) override {
    Exchange exchange(*stream_, deadlines_, method_);
    if (!cancellation_.Watch(stream_->fd())) return false;
    const bool done = callback(exchange);
    head_ = std::move(exchange.head);
    failure_ = std::move(exchange.failure);
    reusable_ = done && !exchange.unread_input();
    if (stream_) cancellation_.Watch(-1);
    return done;
  }

  // httplib calls this before it closes the descriptor itself.
  void shutdown_ssl(Socket&, bool gracefully) override {
    if (stream_ && gracefully) stream_->CloseNotify();
    Drop();
  }

  void Drop() {
    cancellation_.Watch(-1);
    if (stream_) stream_->Release();  // httplib's to close
    stream_.reset();
  }

  const HttpOrigin origin_;
  const HttpClientOptions& options_;
  const TlsContextSource tls_context_;
  HttpCancellation cancellation_;
  HttpDeadlines deadlines_;
  std::unique_ptr<SocketStream> stream_;
  std::string method_;
  std::optional<ResponseHead> head_;
  std::optional<Error> failure_;
  bool reusable_ = false;
};

Status CheckRequest(const std::string& method, const HttpHeaders& headers) {
  if (!IsHttpToken(method)) return Error{"http.invalid", "the method is not a token"};
  for (const auto& [name, value] : headers.fields()) {
    if (!IsHttpToken(name) || !IsHttpFieldValue(value)) {
      return Error{"http.invalid", fmt::format("header \"{}\" cannot be sent: a name is a token, a "
                                               "value has no line breaks",
                                               name)};
    }
  }
  return {};
}

class HttplibClient final : public HttpClient {
 public:
  explicit HttplibClient(HttpClientOptions options)
      : options_(std::move(options)), proxies_(HttpProxySettings::FromEnvironment()) {}

  Result<HttpResponse> Send(const std::string& method, const std::string& url,
                            const HttpHeaders& headers, const std::string& body,
                            std::stop_token stop) override {
    try {
      return SendOnce(method, url, headers, body, std::move(stop));
    } catch (const std::exception& error) {
      return Error{"http.invalid", fmt::format("the HTTP library failed: {}", error.what())};
    }
  }

 private:
  Result<HttpResponse> SendOnce(const std::string& method, const std::string& url,
                                const HttpHeaders& headers, const std::string& body,
                                std::stop_token stop) {
    const auto uri = ParseUri(url);
    if (!uri) return Error{"http.url", uri.error().message};
    auto origin = OriginOf(*uri);
    if (!origin) return origin.error();
    if (Status status = CheckRequest(method, headers); !status) return status.error();
    if (stop.stop_requested()) return Error{"http.cancelled", "the request was cancelled"};
    const HttpHeaders complete = Complete(headers, *uri, origin->tls, method, body);
    const std::string key = fmt::format("{} {}", origin->tls, origin->Authority());
    auto connection = Take(key, *origin);
    auto response = connection->Send({method, uri->RequestTarget(), complete, body}, stop);
    if (response) PutBack(key, std::move(connection));
    return response;
  }

  Result<HttpOrigin> OriginOf(const Uri& uri) const {
    HttpOrigin origin;
    std::string scheme = uri.scheme;
    std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (scheme != "http" && scheme != "https") {
      return Error{"http.url", fmt::format("\"{}\" is not http or https", uri.scheme)};
    }
    if (uri.host.empty() || uri.EffectivePort() == 0) {
      return Error{"http.url", "the URL names no host and port to connect to"};
    }
    if (!uri.userinfo.empty()) {
      return Error{"http.url", "credentials in a URL are not sent: use an Authorization header"};
    }
    origin.tls = scheme == "https";
    origin.host = WithoutBrackets(uri.host);
    origin.port = uri.EffectivePort();
    if (origin.tls) {
      auto proxy = proxies_.ForHttps(uri.host);
      if (!proxy) return proxy.error();
      origin.proxy = *std::move(proxy);
    }
    return origin;
  }

  HttpHeaders Complete(const HttpHeaders& headers, const Uri& uri, bool tls,
                       const std::string& method, const std::string& body) const {
    HttpHeaders complete = headers;
    if (!headers.Has("Host")) {
      const bool default_port = uri.EffectivePort() == (tls ? 443 : 80);
      complete.Add("Host",
                   default_port ? uri.host : fmt::format("{}:{}", uri.host, uri.EffectivePort()));
    }
    const bool expects_body = method == "POST" || method == "PUT" || method == "PATCH";
    if (!headers.Has("Content-Length") && (expects_body || !body.empty())) {
      complete.Add("Content-Length", std::to_string(body.size()));
    }
    if (!headers.Has("User-Agent") && !options_.user_agent.empty()) {
      complete.Add("User-Agent", options_.user_agent);
    }
    return complete;
  }

  std::unique_ptr<Connection> Take(const std::string& key, const HttpOrigin& origin) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      auto& idle = idle_[key];
      while (!idle.empty()) {
        std::unique_ptr<Connection> connection = std::move(idle.back());
        idle.pop_back();
        if (connection->reusable()) return connection;
      }
    }
    return std::make_unique<Connection>(origin, options_, [this] { return Context(); });
  }

  void PutBack(const std::string& key, std::unique_ptr<Connection> connection) {
    if (!connection->reusable()) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    auto& idle = idle_[key];
    if (idle.size() < kMaxIdlePerOrigin) idle.push_back(std::move(connection));
  }

  // Made when first needed: reading the system's certificates takes longer than many a run.
  Result<SSL_CTX*> Context() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!context_) {
      auto made = MakeClientTlsContext(options_.ca_file, options_.verify_tls);
      if (!made) return made.error();
      context_ = *std::move(made);
    }
    return context_.get();
  }

  const HttpClientOptions options_;
  const HttpProxySettings proxies_;
  std::mutex mutex_;
  SslContextPtr context_;
  std::map<std::string, std::vector<std::unique_ptr<Connection>>> idle_;
};

}  // namespace

std::unique_ptr<HttpClient> MakeHttpClient(HttpClientOptions options) {
  return std::make_unique<HttplibClient>(std::move(options));
}

}  // namespace aweber
