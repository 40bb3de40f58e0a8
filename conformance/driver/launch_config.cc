// ConfigReader: the common keys of a driver's configuration file.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/os/file.h"
#include "base/os/process.h"
#include "base/text/json.h"
#include "base/text/nearest_word.h"
#include "conformance/driver/launch.h"
#include "conformance/driver/message.h"
#include "conformance/driver/shell_word.h"
#include "mockserver/scenario/loader.h"

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

struct ClaimList {
  std::string_view name;
  std::vector<std::string> values;
};

const std::vector<ClaimList>& ClaimLists() {
  static const std::vector<ClaimList> lists = {
      {"pkce", {"S256"}},
      {"auth", {"basic", "body", "query"}},
      {"token_transport", {"header", "body", "query"}},
      {"refresh", {"manual", "on_expiry", "on_401"}},
  };
  return lists;
}

constexpr std::string_view kClaimFlags[] = {"state",  "persist",        "iss",
                                            "revoke", "public_clients", "oob"};

std::string FolderOf(const std::string& file) {
  std::error_code failure;
  const fs::path whole = fs::absolute(file, failure);
  return failure ? "." : whole.parent_path().string();
}

}  // namespace

ConfigReader::ConfigReader(const YamlDocument& document, std::vector<std::string> names)
    : document_(document), folder_(FolderOf(document.file())) {
  for (std::string& name : names) dummies_[std::move(name)] = "x";
}

std::string ConfigReader::TemplateProblem(const std::string& text) const {
  if (Substitute(text, dummies_)) return "";
  std::vector<std::string> names;
  for (const auto& [name, value] : dummies_) names.push_back(name);
  const std::size_t begin = text.find("${");
  const std::size_t end = text.find('}', begin);
  std::string nearest;
  if (end != std::string::npos) {
    nearest = NearestWord(std::string_view(text).substr(begin + 2, end - begin - 2), names);
  }
  return fmt::format("\"{}\" has a ${{name}} that is not known here{}; known are {}", text,
                     nearest.empty() ? "" : fmt::format("; did you mean ${{{}}}?", nearest),
                     fmt::join(names, ", "));
}

Status ConfigReader::CheckTemplate(YamlMark mark, const std::string& text) const {
  const std::string problem = TemplateProblem(text);
  if (problem.empty()) return {};
  return document_.ErrorAt(mark, "yaml.value", problem);
}

std::optional<std::string> ConfigReader::Template(YamlMapReader& reader,
                                                  std::string_view key) const {
  const YamlNode* const node = reader.Child(key);
  auto text = reader.Text(key);
  if (node == nullptr || !text) return text;
  const std::string problem = TemplateProblem(*text);
  if (problem.empty()) return text;
  reader.Fail(node->mark, problem);
  return std::nullopt;
}

std::optional<Pattern> ConfigReader::Regex(YamlMapReader& reader, std::string_view key) const {
  const YamlNode* const node = reader.Child(key);
  const auto text = reader.String(key);
  if (node == nullptr || !text) return std::nullopt;
  auto pattern = Pattern::Compile(*text);
  if (pattern) return *pattern;
  reader.Fail(node->mark, pattern.error().message);
  return std::nullopt;
}

Result<FileTemplate> ConfigReader::ReadFileTemplate(const YamlNode& node) const {
  YamlMapReader reader(document_, node, "a file");
  FileTemplate file;
  reader.Require("to");
  file.to = reader.String("to").value_or("");
  const auto text = reader.String("text");
  const auto from = reader.String("from");
  const YamlNode* const replace = reader.Map("replace");
  const auto mode = reader.OneOf("mode", {"0755", "0644", "0600"});
  if (const Status good = reader.Finish(); !good) return good.error();
  if (mode) file.mode = static_cast<int>(std::strtol(mode->c_str(), nullptr, 8));
  const fs::path to = file.to;
  const bool leaves =
      std::any_of(to.begin(), to.end(), [](const fs::path& p) { return p == ".."; });
  if (file.to.empty() || to.is_absolute() || leaves) {
    return document_.ErrorAt(node.Find("to")->mark, "yaml.value",
                             "\"to\" must be a path below the case's directory");
  }
  if (text.has_value() == from.has_value()) {
    return document_.ErrorAt(node.mark, "yaml.value",
                             "a file needs either \"text\" or \"from\", a file to copy");
  }
  if (from) {
    auto copied = ReadFile((fs::path(folder_) / *from).string());
    if (!copied) {
      return document_.ErrorAt(node.Find("from")->mark, "yaml.value", copied.error().message);
    }
    file.text = std::move(copied).value();
    file.copied = true;
  } else {
    file.text = *text;
  }
  if (replace == nullptr) {
    if (file.copied) return file;
    const Status good = CheckTemplate(node.Find("text")->mark, file.text);
    return good ? Result<FileTemplate>(file) : Result<FileTemplate>(good.error());
  }
  for (const YamlNode::Member& member : replace->members) {
    if (!member.value.IsScalar() || member.key.empty() ||
        file.text.find(member.key) == std::string::npos) {
      return document_.ErrorAt(member.key_mark, "yaml.value",
                               fmt::format("\"{}\" does not occur in the file, so there is nothing "
                                           "to replace",
                                           member.key));
    }
    if (const Status good = CheckTemplate(member.value.mark, member.value.scalar); !good) {
      return good.error();
    }
    file.replace.emplace_back(member.key, member.value.scalar);
  }
  return file;
}

