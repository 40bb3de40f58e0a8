// ParseProcessConfig: the configuration file of the process driver.
#include "conformance/driver/process_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/os/process.h"
#include "base/text/json.h"
#include "conformance/driver/api_requests.h"
#include "conformance/driver/shell_word.h"

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> ProcessNames() {
  std::vector<std::string> names = CaseNames();
  names.emplace_back("port");
  names.emplace_back("base_url");
  return names;
}

class ProcessReader {
 public:
  explicit ProcessReader(const YamlDocument& document)
      : document_(document), config_(document, ProcessNames()) {}

  Result<ProcessConfig> Read() {
    YamlMapReader reader(document_, document_.root(), "the configuration");
    for (const char* const key : {"login", "call", "store"}) reader.Require(key);
    auto launch = config_.ReadLaunch(reader);
    if (!launch) return launch.error();
    for (const char* const key : {"command", "directory"}) {
      if (const YamlNode* node = reader.Child(key)) {
        reader.Fail(node->mark, fmt::format("\"{}\" is not for this kind of driver: each command "
                                            "stands in \"login\", \"call\" and so on, and runs in "
                                            "the folder of this file",
                                            key));
      }
    }
    process_.launch = std::move(launch).value();
    process_.launch.proxy = reader.Bool("proxy").value_or(!process_.launch.proxy_hosts.empty());
    process_.daemon = reader.Bool("daemon").value_or(false);
    process_.scopes = reader.StringList("scopes");
    process_.public_only =
        reader.OneOf("client_type", {"any", "public"}).value_or("any") == "public";
    const YamlNode* const within = reader.Child("within");
    process_.within = reader.Duration("within").value_or(process_.within);
    if (within != nullptr && process_.within <= Micros::zero()) {
      reader.Fail(within->mark, "\"within\" must be more than 0");
    }
    const YamlNode* const store = reader.Child("store");
    process_.store = reader.StringList("store");
    if (store != nullptr) CheckStore(reader, *store);
    const YamlNode* const login = reader.Map("login");
    const YamlNode* const call = reader.Map("call");
    const YamlNode* const refresh = reader.Map("refresh");
    const YamlNode* const logout = reader.Map("logout");
    const YamlNode* const serve = reader.Map("serve");
    if (const Status good = reader.Finish(); !good) return good.error();
    if (const Status good = ReadLogin(*login); !good) return good.error();
    if (const Status good = ReadCall(*call); !good) return good.error();
    for (const auto& [name, node, words] : {std::tuple{"refresh", refresh, &process_.refresh},
                                            {"logout", logout, &process_.logout}}) {
      if (node == nullptr) continue;
      YamlMapReader inner(document_, *node, name);
      ReadCommand(inner, *words);
      if (const Status good = inner.Finish(); !good) return good.error();
    }
    if (serve != nullptr) {
      if (const Status good = ReadServe(*serve); !good) return good.error();
    }
    AddClaims();
    return std::move(process_);
  }

 private:
  void CheckStore(YamlMapReader& reader, const YamlNode& node) {
    if (process_.store.empty()) reader.Fail(node.mark, "\"store\" must name a file or folder");
    for (const std::string& path : process_.store) {
      const fs::path whole = path;
      const bool leaves =
          std::any_of(whole.begin(), whole.end(), [](const fs::path& p) { return p == ".."; });
      if (path.empty() || whole.is_absolute() || leaves || path.starts_with('~')) {
        reader.Fail(node.mark, fmt::format("\"store\" must be a path below HOME, such as "
                                           "\".my-cli\", not \"{}\"",
                                           path));
      }
    }
  }

  // A list of words, or one text that is split as a shell would.
  void ReadCommand(YamlMapReader& reader, CommandWords& words) {
    reader.Require("command");
    const YamlNode* const node = reader.Child("command");
    if (node == nullptr) return;
    if (node->kind == YamlNode::Kind::kSequence) {
      words = reader.StringList("command");
    } else if (const auto line = reader.String("command")) {
      auto split = SplitCommandLine(*line);
      if (!split) return reader.Fail(node->mark, split.error().message);
      if (const std::string word = ShellWord(*line); !word.empty()) {
        return reader.Fail(node->mark, NeedsShell(word));
      }
      words = std::move(split).value();
    }
    if (words.empty() || words[0].empty()) {
      return reader.Fail(node->mark, "\"command\" must name a program");
    }
    for (const std::string& word : words) {
      if (const std::string problem = config_.TemplateProblem(word); !problem.empty()) {
        reader.Fail(node->mark, problem);
      }
    }
  }

