// The small web application: the small client behind a web server, as users of a browser see it.
//
// Purpose: checks of the pages that an integration shows need an application that shows some. It is
//   driven by the webapp driver; what it does with tokens is Client's, what it shows is its own.
// Ownership: the client outlives it. Thread safety: Answer from any thread. Errors: pages.
#pragma once

#include <string>

#include "base/http/message.h"
#include "base/os/random.h"
#include "base/text/json.h"
#include "tests/mutants/client.h"

namespace aweber::mutants {

class WebApp {
 public:
  // The case is told by the environment, as WebappConfigFile has it.
  WebApp(Client& client, Deviation deviation, Random& random);

  HttpResponse Answer(const HttpRequest& request);

 private:
  HttpResponse Callback(const HttpRequest& request, const std::string& user);
  HttpResponse Connected(const std::string& user, const HttpHeaders& headers,
                         const std::string& extra = "");
  Json Do(const std::string& op, const std::string& user, Json members = Json::object());
  bool Is(Deviation deviation) const { return deviation_ == deviation; }

  Client& client_;
  const Deviation deviation_;
  Random& random_;
  std::string api_url_, redirect_uri_;
};

// What `--driver-config` takes: how the webapp driver starts this program and finds its way.
std::string WebappConfigFile(const std::string& program, const std::string& arguments);

// Serves until the process is ended. Answers the exit status when it cannot.
int ServeWebApp(Client& client, Deviation deviation, Random& random);

}  // namespace aweber::mutants
