// SchemaFile: a JSON Schema of the project, and whether it takes a text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

// valijson's headers shadow names of their own.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#pragma GCC diagnostic pop

#include "base/os/file.h"
#include "tests/support/paths.h"

namespace aweber::conformance {

class SchemaFile {
 public:
  explicit SchemaFile(const std::string& path) {
    const auto text = nlohmann::json::parse(ReadFile(SourcePath(path)).value());
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema_);
  }

  // "" when the schema takes `text`, else why not.
  std::string Refusal(const std::string& text) const {
    const nlohmann::json document = nlohmann::json::parse(text);
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults results;
    const valijson::adapters::NlohmannJsonAdapter adapter(document);
    if (validator.validate(schema_, adapter, &results)) return "";
    std::string why = "refused";
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      for (const std::string& place : error.context) why += " " + place;
      why += ": " + error.description + "\n";
    }
    return why;
  }

 private:
  valijson::Schema schema_;
};

}  // namespace aweber::conformance
