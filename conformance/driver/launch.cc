#include "conformance/driver/launch.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/os/file.h"
#include "conformance/browser/authorization_url.h"
#include "conformance/driver/kinds.h"

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

std::string Scopes(const Json& open) {
  std::string joined;
  if (const Json* scopes = JsonMember(open, "scopes"); scopes != nullptr && scopes->is_array()) {
    for (const Json& scope : *scopes) {
      if (scope.is_string()) joined += (joined.empty() ? "" : " ") + scope.get<std::string>();
    }
  }
  return joined;
}

Variables CaseVariables(const Json& open) {
  Variables variables;
  for (const std::string& name : CaseNames()) {
    variables[name] = JsonString(open, name).value_or("");
  }
  variables["scopes"] = Scopes(open);
  variables["dir"] = JsonString(open, "store_dir").value_or("");
  return variables;
}

Result<std::string> Filled(const FileTemplate& file, const Variables& variables) {
  if (!file.copied && file.replace.empty()) return Substitute(file.text, variables);
  std::string text = file.text;
  for (const auto& [literal, value] : file.replace) {
    const auto filled = Substitute(value, variables);
    if (!filled) return filled.error();
    for (std::size_t at = text.find(literal); at != std::string::npos;
         at = text.find(literal, at + filled->size())) {
      text.replace(at, literal.size(), *filled);
    }
  }
  return text;
}

Status WriteFiles(const Launch& launch, const Variables& variables) {
  for (const FileTemplate& file : launch.files) {
    const auto text = Filled(file, variables);
    if (!text) return Error{"driver.config", text.error().message};
    const fs::path path = fs::path(variables.at("dir")) / file.to;
    std::error_code failure;
    fs::create_directories(path.parent_path(), failure);
    if (const Status written = WriteFileAtomically(path.string(), *text, file.mode); !written) {
      return Error{"driver.config", written.error().message};
    }
  }
  return {};
}

// The scenario's own rules come first: a fault of its is not hidden by a reply.
Status AddReplies(const Launch& launch, const LaunchedCase& prepared, mock::MockServer& server) {
  const auto space = server.FindSpace(prepared.name);
  if (space == nullptr) return Error{"driver.config", "the case has no space"};
  std::vector<mock::Rule> rules;
  for (const mock::RuleState& state : space->Rules()) rules.push_back(state.rule);
  rules.insert(rules.end(), launch.replies.begin(), launch.replies.end());
  space->SetRules(std::move(rules), space->scenario_id());
  return {};
}

}  // namespace

Result<LaunchedCase> PrepareCase(const Launch& launch, const Json& open, mock::MockServer& server,
                                 const std::string& ca_file, const std::string& scratch,
                                 const Variables& further) {
  LaunchedCase prepared;
  prepared.name = JsonString(open, "case").value_or("");
  prepared.variables = CaseVariables(open);
  for (const auto& [name, value] : further) prepared.variables[name] = value;
  std::string ca = ca_file;
  std::string proxy_url;
  if (launch.proxy) {
    const auto space = server.FindSpace(prepared.name);
    if (space == nullptr) return Error{"driver.config", "the case has no space"};
    auto proxy = server.ProxyFor(*space);
    if (!proxy) return proxy.error();
    proxy_url = *proxy;
    if (ca.empty()) {  // --scheme http: what goes through the proxy is TLS all the same
      ca = scratch + "/proxy-ca.pem";
      if (const Status written = WriteFileAtomically(ca, server.ca_pem()); !written) {
        return written.error();
      }
    }
  }
  if (!launch.replies.empty()) {
    const Status added = AddReplies(launch, prepared, server);
    if (!added) return added.error();
  }
  prepared.variables["ca_file"] = ca;
  prepared.variables["proxy_url"] = proxy_url;
  prepared.environment = ClientEnvironment(ca);
  // Python keeps what it prints to a pipe until there is a block of it.
  prepared.environment.emplace_back("PYTHONUNBUFFERED", "1");
  if (launch.proxy) {
    for (const char* const name : {"HTTPS_PROXY", "https_proxy"}) {
      prepared.environment.emplace_back(name, proxy_url);
    }
  }
  const auto fill = [&](const std::string& text) { return Substitute(text, prepared.variables); };
  for (const auto& [name, value] : launch.env) {
    const auto filled = fill(value);
    if (!filled) return filled.error();
    prepared.environment.emplace_back(name, *filled);
  }
  for (const std::string& word : launch.command) {
    const auto filled = fill(word);
    if (!filled) return filled.error();
    prepared.argv.push_back(*filled);
  }
  const auto directory = fill(launch.directory);
  if (!directory) return directory.error();
  prepared.directory = *directory;
  if (const Status written = WriteFiles(launch, prepared.variables); !written) {
    return written.error();
  }
  return prepared;
}

std::string PublicUrl(const Launch& launch, const std::string& url,
                      const std::string& authorize_url) {
  if (!launch.proxy) return url;
  std::vector<std::string> others;
  for (const mock::ProxyHost& host : launch.proxy_hosts) {
    if (host.endpoint == mock::Endpoint::kAuthorize) {
      others.push_back(fmt::format("https://{}{}", host.host, host.path));
    }
  }
  return BehindProxy(url, authorize_url, others);
}

std::string KindOfWords(const Launch& launch, const std::string& words) {
  for (const ErrorWords& row : launch.errors) {
    if (row.text.Matches(words)) return row.kind;
  }
  return "other";
}

Reply OkReply(Json members) {
  Reply reply;
  reply.kind = Reply::Kind::kOk;
  reply.ok = std::move(members);
  return reply;
}

Reply ErrReply(std::string kind, std::string message, Json more) {
  Reply reply;
  reply.kind = Reply::Kind::kErr;
  reply.err_kind = kind;
  reply.err_message = message;
  reply.err = {{"kind", std::move(kind)}, {"message", std::move(message)}};
  for (const auto& [name, value] : more.items()) reply.err[name] = value;
  return reply;
}

Reply UnsupportedReply(std::string feature) {
  Reply reply;
  reply.kind = Reply::Kind::kUnsupported;
  reply.feature = std::move(feature);
  return reply;
}

}  // namespace aweber::conformance
