#include "base/http/socket_stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

#include "base/http/tls.h"

namespace aweber {

// The BIO through which OpenSSL reaches the socket, so that deadlines and bytes read ahead are the
// same for plain text and TLS, and no SIGPIPE is raised.
struct SocketBio {
  static int Read(BIO* bio, char* buffer, int size) {
    BIO_clear_retry_flags(bio);
    auto* stream = static_cast<SocketStream*>(BIO_get_data(bio));
    return static_cast<int>(stream->RawRead(buffer, static_cast<std::size_t>(size)));
  }

  static int Write(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    auto* stream = static_cast<SocketStream*>(BIO_get_data(bio));
    return static_cast<int>(stream->RawWrite(bytes, static_cast<std::size_t>(size)));
  }

  static long Control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static const BIO_METHOD* Method() {
    static const BIO_METHOD* const method = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "aweber socket");
      BIO_meth_set_read(made, Read);
      BIO_meth_set_write(made, Write);
      BIO_meth_set_ctrl(made, Control);
      BIO_meth_set_create(made, [](BIO* bio) {
        BIO_set_init(bio, 1);
        return 1;
      });
      return made;
    }();
    return method;
  }
};

SocketStream::SocketStream(int fd) : fd_(fd) {}

SocketStream::~SocketStream() {
  ssl_.reset();
  if (fd_ >= 0) ::close(fd_);
}

int SocketStream::Release() {
  const int fd = fd_;
  fd_ = -1;
  return fd;
}

void SocketStream::SetDeadlineAfter(int milliseconds) {
  deadline_ = SystemClock::System().Steady() + std::chrono::milliseconds(milliseconds);
}

bool SocketStream::Wait(short events) {
  while (true) {
    const Micros left = deadline_ - SystemClock::System().Steady();
    if (left <= Micros::zero()) return false;
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    pollfd entry{fd_, events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::min<long>(ms, 3'600'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // let the read or write report it
  }
}

long SocketStream::RawRead(char* buffer, std::size_t size) {
  if (!unread_.empty()) {
    const std::size_t taken = std::min(size, unread_.size());
    std::memcpy(buffer, unread_.data(), taken);
    unread_.erase(0, taken);
    return static_cast<long>(taken);
  }
  const bool has_deadline = deadline_ != Micros::max();
  while (true) {
    const ssize_t got = ::recv(fd_, buffer, size, has_deadline ? MSG_DONTWAIT : 0);
    end_of_file_ = got == 0;
    if (got >= 0) return got;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return -1;
    if (!has_deadline || !Wait(POLLIN)) {
      timed_out_ = true;
      return -1;
    }
  }
}

long SocketStream::RawWrite(const char* bytes, std::size_t size) {
  const bool has_deadline = deadline_ != Micros::max();
  while (true) {
    const ssize_t put = ::send(fd_, bytes, size, MSG_NOSIGNAL | (has_deadline ? MSG_DONTWAIT : 0));
    if (put >= 0) return put;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return -1;
    if (!has_deadline || !Wait(POLLOUT)) {
      timed_out_ = true;
      return -1;
    }
  }
}

long SocketStream::Read(char* buffer, std::size_t size) {
  timed_out_ = false;
  if (!ssl_) return RawRead(buffer, size);
  if (dead_) return -1;
  const int limit = static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
  const int got = SSL_read(ssl_.get(), buffer, limit);
  if (got > 0) return got;
  const int error = SSL_get_error(ssl_.get(), got);
  ClearTlsErrors();
  if (error == SSL_ERROR_ZERO_RETURN) return 0;
  dead_ = true;
  // An end without close_notify counts as an end, too: HTTP has its own framing to notice.
  return end_of_file_ ? 0 : -1;
}

bool SocketStream::Write(std::string_view bytes) {
  timed_out_ = false;
  while (!bytes.empty()) {
    long put = -1;
    if (!ssl_) {
      put = RawWrite(bytes.data(), bytes.size());
    } else if (!dead_) {
      const std::size_t most = std::min<std::size_t>(bytes.size(), 1u << 20);
      put = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(most));
    }
    if (put <= 0) {
      if (ssl_) {
        dead_ = true;
        ClearTlsErrors();
      }
      return false;
    }
    bytes_written_ += static_cast<std::size_t>(put);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

Status SocketStream::StartTls(SSL* ssl, bool server) {
  ssl_.reset(ssl);
  timed_out_ = false;
  BIO* bio = BIO_new(SocketBio::Method());
  if (bio == nullptr) return TlsError("tls.handshake", "cannot make a TLS connection");
  BIO_set_data(bio, this);
  SSL_set_bio(ssl, bio, bio);
  ClearTlsErrors();
  const int done = server ? SSL_accept(ssl) : SSL_connect(ssl);
  if (done == 1) return {};
  dead_ = true;
  if (timed_out_) return Error{"tls.handshake", "TLS handshake timed out"};
  const int error = SSL_get_error(ssl, done);
  if (error == SSL_ERROR_SSL) return TlsError("tls.handshake", "TLS handshake failed");
  ClearTlsErrors();
  return Error{"tls.handshake", "the peer closed the connection during the TLS handshake"};
}

bool SocketStream::AwaitPeerGone(int milliseconds) {
  const Micros end = SystemClock::System().Steady() + std::chrono::milliseconds(milliseconds);
  while (true) {
    int wait = -1;
    if (milliseconds >= 0) {
      const Micros left = end - SystemClock::System().Steady();
      wait =
          std::max(0, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count()));
    }
    // Not POLLIN: pipelined requests must not look like a peer that left.
    pollfd entry{fd_, POLLRDHUP, 0};
    const int ready = ::poll(&entry, 1, wait);
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return true;
  }
}

bool SocketStream::Readable() const {
  pollfd entry{fd_, POLLIN | POLLRDHUP, 0};
  return ::poll(&entry, 1, 0) != 0;
}

bool SocketStream::HasBuffered() const {
  return !unread_.empty() || (ssl_ && SSL_has_pending(ssl_.get()) == 1);
}

void SocketStream::AcknowledgeNow() {
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

void SocketStream::CloseNotify() {
  if (!ssl_ || dead_) return;
  SSL_shutdown(ssl_.get());
  ClearTlsErrors();
  dead_ = true;
}

void SocketStream::ShutdownWrite() { ::shutdown(fd_, SHUT_WR); }

void SocketStream::Reset() {
  dead_ = true;
  // Disconnecting sends the RST at once, even when a child process inherited the descriptor;
  // lingering for zero seconds does so on close where disconnecting is not supported.
  linger immediately{};
  immediately.l_onoff = 1;
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &immediately, sizeof immediately);
  sockaddr nowhere{};
  nowhere.sa_family = AF_UNSPEC;
  static_cast<void>(::connect(fd_, &nowhere, sizeof nowhere));
}

void SocketStream::Drain(int milliseconds) {
  std::array<char, 16384> sink;
  SetDeadlineAfter(milliseconds);
  unread_.clear();
  while (RawRead(sink.data(), sink.size()) > 0) {
  }
}

void SocketStream::Interrupt() { ::shutdown(fd_, SHUT_RDWR); }

}  // namespace aweber
