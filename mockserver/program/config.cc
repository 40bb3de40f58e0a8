#include "mockserver/program/config.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>

#include "base/os/file.h"
#include "base/text/json.h"
#include "base/text/nearest_word.h"
#include "base/text/uri.h"
#include "base/text/yaml.h"
#include "mockserver/model/space_state.h"
#include "mockserver/program/config_file.h"
#include "mockserver/program/customer_file.h"

namespace aweber::mock {
namespace {

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    if (comma > at) parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

constexpr std::string_view kPrefix = "AWEBER_MOCK_";

// What an option's text must be; the answer is what was wrong, or "".
using Apply = std::string (*)(const std::string& text, Config& config);

template <typename Integer>
std::string Whole(const std::string& text, Integer& target, std::uint64_t most,
                  std::string_view unit = "") {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value > most) {
    return fmt::format("must be a whole number {}up to {}", unit, most);
  }
  target = static_cast<Integer>(value);
  return "";
}

std::string Switch(const std::string& text, bool& target) {
  if (text != "true" && text != "false") return "must be true or false";
  target = text == "true";
  return "";
}

std::string PortOrOff(const std::string& text, std::optional<std::uint16_t>& target) {
  if (text == "off") {
    target.reset();
    return "";
  }
  std::uint16_t port = 0;
  if (!Whole(text, port, 65535).empty()) return "must be a port (0 for any free one) or \"off\"";
  target = port;
  return "";
}

std::string Setting(const char* name, const std::string& text, Config& config) {
  std::int64_t seconds = 0;
  if (std::string wrong = Whole(text, seconds, 1ull << 40, "of seconds "); !wrong.empty())
    return wrong;
  const Status applied = ApplySetting(config.server.settings, name, Json(seconds));
  return applied.ok() ? "" : applied.error().message;
}

// The heading of --help below which a flag stands.
std::string GroupOf(std::string_view name) {
  constexpr std::string_view kListens[] = {
      "host",     "port",    "admin-port", "admin-token", "admin-token-file", "scheme",
      "tls-cert", "tls-key", "ca-file",    "public-url",  "proxy-port",       "admin-allow-host"};
  constexpr std::string_view kKeeps[] = {"journal-size", "log-format"};
  const auto in = [name](const auto& names) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
  };
  return in(kListens) ? "Where it listens"
         : in(kKeeps) ? "What it keeps and prints"
                      : "What it plays";
}

struct Option {
  std::string_view name;  // flag without dashes; YAML key; environment twin in capitals
  std::string_view help;
  bool is_switch;
  Apply apply;
};

