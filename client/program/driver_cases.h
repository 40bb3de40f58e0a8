// DriverCases: the operations of the driver protocol, version 1, over the client library.
//
// Purpose: turns one request object into one reply object; reading lines and threads are driver.h's
//   business. A case is one client registration with a token store of its own; a session is one
//   user of it, with a client::Session of its own.
// Ownership: cases are shared with the operations that run on them, so that `close` never pulls one
//   away. The http client, clock and random outlive this object.
// Thread safety: Handle from any thread at once.
// Errors: none escape; every request gets a reply: `ok`, `err` with a kind, or `unsupported`.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "base/os/random.h"
#include "base/text/json_fwd.h"
#include "client/protocol/config.h"
#include "client/session.h"

namespace aweber::client {

inline constexpr int kDriverConcurrency = 8;

struct DriverOptions {
  AuthMethod auth = AuthMethod::kBasic;
  TokenTransport token_transport = TokenTransport::kHeader;
  PkceUse pkce = PkceUse::kPublicOnly;
  int fd = 1;           // where replies are written
  std::string ca_file;  // "" for the system's
};

class DriverCases {
 public:
  DriverCases(DriverOptions options, HttpClient& http, Clock& clock, Random& random);
  ~DriverCases();

  // `request` is any JSON value. `bye` is answered here like the rest; ending is the caller's.
  Json Handle(const Json& request, std::stop_token stop);

 private:
  struct Case;
  Outcome<Json> Dispatch(const std::string& op, const Json& request, std::stop_token stop);
  Outcome<Json> Open(const Json& request);
  Outcome<Json> Close(const Json& request);
  Outcome<std::shared_ptr<Case>> FindCase(const Json& request);

  const DriverOptions options_;
  HttpClient& http_;
  Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Case>> cases_;
};

}  // namespace aweber::client
