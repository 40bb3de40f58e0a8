// The server against other people's clients: cpp-httplib's, through its public interface, and curl.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>

#include "base/http/certificate_authority.h"
#include "base/http/server.h"
#include "tests/support/http_helpers.h"
#include "tests/support/temporary_file.h"

namespace aweber {
namespace {

using test::StartServer;
using test::TemporaryFile;

const std::string& LargeText() {
  static const std::string large(3u << 20, 'L');
  return large;
}

HttpResponse Text(std::string body) {
  HttpResponse response;
  response.headers.Add("Content-Type", "text/plain");
  response.body = std::move(body);
  return response;
}

HttpResponse Serve(const HttpRequest& request) {
  const std::string_view path = request.Path();
  if (path == "/echo") return Text(request.method + " " + request.body);
  if (path == "/query") return Text(std::string(request.Query()));
  if (path == "/large") return Text(LargeText());
  if (path == "/peer") return Text(request.peer);
  if (path == "/name") return Text(request.server_name);
  if (path == "/count") {
    const auto& fields = request.headers.fields();
    return Text(std::to_string(std::count_if(fields.begin(), fields.end(), [](const auto& field) {
      return field.first.starts_with("X-");
    })));
  }
  HttpResponse response;
  if (path == "/none") response.status = 204;
  if (path == "/unchanged") response.status = 304;
  if (path == "/headers") {
    for (int i = 0; i < 80; ++i) response.headers.Add(fmt::format("X-{}", i), "v");
  }
  if (path == "/chunked") {
    response.stream = [left = 3]() mutable -> std::optional<std::string> {
      if (left == 0) return std::nullopt;
      return fmt::format("piece {} ", left--);
    };
  }
  return response;
}

struct Asked {
  std::string method, target;
  HttpHeaders headers = {};
  std::string body = {};
  bool chunked = false;  // the body
};

struct Answered {
  int status = 0;
  std::size_t headers_named_x = 0;
  std::string content_length;
  std::string body;
};

// Sends the requests one after another and answers what came back.
using Client =
    std::function<std::vector<Answered>(const std::string& url, const std::vector<Asked>&)>;

httplib::Result SendByLibrary(httplib::Client& client, const Asked& asked) {
  httplib::Headers headers;
  for (const auto& [name, value] : asked.headers.fields()) headers.emplace(name, value);
  if (asked.chunked) {
    const auto provide = [&asked](std::size_t offset, httplib::DataSink& sink) {
      const std::size_t size = std::min<std::size_t>(asked.body.size() - offset, 100'000);
      sink.write(asked.body.data() + offset, size);
      if (offset + size == asked.body.size()) sink.done();
      return true;
    };
    return client.Post(asked.target, headers, provide, "application/octet-stream");
  }
  httplib::Request request;
  request.method = asked.method;
  request.path = asked.target;
  request.headers = headers;
  request.body = asked.body;
  return client.send(request);
}

std::vector<Answered> AskByLibrary(const std::string& url, const std::vector<Asked>& asked) {
  httplib::Client client(url);
  client.set_keep_alive(true);
  std::vector<Answered> answers;
  for (const Asked& one : asked) {
    const httplib::Result result = SendByLibrary(client, one);
    if (!result) {
      ADD_FAILURE() << one.method << " " << one.target << ": "
                    << httplib::to_string(result.error());
      return answers;
    }
    Answered answer;
    answer.status = result->status;
    answer.body = result->body;
    answer.content_length = result->get_header_value("Content-Length");
    for (const auto& [name, value] : result->headers) {
      answer.headers_named_x += name.starts_with("X-") ? 1 : 0;
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

std::string OutputOf(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                             ::pclose);
  std::string output;
  std::array<char, 65536> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    output.append(buffer.data(), got);
  }
  return output;
}

// Takes the next response off curl's output, interim ones (RFC 9110 §15.2) skipped.
Answered TakeAnswer(std::string& output, const Asked& asked) {
  Answered answer;
  do {
    const std::size_t end = output.find("\r\n\r\n");
    if (end == std::string::npos) return answer;
    const std::string head = output.substr(0, end + 2);
    output.erase(0, end + 4);
    answer.status = std::atoi(head.c_str() + std::string_view("HTTP/1.1 ").size());
    for (std::size_t at = head.find("\r\nX-"); at != std::string::npos;
         at = head.find("\r\nX-", at + 1)) {
      ++answer.headers_named_x;
    }
    constexpr std::string_view kLength = "\r\nContent-Length: ";
    const std::size_t length = head.find(kLength);
    answer.content_length.clear();
    if (length != std::string::npos) {
      const std::size_t begin = length + kLength.size();
      answer.content_length = head.substr(begin, head.find('\r', begin) - begin);
    }
  } while (answer.status < 200);
  // Each request ends with a line of our own.
  const std::size_t end = output.find("\n=====\n");
  answer.body = asked.method == "HEAD" ? "" : output.substr(0, end);
  output.erase(0, end == std::string::npos ? end : end + 7);
  return answer;
}

std::vector<Answered> AskByCurl(const std::string& url, const std::vector<Asked>& asked) {
  std::string command = "curl -sS --http1.1 --noproxy '*'";
  std::vector<std::unique_ptr<TemporaryFile>> bodies;
  for (const Asked& one : asked) {
    if (&one != &asked.front()) command += " --next -sS --http1.1 --noproxy '*'";
    command += " -i -w '\\n=====\\n'";
    command += one.method == "HEAD" ? " -I" : " -X " + one.method;
    for (const auto& [name, value] : one.headers.fields()) {
      command += fmt::format(" -H '{}: {}'", name, value);
    }
    if (one.chunked) command += " -H 'Transfer-Encoding: chunked'";
    if (!one.body.empty()) {
      bodies.push_back(std::make_unique<TemporaryFile>(one.body));
      command +=
          " -H 'Content-Type: application/octet-stream' --data-binary @" + bodies.back()->path();
    }
    command += fmt::format(" '{}{}'", url, one.target);
  }
  std::string output = OutputOf(command);
  std::vector<Answered> answers;
  for (const Asked& one : asked) answers.push_back(TakeAnswer(output, one));
  return answers;
}

struct Witness {
  const char* name;
  Client ask;
  bool knows_304;  // cpp-httplib 0.11 waits for a body, which a 304 never has (RFC 9112 §6.3)
};

void PrintTo(const Witness& witness, std::ostream* out) { *out << witness.name; }

class ServerInterop : public testing::TestWithParam<Witness> {
 protected:
  Answered Ask(const HttpServer& server, const Asked& asked) {
    const auto answers = GetParam().ask(server.base_url(), {asked});
    return answers.empty() ? Answered() : answers[0];
  }
};

INSTANTIATE_TEST_SUITE_P(Clients, ServerInterop,
                         testing::Values(Witness{"httplib", AskByLibrary, false},
                                         Witness{"curl", AskByCurl, true}),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

TEST_P(ServerInterop, EachRequestIsAnswered) {
  HttpHeaders many;
  for (int i = 0; i < 80; ++i) many.Add(fmt::format("X-{}", i), "v");
  const HttpHeaders expect{{"Expect", "100-continue"}};
  const struct {
    const char* what;
    Asked asked;
    int status;
    std::string body;
  } rows[] = {
      {"a query as it is", {"GET", "/query?a=b%2Bc&a=%20"}, 200, "a=b%2Bc&a=%20"},
      {"a body with its length", {"POST", "/echo", {}, "hello"}, 200, "POST hello"},
      {"a large body", {"POST", "/echo", {}, LargeText()}, 200, "POST " + LargeText()},
      {"a chunked body", {"POST", "/echo", {}, "hello", true}, 200, "POST hello"},
      {"a large chunked body",
       {"POST", "/echo", {}, LargeText(), true},
       200,
       "POST " + LargeText()},
      {"a body after 100 Continue", {"POST", "/echo", expect, "hello"}, 200, "POST hello"},
      {"PUT", {"PUT", "/echo", {}, "x"}, 200, "PUT x"},
      {"DELETE", {"DELETE", "/echo"}, 200, "DELETE "},
      {"a large reply", {"GET", "/large"}, 200, LargeText()},
      {"a chunked reply", {"GET", "/chunked"}, 200, "piece 3 piece 2 piece 1 "},
      {"204", {"GET", "/none"}, 204, ""},
      {"304", {"GET", "/unchanged"}, 304, ""},
      {"HEAD", {"HEAD", "/large"}, 200, ""},
      {"HEAD of a chunked reply", {"HEAD", "/chunked"}, 200, ""},
      {"many header fields", {"GET", "/count", many}, 200, "80"},
  };
  const auto server = StartServer(Serve);
  for (const auto& row : rows) {
    if (row.status == 304 && !GetParam().knows_304) continue;
    const Answered answer = Ask(*server, row.asked);
    EXPECT_EQ(answer.status, row.status) << row.what;
    EXPECT_TRUE(answer.body == row.body)
        << row.what << ": " << answer.body.size() << " bytes, " << answer.body.substr(0, 100);
  }
  EXPECT_EQ(Ask(*server, {"GET", "/headers"}).headers_named_x, 80u);
  EXPECT_EQ(Ask(*server, {"HEAD", "/large"}).content_length, std::to_string(LargeText().size()));
}

// After each kind of reply the client takes the next one off the same connection.
TEST_P(ServerInterop, OneConnectionServesThemAll) {
  const auto server = StartServer(Serve);
  std::vector<Asked> asked;
  for (const Asked& between :
       {Asked{"POST", "/echo", {}, "hello"}, Asked{"POST", "/echo", {}, LargeText(), true},
        Asked{"GET", "/chunked"}, Asked{"GET", "/none"}, Asked{"HEAD", "/large"},
        Asked{"GET", "/unchanged"}, Asked{"GET", "/large"}}) {
    if (between.target == "/unchanged" && !GetParam().knows_304) continue;
    asked.push_back({"GET", "/peer"});
    asked.push_back(between);
  }
  asked.push_back({"GET", "/peer"});
  const auto answers = GetParam().ask(server->base_url(), asked);
  ASSERT_EQ(answers.size(), asked.size());
  EXPECT_THAT(answers[0].body, testing::StartsWith("127.0.0.1:"));
  for (std::size_t i = 2; i < asked.size(); i += 2) {
    EXPECT_EQ(answers[i].body, answers[0].body)
        << "after " << asked[i - 1].method << " " << asked[i - 1].target;
  }
}

#ifdef CPPHTTPLIB_OPENSSL_SUPPORT
class TlsServerInterop : public testing::Test {
 protected:
  TlsServerInterop()
      : authority_(*CertificateAuthority::Create()), ca_(authority_->certificate_pem()) {
    HttpServerOptions options;
    options.tls = true;
    options.select_certificate = [this](const std::string& name) {
      return authority_->Issue({name.empty() ? "127.0.0.1" : name});
    };
    server_ = StartServer(options, Serve);
  }

  std::unique_ptr<CertificateAuthority> authority_;
  TemporaryFile ca_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(TlsServerInterop, EachNameGetsItsCertificate) {
  httplib::SSLClient library("localhost", server_->port());
  library.set_ca_cert_path(ca_.path());
  const auto answer = library.Get("/name");
  ASSERT_TRUE(answer) << httplib::to_string(answer.error());
  EXPECT_EQ(answer->body, "localhost");
  EXPECT_EQ(OutputOf(fmt::format("curl -sS --noproxy '*' --cacert {} --resolve "
                                 "auth.aweber.com:{}:127.0.0.1 https://auth.aweber.com:{}/name",
                                 ca_.path(), server_->port(), server_->port())),
            "auth.aweber.com");
}

// A client without TCP_NODELAY may not send its request before the end of its handshake was
// acknowledged, which a server that has nothing to say puts off for 40 ms or more.
TEST_F(TlsServerInterop, TheFirstRequestWaitsForNoDelayedAcknowledgement) {
  const auto best_of_ten = [this](bool nodelay) {
    auto best = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 10; ++i) {
      httplib::SSLClient client("localhost", server_->port());
      client.set_ca_cert_path(ca_.path());
      client.set_tcp_nodelay(nodelay);
      const auto began = std::chrono::steady_clock::now();
      EXPECT_TRUE(client.Get("/name"));
      best = std::min(best, std::chrono::steady_clock::now() - began);
    }
    return best;
  };
  EXPECT_LT(best_of_ten(false), best_of_ten(true) + std::chrono::milliseconds(25));
}
#endif

}  // namespace
}  // namespace aweber
