// The sub-commands of aweber-client, one file each, and the flags they share.
//
// Purpose: Add*Command puts a sub-command into the parser; it runs when parsed and leaves its exit
//   status in `*status`, which must outlive the parsing.
// Thread safety: none needed; one thread parses.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client/protocol/config.h"
#include "client/protocol/failure.h"
#include "client/session.h"

namespace CLI {
class App;
}

namespace aweber::client {

void AddLoginCommand(CLI::App& app, int* status);   // login
void AddApiCommands(CLI::App& app, int* status);    // accounts, get, post
void AddTokenCommands(CLI::App& app, int* status);  // refresh, revoke, status
void AddDriverCommand(CLI::App& app, int* status);  // driver

// Flags of every command that talks to AWeber; each has an environment twin AWEBER_CLIENT_*.
struct CommonFlags {
  std::string mock;
  std::string ca_file;
  std::string client_id;
  std::string client_secret;
  std::string client_secret_file;
  std::string redirect_uri;
  std::string scopes;
  std::string type;      // confidential | public; by default, whether there is a secret
  std::string auth;      // basic | body | query
  std::string token_in;  // header | body | query
  std::string pkce;      // auto | always
  std::string store;
  std::string user = "default";
  int max_wait = 5;  // seconds
  bool json = false;
};
std::shared_ptr<CommonFlags> AddCommonFlags(CLI::App& command);

Outcome<AuthMethod> ParseAuthMethod(const std::string& word);
Outcome<TokenTransport> ParseTokenTransport(const std::string& word);

// Everything a command needs, made from the flags: real clock, random and sockets, file stores.
class CommandContext {
 public:
  // Flags that were not given come from what `login` saved in the store. Only a login may go with
  // another client or to another place than that: tokens go to nobody but who issued them. Where a
  // login goes is never taken from the store: to AWeber, unless a mock is named this time.
  enum class For { kLogin, kUse };
  static Outcome<std::unique_ptr<CommandContext>> Make(CommonFlags flags, For purpose = For::kUse);
  // Remembers the flags beside the tokens (0600), so that later commands need none.
  Outcome<void> SaveProfile() const;
  Session& session() { return *session_; }
  const CommonFlags& flags() const { return flags_; }

 private:
  CommandContext(ClientConfig config, CommonFlags flags);
  const CommonFlags flags_;
  std::unique_ptr<HttpClient> http_;
  FileTokenStore tokens_;
  FilePendingStore pending_;
  std::unique_ptr<Session> session_;
};

}  // namespace aweber::client
