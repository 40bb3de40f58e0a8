// ParseWebappConfig: the configuration file of the webapp driver.
#include <fmt/format.h>

#include "conformance/driver/webapp_driver.h"

namespace aweber::conformance {
namespace {

std::vector<std::string> Names() {
  std::vector<std::string> names = CaseNames();
  names.emplace_back("port");
  names.emplace_back("session");
  return names;
}

class WebappReader {
 public:
  explicit WebappReader(const YamlDocument& document)
      : document_(document), config_(document, Names()) {}

  Result<WebappConfig> Read() {
    YamlMapReader reader(document_, document_.root(), "the configuration");
    auto launch = config_.ReadLaunch(reader);
    if (!launch) return launch.error();
    web_.launch = std::move(launch).value();
    web_.launch.proxy = reader.Bool("proxy").value_or(false);
    reader.Require("url");
    reader.Require("connect");
    reader.Require("success");
    web_.url = config_.Template(reader, "url").value_or("");
    web_.ready = reader.String("ready").value_or(web_.ready);
    web_.within = reader.Duration("within").value_or(web_.within);
    const YamlNode* const redirects = reader.Child("max_redirects");
    web_.max_redirects = static_cast<int>(reader.Int("max_redirects").value_or(10));
    if (redirects != nullptr && (web_.max_redirects < 1 || web_.max_redirects > 100)) {
      reader.Fail(redirects->mark, "\"max_redirects\" must be from 1 to 100");
    }
    const YamlNode* const connect = reader.Sequence("connect");
    const YamlNode* const success = reader.Map("success");
    const YamlNode* const configure = reader.Map("configure");
    const YamlNode* const call = reader.Map("call");
    const YamlNode* const refresh = reader.Map("refresh");
    const YamlNode* const revoke = reader.Map("revoke");
    const YamlNode* const proxy = reader.Child("proxy");
    if (const Status good = reader.Finish(); !good) return good.error();
    if (const Status good = ReadSteps(*connect, web_.connect); !good) return good.error();
    if (const Status good = ReadSuccess(*success, web_.success); !good) return good.error();
    if (const Status good = ReadConfigure(configure, proxy); !good) return good.error();
    for (const auto& [op, node] :
         {std::pair{"call", call}, {"refresh", refresh}, {"revoke", revoke}}) {
      if (node == nullptr) continue;
      if (const Status good = ReadAction(op, *node); !good) return good.error();
    }
    return std::move(web_);
  }

 private:
  Status ReadConfigure(const YamlNode* node, const YamlNode* proxy) {
    if (web_.launch.command.empty() && node == nullptr) {
      return document_.ErrorAt(document_.root().mark, "yaml.missing_key",
                               "without \"command\" the application runs already, and needs "
                               "\"configure\": an address of its own where it is told each case's "
                               "client and addresses");
    }
    if (web_.launch.command.empty() && web_.launch.proxy) {
      return document_.ErrorAt(proxy->mark, "yaml.value",
                               "\"proxy\" is set by the environment of the \"command\", and there "
                               "is none");
    }
    if (node == nullptr) return {};
    YamlMapReader reader(document_, *node, "configure");
    reader.Require("path");
    reader.Require("json");
    web_.configure_path = reader.String("path").value_or("");
    const YamlNode* const json = reader.Map("json");
    if (const Status good = reader.Finish(); !good) return good;
    for (const YamlNode::Member& member : json->members) {
      if (!member.value.IsScalar()) {
        return document_.ErrorAt(member.value.mark, "yaml.type",
                                 fmt::format("\"{}\" must be a scalar", member.key));
      }
      const Status good = config_.CheckTemplate(member.value.mark, member.value.scalar);
      if (!good) return good;
      web_.configure.emplace_back(member.key, member.value.scalar);
    }
    return {};
  }

  Status ReadAction(const std::string& op, const YamlNode& node) {
    YamlMapReader reader(document_, node, op);
    WebAction action;
    reader.Require("steps");
    if (op == "call") {
      reader.Require("requests");
      web_.calls = reader.StringList("requests");
    }
    const YamlNode* const steps = reader.Sequence("steps");
    const YamlNode* const success = reader.Map("success");
    if (const Status good = reader.Finish(); !good) return good;
    if (const Status good = ReadSteps(*steps, action.steps); !good) return good;
    if (success != nullptr) {
      if (const Status good = ReadSuccess(*success, action.success); !good) return good;
    } else {
      action.success.statuses = {200};
    }
    web_.actions[op] = std::move(action);
    return {};
  }

  Status ReadSteps(const YamlNode& list, std::vector<WebStep>& steps) {
    if (list.items.empty()) {
      return document_.ErrorAt(list.mark, "yaml.value", "at least one step is needed");
    }
    for (const YamlNode& node : list.items) {
      YamlMapReader reader(document_, node, "a step");
      WebStep step;
      const auto open = config_.Template(reader, "open");
      const auto follow = config_.Regex(reader, "follow");
      const auto href = config_.Regex(reader, "follow_href");
      const auto submit = config_.Regex(reader, "submit");
      const YamlNode* const fill = reader.Map("fill");
      const int given =
          open.has_value() + follow.has_value() + href.has_value() + submit.has_value();
      if (given != 1) {
        reader.Fail(node.mark,
                    "a step is exactly one of \"open\", \"follow\", \"follow_href\" and "
                    "\"submit\"");
      }
      if (fill != nullptr && !submit) reader.Fail(fill->mark, "\"fill\" belongs to \"submit\"");
      if (open && !open->starts_with('/')) {
        reader.Fail(node.mark, "\"open\" takes a path of the application, such as /connect");
      }
      if (steps.empty() && !open) {
        reader.Fail(node.mark, "the first step must be \"open\"");
      }
      if (const Status good = reader.Finish(); !good) return good;
      using Kind = WebStep::Kind;
      step.kind = open     ? Kind::kOpen
                  : follow ? Kind::kFollow
                  : href   ? Kind::kFollowHref
                           : Kind::kSubmit;
      step.path = open.value_or("");
      step.words = follow ? follow : href ? href : submit;
      if (fill != nullptr) {
        for (const YamlNode::Member& member : fill->members) {
          const Status good = config_.CheckTemplate(member.value.mark, member.value.scalar);
          if (!good) return good;
          step.fill.emplace_back(member.key, member.value.scalar);
        }
      }
      steps.push_back(std::move(step));
    }
    return {};
  }

  Status ReadSuccess(const YamlNode& node, WebSuccess& success) {
    YamlMapReader reader(document_, node, "success");
    const auto status = reader.Int("status");
    success.statuses = {static_cast<int>(status.value_or(200))};
    success.text = config_.Regex(reader, "text");
    success.url = config_.Regex(reader, "url");
    return reader.Finish();
  }

  const YamlDocument& document_;
  const ConfigReader config_;
  WebappConfig web_;
};

}  // namespace

Result<WebappConfig> ParseWebappConfig(std::string_view text, const std::string& file) {
  const auto document = ParseYaml(text, file);
  if (!document) return document.error();
  return WebappReader(*document).Read();
}

}  // namespace aweber::conformance
