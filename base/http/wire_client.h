// WireClient: an HttpClient for who must see what was on the wire, such as the runner's browser.
//
// Purpose: header values, their order and duplicates, lines of any length and interim responses
//   come as they were sent; a refusal is heard while a request is still being written. The client
//   of base/http/client.h stands on a library that changes or refuses some of these.
//   It also knows how to go through a proxy (HTTPS_PROXY), for both.
// Thread safety and errors: those of base/http/client.h. One connection a request.
#pragma once

#include <memory>

#include "base/http/client.h"

namespace aweber {

std::unique_ptr<HttpClient> MakeWireClient(HttpClientOptions options = {});

}  // namespace aweber
