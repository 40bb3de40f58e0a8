// Page, BrowserTrace: what a browser was shown by a web application, and what it let out.
//
// Ownership, thread safety: plain values.
#pragma once

#include <string>

#include "base/http/message.h"

namespace aweber::conformance {

// A page the browser was shown (web-application driver only), redirects included, in order.
struct Page {
  std::string url;  // of the page, as in the address bar
  int status = 0;
  HttpHeaders headers;
  std::string body;
  bool shown = true;  // false: a script or a frame asked for it
};

// What a page of the application left where others can read it (a real browser only).
struct BrowserTrace {
  std::string place;     // "localStorage \"tokens\"", "the Referer of a request to cdn.example"
  std::string text;      // what stood there
  bool foreign = false;  // another site received it; false: it lies in the user's browser
};

}  // namespace aweber::conformance
