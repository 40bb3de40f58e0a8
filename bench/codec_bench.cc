// The readers that every request passes through.
#include <benchmark/benchmark.h>

#include <string>

#include "base/crypto/crypto.h"
#include "base/text/base64.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "base/text/uri.h"

namespace aweber {
namespace {

void ParseFormOfTokenRequest(benchmark::State& state) {
  const std::string body =
      "grant_type=authorization_code&code=HLBvz1gbbLZ31kjvlXJ5Rl"
      "&redirect_uri=https%3A%2F%2Fapp.example.test%2Fcallback";
  for (auto _ : state) benchmark::DoNotOptimize(ParseForm(body));
}
BENCHMARK(ParseFormOfTokenRequest);

void ParseUriOfCallback(benchmark::State& state) {
  const std::string url =
      "https://app.example.test/callback?code=HLBvz1gbbLZ31kjvlXJ5Rl&state=W0GgxU8rjYJdQIIEH_Y";
  for (auto _ : state) benchmark::DoNotOptimize(ParseUri(url));
}
BENCHMARK(ParseUriOfCallback);

void ParseJsonOfTokenReply(benchmark::State& state) {
  const std::string reply =
      R"({"access_token":"0123456789abcdef0123456789abcdef","refresh_token":)"
      R"("fedcba9876543210fedcba9876543210","expires_in":3600,"token_type":"bearer"})";
  for (auto _ : state) benchmark::DoNotOptimize(ParseJson(reply));
}
BENCHMARK(ParseJsonOfTokenReply);

void DecodeBasic(benchmark::State& state) {
  const std::string text = Base64Encode("0123456789abcdef0123456789abcdef:s3cr3ts3cr3ts3cr3t");
  for (auto _ : state) benchmark::DoNotOptimize(Base64Decode(text));
}
BENCHMARK(DecodeBasic);

void PkceChallenge(benchmark::State& state) {
  const std::string verifier = "HLBvz1g_bbLZ31kjvlXJ5Rl0W1GgxU8rjYJdQIIEH_Y";
  for (auto _ : state) benchmark::DoNotOptimize(PkceS256Challenge(verifier));
}
BENCHMARK(PkceChallenge);

}  // namespace
}  // namespace aweber

BENCHMARK_MAIN();
