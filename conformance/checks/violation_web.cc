// Web applications: what one did that breaks a check.
#include "conformance/checks/violation.h"

namespace aweber::conformance {

std::vector<Violation> WebViolations() {
  using enum Harm;
  return {
      {.check = "wb-cookie-attributes",
       .harm = kTheft,
       .title = "The session's cookie lacks HttpOnly, Secure or SameSite.",
       .wrong = "Set-Cookie: session=8f1c",
       .right = "Set-Cookie: session=8f1c; HttpOnly; Secure; SameSite=Lax"},
      {.check = "wb-session-unguessable",
       .harm = kTheft,
       .title = "The session's cookie can be guessed.",
       .wrong = "Set-Cookie: session=1042",
       .right = "Set-Cookie: session=RANDOM, at least 128 random bits"},
      {.check = "wb-session-renewed",
       .harm = kForgery,
       .title = "The session keeps its cookie when the user logs in.",
       .wrong = "after the callback: Cookie: session=OLD",
       .right = "with the callback's page: Set-Cookie: session=NEW"},
      {.check = "wb-no-secret-cookie",
       .harm = kTheft,
       .title = "A token stands in a cookie for all to read.",
       .wrong = "Set-Cookie: token=ACCESS_TOKEN",
       .right = "Set-Cookie: session=RANDOM, with the token kept on the server"},
      {.check = "wb-no-secret-address",
       .harm = kTheft,
       .title = "A token or secret stands in a page's address.",
       .wrong = "Location: /lists?access_token=ACCESS_TOKEN",
       .right = "Location: /lists"},
      {.check = "wb-no-secret-storage",
       .harm = kTheft,
       .title = "A token lies in localStorage, a cache or a title.",
       .wrong = "localStorage.setItem('token', ACCESS_TOKEN)",
       .right = "the token in a variable, or a session's cookie and the token on the server"},
      {.check = "wb-no-secret-third-party",
       .harm = kTheft,
       .title = "A code or token is told to another site.",
       .wrong = "opener.postMessage({token: ACCESS_TOKEN}, '*')",
       .right = "opener.postMessage({token: ACCESS_TOKEN}, location.origin)"},
      {.check = "wb-cross-site-post",
       .harm = kForgery,
       .title = "Another site can post the connect or disconnect form.",
       .wrong = "POST /disconnect with nothing but the session's cookie: done",
       .right = "POST /disconnect without the form's own random token: 403"},
      {.check = "wb-token-file",
       .harm = kTheft,
       .title = "Others on the machine can read the files with the tokens.",
       .wrong = "-rw-r--r-- tokens.json",
       .right = "-rw------- tokens.json"},
  };
}

}  // namespace aweber::conformance
