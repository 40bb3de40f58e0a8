#include "mockserver/console/console.h"

namespace aweber::mock {

std::optional<HttpResponse> ConsoleAsset(const HttpRequest&) { return std::nullopt; }

}  // namespace aweber::mock