// Applied in this order: the profile first, because it sets every switch.
const std::vector<Option>& Options() {
  static const std::vector<Option> options = {
      {"profile", "Rule set: aweber, rfc6749 or rfc9700 (default aweber).", false,
       [](const std::string& text, Config& config) -> std::string {
         const auto profile = ProfileFromName(text);
         if (!profile) return "must be aweber, rfc6749 or rfc9700";
         config.server.settings = SettingsFor(*profile);
         return "";
       }},
      {"host", "Address to listen on (default 127.0.0.1).", false,
       [](const std::string& text, Config& config) -> std::string {
         config.server.host = text;
         return text.empty() ? "must not be empty" : "";
       }},
      {"port", "Port of the authorization server and API (default 8080; 0: any).", false,
       [](const std::string& text, Config& config) {
         return Whole(text, config.server.port, 65535);
       }},
      {"admin-port", "Port of the admin API and console (default 8081; 0: any; off: none).", false,
       [](const std::string& text, Config& config) {
         return PortOrOff(text, config.server.admin_port);
       }},
      {"admin-token", "Bearer token for the admin API, required off loopback (default: none).",
       false,
       [](const std::string& text, Config& config) -> std::string {
         config.server.admin_token = text;
         return "";
       }},
      {"admin-token-file", "File that holds that token, alone.", false,
       [](const std::string& text, Config& config) -> std::string {
         config.admin_token_file = text;
         return "";
       }},
      {"admin-allow-host", "Further Host name of the admin listener, comma separated.", false,
       [](const std::string& text, Config& config) -> std::string {
         for (std::string& host : SplitAtCommas(text)) {
           config.server.admin_allowed_hosts.push_back(std::move(host));
         }
         return "";
       }},
      {"scheme", "http or https (default https).", false,
       [](const std::string& text, Config& config) -> std::string {
         config.server.scheme = text;
         return text == "http" || text == "https" ? "" : "must be http or https";
       }},
      {"tls-cert", "Certificate chain (PEM) instead of a generated one.", false,
       [](const std::string& text, Config& config) -> std::string {
         config.server.tls_cert_file = text;
         return "";
       }},
      {"tls-key", "Private key (PEM) of --tls-cert.", false,
       [](const std::string& text, Config& config) -> std::string {
         config.server.tls_key_file = text;
         return "";
       }},
      {"ca-file", "Write the generated authority's certificate (PEM) here.", false,
       [](const std::string& text, Config& config) -> std::string {
         config.ca_file = text;
         return "";
       }},
      {"public-url",
       "The address that pages and links name (default: where it listens; on every address, the "
       "name that the request came by).",
       false,
       [](const std::string& text, Config& config) -> std::string {
         config.server.public_url = text;
         return text.starts_with("http://") || text.starts_with("https://")
                    ? ""
                    : "must start with http:// or https://";
       }},
      {"proxy-port",
       "Port of a proxy for programs with AWeber's addresses built in (default: none).", false,
       [](const std::string& text, Config& config) {
         return PortOrOff(text, config.server.proxy_port);
       }},
      {"proxy-host",
       "Further host that the proxy serves: HOST, or HOST/PATH=ENDPOINT where ENDPOINT is "
       "authorize, token, revoke or api; comma separated.",
       false,
       [](const std::string& text, Config& config) -> std::string {
         for (const std::string& one : SplitAtCommas(text)) {
           auto host = ParseProxyHost(one);
           if (!host) return host.error().message;
           config.server.proxy_hosts.push_back(std::move(host).value());
         }
         return "";
       }},
      {"scenario", "Scenario to play from the start: an id or a file (default: none).", false,
       [](const std::string& text, Config& config) -> std::string {
         config.scenario = text;
         return "";
       }},
      {"scenarios", "Directory of further scenario files.", false,
       [](const std::string& text, Config& config) -> std::string {
         config.scenarios_directory = text;
         return "";
       }},
      {"watch", "Read changed scenario files again while running.", true,
       [](const std::string& text, Config& config) { return Switch(text, config.watch); }},
      {"access-token-ttl", "Seconds an access token lives (default 3600).", false,
       [](const std::string& text, Config& config) {
         return Setting("access_token_ttl", text, config);
       }},
      {"refresh-token-ttl", "Seconds a refresh token lives (default 0: for ever).", false,
       [](const std::string& text, Config& config) {
         return Setting("refresh_token_ttl", text, config);
       }},
      {"seed",
       "Random seed: the same one gives the same identifiers (default 0: draw one and print it).",
       false,
       [](const std::string& text, Config& config) {
         return Whole(text, config.server.seed, UINT64_MAX);
       }},
      {"honesty", "Vary replies in every legal way, by the seed.", true,
       [](const std::string& text, Config& config) { return Switch(text, config.server.honesty); }},
      {"frozen-clock", "The clock moves only when told, not with real time.", true,
       [](const std::string& text, Config& config) {
         bool frozen = false;
         std::string wrong = Switch(text, frozen);
         config.server.follow_real_time = !frozen;
         return wrong;
       }},
      {"spaces-on-use", "Make a space when /s/NAME is first requested.", true,
       [](const std::string& text, Config& config) {
         return Switch(text, config.server.create_spaces_on_use);
       }},
      {"data", "File of own customers' data (YAML) instead of the sample.", false,
       [](const std::string& text, Config& config) -> std::string {
         config.data_file = text;
         return "";
       }},
      {"subscribers",
       "Subscribers of the sample list \"Customers\" (default 1000; at most 100000).", false,
       [](const std::string& text, Config& config) {
         return Whole(text, config.server.sample_subscribers, 100'000);
       }},
      {"journal-size", "Requests kept in a space's journal (default 10000).", false,
       [](const std::string& text, Config& config) {
         return Whole(text, config.server.journal_size, 10'000'000);
       }},
      {"ready-file",
       "Write addresses, applications and process id here (JSON) once it can be used; removed at "
       "the end.",
       false,
       [](const std::string& text, Config& config) -> std::string {
         config.ready_file = text;
         return "";
       }},
      {"print-json", "Print the same JSON on one line instead of the banner.", true,
       [](const std::string& text, Config& config) { return Switch(text, config.print_json); }},
      {"log-format", "Lines of the log: text or json (default text).", false,
       [](const std::string& text, Config& config) -> std::string {
         config.log_format = text;
         return text == "text" || text == "json" ? "" : "must be text or json";
       }},
  };
  return options;
}

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
