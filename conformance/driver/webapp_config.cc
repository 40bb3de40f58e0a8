// ParseWebappConfig: the configuration file of the webapp driver.
#include "conformance/driver/webapp_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/glob.h"
#include "conformance/browser/html.h"
#include "conformance/driver/api_requests.h"

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
    const YamlNode* const reauthorize = reader.Map("reauthorize");
    const YamlNode* const trouble = reader.Map("trouble");
    const YamlNode* const restart = reader.Child("restart");
    web_.restart_never = reader.OneOf("restart", {"case", "never"}).value_or("case") == "never";
    const auto browser = reader.OneOf("browser", {"built-in", "chromium"});
    if (browser == "chromium") web_.browser = BrowserKind::kChromium;
    web_.public_only = reader.OneOf("client_type", {"any", "public"}).value_or("any") == "public";
    web_.store = config_.Template(reader, "store").value_or("");
    web_.webdriver = reader.String("webdriver").value_or("");
    const YamlNode* const call = reader.Map("call");
    const YamlNode* const calls = reader.Sequence("calls");
    const YamlNode* const refresh = reader.Map("refresh");
    const YamlNode* const revoke = reader.Map("revoke");
    const YamlNode* const proxy = reader.Child("proxy");
    if (const Status good = reader.Finish(); !good) return good.error();
    if (const Status good = ReadSteps(*connect, false, web_.connect); !good) return good.error();
    web_.success = WebSuccess{};
    if (const Status good = ReadSuccess(*success, "success", web_.success); !good) {
      return good.error();
    }
    if (const Status good = ReadLooks(reauthorize, "reauthorize", web_.reauthorize); !good) {
      return good.error();
    }
    if (const Status good = ReadLooks(trouble, "trouble", web_.trouble); !good) {
      return good.error();
    }
    if (const Status good = ReadConfigure(configure, proxy, restart); !good) return good.error();
    if (const Status good = ReadCalls(call, calls); !good) return good.error();
    for (const auto& [op, node] : {std::pair{"refresh", refresh}, {"revoke", revoke}}) {
      if (node == nullptr) continue;
      if (const Status good = ReadAction(op, *node, web_.actions[op]); !good) return good.error();
    }
    return std::move(web_);
  }

 private:
  Status ReadConfigure(const YamlNode* node, const YamlNode* proxy, const YamlNode* restart) {
    if (web_.restart_never && (node == nullptr || web_.launch.command.empty())) {
      return document_.ErrorAt(restart->mark, "yaml.value",
                               "\"restart: never\" needs a \"command\", which is started once, and "
                               "\"configure\", by which it is told each case");
    }
    if (web_.restart_never && web_.launch.proxy) {
      return document_.ErrorAt(proxy->mark, "yaml.value",
                               "\"proxy\" is another one for each case, and \"restart: never\" "
                               "starts the application only once");
    }
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
    if (Status good = reader.Finish(); !good) return good;
    for (const YamlNode::Member& member : json->members) {
      if (!member.value.IsScalar()) {
        return document_.ErrorAt(member.value.mark, "yaml.type",
                                 fmt::format("\"{}\" must be a single value", member.key));
      }
      Status good = config_.CheckTemplate(member.value.mark, member.value.scalar);
      if (!good) return good;
      web_.configure.emplace_back(member.key, member.value.scalar);
    }
    return {};
  }

  Status ReadCalls(const YamlNode* one, const YamlNode* several) {
    if (one != nullptr && several != nullptr) {
      return document_.ErrorAt(
          several->mark, "yaml.value",
          "\"call\" is one page and \"calls\" a list of them: give one of both");
    }
    std::vector<const YamlNode*> nodes;
    if (one != nullptr) nodes.push_back(one);
    if (several != nullptr) {
      for (const YamlNode& node : several->items) nodes.push_back(&node);
    }
    for (const YamlNode* node : nodes) {
      WebCall call;
      YamlMapReader reader(document_, *node, "call");
      reader.Require("requests");
      reader.Require("steps");
      call.requests = reader.StringList("requests");
      const YamlNode* const steps = reader.Sequence("steps");
      const YamlNode* const success = reader.Map("success");
      if (Status good = reader.Finish(); !good) return good;
      for (const std::string& request : call.requests) {
        if (const std::string problem = WhyNoApiRequest(request); !problem.empty()) {
          return document_.ErrorAt(node->Find("requests")->mark, "yaml.value", problem);
        }
      }
      Status good = ReadActionParts("call", *steps, success, call.action);
      if (!good) return good;
      web_.calls.push_back(std::move(call));
    }
    return {};
  }

  Status ReadAction(const std::string& op, const YamlNode& node, WebAction& action) {
    YamlMapReader reader(document_, node, op);
    reader.Require("steps");
    const YamlNode* const steps = reader.Sequence("steps");
    const YamlNode* const success = reader.Map("success");
    if (Status good = reader.Finish(); !good) return good;
    return ReadActionParts(op, *steps, success, action);
  }

  Status ReadActionParts(const std::string& op, const YamlNode& steps, const YamlNode* success,
                         WebAction& action) {
    // A real browser still shows the page of the step before, and a single-page application has its
    // tokens there and nowhere else.
    const bool from_here = web_.browser == BrowserKind::kChromium;
    if (Status good = ReadSteps(steps, from_here, action.steps); !good) return good;
    if (success == nullptr) return {};
    return ReadSuccess(*success, op + ".success", action.success);
  }

  Status ReadLooks(const YamlNode* node, const std::string& name,
                   std::optional<WebSuccess>& looks) {
    if (node == nullptr) return {};
    WebSuccess read;
    if (Status good = ReadSuccess(*node, name, read); !good) return good;
    if (read.statuses.empty() && !read.text && !read.url) {
      return document_.ErrorAt(
          node->mark, "yaml.value",
          fmt::format("\"{}\" needs one of \"text\", \"url\" and \"status\"", name));
    }
    looks = std::move(read);
    return {};
  }

  // `from_here`: they may begin on the page that the user sees.
  Status ReadSteps(const YamlNode& list, bool from_here, std::vector<WebStep>& steps) {
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
      if (steps.empty() && !open && !from_here) {
        reader.Fail(node.mark, "the first step must be \"open\"");
      }
      if (Status good = reader.Finish(); !good) return good;
      using Kind = WebStep::Kind;
      step.kind = open     ? Kind::kOpen
                  : follow ? Kind::kFollow
                  : href   ? Kind::kFollowHref
                           : Kind::kSubmit;
      step.path = open.value_or("");
      step.words = follow ? follow : href ? href : submit;
      if (fill != nullptr) {
        for (const YamlNode::Member& member : fill->members) {
          Status good = config_.CheckTemplate(member.value.mark, member.value.scalar);
          if (!good) return good;
          step.fill.emplace_back(member.key, member.value.scalar);
        }
      }
      steps.push_back(std::move(step));
    }
    return {};
  }

  Status ReadSuccess(const YamlNode& node, const std::string& name, WebSuccess& success) {
    YamlMapReader reader(document_, node, name);
    if (const auto status = reader.Int("status")) {
      success.statuses = {static_cast<int>(*status)};
    }
    success.text = config_.Regex(reader, "text");
    success.url = config_.Regex(reader, "url");
    return reader.Finish();
  }

  const YamlDocument& document_;
  const ConfigReader config_;
  WebappConfig web_;
};

}  // namespace

