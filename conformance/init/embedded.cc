#include "conformance/init/embedded.h"

#include <algorithm>

namespace aweber::conformance {

const TextFile* FindFile(const std::vector<TextFile>& files, std::string_view path) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const TextFile& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

const std::vector<SchemaName>& SchemaNames() {
  static const std::vector<SchemaName> kNames = {
      {.name = "aweber-conformance",
       .path = "conformance/schemas/aweber-conformance.schema.json",
       .of = "aweber-conformance.yaml, the settings of a project"},
      {.name = "scenario",
       .path = "scenarios/schema/scenario.schema.json",
       .of = "a scenario file"},
      {.name = "baseline",
       .path = "conformance/schemas/baseline.schema.json",
       .of = "a baseline of known failures"},
      {.name = "prompt",
       .path = "conformance/schemas/prompt.schema.json",
       .of = "the configuration of the prompt driver"},
      {.name = "webapp",
       .path = "conformance/schemas/webapp.schema.json",
       .of = "the configuration of the webapp driver"},
      {.name = "process",
       .path = "conformance/schemas/process.schema.json",
       .of = "the configuration of the process driver"},
      {.name = "protocol",
       .path = "conformance/driver/protocol.schema.json",
       .of = "a message of the driver protocol"},
      {.name = "json", .path = "conformance/report/json.schema.json", .of = "the json report"},
      {.name = "ndjson",
       .path = "conformance/report/ndjson.schema.json",
       .of = "a line of the ndjson report"},
  };
  return kNames;
}

}  // namespace aweber::conformance
