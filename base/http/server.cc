#include "base/http/server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <future>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "base/http/connection.h"
#include "base/http/connection_threads.h"
#include "base/http/socket_stream.h"
#include "base/http/tls.h"

namespace aweber {
namespace {

constexpr int kBacklog = 1024;  // the library's 5 makes bursts of connections wait a second

// Connections open now, to be cut when the server stops.
class OpenConnections {
 public:
  void Add(SocketStream* stream) {
    const std::lock_guard<std::mutex> lock(mutex_);
    streams_.insert(stream);
  }
  void Remove(SocketStream* stream) {
    const std::lock_guard<std::mutex> lock(mutex_);
    streams_.erase(stream);
  }
  int Count() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return static_cast<int>(streams_.size());
  }
  void InterruptAll() {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (SocketStream* stream : streams_) stream->Interrupt();
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_set<SocketStream*> streams_;
};

class ThreadPerConnection : public httplib::TaskQueue {
 public:
  explicit ThreadPerConnection(int limit) : threads_(limit) {}
  void enqueue(std::function<void()> job) override { threads_.Run(std::move(job)); }
  void shutdown() override { threads_.Shutdown(); }

 private:
  ConnectionThreads threads_;
};

// httplib binds, listens, accepts and hands each socket to a thread. What is said on the socket is
// HttpConnection's: httplib's own request handling decodes, merges and drops what must stay raw.
class Listener : public httplib::Server {
 public:
  Listener(const HttpService& service, OpenConnections& open) : service_(service), open_(open) {
    // Not SO_REUSEPORT, the library's default: it lets two servers share a port.
    set_socket_options([](socket_t fd) {
      const int on = 1;
      ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
      ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    });
    new_task_queue = [this]() -> httplib::TaskQueue* {
      listening_.set_value();
      return new ThreadPerConnection(service_.options.max_connections);
    };
  }

  // The port, or nothing when it cannot be had.
  std::optional<std::uint16_t> Bind(const std::string& host, std::uint16_t port) {
    int bound = port;
    if (port == 0) {
      bound = bind_to_any_port(host);
    } else if (!bind_to_port(host, port)) {
      bound = -1;
    }
    if (bound <= 0 || ::listen(svr_sock_, kBacklog) != 0) return std::nullopt;
    return static_cast<std::uint16_t>(bound);
  }

  // Returns when stop() will be heard: the library ignores one that comes earlier.
  void StartListening() {
    thread_ = std::thread([this] { listen_after_bind(); });
    listening_.get_future().wait();
  }

  void StopListening() {
    stop();
    open_.InterruptAll();
    if (thread_.joinable()) thread_.join();
  }

 private:
  bool process_and_close_socket(socket_t fd) override {
    SocketStream stream(fd);
    open_.Add(&stream);
    // Looked at after Add: a stop either sees this connection or is seen by it.
    if (!service_.stop.stop_requested()) {
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      ::fcntl(fd, F_SETFD, FD_CLOEXEC);
      try {
        HttpConnection(stream, service_).Run();
      } catch (...) {
        // Out of memory: this connection ends, the others go on.
      }
    }
    open_.Remove(&stream);
    return true;
  }

  const HttpService& service_;
  OpenConnections& open_;
  std::promise<void> listening_;
  std::thread thread_;
};

Result<KeyAndCertificate> SelectCertificate(const HttpServerOptions& options,
                                            const std::string& server_name) {
  if (options.select_certificate) {
    auto selected = options.select_certificate(server_name);
    if (selected && !selected->certificate_pem.empty()) return selected;
  }
  if (options.certificate.certificate_pem.empty()) {
    return Error{"tls.certificate", fmt::format("no certificate for \"{}\"", server_name)};
  }
  return options.certificate;
}

Status CheckCertificate(const HttpServerOptions& options) {
  if (options.certificate.certificate_pem.empty()) {
    if (!options.tls || options.select_certificate) return {};
    return Error{"tls.certificate", "a TLS server needs a certificate"};
  }
  const auto parsed = ParseKeyAndCertificate(options.certificate);
  return parsed ? Status() : Status(parsed.error());
}

// Hosts that mean "all interfaces" cannot be connected to by that name.
std::string UrlHost(const std::string& host) {
  if (host.empty() || host == "0.0.0.0") return "127.0.0.1";
  if (host == "::") return "[::1]";
  return host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
}

}  // namespace

struct HttpServer::Impl {
  HttpService service;
  OpenConnections open;
  std::stop_source stop;
  std::uint16_t port = 0;
  std::mutex stop_mutex;
  std::unique_ptr<Listener> listener;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() { Stop(); }

Result<std::unique_ptr<HttpServer>> HttpServer::Start(HttpServerOptions options, Handler handler,
                                                      MalformedHandler on_malformed) {
  if (auto status = CheckCertificate(options); !status) return status.error();
  auto impl = std::make_unique<Impl>();
  HttpService& service = impl->service;
  service.options = std::move(options);
  service.handler = std::move(handler);
  service.on_malformed = std::move(on_malformed);
  service.stop = impl->stop.get_token();
  if (service.options.tls || service.options.accept_connect) {
    auto tls = TlsServerContext::Create([&service](const std::string& server_name) {
      return SelectCertificate(service.options, server_name);
    });
    if (!tls) return tls.error();
    service.tls = *std::move(tls);
  }
  impl->listener = std::make_unique<Listener>(service, impl->open);
  errno = 0;
  const auto port = impl->listener->Bind(service.options.host, service.options.port);
  if (!port) {
    const std::string why = errno != 0 ? std::strerror(errno) : "the address cannot be used";
    return Error{"http.bind", fmt::format("cannot listen on {}:{}: {}; free the port, or ask for "
                                          "port 0 to get any free one",
                                          service.options.host, service.options.port, why)};
  }
  impl->port = *port;
  impl->listener->StartListening();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::uint16_t HttpServer::port() const { return impl_->port; }

std::string HttpServer::base_url() const {
  const HttpServerOptions& options = impl_->service.options;
  return fmt::format("{}://{}:{}", options.tls ? "https" : "http", UrlHost(options.host),
                     impl_->port);
}

std::stop_token HttpServer::stop_token() const { return impl_->stop.get_token(); }

int HttpServer::open_connections() const { return impl_->open.Count(); }

void HttpServer::Stop() {
  const std::lock_guard<std::mutex> lock(impl_->stop_mutex);
  impl_->stop.request_stop();
  impl_->listener->StopListening();
}

}  // namespace aweber
