// mutant-client [--deviation NAME] [--pkce always] [--list-json|--webapp|--webapp-config]
//
// The protocol loop: reads one JSON object per line, answers each on a thread of its own (it claims
// concurrency), ends with `bye` or the end of its input. --webapp is the same client as a web
// application (web_app.h), and --webapp-config prints the file for --driver-config that starts it.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "base/os/clock.h"
#include "base/os/random.h"
#include "tests/mutants/client.h"
#include "tests/mutants/web_app.h"

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
                        {"profile", info.profile},
                        {"webapp", info.webapp}});
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
  std::string same;  // these arguments again, for the command that --webapp-config names
  bool webapp = false, config = false;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (args[i] == "--list-json") return ListJson();
    if (args[i] == "--deviation" && i + 1 < args.size()) {
      info = FindDeviation(args[++i]);
      if (info == nullptr) {
        fmt::print(stderr, "mutant-client: no deviation '{}'; see --list-json\n", args[i]);
        return 2;
      }
      options.deviation = info->deviation;
      same += " --deviation " + info->name;
    } else if (args[i] == "--pkce" && i + 1 < args.size() && args[i + 1] == "always") {
      options.pkce_always = true;
      same += " --pkce always";
      ++i;
    } else if (args[i] == "--webapp" || args[i] == "--webapp-config") {
      (args[i] == "--webapp" ? webapp : config) = true;
    } else {
      fmt::print(stderr, "mutant-client: unknown argument '{}'\n", args[i]);
      return 2;
    }
  }
  if (config) {
    fmt::print("{}", WebappConfigFile(std::filesystem::read_symlink("/proc/self/exe"), same));
    return 0;
  }
  Client client(options, SystemClock::System(), SystemRandom::System());
  if (webapp) return ServeWebApp(client, options.deviation, SystemRandom::System());
  return Loop(client, info).Run();
}

}  // namespace
}  // namespace aweber::mutants

int main(int argc, char** argv) {
  return aweber::mutants::Main(std::vector<std::string>(argv + 1, argv + argc));
}
