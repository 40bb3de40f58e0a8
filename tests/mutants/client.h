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
#include "base/text/json_fwd.h"
#include "tests/mutants/mutant.h"
#include "tests/mutants/wire.h"

namespace aweber::mutants {

struct ClientOptions {
  Mutant mutant;  // none: the correct client
  bool pkce_always = false;
};

class Client {
 public:
  Client(ClientOptions options, Clock& clock, Random& random);
  ~Client();

  // One operation of the driver protocol: {"ok":..}, {"err":..} or {"unsupported":..}.
  Json Handle(const std::string& op, const Json& request);

  struct Session;
  struct Case;

 private:
  using Done = Result<Json, ClientError>;

  Done Open(const Json& request);
  Done Do(const std::string& op, Case& c, Session& session, const Json& request);
  Done Authorize(Case& c, Session& session);
  Done Callback(Case& c, Session& session, const std::string& url);
  Done Exchange(Case& c, Session& session, const std::string& code, const Pending& pending);
  Done Call(Case& c, Session& session, const Json& request);
  Done Refresh(Case& c, Session& session);
  Done Revoke(Case& c, Session& session);
  Done Token(Session& session);

  // Refreshes unless someone else did since `seen` was current; true when there is a newer token.
  Result<bool, ClientError> RefreshFrom(Case& c, Session& session, const Tokens& seen);
  Result<HttpResponse, ClientError> Send(const Registration& client, const Outgoing& request,
                                         Mistake made);
  std::shared_ptr<Case> FindCase(const Json& request);
  std::int64_t NowSeconds() const { return ToUnixSeconds(clock_.Now()); }
  // The mistake that is made now, if any. The session counts how often it came to a step.
  Mistake In(Occasion occasion, const Case& c, const Session& session, bool change = false,
             bool retry = false) const;

  ClientOptions options_;
  Clock& clock_;
  Random& random_;
  std::unique_ptr<HttpClient> http_, careless_http_;  // the second takes any certificate
  int opened_ = 0;                                    // cases, by mutex_
  std::mutex mutex_;                                  // guards cases_
  std::map<std::string, std::shared_ptr<Case>> cases_;
};

// What `hello` answers, less what `unclaimed` names.
Json HelloReply(const Mutant& mutant);

}  // namespace aweber::mutants