  Status ReadLogin(const YamlNode& node) {
    YamlMapReader reader(document_, node, "login");
    ReadCommand(reader, process_.login);
    reader.Require("kind");
    process_.loopback = reader.OneOf("kind", {"prompt", "loopback"}).value_or("") == "loopback";
    return reader.Finish();
  }

  Status ReadCall(const YamlNode& node) {
    YamlMapReader reader(document_, node, "call");
    ReadCommand(reader, process_.call);
    process_.calls = reader.StringList("requests");
    // Another provider's program asks for other things.
    const bool is_foreign =
        !process_.launch.replies.empty() || !process_.launch.proxy_hosts.empty();
    for (const std::string& request : process_.calls) {
      const std::string problem = is_foreign ? "" : WhyNoApiRequest(request);
      if (!problem.empty()) reader.Fail(reader.Child("requests")->mark, problem);
    }
    if (process_.calls.empty()) process_.calls = {"GET /accounts"};
    if (const YamlNode* statuses = reader.Child("reauthorize")) ReadStatuses(reader, *statuses);
    return reader.Finish();
  }

  void ReadStatuses(YamlMapReader& reader, const YamlNode& node) {
    process_.reauthorize.clear();
    const bool list = node.kind == YamlNode::Kind::kSequence;
    const std::vector<YamlNode> one = {node};
    for (const YamlNode& item : list ? node.items : one) {
      const bool good =
          item.kind == YamlNode::Kind::kInt && item.int_value >= 1 && item.int_value <= 255;
      if (!good) {
        return reader.Fail(item.mark,
                           "\"reauthorize\" must be an exit status from 1 to 255, or a list of "
                           "them");
      }
      process_.reauthorize.push_back(static_cast<int>(item.int_value));
    }
  }

  Status ReadServe(const YamlNode& node) {
    YamlMapReader reader(document_, node, "serve");
    ServeConfig serve;
    ReadCommand(reader, serve.command);
    const YamlNode* const times = reader.Child("times");
    serve.times = static_cast<int>(reader.Int("times").value_or(1));
    if (times != nullptr && (serve.times < 1 || serve.times > 16)) {
      reader.Fail(times->mark, "\"times\" must be from 1 to 16");
    }
    if (const YamlNode* ready = reader.Child("ready")) {
      const auto text = config_.Template(reader, "ready");
      if (text && text->find("://") != std::string::npos) {
        serve.ready_url = *text;
      } else if (text && text->starts_with("~/")) {
        serve.ready_file = text->substr(2);
      } else if (text) {
        auto pattern = Pattern::Compile(*text);
        if (!pattern) {
          reader.Fail(ready->mark, pattern.error().message);
        } else {
          serve.ready = *pattern;
        }
      }
    }
    process_.serve = std::move(serve);
    return reader.Finish();
  }

  // What the configuration says by what it holds, where it does not claim otherwise.
  void AddClaims() {
    Json& features = process_.launch.features;
    if (!features.contains("persist")) features["persist"] = true;
    if (!features.contains("refresh")) {
      features["refresh"] = Json::array({"on_401"});
      if (!process_.refresh.empty()) features["refresh"].push_back("manual");
    }
    features["concurrent"] = kMostAtOnce;
  }

  static constexpr int kMostAtOnce = 8;
  const YamlDocument& document_;
  const ConfigReader config_;
  ProcessConfig process_;
};

}  // namespace

Result<ProcessConfig> ParseProcessConfig(std::string_view text, const std::string& file) {
  const auto document = ParseYaml(text, file);
  if (!document) return document.error();
  return ProcessReader(*document).Read();
}

}  // namespace aweber::conformance
