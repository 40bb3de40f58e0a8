#include "client/program/driver.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <deque>
#include <iostream>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/text/json.h"
#include "base/version.h"
#include "client/program/cli.h"

namespace aweber::client {
namespace {

constexpr std::size_t kMaxLine = 1u << 20;
// Within the ten seconds an operation may take.
constexpr int kDriverTimeoutMs = 8'000;

// Whole lines to a descriptor, from many threads.
class LineWriter {
 public:
  explicit LineWriter(int fd) : fd_(fd) {}

  void Write(const Json& reply) {
    const std::string line = DumpJson(reply) + "\n";
    const std::lock_guard lock(mutex_);
    std::string_view rest = line;
    while (!rest.empty()) {
      const ssize_t n = ::write(fd_, rest.data(), rest.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {  // nobody listens any more; the input will end next
        if (problem_.empty() && errno != EPIPE) problem_ = std::strerror(errno);
        return;
      }
      rest.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  // Why a reply could not be written; "" when all were, or the reader has gone.
  std::string problem() {
    const std::lock_guard lock(mutex_);
    return problem_;
  }

 private:
  const int fd_;
  std::mutex mutex_;
  std::string problem_;
};

// A fixed number of threads over a queue; the destructor works it off.
class Workers {
 public:
  Workers(int count, DriverCases& cases, LineWriter& out) : cases_(cases), out_(out) {
    try {
      for (int i = 0; i < count; ++i) threads_.emplace_back([this] { Work(); });
    } catch (const std::system_error&) {
      if (threads_.empty()) throw;  // else those that the system gave do the work
    }
  }
  ~Workers() { Finish(); }

  void Add(Json request) {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(request));
    changed_.notify_one();
  }

  void Finish() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      changed_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void Work() {
    while (true) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
      if (queue_.empty()) return;
      const Json request = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      out_.Write(cases_.Handle(request, {}));
    }
  }

  DriverCases& cases_;
  LineWriter& out_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Json> queue_;
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

void Complain(std::string_view what) {
  const std::string line = fmt::format("aweber-client driver: {}\n", what);
  std::fputs(line.c_str(), stderr);
}

}  // namespace

int RunDriverOver(std::istream& in, const DriverOptions& options, HttpClient& http, Clock& clock,
                  Random& random) {
  DriverCases cases(options, http, clock, random);
  LineWriter out(options.fd);
  Workers workers(kDriverConcurrency, cases, out);
  const auto end = [&] {
    if (out.problem().empty()) return kExitOk;
    Complain(fmt::format("cannot write replies to descriptor {}: {}", options.fd, out.problem()));
    return kExitFailed;
  };
  std::string line;
  while (std::getline(in, line)) {
    if (line.empty()) continue;
    auto request = ParseJson(line, {.max_bytes = kMaxLine, .max_depth = 64});
    if (!request) {
      // The text is not repeated: a request may hold a client secret.
      Complain(fmt::format("ignored a line that is not JSON ({})", request.error().code));
      continue;
    }
    if (JsonString(*request, "op") == "bye") {
      workers.Finish();
      out.Write(cases.Handle(*request, {}));
      return end();
    }
    workers.Add(std::move(*request));
  }
  workers.Finish();
  return end();
}

int RunDriver(const DriverOptions& options) {
  HttpClientOptions http_options;
  http_options.ca_file = options.ca_file;
  http_options.connect_timeout_ms = kDriverTimeoutMs;
  http_options.read_timeout_ms = kDriverTimeoutMs;
  http_options.total_timeout_ms = kDriverTimeoutMs;
  http_options.user_agent = fmt::format("aweber-client/{}", ProjectVersion());
  const auto http = MakeHttpClient(http_options);
  return RunDriverOver(std::cin, options, *http, SystemClock::System(), SystemRandom::System());
}

}  // namespace aweber::client