Result<ErrorWords> ConfigReader::ReadErrorWords(const YamlNode& node) const {
  YamlMapReader reader(document_, node, "an error");
  reader.Require("text");
  reader.Require("kind");
  const auto text = Regex(reader, "text");
  const std::vector<std::string> kinds(ErrorKinds().begin(), ErrorKinds().end());
  const auto kind = reader.OneOf("kind", kinds);
  if (const Status good = reader.Finish(); !good) return good.error();
  return ErrorWords{*text, *kind};
}

Result<Json> ConfigReader::ReadClaims(const YamlNode* node) const {
  // Every client of AWeber's has to use state: who does not says so.
  Json features = {{"state", true}};
  if (node == nullptr) return features;
  YamlMapReader reader(document_, *node, "claims");
  for (const std::string_view flag : kClaimFlags) {
    if (const auto value = reader.Bool(flag)) features[std::string(flag)] = *value;
  }
  for (const ClaimList& list : ClaimLists()) {
    const YamlNode* const member = reader.Child(list.name);
    const auto values = reader.StringList(list.name);
    for (const std::string& value : values) {
      if (std::find(list.values.begin(), list.values.end(), value) == list.values.end()) {
        reader.Fail(member->mark, fmt::format("\"{}\" may hold {}, not \"{}\"", list.name,
                                              fmt::join(list.values, ", "), value));
      }
    }
    if (member != nullptr) features[std::string(list.name)] = values;
  }
  if (const Status good = reader.Finish(); !good) return good.error();
  return features;
}

// What the program meets besides AWeber's addresses and operations.
Status ConfigReader::ReadWorld(YamlMapReader& reader, Launch& launch) const {
  const YamlNode* const hosts = reader.Child("proxy_hosts");
  for (const std::string& text : reader.StringList("proxy_hosts")) {
    auto host = mock::ParseProxyHost(text);
    if (!host) {
      reader.Fail(hosts->mark, host.error().message);
    } else {
      launch.proxy_hosts.push_back(std::move(host).value());
    }
  }
  const YamlNode* const replies = reader.Sequence("replies");
  if (replies == nullptr) return {};
  auto rules = mock::ParseRules(document_, *replies);
  if (!rules) return rules.error();
  launch.replies = std::move(rules).value();
  return {};
}

Result<Launch> ConfigReader::ReadLaunch(YamlMapReader& reader) const {
  Launch launch;
  launch.name = reader.Text("name").value_or(fs::path(document_.file()).stem().string());
  launch.version = reader.Text("version").value_or("");
  launch.language = reader.Text("language").value_or("");
  const YamlNode* const command = reader.Child("command");
  if (const auto line = Template(reader, "command")) {
    auto words = SplitCommandLine(*line);
    if (!words) {
      reader.Fail(command->mark, words.error().message);
    } else if (const std::string word = ShellWord(*line); !word.empty()) {
      reader.Fail(command->mark, NeedsShell(word));
    } else {
      launch.command = std::move(words).value();
    }
  }
  launch.directory = Template(reader, "directory").value_or(".");
  if (!launch.directory.starts_with("${dir}")) {
    launch.directory = (fs::path(folder_) / launch.directory).lexically_normal().string();
  }
  launch.redirect_uri = Template(reader, "redirect_uri").value_or("");
  if (const YamlNode* env = reader.Map("env")) {
    for (const YamlNode::Member& member : env->members) {
      if (!member.value.IsScalar()) {
        return document_.ErrorAt(member.value.mark, "yaml.type",
                                 fmt::format("\"{}\" must be a single value", member.key));
      }
      const Status good = CheckTemplate(member.value.mark, member.value.scalar);
      if (!good) return good.error();
      launch.env.emplace_back(member.key, member.value.scalar);
    }
  }
  if (const YamlNode* files = reader.Sequence("files")) {
    for (const YamlNode& node : files->items) {
      auto file = ReadFileTemplate(node);
      if (!file) return file.error();
      launch.files.push_back(std::move(file).value());
    }
  }
  if (const YamlNode* errors = reader.Sequence("errors")) {
    for (const YamlNode& node : errors->items) {
      auto words = ReadErrorWords(node);
      if (!words) return words.error();
      launch.errors.push_back(std::move(words).value());
    }
  }
  if (const Status good = ReadWorld(reader, launch); !good) return good.error();
  auto claims = ReadClaims(reader.Map("claims"));
  if (!claims) return claims.error();
  launch.features = std::move(claims).value();
  return launch;
}

std::vector<std::string> CaseNames() {
  return {"authorize_url", "token_url",     "revoke_url",   "api_url",         "client_type",
          "client_id",     "client_secret", "redirect_uri", "scopes",          "dir",
          "ca_file",       "proxy_url",     "auth",         "token_transport", "issuer"};
}

Result<ClientIdentity> IdentityOf(const Launch& launch, std::string_view kind) {
  Reply hello;
  hello.ok = {{"protocol", kProtocolVersion},
              {"client",
               {{"name", launch.name}, {"version", launch.version}, {"language", launch.language}}},
              {"features", launch.features}};
  auto identity = ReadHello(hello);
  if (identity) identity->configured_kind = kind;
  return identity;
}

}  // namespace aweber::conformance
