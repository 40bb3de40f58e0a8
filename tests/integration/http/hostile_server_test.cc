// The client against servers that mean harm: what has no end is ended, what is too long is refused,
// and nothing that a server can send ends the process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "base/http/client.h"
#include "tests/support/listening_socket.h"

namespace aweber {
namespace {

using test::ListeningSocket;
using testing::HasSubstr;

struct Attack {
  const char* name;
  std::string begin;
  std::string again;  // sent until the client leaves, or as often as `times` says
  int times;          // kNoEnd
  std::string end;
  const char* code;
  const char* message;
};
constexpr int kNoEnd = -1;

void PrintTo(const Attack& attack, std::ostream* out) { *out << attack.name; }

std::string Kilobyte(char c) { return std::string(1024, c); }

constexpr char kChunked[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

const Attack kAttacks[] = {
    {"LongStatusLine", "HTTP/1.1 200 ", Kilobyte('x'), 30, "\r\nContent-Length: 0\r\n\r\n",
     "http.invalid", "status line over"},
    {"VeryLongStatusLine", "HTTP/1.1 200 ", Kilobyte('x'), 16 << 10,
     "\r\nContent-Length: 0\r\n\r\n", "http.invalid", "status line over"},
    {"EndlessStatusLine", "HTTP/1.1 200 ", Kilobyte('x'), kNoEnd, "", "http.invalid",
     "status line over"},
    {"EndlessGarbage", "", Kilobyte('\0'), kNoEnd, "", "http.invalid", "status line over"},
    {"EndlessHeader", "HTTP/1.1 200 OK\r\nA: ", Kilobyte('x'), kNoEnd, "", "http.invalid",
     "header"},
    {"EndlessHeaders", "HTTP/1.1 200 OK\r\n", "A: b\r\n", kNoEnd, "", "http.invalid", "header"},
    {"EndlessInterimResponses", "", "HTTP/1.1 102 Processing\r\n\r\n", kNoEnd, "", "http.invalid",
     "interim"},
    {"EndlessChunkSize", kChunked, Kilobyte('0'), kNoEnd, "", "http.invalid", "too many digits"},
    {"EndlessChunkExtension", std::string(kChunked) + "1;", Kilobyte('x'), kNoEnd, "",
     "http.invalid", "chunk extension"},
    {"EndlessTrailers", std::string(kChunked) + "0\r\n", "A: b\r\n", kNoEnd, "", "http.invalid",
     "trailer"},
    {"EndlessChunks", kChunked, "1\r\nx\r\n", kNoEnd, "", "http.too_large", "over 100000 bytes"},
    {"EndlessBody", "HTTP/1.1 200 OK\r\n\r\n", Kilobyte('x'), kNoEnd, "", "http.too_large",
     "over 100000 bytes"},
    {"LengthOfAllMemory", "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n",
     Kilobyte('x'), kNoEnd, "", "http.too_large", "over 100000 bytes"},
};

class HostileServer : public testing::TestWithParam<Attack> {};

INSTANTIATE_TEST_SUITE_P(Attacks, HostileServer, testing::ValuesIn(kAttacks),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

TEST_P(HostileServer, IsRefusedInTime) {
  const Attack& attack = GetParam();
  ListeningSocket listener;
  std::jthread attacker([&] {
    auto socket = listener.Accept();
    socket.ReadUntil("\r\n\r\n");
    socket.Send(attack.begin);
    bool listening = true;
    for (int sent = 0; listening && sent != attack.times; ++sent) {
      listening = socket.TrySend(attack.again);
    }
    if (listening) socket.TrySend(attack.end);
  });
  HttpClientOptions options;
  options.max_response_bytes = 100'000;
  options.total_timeout_ms = 20'000;  // that the test ends; no attack may need it
  const auto response = MakeHttpClient(options)->Send(
      "GET", "http://127.0.0.1:" + std::to_string(listener.port()) + "/", {}, "");
  ASSERT_FALSE(response.ok()) << response->status;
  EXPECT_EQ(response.error().code, attack.code) << response.error().message;
  EXPECT_THAT(response.error().message, HasSubstr(attack.message));
}

}  // namespace
}  // namespace aweber
