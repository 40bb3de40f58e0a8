// Many connections, and the end of all of them.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/http/server.h"
#include "base/os/descriptor.h"
#include "tests/support/http_helpers.h"
#include "tests/support/raw_socket.h"

namespace aweber {
namespace {

using Clock = std::chrono::steady_clock;
using test::Echo;
using test::RawSocket;
using test::StartServer;
using test::StatusLineOf;

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

// Answers one request on each of `count` connections and leaves them open.
std::vector<RawSocket> IdleConnections(const HttpServer& server, int count) {
  std::vector<RawSocket> sockets;
  for (int i = 0; i < count; ++i) {
    sockets.emplace_back(server.port());
    sockets.back().Send(kGet);
    EXPECT_EQ(StatusLineOf(sockets.back().ReadResponse()), "HTTP/1.1 200 OK");
  }
  return sockets;
}

TEST(HttpServerLifetime, FiveHundredIdleConnectionsDelayNobody) {
  const auto server = StartServer(Echo);
  const auto idle = IdleConnections(*server, 500);
  EXPECT_EQ(server->open_connections(), 500);
  std::vector<Clock::duration> times;
  for (int i = 0; i < 20; ++i) {
    const auto start = Clock::now();
    RawSocket socket(server->port());
    socket.Send(kGet);
    EXPECT_EQ(StatusLineOf(socket.ReadResponse()), "HTTP/1.1 200 OK");
    times.push_back(Clock::now() - start);
  }
  // A starved pool takes seconds; the median leaves room for a busy machine.
  std::nth_element(times.begin(), times.begin() + 10, times.end());
  EXPECT_LT(times[10], std::chrono::milliseconds(50));
}

TEST(HttpServerLifetime, ABurstOfConnectionsIsTakenAtOnce) {
  const auto server = StartServer(Echo);
  const auto start = Clock::now();
  std::vector<RawSocket> sockets;
  for (int i = 0; i < 300; ++i) sockets.emplace_back(server->port());
  // A full backlog makes the kernel drop SYNs, which are sent again after a second.
  EXPECT_LT(Clock::now() - start, std::chrono::milliseconds(900));
  for (RawSocket& socket : sockets) socket.Send(kGet);
  for (RawSocket& socket : sockets) {
    EXPECT_EQ(StatusLineOf(socket.ReadResponse()), "HTTP/1.1 200 OK");
  }
}

TEST(HttpServerLifetime, IdleConnectionsHoldNoThread) {
  HttpServerOptions options;
  options.max_threads = 1;
  const auto server = StartServer(options, Echo);
  auto idle = IdleConnections(*server, 20);
  for (RawSocket& socket : idle) {
    socket.Send(kGet);
    EXPECT_EQ(StatusLineOf(socket.ReadResponse()), "HTTP/1.1 200 OK");
  }
}

// Answers "/hang" never and everything else at once.
HttpResponse HangIfAsked(const HttpRequest& request) {
  HttpResponse response = Echo(request);
  if (request.target == "/hang") response.fault.kind = WireFault::Kind::kHang;
  return response;
}

TEST(HttpServerLifetime, RequestsOverTheLimitWaitForAFreeThread) {
  HttpServerOptions options;
  options.max_threads = 2;
  const auto server = StartServer(options, HangIfAsked);
  std::vector<RawSocket> hanging;
  for (int i = 0; i < 2; ++i) {
    hanging.emplace_back(server->port());
    hanging.back().Send("GET /hang HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  RawSocket third(server->port());
  third.Send(kGet);
  EXPECT_EQ(third.ReadSome(50), "");
  EXPECT_EQ(third.end(), RawSocket::End::kTimeout);
  hanging.pop_back();
  EXPECT_EQ(StatusLineOf(third.ReadResponse()), "HTTP/1.1 200 OK");
}

TEST(HttpServerLifetime, AConnectionOverTheLimitIsToldSoAtOnce) {
  HttpServerOptions options;
  options.max_connections = 2;
  const auto server = StartServer(options, Echo);
  auto idle = IdleConnections(*server, 2);
  RawSocket third(server->port());
  EXPECT_EQ(third.ReadAll(),
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Length: 38\r\nConnection: close\r\n\r\n"
            "too many open connections; close some\n");
  EXPECT_EQ(third.end(), RawSocket::End::kFin);
  idle[0].Send(kGet);  // the others go on
  EXPECT_EQ(StatusLineOf(idle[0].ReadResponse()), "HTTP/1.1 200 OK");
  idle.pop_back();
  while (server->open_connections() == 2) std::this_thread::yield();
  RawSocket fourth(server->port());
  fourth.Send(kGet);
  EXPECT_EQ(StatusLineOf(fourth.ReadResponse()), "HTTP/1.1 200 OK");
}

// Descriptors are the whole process's: all are taken, but for the client's.
TEST(HttpServerLifetime, AConnectionWithoutADescriptorLeftIsToldSoAtOnce) {
  const auto server = StartServer(Echo);
  auto idle = IdleConnections(*server, 1);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 100;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  std::vector<Descriptor> taken;
  do {
    taken.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  } while (taken.back());
  taken.pop_back();  // the one that could not be had
  taken.pop_back();
  RawSocket refused(server->port());
  const std::string answer = refused.ReadAll();
  taken.clear();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(StatusLineOf(answer), "HTTP/1.1 503 Service Unavailable");
  EXPECT_THAT(answer,
              testing::HasSubstr("no file descriptor is left; raise the limit (ulimit -n)"));
  idle[0].Send(kGet);  // the others go on
  EXPECT_EQ(StatusLineOf(idle[0].ReadResponse()), "HTTP/1.1 200 OK");
  EXPECT_EQ(IdleConnections(*server, 1).size(), 1u);  // and so do newcomers
}

TEST(HttpServerLifetime, IdleConnectionsAreClosedAfterTheIdleTimeout) {
  HttpServerOptions options;
  options.idle_timeout_ms = 30;
  const auto server = StartServer(options, Echo);
  auto idle = IdleConnections(*server, 1);
  EXPECT_EQ(idle[0].ReadAll(), "");
  EXPECT_EQ(idle[0].end(), RawSocket::End::kFin);
}

TEST(HttpServerLifetime, StopsWithinASecondWhateverThePeersDo) {
  test::Recorder<int> waiting;
  std::stop_token stop;
  const auto wait_for_stop = [&] {
    waiting.Add(1);
    std::mutex mutex;
    std::unique_lock<std::mutex> lock(mutex);
    std::condition_variable_any().wait(lock, stop, [] { return false; });
  };
  const auto server = StartServer([&](const HttpRequest& request) {
    HttpResponse response = Echo(request);
    if (request.target == "/hang") response.fault.kind = WireFault::Kind::kHang;
    if (request.target == "/gate") wait_for_stop();
    if (request.target == "/delay") response.fault.delay_ms = 3'600'000;
    if (request.target == "/huge") response.body = std::string(16 << 20, 'x');
    if (request.target == "/stream") {
      response.stream = [] { return std::optional<std::string>("tick\n"); };
    }
    return response;
  });
  stop = server->stop_token();
  std::vector<RawSocket> peers;
  for (const char* target : {"/hang", "/gate", "/delay", "/huge", "/stream"}) {
    for (int i = 0; i < 5; ++i) {
      peers.emplace_back(server->port());
      peers.back().Send(std::string("GET ") + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }
  }
  for (int i = 0; i < 5; ++i) {
    peers.emplace_back(server->port());  // says nothing
    peers.emplace_back(server->port());
    peers.back().Send("GET / HTTP/1.1\r\nHo");  // half a head
    peers.emplace_back(server->port());
    peers.back().Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n1");  // half a body
  }
  ASSERT_EQ(waiting.Await(5).size(), 5u);
  const auto start = Clock::now();
  server->Stop();
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(1));
  EXPECT_EQ(server->open_connections(), 0);
  server->Stop();  // again: nothing to do
}

TEST(HttpServerLifetime, StopCutsWhatIsWaitingForAThread) {
  HttpServerOptions options;
  options.max_threads = 1;
  const auto server = StartServer(options, HangIfAsked);
  RawSocket hanging(server->port());
  hanging.Send("GET /hang HTTP/1.1\r\nHost: h\r\n\r\n");
  RawSocket waiting(server->port());
  waiting.Send(kGet);
  server->Stop();
  waiting.ReadAll();
  EXPECT_NE(waiting.end(), RawSocket::End::kTimeout);
}

TEST(HttpServerLifetime, StartsAndStopsAgainAndAgain) {
  for (int i = 0; i < 50; ++i) {
    const auto server = StartServer(Echo);
    if (i % 2 == 0) continue;
    RawSocket socket(server->port());
    socket.Send(kGet);
    EXPECT_EQ(StatusLineOf(socket.ReadResponse()), "HTTP/1.1 200 OK");
  }
}

TEST(HttpServerLifetime, ServesManyThreadsAtOnce) {
  const auto server = StartServer(Echo);
  std::vector<std::jthread> threads;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      RawSocket socket(server->port());
      for (int n = 0; n < 200; ++n) {
        socket.Send(kGet);
        if (StatusLineOf(socket.ReadResponse()) == "HTTP/1.1 200 OK") ++answered;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(answered, 1600);
}

// Each handler waits until all of them are in: with fewer threads than requests nobody is answered.
TEST(HttpServerLifetime, RequestsThatAreHeldUpGetMoreThreads) {
  constexpr int kRequests = 60;
  std::mutex mutex;
  std::condition_variable all_in;
  int in = 0;
  const auto server = StartServer([&](HttpRequest&& request) {
    std::unique_lock lock(mutex);
    if (++in == kRequests) all_in.notify_all();
    if (!all_in.wait_for(lock, std::chrono::seconds(20), [&] { return in >= kRequests; })) {
      return HttpResponse{.status = 500};
    }
    return Echo(std::move(request));
  });
  std::vector<RawSocket> sockets;
  for (int i = 0; i < kRequests; ++i) {
    sockets.emplace_back(server->port());
    sockets.back().Send(kGet);
  }
  for (RawSocket& socket : sockets) {
    EXPECT_EQ(StatusLineOf(socket.ReadResponse()), "HTTP/1.1 200 OK");
  }
}

}  // namespace
}  // namespace aweber
