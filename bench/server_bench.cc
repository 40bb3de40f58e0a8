// The mock under load: the token endpoint beside an empty handler on the same transport, the cost
// of a request as live tokens grow, and a newcomer among idle connections.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include "base/http/server.h"
#include "base/os/clock.h"
#include "base/text/base64.h"
#include "base/text/form.h"
#include "bench/raw_connection.h"
#include "mockserver/mock_server.h"

namespace aweber {
namespace {

using bench::RawConnection;

// What a reply of the token endpoint weighs.
constexpr const char* kTokenReply =
    R"({"access_token":"0123456789abcdef0123456789abcdef","token_type":"bearer",)"
    R"("expires_in":3600,"refresh_token":"fedcba9876543210fedcba9876543210"})";

template <typename T>
T Must(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "bench: {}\n", result.error().message);
    std::abort();
  }
  return std::move(result).value();
}

// Requests a second over all threads, by the wall: thread 0 times its own loop, and every thread
// does as many iterations as it.
class Rate {
 public:
  explicit Rate(benchmark::State& state) : state_(state), began_(SystemClock::System().Steady()) {}
  void Stop() {
    const auto took = SystemClock::System().Steady() - began_;
    if (state_.thread_index() != 0) return;
    state_.counters["per_second"] = static_cast<double>(state_.iterations()) * state_.threads() *
                                    1e6 / static_cast<double>(took.count());
  }

 private:
  benchmark::State& state_;
  Micros began_;
};

std::uint16_t PortOf(const std::string& url) {
  return static_cast<std::uint16_t>(std::atoi(url.c_str() + url.rfind(':') + 1));
}

// One mock for a benchmark, with a confidential client that may have tokens issued.
struct Mock {
  std::unique_ptr<mock::MockServer> server;
  mock::RegisteredClient client;
  std::string basic;

  Mock() {
    mock::MockServerOptions options;
    options.scheme = "http";
    options.seed = 1;
    server = Must(mock::MockServer::Start(options));
    for (const auto& candidate : server->default_space()->clients()) {
      if (!candidate.is_public) client = candidate;
    }
    basic = Base64Encode(FormEncode(client.id) + ":" + FormEncode(client.secret));
  }
  std::string IssueRefreshToken() const {
    auto issued = Must(server->default_space()->IssueTokens({client.id, "", client.scopes}));
    return issued.second.value;
  }
};

void EmptyHandler(benchmark::State& state) {
  static std::unique_ptr<HttpServer> server;
  if (state.thread_index() == 0) {
    server = Must(HttpServer::Start({}, [](const HttpRequest&) {
      HttpResponse response;
      response.headers.Add("Content-Type", "application/json");
      response.headers.Add("Cache-Control", "no-store");
      response.body = kTokenReply;
      return response;
    }));
  }
  std::unique_ptr<RawConnection> connection;
  Rate rate(state);
  const std::string request = bench::TokenRequest("eDp5", "grant_type=refresh_token");
  for (auto _ : state) {
    if (!connection) connection = std::make_unique<RawConnection>(server->port());
    connection->Exchange(request);
  }
  rate.Stop();
  connection.reset();
  if (state.thread_index() == 0) server.reset();
}
BENCHMARK(EmptyHandler)->Threads(16)->UseRealTime()->MinTime(2);

// Every request is a refresh with rotation: the endpoint's most expensive ordinary work.
void TokenEndpoint(benchmark::State& state) {
  static std::unique_ptr<Mock> mock;
  if (state.thread_index() == 0) mock = std::make_unique<Mock>();
  std::unique_ptr<RawConnection> connection;
  std::string refresh;
  Rate rate(state);
  for (auto _ : state) {
    if (!connection) {
      connection = std::make_unique<RawConnection>(PortOf(mock->server->base_url()));
      refresh = mock->IssueRefreshToken();
    }
    const auto body = connection->Exchange(
        bench::TokenRequest(mock->basic, "grant_type=refresh_token&refresh_token=" + refresh));
    refresh = bench::Member(body, "refresh_token");
  }
  rate.Stop();
  connection.reset();
  if (state.thread_index() == 0) mock.reset();
}
BENCHMARK(TokenEndpoint)->Threads(16)->UseRealTime()->MinTime(2);

// The same work without a socket, with so many tokens alive.
void RefreshAmongLiveTokens(benchmark::State& state) {
  const Mock mock;
  const auto before = bench::HeapBytes();
  for (std::int64_t i = 0; i < state.range(0); i += 2) mock.IssueRefreshToken();  // two tokens each
  state.counters["bytes_per_token"] =
      static_cast<double>(bench::HeapBytes() - before) / static_cast<double>(state.range(0));
  std::string refresh = mock.IssueRefreshToken();
  HttpRequest request;
  request.method = "POST";
  request.target = "/oauth2/token";
  request.headers.Add("Authorization", "Basic " + mock.basic);
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
  for (auto _ : state) {
    request.body = "grant_type=refresh_token&refresh_token=" + refresh;
    refresh = bench::Member(mock.server->Dispatch(request).body, "refresh_token");
  }
}
BENCHMARK(RefreshAmongLiveTokens)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

// Idle connections must not delay a new one.
void NewcomerAmongIdleConnections(benchmark::State& state) {
  const Mock mock;
  const auto port = PortOf(mock.server->base_url());
  std::vector<std::unique_ptr<RawConnection>> idle;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    idle.push_back(std::make_unique<RawConnection>(port));
  }
  std::vector<double> milliseconds;
  for (auto _ : state) {
    const auto began = SystemClock::System().Steady();
    RawConnection newcomer(port);
    newcomer.Exchange("GET /1.0/accounts HTTP/1.1\r\nHost: localhost\r\n\r\n");
    milliseconds.push_back(static_cast<double>((SystemClock::System().Steady() - began).count()) /
                           1000);
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  state.counters["p99_ms"] = milliseconds[milliseconds.size() * 99 / 100];
}
BENCHMARK(NewcomerAmongIdleConnections)->Arg(0)->Arg(500)->Iterations(1000)->UseRealTime();

}  // namespace
}  // namespace aweber
