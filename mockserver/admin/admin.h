// Admin: the admin listener's handler.
//
// Purpose: guards, routes and answers every request to the admin listener: the API of route.h and
//   the console's pages. Nothing here is reachable from the ports that clients under test use.
// Ownership: refers to the server and the library, which must outlive it; owns nothing else.
// Thread safety: Handle may be called from many threads at once; it does not throw.
// Errors: every refusal is JSON {"error":{"code","message","field"}} with a 4xx status.
#pragma once

#include <stop_token>
#include <string>

#include "base/http/message.h"
#include "mockserver/admin/guard.h"
#include "mockserver/admin/route.h"

namespace aweber::mock {

class Admin {
 public:
  Admin(MockServer& server, ScenarioLibrary& scenarios, EventHub& events, GuardPolicy policy,
        std::stop_token stop);

  HttpResponse Handle(const HttpRequest& request);

 private:
  HttpResponse Route(const HttpRequest& request);
  AdminContext context_;
  GuardPolicy policy_;
};

}  // namespace aweber::mock
