// Ready: how a program that started the mock learns where it is.
//
// Purpose: the banner is for people. The same facts as JSON are printed with --print-json and
//   written with --ready-file: the file is there, whole, when the mock can be used, and gone when it
//   has ended. Where NOTIFY_SOCKET names a socket (systemd's sd_notify protocol), READY=1 and
//   STOPPING=1 are sent to it.
// Ownership: ReadyFile removes its file. Thread safety: one thread.
// Errors: Error{"file.*"} when the file cannot be written. A supervisor that cannot be told is no
//   error: the mock runs all the same.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text/json_fwd.h"
#include "mockserver/mock_server.h"

namespace aweber::mock {

struct Config;

// {"pid", "version", "base_url", "authorize_url", "token_url", "revoke_url", "api_url", "admin_url",
// "console_url", "proxy_url", "ca_file", "ca_sha256", "profile", "seed", "scenario", "clients",
// "accounts"}; what there is not (no proxy, no TLS) is null.
Json ReadyFacts(const Config& config, MockServer& server);

class ReadyFile {
 public:
  explicit ReadyFile(std::string path) : path_(std::move(path)) {}
  ~ReadyFile();
  ReadyFile(const ReadyFile&) = delete;
  ReadyFile& operator=(const ReadyFile&) = delete;

  // Does nothing where there is no path. The file holds secrets of applications: mode 0600.
  Status Write(const Json& facts);

 private:
  const std::string path_;
  bool written_ = false;
};

// Tells the supervisor that `socket` names, "" for none: "READY=1".
void NotifySupervisor(const std::string& socket, std::string_view message);

}  // namespace aweber::mock
