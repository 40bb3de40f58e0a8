#include "mockserver/program/config.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/os/file.h"
#include "base/text/json.h"
#include "base/text/nearest_word.h"
#include "base/text/uri.h"
#include "mockserver/model/space_state.h"
#include "mockserver/program/config_file.h"
#include "mockserver/program/customer_file.h"
#include "mockserver/program/options.h"

namespace aweber::mock {
namespace {

constexpr std::string_view kPrefix = "AWEBER_MOCK_";

std::string TwinOf(std::string_view option) {
  std::string twin(kPrefix);
  for (const char c : option) twin += c == '-' ? '_' : static_cast<char>(std::toupper(c));
  return twin;
}

Error Wrong(const std::string& place, const std::string& problem, const std::string& text) {
  // The text of a secret option is not repeated.
  const bool secret = place.find("TOKEN") != std::string::npos || place == "--admin-token";
  return {"config.invalid",
          fmt::format("{}: {}{}", place, problem, secret ? "" : fmt::format(", not \"{}\"", text))};
}

struct Given {
  std::string place;  // "--port", "AWEBER_MOCK_PORT", "mock.yaml:3:1: port"
  std::string text;
};
using GivenOptions = std::map<std::string, Given>;

Status ReadEnvironment(const std::vector<std::string>& environment, GivenOptions& given,
                       std::string& file) {
  std::vector<std::string> twins = {TwinOf("config")};
  for (const Option& option : Options()) twins.push_back(TwinOf(option.name));
  for (const std::string& item : environment) {
    if (!item.starts_with(kPrefix)) continue;
    const std::string name = item.substr(0, item.find('='));
    const std::string value = item.substr(std::min(item.size(), name.size() + 1));
    if (value.empty()) continue;  // how Compose passes on what is not set
    if (name == twins.front()) {
      if (file.empty()) file = value;
      continue;
    }
    const auto known = std::find(twins.begin(), twins.end(), name);
    if (known == twins.end()) {
      const std::string near = NearestWord(name, twins);
      return Error{"config.unknown",
                   fmt::format("environment variable {} is not known{}", name,
                               near.empty() ? "" : fmt::format("; did you mean {}?", near))};
    }
    const std::size_t index = static_cast<std::size_t>(known - twins.begin()) - 1;
    given.try_emplace(std::string(Options()[index].name), Given{name, value});
  }
  return {};
}

// A flag is seen by everybody who may list processes, a variable by who inspects a container.
Status ReadAdminToken(Config& config) {
  if (config.admin_token_file.empty()) return {};
  if (!config.server.admin_token.empty()) {
    return Error{"config.invalid", "--admin-token and --admin-token-file: give one of them"};
  }
  auto token = ReadFirstLine(config.admin_token_file);
  if (!token) return Error{"config.invalid", "--admin-token-file: " + token.error().message};
  config.server.admin_token = std::move(token).value();
  if (!config.server.admin_token.empty()) return {};
  return Error{"config.invalid", fmt::format("--admin-token-file: the first line of {} is empty",
                                             config.admin_token_file)};
}

}  // namespace

void ConfigFlags::AddTo(CLI::App& app) {
  app.add_option("--config", file_,
                 "YAML file with the same names as the flags. Variable: AWEBER_MOCK_CONFIG.")
      ->type_name("FILE")
      ->group("Settings");
  values_.reserve(Options().size());  // CLI11 keeps references to the texts
  for (const Option& option : Options()) {
    values_.emplace_back(std::string(option.name), "");
    std::string& text = values_.back().second;
    const std::string flag = fmt::format("--{}", option.name);
    const std::string help = fmt::format("{} Variable: {}.", option.help, TwinOf(option.name));
    if (option.is_switch) {
      app.add_flag_callback(
             flag, [&text] { text = "true"; }, help)
          ->group(GroupOf(option.name));
    } else {
      app.add_option(flag, text, help)->type_name("")->group(GroupOf(option.name));
    }
  }
}

Result<Config> ConfigFlags::Resolve(const std::vector<std::string>& environment) const {
  GivenOptions given;
  for (const auto& [name, text] : values_) {
    if (!text.empty()) given[name] = {"--" + name, text};
  }
  std::string file = file_;
  if (Status read = ReadEnvironment(environment, given, file); !read.ok()) return read.error();

  Config config;
  config.server.port = 8080;
  config.server.admin_port = 8081;
  config.server.follow_real_time = true;
  ConfigFile from_file;
  if (!file.empty()) {
    std::vector<std::string> names;
    for (const Option& option : Options()) names.emplace_back(option.name);
    Result<ConfigFile> read = ReadConfigFile(file, names);
    if (!read.ok()) return read.error();
    from_file = std::move(*read);
    for (const ConfigFile::Scalar& scalar : from_file.scalars) {
      given.try_emplace(scalar.name, Given{scalar.place, scalar.text});
    }
    for (const auto& [name, value] : from_file.settings) {
      if (name != "profile") continue;
      const auto& [place, json] = value;
      given.try_emplace("profile",
                        Given{place, json.is_string() ? json.get<std::string>() : DumpJson(json)});
    }
  }
  for (const Option& option : Options()) {
    const auto found = given.find(std::string(option.name));
    if (found == given.end()) continue;
    const std::string problem = option.apply(found->second.text, config);
    if (!problem.empty()) return Wrong(found->second.place, problem, found->second.text);
  }
  // Single switches of the file stand over the profile, but under flags that name one.
  for (const auto& [name, value] : from_file.settings) {
    if (name == "profile") continue;  // applied before, or overruled
    if (name == "access_token_ttl" && given.contains("access-token-ttl")) continue;
    if (name == "refresh_token_ttl" && given.contains("refresh-token-ttl")) continue;
    const Status applied = ApplySetting(config.server.settings, name, value.second);
    if (!applied.ok()) {
      return Error{"config.invalid", fmt::format("{}: {}", value.first, applied.error().message)};
    }
  }
  config.server.clients = std::move(from_file.clients);
  config.server.accounts = std::move(from_file.accounts);
  config.server.webhooks = std::move(from_file.webhooks);
  if (!config.data_file.empty()) {
    auto customers =
        ReadCustomerFile(config.data_file, config.server.accounts.empty() ? BuiltInAccounts()
                                                                          : config.server.accounts);
    if (!customers.ok()) return customers.error();
    config.server.customers = *std::move(customers);
  }
  if (const Status read = ReadAdminToken(config); !read) return read.error();
  if (config.server.admin_port && config.server.admin_token.empty() &&
      !IsLoopbackHost(config.server.host)) {
    return Error{
        "config.admin",
        fmt::format(
            "--host {}: off loopback the admin API needs a token; give "
            "--admin-token (AWEBER_MOCK_ADMIN_TOKEN), --admin-token-file or --admin-port off",
            config.server.host)};
  }
  if (config.server.tls_cert_file.empty() != config.server.tls_key_file.empty()) {
    return Error{"config.invalid", "--tls-cert and --tls-key go together; one is missing"};
  }
  return config;
}

std::string ConfigPage() {
  std::string page =
      R"(<!-- Made by `AWEBER_UPDATE_DOCS=1 mockserver_unit_test` from the table of options; do not edit. -->
# The configuration of the mock

`aweber-mockserver serve` works without any. What it is told comes from flags, from variables, and from
the file that `--config` (`AWEBER_MOCK_CONFIG`) names; the first of them that says something decides.
An unknown flag, variable or key is an error that names the nearest known one. `scenarios`,
`healthcheck` and `explain` take the same.

| flag, and key in the file | variable | |
| --- | --- | --- |
)";
  for (const Option& option : Options()) {
    page += fmt::format("| `--{}`{} | `{}` | {} |\n", option.name, option.is_switch ? "" : " VALUE",
                        TwinOf(option.name), option.help);
  }
  return page + R"(
A switch (a flag without a value) is `true` or `false` in a variable and in the file. What is in
brackets holds when nothing is said.

## The file

```yaml
profile: rfc9700
port: 9090
access-token-ttl: 60
settings:                       # single switches, over the profile; docs/fidelity.md lists them
  rotate_refresh_token: false
clients:                        # instead of the built-in applications
  - id: my-integration
    secret: its-secret          # type: public, and no secret, for a public one
    name: My integration
    redirect_uris: ["https://app.example.test/callback"]
    scopes: [account.read, list.read]   # all of AWeber's when left out
accounts:                       # instead of the built-in customer
  - username: me@example.com
    password: a-password
webhooks:                       # who is told from the beginning; docs/webhooks.md
  - url: http://127.0.0.1:9000/hook   # elsewhere than on loopback with anywhere: true
    client_id: my-integration   # the first application when left out
    key: bXktdmVyaWZpY2F0aW9uLWtleQ==   # the verification key, base64; drawn when left out
    callback: 5ab10f8a-ec5a-40e8-af0b-7dc8df580e55   # drawn when left out
    events: [subscriber.added, subscriber.unsubscribed]   # all three when left out
```

## Where it is, for programs

`--print-json` prints one line of JSON instead of the banner; `--ready-file FILE` writes the same into a
file (mode 0600) once the mock can be used, and removes it at the end: `base_url`, `authorize_url`,
`token_url`, `revoke_url`, `api_url`, `admin_url`, `console_url`, `proxy_url`, `ca_file`, `ca_sha256`,
`pid`, `profile`, `seed`, `scenario`, `clients`, `accounts`. With `NOTIFY_SOCKET` set, as systemd does
for `Type=notify`, it says `READY=1` and `STOPPING=1` there.

The suite has a configuration file of its own, `aweber-conformance.yaml`:
[running.md](running.md#the-settings-of-a-project).
)";
}

std::vector<std::string> ProcessEnvironment() {
  std::vector<std::string> all;
  for (char** item = environ; *item != nullptr; ++item) all.emplace_back(*item);
  return all;
}

}  // namespace aweber::mock
