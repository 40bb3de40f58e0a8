// mutant-client [--deviation NAME] [--pkce always] [--list-json]: the protocol loop.
//
// Reads one JSON object per line, answers each on a thread of its own (it claims concurrency), ends
// with `bye` or the end of its input.
#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "tests/mutants/client.h"

namespace aweber::mutants {
namespace {

int ListJson() {
  Json list = Json::array();
  for (const DeviationInfo& info : AllDeviations()) {
    list.push_back(Json{{"name", info.name},
                        {"what", info.what},
                        {"check", info.check},
                        {"companions", info.companions},
                        {"unclaimed", info.unclaimed},
                        {"profile", info.profile}});
  }
  fmt::print("{}\n", DumpJsonPretty(list));
  return 0;
}

class Loop {
 public:
  Loop(Client& client, const DeviationInfo* info) : client_(client), info_(info) {}

  int Run() {
    std::vector<std::jthread> workers;
    std::string line;
    while (std::getline(std::cin, line)) {
      auto request = ParseJson(line);
      if (!request) {
        fmt::print(stderr, "mutant-client: not JSON: {}\n", request.error().message);
        return 1;
      }
      const std::string op = JsonString(*request, "op").value_or("");
      if (op == "hello") {
        Write(*request, Json{{"ok", HelloReply(info_)}});
      } else if (op == "bye") {
        workers.clear();  // joins
        Write(*request, Json{{"ok", Json::object()}});
        return 0;
      } else {
        workers.emplace_back(
            [this, op, r = std::move(*request)] { Write(r, client_.Handle(op, r)); });
      }
    }
    return 0;
  }

 private:
  void Write(const Json& request, Json reply) {
    reply["id"] = JsonInt(request, "id").value_or(0);
    const std::string line = DumpJson(reply) + "\n";
    const std::lock_guard lock(mutex_);
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
  }

  Client& client_;
  const DeviationInfo* info_;
  std::mutex mutex_;
};

int Main(const std::vector<std::string>& args) {
  ClientOptions options;
  const DeviationInfo* info = nullptr;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (args[i] == "--list-json") return ListJson();
    if (args[i] == "--deviation" && i + 1 < args.size()) {
      info = FindDeviation(args[++i]);
      if (info == nullptr) {
        fmt::print(stderr, "mutant-client: no deviation '{}'; see --list-json\n", args[i]);
        return 2;
      }
      options.deviation = info->deviation;
    } else if (args[i] == "--pkce" && i + 1 < args.size() && args[i + 1] == "always") {
      options.pkce_always = true;
      ++i;
    } else {
      fmt::print(stderr, "mutant-client: unknown argument '{}'\n", args[i]);
      return 2;
    }
  }
  Client client(options, SystemClock::System(), SystemRandom::System());
  return Loop(client, info).Run();
}

}  // namespace
}  // namespace aweber::mutants

int main(int argc, char** argv) {
  return aweber::mutants::Main(std::vector<std::string>(argv + 1, argv + argc));
}
