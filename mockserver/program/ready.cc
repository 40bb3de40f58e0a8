#include "mockserver/program/ready.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>

#include "base/os/descriptor.h"
#include "base/os/file.h"
#include "base/text/json.h"
#include "base/version.h"
#include "mockserver/program/config.h"

namespace aweber::mock {
namespace {

Json OrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json ClientFacts(const RegisteredClient& client) {
  return {{"id", client.id},
          {"type", client.is_public ? "public" : "confidential"},
          {"secret", OrNull(client.secret)},
          {"redirect_uris", client.redirect_uris},
          {"scopes", client.scopes}};
}

Json AccountFacts(const UserAccount& account) {
  return {{"username", account.username},
          {"password", account.password},
          {"developer", account.developer}};
}

}  // namespace

Json ReadyFacts(const Config& config, MockServer& server) {
  const std::shared_ptr<Space> space = server.default_space();
  const auto at = [&](Endpoint endpoint, const char* path) {
    return server.OriginFor(*space, endpoint) + path;
  };
  const bool speaks_tls = server.base_url().starts_with("https") || !server.proxy_url().empty();
  const bool own_authority = speaks_tls && server.options().tls_cert_file.empty();
  const std::string admin = server.admin_url();
  Json clients = Json::array(), accounts = Json::array();
  for (const RegisteredClient& client : space->clients()) clients.push_back(ClientFacts(client));
  for (const UserAccount& account : space->accounts()) accounts.push_back(AccountFacts(account));
  return {{"pid", ::getpid()},
          {"version", ProjectVersion()},
          {"base_url", server.base_url()},
          {"authorize_url", at(Endpoint::kAuthorize, "/oauth2/authorize")},
          {"token_url", at(Endpoint::kToken, "/oauth2/token")},
          {"revoke_url", at(Endpoint::kRevoke, "/oauth2/revoke")},
          {"api_url", at(Endpoint::kApi, "/1.0")},
          {"admin_url", OrNull(admin.empty() ? "" : admin + "/api/v1")},
          {"console_url", OrNull(admin.empty() ? "" : admin + "/")},
          {"proxy_url", OrNull(server.proxy_url())},
          {"ca_file", OrNull(own_authority ? config.ca_file : "")},
          {"ca_sha256", OrNull(own_authority ? server.ca_fingerprint() : "")},
          {"profile", ProfileName(server.options().settings.profile)},
          {"seed", server.seed()},
          {"scenario", OrNull(space->scenario_id())},
          {"clients", std::move(clients)},
          {"accounts", std::move(accounts)}};
}

ReadyFile::~ReadyFile() {
  if (written_) ::unlink(path_.c_str());
}

Status ReadyFile::Write(const Json& facts) {
  if (path_.empty()) return {};
  const std::string text = DumpJsonPretty(facts) + "\n";
  Status status = WriteFileAtomically(path_, text, 0600);
  // What failed late has left it there all the same.
  written_ = status.ok() || ReadFile(path_).value_or("") == text;
  return status;
}

// sd_notify(3): one datagram; a name that begins with '@' is in the abstract namespace.
void NotifySupervisor(const std::string& socket, std::string_view message) {
  sockaddr_un address{};
  if (socket.empty() || socket.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::copy(socket.begin(), socket.end(), address.sun_path);
  if (socket.front() == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket.size());
  const Descriptor descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (descriptor.get() < 0) return;
  static_cast<void>(::sendto(descriptor.get(), message.data(), message.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), size));
}

}  // namespace aweber::mock
