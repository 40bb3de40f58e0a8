// HttpConnection: serves the requests of one accepted socket, one after another.
//
// Purpose: what lies between a socket and the handler: reading heads and bodies, TLS and CONNECT,
//   refusing what is malformed, and handing responses to the writer. Nothing of it depends on the
//   HTTP library, whose own parser loses what this project is about (see base/http/head.h).
// Ownership: refers to the stream and the service, which outlive it.
// Thread safety: one connection, one thread. Many connections share one HttpService.
// Errors: end with the connection; malformed requests go to HttpService::on_malformed.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "base/http/head.h"
#include "base/http/server.h"
#include "base/http/socket_stream.h"
#include "base/http/tls.h"

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
  HttpConnection(SocketStream& stream, const HttpService& service);
  void Run();  // until the connection has ended; the stream is left to be closed

 private:
  enum class Next { kGoOn, kClose, kAbandon };

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
  HttpResponse CallHandler(const HttpRequest& request) const;
  // Appends what arrives to input_. 0 at the end, -1 on error.
  long ReadMore();
  void CloseInOrder();

  SocketStream& stream_;
  const HttpService& service_;
  std::string peer_;
  std::string server_name_;
  bool tunnel_ = false;  // behind an accepted CONNECT
  std::string input_;    // read and not yet consumed
  std::size_t head_size_ = 0;
};

}  // namespace aweber
