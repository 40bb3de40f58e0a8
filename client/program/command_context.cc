// Flags, profile and environment become a Session.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <utility>

#include "base/os/file.h"
#include "base/text/json.h"
#include "base/text/uri.h"
#include "base/version.h"
#include "client/program/commands.h"
#include "client/store/file_store.h"

namespace aweber::client {
namespace {

// In --help these come after a command's own flags.
constexpr const char* kGroup = "App and account (login remembers the app's)";

Failure Usage(std::string message) {
  return MakeFailure(FailureKind::kOther, "config.invalid", std::move(message));
}

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// XDG Base Directory Specification: a relative path counts as none. Never the working directory:
// tokens would end up in archives.
Outcome<std::string> DefaultStore() {
  if (const std::string state = Environment("XDG_STATE_HOME"); state.starts_with('/')) {
    return state + "/aweber-client";
  }
  const std::string home = Environment("HOME");
  if (home.empty()) return Usage("no place for the tokens: give --store or AWEBER_CLIENT_STORE");
  return home + "/.local/state/aweber-client";
}

// The flags that `login` remembers: what the registration at AWeber says.
struct ProfileRow {
  const char* name;
  std::string CommonFlags::*member;
};
constexpr ProfileRow kProfileRows[] = {{"mock", &CommonFlags::mock},
                                       {"ca_file", &CommonFlags::ca_file},
                                       {"client_id", &CommonFlags::client_id},
                                       {"client_secret", &CommonFlags::client_secret},
                                       {"redirect_uri", &CommonFlags::redirect_uri},
                                       {"scopes", &CommonFlags::scopes},
                                       {"type", &CommonFlags::type},
                                       {"auth", &CommonFlags::auth},
                                       {"token_in", &CommonFlags::token_in},
                                       {"pkce", &CommonFlags::pkce}};

std::string WithoutSlash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string PlaceName(const std::string& mock) { return mock.empty() ? "AWeber" : mock; }

// Whether a login wrote all of it. A damaged one no longer says where its tokens belong.
bool IsWhole(const Json& profile) {
  if (!profile.is_object() || JsonString(profile, "client_id").value_or("").empty()) return false;
  for (const auto& member : profile.items()) {
    const std::string& name = member.key();
    if (name == "version") continue;
    const auto known = [&](const ProfileRow& row) { return name == row.name; };
    if (std::none_of(std::begin(kProfileRows), std::end(kProfileRows), known)) return false;
    if (!member.value().is_string()) return false;
  }
  return profile.contains("version");
}

Outcome<void> FillFromProfile(CommonFlags& flags, CommandContext::For purpose) {
  const std::string path = StorePath(flags.store, "profile", flags.user);
  auto text = ReadPrivateFile(path);
  if (!text) return text.error();
  if (!*text) return {};
  const auto json = ParseJson(**text);
  if (!json || !IsWhole(*json)) {
    if (purpose == CommandContext::For::kLogin) return {};  // a login writes it anew
    return Usage(
        fmt::format("{} is damaged, so nobody knows where the tokens of user '{}' belong: "
                    "log in again",
                    path, flags.user));
  }
  const std::string saved_id = JsonString(*json, "client_id").value_or("");
  const std::string saved_mock = WithoutSlash(JsonString(*json, "mock").value_or(""));
  const bool other_id = !flags.client_id.empty() && flags.client_id != saved_id;
  // A login goes where it is told now, to AWeber when told nothing: who has done with the mock must
  // not end there again unawares.
  const bool told = !flags.mock.empty() || purpose == CommandContext::For::kLogin;
  const bool other_mock = told && WithoutSlash(flags.mock) != saved_mock;
  if ((other_id || other_mock) && purpose == CommandContext::For::kUse) {
    return Usage(fmt::format(
        "user '{}' logged in with client {} at {}: log in again to change that, or keep both apart "
        "by --user or --store",
        flags.user, saved_id, PlaceName(saved_mock)));
  }
  if (other_mock && flags.client_id.empty()) {
    return Usage(fmt::format(
        "user '{}' logged in at {} before, and this login would go to {}: give {} to go there "
        "again, or --client-id and what else belongs to the app",
        flags.user, PlaceName(saved_mock), PlaceName(WithoutSlash(flags.mock)),
        saved_mock.empty() ? "no --mock" : "--mock " + saved_mock));
  }
  // Another client id is another registration: nothing of the saved one belongs to it.
  if (other_id || other_mock) return {};
  for (const ProfileRow& row : kProfileRows) {
    if ((flags.*row.member).empty()) {
      flags.*row.member = JsonString(*json, row.name).value_or("");
    }
  }
  return {};
}

Outcome<void> ReadSecretFile(CommonFlags& flags) {
  if (flags.client_secret_file.empty()) return {};
  auto secret = ReadFirstLine(flags.client_secret_file);
  if (!secret) return Usage("--client-secret-file: " + secret.error().message);
  flags.client_secret = std::move(secret).value();
  return {};
}

Outcome<ClientConfig> MakeConfig(const CommonFlags& flags) {
  ClientConfig config;
  if (!flags.mock.empty()) {
    const auto mock = ParseUri(flags.mock);
    if (!mock || mock->host.empty() || (mock->scheme != "http" && mock->scheme != "https")) {
      return Usage(
          fmt::format("--mock: '{}' is no base URL such as http://127.0.0.1:8080", flags.mock));
    }
    config.provider = ProviderAt(flags.mock);
    config.allow_plain_http = true;
  }
  if (flags.client_id.empty()) {
    return Usage("no client id: give --client-id or AWEBER_CLIENT_ID, or log in first");
  }
  config.client_id = flags.client_id;
  config.client_secret = flags.client_secret;
  config.redirect_uri = flags.redirect_uri.empty() ? kOutOfBand : flags.redirect_uri;
  std::istringstream words(flags.scopes.empty() ? "account.read" : flags.scopes);
  for (std::string word; words >> word;) config.scopes.push_back(word);
  const bool is_public = flags.type.empty() ? flags.client_secret.empty() : flags.type == "public";
  config.type = is_public ? ClientType::kPublic : ClientType::kConfidential;
  if (!is_public && config.client_secret.empty()) {
    return Usage(
        "a confidential client needs its secret: AWEBER_CLIENT_SECRET or a file by "
        "--client-secret-file");
  }
  if (flags.pkce == "always") config.pkce = PkceUse::kAlways;
  config.longest_wait = std::chrono::seconds(flags.max_wait);
  auto auth = ParseAuthMethod(flags.auth);
  if (!auth) return auth.error();
  config.auth = *auth;
  auto transport = ParseTokenTransport(flags.token_in);
  if (!transport) return transport.error();
  config.token_transport = *transport;
  if (auto good = CheckConfig(config); !good) return good.error();
  return config;
}

HttpClientOptions HttpOptions(const CommonFlags& flags) {
  HttpClientOptions options;
  options.ca_file = flags.ca_file;
  options.user_agent = fmt::format("aweber-client/{}", ProjectVersion());
  return options;
}

}  // namespace

Outcome<AuthMethod> ParseAuthMethod(const std::string& word) {
  if (word.empty() || word == "basic") return AuthMethod::kBasic;
  if (word == "body") return AuthMethod::kBody;
  if (word == "query") return AuthMethod::kQuery;
  return Usage(fmt::format("--auth: '{}' is none of basic, body, query", word));
}

Outcome<TokenTransport> ParseTokenTransport(const std::string& word) {
  if (word.empty() || word == "header") return TokenTransport::kHeader;
  if (word == "body") return TokenTransport::kBody;
  if (word == "query") return TokenTransport::kQuery;
  return Usage(fmt::format("--token-in: '{}' is none of header, body, query", word));
}

std::shared_ptr<CommonFlags> AddCommonFlags(CLI::App& command) {
  auto flags = std::make_shared<CommonFlags>();
  const auto add = [&](const char* name, const char* type, std::string& target, const char* env,
                       const char* help) {
    return command.add_option(name, target, help)->envname(env)->type_name(type)->group(kGroup);
  };
  add("--mock", "URL", flags->mock, "AWEBER_CLIENT_MOCK", "Base URL of a mock instead of AWeber.");
  add("--ca-file", "FILE", flags->ca_file, "AWEBER_CLIENT_CA_FILE",
      "Trust this PEM instead of the system's.");
  add("--client-id", "ID", flags->client_id, "AWEBER_CLIENT_ID", "Your app's client id.");
  add("--client-secret", "SECRET", flags->client_secret, "AWEBER_CLIENT_SECRET",
      "The app's secret; prefer the environment, or --client-secret-file.");
  add("--client-secret-file", "FILE", flags->client_secret_file, "AWEBER_CLIENT_SECRET_FILE",
      "Read the secret from this file's first line.");
  add("--redirect-uri", "URI", flags->redirect_uri, "AWEBER_CLIENT_REDIRECT_URI",
      "Exactly as registered; without one AWeber shows a code to paste (out of band).");
  add("--scopes", "WORDS", flags->scopes, "AWEBER_CLIENT_SCOPES",
      "Space separated, e.g. \"account.read list.read\" (default account.read).");
  add("--type", "WORD", flags->type, "AWEBER_CLIENT_TYPE",
      "Kind of app; confidential when it has a secret.")
      ->check(CLI::IsMember({"confidential", "public"}));
  add("--auth", "WORD", flags->auth, "AWEBER_CLIENT_AUTH",
      "How to show the secret (default basic).")
      ->check(CLI::IsMember({"basic", "body", "query"}));
  add("--token-in", "WORD", flags->token_in, "AWEBER_CLIENT_TOKEN_IN",
      "Where API requests carry the token (default header).")
      ->check(CLI::IsMember({"header", "body", "query"}));
  add("--pkce", "WORD", flags->pkce, "AWEBER_CLIENT_PKCE", "auto (default): for public apps alone.")
      ->check(CLI::IsMember({"auto", "always"}));
  add("--store", "DIRECTORY", flags->store, "AWEBER_CLIENT_STORE",
      "Folder of the tokens (default ~/.local/state/aweber-client).");
  add("--user", "NAME", flags->user, "AWEBER_CLIENT_USER",
      "Whose tokens, for several accounts (default \"default\").");
  command.add_flag("--json", flags->json, "Output for programs.");
  return flags;
}

CommandContext::CommandContext(ClientConfig config, CommonFlags flags)
    : flags_(std::move(flags)),
      http_(MakeHttpClient(HttpOptions(flags_))),
      tokens_(flags_.store),
      pending_(flags_.store),
      session_(std::make_unique<Session>(
          std::move(config),
          Services{*http_, SystemClock::System(), SystemRandom::System(), tokens_, pending_},
          flags_.user)) {}

Outcome<std::unique_ptr<CommandContext>> CommandContext::Make(CommonFlags flags, For purpose) {
  if (flags.store.empty()) {
    auto store = DefaultStore();
    if (!store) return store.error();
    flags.store = std::move(*store);
  }
  if (!flags.ca_file.empty()) {
    // Remembered, it must mean the same file wherever the next command runs.
    std::error_code error;
    const auto whole = std::filesystem::absolute(flags.ca_file, error);
    if (!error) flags.ca_file = whole.string();
  }
  if (auto read = ReadSecretFile(flags); !read) return read.error();
  if (auto filled = FillFromProfile(flags, purpose); !filled) return filled.error();
  auto config = MakeConfig(flags);
  if (!config) return config.error();
  return std::unique_ptr<CommandContext>(new CommandContext(std::move(*config), std::move(flags)));
}

Outcome<void> CommandContext::SaveProfile() const {
  Json json = {{"version", 1}};
  for (const ProfileRow& row : kProfileRows) {
    if (!(flags_.*row.member).empty()) json[row.name] = flags_.*row.member;
  }
  const std::string path = StorePath(flags_.store, "profile", flags_.user);
  const auto lock = FileLock::Acquire(path);
  if (!lock) return lock.error();
  return WritePrivateFile(path, DumpJsonPretty(json) + "\n");
}

}  // namespace aweber::client
