// What tests of the HTTP seam share: an echoing handler, servers in a line, and recorders that
// wait.
//
// Thread safety: the recorders may be called from any thread. Units: milliseconds of real time, as
// limits only.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/http/server.h"

namespace aweber::test {

// Answers with what it was asked: method, target, headers, body.
inline HttpResponse Echo(const HttpRequest& request) {
  HttpResponse response;
  response.headers.Add("Content-Type", "text/plain");
  response.body = request.method + " " + request.target + "\n";
  for (const auto& [name, value] : request.headers.fields()) {
    response.body += name + "=[" + value + "]\n";
  }
  response.body += "body=" + request.body;
  return response;
}

inline std::string BodyOf(const std::string& response) {
  const std::size_t end = response.find("\r\n\r\n");
  return end == std::string::npos ? "(no response)" : response.substr(end + 4);
}

inline std::string HeadOf(const std::string& response) {
  return response.substr(0, response.find("\r\n\r\n"));
}

inline std::string StatusLineOf(const std::string& response) {
  return response.substr(0, response.find("\r\n"));
}

inline std::unique_ptr<HttpServer> StartServer(HttpServerOptions options,
                                               HttpServer::Handler handler,
                                               HttpServer::MalformedHandler on_malformed = {}) {
  auto server = HttpServer::Start(std::move(options), std::move(handler), std::move(on_malformed));
  if (!server) {
    ADD_FAILURE() << server.error().message;
    return nullptr;
  }
  return *std::move(server);
}

inline std::unique_ptr<HttpServer> StartServer(HttpServer::Handler handler) {
  return StartServer({}, std::move(handler));
}

// Collects what is handed to it on other threads.
template <typename T>
class Recorder {
 public:
  void Add(T value) {
    const std::lock_guard<std::mutex> lock(mutex_);
    values_.push_back(std::move(value));
    changed_.notify_all();
  }
  // The first `count` values, or fewer after five seconds.
  std::vector<T> Await(std::size_t count) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(5), [&] { return values_.size() >= count; });
    return values_;
  }
  std::vector<T> All() { return Await(0); }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> values_;
};

}  // namespace aweber::test
