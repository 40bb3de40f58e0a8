// The small correct client: cases, sessions, tokens on disk, one refresh at a time.
//
// Purpose: what the mutants are made from. It shares nothing with client/ so that a mistake there
//   cannot hide here.
// Ownership: owns its HTTP client and every case. Thread safety: every member from any thread;
//   sessions lock themselves. Errors: a Reply of kind err, worded as the driver protocol has it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "base/text/json.h"
#include "tests/mutants/wire.h"

namespace aweber::mutants {

struct ClientOptions {
  Deviation deviation = Deviation::kNone;
  bool pkce_always = false;
};

class Client {
 public:
  Client(ClientOptions options, Clock& clock, Random& random);
  ~Client();

  // One operation of the driver protocol: {"ok":..}, {"err":..} or {"unsupported":..}.
  Json Handle(const std::string& op, const Json& request);

 private:
  struct Session;
  struct Case;
  using Done = Result<Json, Refusal>;

  Done Open(const Json& request);
  Done Authorize(Case& c, Session& session);
  Done Callback(Case& c, Session& session, const std::string& url);
  Done Exchange(Case& c, Session& session, const std::string& code, const Pending& pending);
  Done Call(Case& c, Session& session, const Json& request);
  Done Refresh(Case& c, Session& session);
  Done Revoke(Case& c, Session& session);
  Done Token(Session& session);

  // Refreshes unless someone else did since `seen` was current; true when there is a newer token.
  Result<bool, Refusal> RefreshFrom(Case& c, Session& session, const Tokens& seen);
  Result<HttpResponse, Refusal> Send(const Outgoing& request, const std::string& follow_to = "");
  std::shared_ptr<Case> FindCase(const Json& request);
  std::int64_t NowSeconds() const { return ToUnixSeconds(clock_.Now()); }
  bool Is(Deviation deviation) const { return options_.deviation == deviation; }

  ClientOptions options_;
  Clock& clock_;
  Random& random_;
  std::unique_ptr<HttpClient> http_;
  std::mutex mutex_;  // guards cases_
  std::map<std::string, std::shared_ptr<Case>> cases_;
};

// What `hello` answers, less what `unclaimed` names.
Json HelloReply(const DeviationInfo* deviation);

}  // namespace aweber::mutants
