// HttpConnection: serves the requests of one accepted socket, one after another.
//
// Purpose: what lies between a socket and the handler: reading heads and bodies, TLS and CONNECT,
//   refusing what is malformed, and handing responses to the writer.
// Ownership: owns the socket; refers to the service, which outlives it.
// Thread safety: one thread at a time, except Interrupt(). Many connections share one HttpService.
// Errors: end with the connection; malformed requests go to HttpService::on_malformed.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "base/http/head.h"
#include "base/http/server.h"
#include "base/http/socket_stream.h"
#include "base/http/tls.h"
#include "base/os/descriptor.h"

namespace aweber {

// What all connections of a server share.
struct HttpService {
  HttpServerOptions options;
  HttpServer::Handler handler;
  HttpServer::MalformedHandler on_malformed;
  std::unique_ptr<TlsServerContext> tls;  // set when TLS can be spoken at all
  std::stop_token stop;
};

class HttpConnection {
 public:
  HttpConnection(Descriptor socket, std::string peer, const HttpService& service);

  // Call it when the socket is readable: serves the requests that have arrived or begun. True: call
  // again when there is more; false: the connection has ended, and is closed by destruction.
  bool Serve();
  int fd() const { return stream_.fd(); }
  void Interrupt() { stream_.Interrupt(); }  // any thread

 private:
  enum class Next { kGoOn, kWait, kClose, kAbandon };

  Next ServeOne();
  Next ReadHead();  // into input_, head_size_
  Next ReadBody(const RequestHead& head, std::string& body);
  Next ReadLength(std::size_t length, std::string& body);
  Next ReadChunked(std::string& body);
  Next Answer(RequestHead head, std::string body);
  Next Connect(const RequestHead& head);
  Next BeginTls();
  Next Refuse(const HttpRefusal& refusal);
  void ReportMalformed(int status, std::string reason);
  HttpResponse CallHandler(HttpRequest request) const;
  // Appends what arrives to input_. 0 at the end, -1 on error.
  long ReadMore();
  // Whether reading now would wait for a peer that has begun nothing.
  bool NothingArrived();
  void CloseInOrder();

  SocketStream stream_;
  const HttpService& service_;
  std::string peer_;
  std::string server_name_;
  bool readable_ = false;  // the socket was said to be, and was not read yet
  bool tls_due_;           // a handshake comes first
  bool tunnel_ = false;    // behind an accepted CONNECT
  int empty_lines_ = 0;    // seen before the request line at hand
  std::string input_;      // read and not yet consumed
  std::size_t head_size_ = 0;
};

}  // namespace aweber
