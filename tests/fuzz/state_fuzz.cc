// PUT /state: a refused document changes nothing, and one that is taken can be exported and taken
// again.
#include "base/text/json.h"
#include "mockserver/admin/state.h"
#include "mockserver/mock_server.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber;
  static const auto server = [] {
    mock::MockServerOptions options;
    options.scheme = "http";
    options.seed = 1;
    options.sample_subscribers = 1;
    return mock::MockServer::Start(std::move(options)).value();
  }();
  const auto json = ParseJson(FuzzText(data, size));
  if (!json.ok()) return 0;
  mock::Space& space = *server->default_space();
  const Json before = mock::ExportState(space);
  if (!mock::ImportState(space, *json).ok()) {
    FUZZ_CHECK(mock::ExportState(space) == before);
    return 0;
  }
  const Json taken = mock::ExportState(space);
  FUZZ_CHECK(mock::ImportState(space, taken).ok());
  FUZZ_CHECK(mock::ExportState(space)["clients"] == taken["clients"]);
  space.Restart();
  return 0;
}
