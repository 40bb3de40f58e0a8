// CookieJar: the cookies of one browser for one site (RFC 6265 §5).
//
// Purpose: keeps what the application sets and sends it back as a browser would: by path, until it
//   is deleted, Secure only over TLS, SameSite=Strict not when the user comes from another site. A
//   session cookie that is Strict is a state that is lost at the callback.
// Thread safety: none; one jar for each session. Errors: none; a line that is no cookie is ignored.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aweber::conformance {

class CookieJar {
 public:
  // A Set-Cookie line in the answer to a request for `path`.
  void Set(std::string_view line, std::string_view path);
  // The Cookie header of a request for `path`; "" when there is nothing to send.
  std::string Header(std::string_view path, bool secure, bool cross_site) const;

 private:
  struct Cookie {
    std::string name, value, path;
    bool secure = false;
    bool strict = false;
  };
  std::vector<Cookie> cookies_;
};

}  // namespace aweber::conformance
