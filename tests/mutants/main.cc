// mutant-client [--deviation NAME[@PLACE]] [--pkce always] [--list-json|--webapp|--webapp-config]
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
#include "base/text/json.h"
#include "tests/mutants/client.h"
#include "tests/mutants/web_app.h"

namespace aweber::mutants {
namespace {

// Every mistake by itself first, then at each of its places.
int ListJson() {
  Json list = Json::array();
  for (const Mutant& mutant : AllMutants()) {
    const DeviationInfo& info = *mutant.info;
    Json steps = Json::array();
    for (const Occasion occasion : kAllOccasions) {
      if (Has(ReachOf(info).occasions, occasion)) steps.push_back(PlaceName(PlaceOf(occasion)));
    }
    list.push_back(Json{{"name", mutant.Name()},
                        {"mistake", info.name},
                        {"place", PlaceName(mutant.place)},
                        {"what", mutant.What()},
                        {"check", mutant.Check()},
                        {"steps", steps},
                        {"companions", mutant.Companions()},
                        {"unclaimed", info.unclaimed},
                        {"profile", info.profile},
                        {"webapp", info.webapp}});
  }
  fmt::print("{}\n", DumpJsonPretty(list));
  return 0;
}

class Loop {
 public:
  Loop(Client& client, const Mutant& mutant) : client_(client), mutant_(mutant) {}

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
        Write(*request, Json{{"ok", HelloReply(mutant_)}});
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
  const Mutant mutant_;
  std::mutex mutex_;
};

int Main(const std::vector<std::string>& args) {
  ClientOptions options;
  std::string same;  // these arguments again, for the command that --webapp-config names
  bool webapp = false, config = false;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (args[i] == "--list-json") return ListJson();
    if (args[i] == "--deviation" && i + 1 < args.size()) {
      const auto mutant = FindMutant(args[++i]);
      if (!mutant) {
        fmt::print(stderr, "mutant-client: no deviation '{}'; see --list-json\n", args[i]);
        return 2;
      }
      options.mutant = *mutant;
      same += " --deviation " + mutant->Name();
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
  if (webapp) return ServeWebApp(client, options.mutant.In({}).deviation, SystemRandom::System());
  return Loop(client, options.mutant).Run();
}

}  // namespace
}  // namespace aweber::mutants

int main(int argc, char** argv) {
  return aweber::mutants::Main(std::vector<std::string>(argv + 1, argv + argc));
}
