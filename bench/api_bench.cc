// The API's data: what a space costs that uses the sample, and a find in a long list.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <vector>

#include "bench/raw_connection.h"
#include "mockserver/mock_server.h"

namespace aweber {
namespace {

constexpr const char* kClient = "AWeberMockConfidentialClient0001";

std::unique_ptr<mock::MockServer> StartMock(std::int64_t subscribers) {
  mock::MockServerOptions options{.scheme = "http", .seed = 1};
  options.settings.rate_limit = 0;
  options.sample_subscribers = subscribers;
  auto server = mock::MockServer::Start(options);
  if (!server) std::abort();
  return std::move(*server);
}

HttpRequest Ask(mock::Space& space, const std::string& path) {
  auto tokens = space.IssueTokens({kClient, "", {}});
  if (!tokens) std::abort();
  return {.method = "GET",
          .target = space.path_prefix() + path,
          .headers = {{"Authorization", "Bearer " + tokens->first.value}}};
}

// Made, asked once for its lists, kept: the counter says what one of them weighs.
void SpaceWithSampleData(benchmark::State& state) {
  const auto server = StartMock(1000);
  std::vector<std::shared_ptr<mock::Space>> kept;
  server->Dispatch(Ask(*server->default_space(), "/1.0/accounts/1000001/lists"));
  const auto before = bench::HeapBytes();
  for (auto _ : state) {
    auto made = server->CreateSpace({.name = fmt::format("s{}", kept.size())});
    if (!made) std::abort();
    kept.push_back(*made);
    benchmark::DoNotOptimize(
        server->Dispatch(Ask(*kept.back(), "/1.0/accounts/1000001/lists?ws.size=1")));
  }
  state.counters["bytes_each"] =
      static_cast<double>(bench::HeapBytes() - before) / static_cast<double>(kept.size());
}
BENCHMARK(SpaceWithSampleData)->Iterations(1000)->Unit(benchmark::kMicrosecond);

// By address, by tags that many have, by place and day; the whole request, without a socket. The
// sample is drawn by the first request, before the time is taken.
void FindAmongSubscribers(benchmark::State& state, const char* query) {
  const auto server = StartMock(state.range(0));
  const auto request = Ask(*server->default_space(),
                           std::string("/1.0/accounts/1000001/lists/2000002/subscribers?ws.op=find"
                                       "&ws.size=10&") +
                               query);
  server->Dispatch(request);
  for (auto _ : state) {
    const auto reply = server->Dispatch(request);
    if (reply.status != 200) state.SkipWithError("the find was refused");
  }
}
BENCHMARK_CAPTURE(FindAmongSubscribers, address, "email=person77%40example.net")
    ->Arg(1'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(FindAmongSubscribers, tags,
                  "tags=%5B%22vip%22%2C%22trial%22%5D&status=subscribed")
    ->Arg(1'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(FindAmongSubscribers, place, "country=Japan&subscribed_after=2020-01-01")
    ->Arg(1'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(FindAmongSubscribers, sorted, "sort_key=subscribed_at&sort_order=desc")
    ->Arg(1'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace aweber