std::string WhyNotSuccess(const std::string& name, const WebSuccess& success,
                          const WebPlace& place) {
  const std::string at = name.empty() ? "" : name + ".";
  if (!place.left.empty()) {
    if (success.url && success.url->Matches(place.left)) return "";
    return fmt::format("the browser was sent away to {}", place.left);
  }
  const int status = place.page.status;
  if (success.statuses.empty() ? status / 100 != 2
                               : std::find(success.statuses.begin(), success.statuses.end(),
                                           status) == success.statuses.end()) {
    return fmt::format("{}status: expected {}", at,
                       success.statuses.empty()
                           ? std::string("200 or another 2xx")
                           : fmt::format("{}", fmt::join(success.statuses, " or ")));
  }
  if (success.url && !success.url->Matches(place.page.url)) {
    return fmt::format("{}url: expected an address that matches \"{}\"", at, success.url->text());
  }
  if (success.text && !success.text->Matches(VisibleText(place.page.body))) {
    return fmt::format("{}text: expected a page that says \"{}\"", at, success.text->text());
  }
  return "";
}

const WebCall* FindCall(const std::vector<WebCall>& calls, const std::string& request) {
  const auto makes = [](const WebCall& call, const std::string& wanted) {
    return std::any_of(call.requests.begin(), call.requests.end(),
                       [&](const std::string& glob) { return GlobMatches(glob, wanted); });
  };
  for (const WebCall& call : calls) {
    if (makes(call, request)) return &call;
  }
  if (request != kPlainRead) return nullptr;
  for (const WebCall& call : calls) {
    if (!call.requests.empty() && call.requests.front().starts_with("GET ")) return &call;
  }
  return nullptr;
}

std::vector<std::string> PlayableRequests(const std::vector<WebCall>& calls) {
  std::vector<std::string> requests;
  for (const WebCall& call : calls) {
    requests.insert(requests.end(), call.requests.begin(), call.requests.end());
  }
  if (FindCall(calls, std::string(kPlainRead)) != nullptr) requests.emplace_back(kPlainRead);
  return requests;
}

Result<WebappConfig> ParseWebappConfig(std::string_view text, const std::string& file) {
  const auto document = ParseYaml(text, file);
  if (!document) return document.error();
  return WebappReader(*document).Read();
}

}  // namespace aweber::conformance
