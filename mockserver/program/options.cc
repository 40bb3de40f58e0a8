#include "mockserver/program/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text/json.h"
#include "mockserver/model/space_state.h"

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

// What is wrong with a text, or "".
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

}  // namespace

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

}  // namespace aweber::mock
