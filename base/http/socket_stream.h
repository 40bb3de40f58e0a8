// SocketStream: one connected socket, in plain text or TLS, read and written by one thread.
//
// Purpose: the bytes of a connection exactly as they are, for server and client: deadlines, and the
//   unkind endings (reset, FIN without close_notify) that wire faults need.
// Ownership: owns the descriptor, closed on destruction unless Release() took it.
// Thread safety: one thread at a time, except Interrupt(), which any thread may call as long as the
//   object lives: whatever the owner waits for then ends with an error or end of file.
// Units: milliseconds of real time; deadlines are on SystemClock's Steady().
// Errors: reads answer -1 and say why in timed_out(); StartTls answers Error{"tls.handshake"}.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/os/clock.h"
#include "base/result.h"

namespace aweber {

class SocketStream {
 public:
  explicit SocketStream(int fd);
  ~SocketStream();
  SocketStream(const SocketStream&) = delete;
  SocketStream& operator=(const SocketStream&) = delete;

  int fd() const { return fd_; }
  int Release();  // gives the descriptor up; nothing is sent
  bool tls() const { return ssl_ != nullptr; }
  SSL* ssl() const { return ssl_.get(); }

  // With a deadline, reads and writes together end then. Without one the socket's own timeouts
  // hold.
  void SetDeadline(Micros steady) { deadline_ = steady; }
  void SetDeadlineAfter(int milliseconds);
  void ClearDeadline() { deadline_ = Micros::max(); }

  // The number of bytes read, 0 at the end of the stream, -1 on error or timeout.
  long Read(char* buffer, std::size_t size);
  bool timed_out() const { return timed_out_; }
  bool Write(std::string_view bytes);  // all of them, or false
  // Application bytes handed to the kernel (before encryption) since the last ResetCount.
  std::size_t bytes_written() const { return bytes_written_; }
  void ResetCount() { bytes_written_ = 0; }

  // Bytes already read from the socket that TLS has yet to see.
  void Unread(std::string bytes) { unread_ = std::move(bytes); }
  // `ssl` is configured but has no BIO yet; this object owns it from now on.
  Status StartTlsServer(SSL* ssl) { return StartTls(ssl, /*server=*/true); }
  Status StartTlsClient(SSL* ssl) { return StartTls(ssl, /*server=*/false); }

  // Waits until the peer closes its side or the stream is interrupted; false when `milliseconds`
  // passed before (negative: no limit).
  bool AwaitPeerGone(int milliseconds);
  // Whether a read would return something at once (data, end of file, or an error).
  bool Readable() const;
  // Whether bytes that have left the socket wait to be read.
  bool HasBuffered() const;
  // Acknowledges what has arrived without the usual delay: a peer that is not allowed to send its
  // next small segment before (Nagle's algorithm) would wait 40 ms.
  void AcknowledgeNow();

  void CloseNotify();    // TLS only: says goodbye properly
  void ShutdownWrite();  // FIN, nothing else
  void Reset();          // RST; the descriptor stays open but dead
  // Reads and drops what still arrives, so that closing does not turn into an RST that overtakes
  // the response (RFC 9112 §9.6). Ends with the peer's FIN or after `milliseconds`.
  void Drain(int milliseconds);
  void Interrupt();  // any thread

 private:
  struct SslFree {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  friend struct SocketBio;

  Status StartTls(SSL* ssl, bool server);
  long RawRead(char* buffer, std::size_t size);
  long RawWrite(const char* bytes, std::size_t size);
  bool Wait(short events);  // until the deadline

  int fd_;
  std::unique_ptr<SSL, SslFree> ssl_;
  Micros deadline_ = Micros::max();
  std::string unread_;
  std::size_t bytes_written_ = 0;
  bool timed_out_ = false;
  bool end_of_file_ = false;
  bool dead_ = false;  // TLS failed or reset: say nothing more
};

}  // namespace aweber
