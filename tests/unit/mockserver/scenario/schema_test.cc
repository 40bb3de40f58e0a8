// The published JSON Schema and the loader agree: on every file that is built in, and on every file
// that the loader refuses for a reason that a schema can know.
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

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
#include "base/text/json.h"
#include "base/text/yaml.h"
#include "mockserver/scenario/fault_docs.h"
#include "mockserver/scenario/loader.h"
#include "mockserver/scenario/parse.h"
#include "mockserver/settings.h"
#include "tests/support/json_text.h"
#include "tests/support/paths.h"
#include "tests/unit/mockserver/scenario/bad_files.h"

namespace aweber::mock {
namespace {

const nlohmann::json& SchemaText() {
  static const auto* text = new nlohmann::json(
      nlohmann::json::parse(ReadFile(SourcePath("scenarios/schema/scenario.schema.json")).value()));
  return *text;
}

// "" when the schema takes the document, else what it says.
std::string Refusal(const YamlNode& root) {
  static const auto* schema = [] {
    auto* made = new valijson::Schema;
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(SchemaText()), *made);
    return made;
  }();
  const nlohmann::json document = nlohmann::json::parse(DumpJson(internal::YamlToJson(root)));
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  if (validator.validate(*schema, valijson::adapters::NlohmannJsonAdapter(document), &results)) {
    return "";
  }
  std::string text = "refused";
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    for (const std::string& place : error.context) text += " " + place;
    text += ": " + error.description + "\n";
  }
  return text;
}

TEST(ScenarioSchema, TakesEveryBuiltInFile) {
  for (const EmbeddedFile& file : EmbeddedScenarioFiles()) {
    Result<YamlDocument> document = ParseYaml(file.text, std::string(file.path));
    ASSERT_TRUE(document.ok());
    EXPECT_EQ(Refusal(document->root()), "") << file.path;
  }
}

class SchemaAndLoader : public testing::TestWithParam<BadFile> {};

TEST_P(SchemaAndLoader, AgreeOnBadFiles) {
  Result<YamlDocument> document = ParseYaml(GetParam().text, "f.yaml");
  if (!document.ok()) return;  // not YAML for either
  std::string refusal = Refusal(document->root());
  EXPECT_EQ(!refusal.empty(), GetParam().schema_refuses) << refusal;
}

INSTANTIATE_TEST_SUITE_P(All, SchemaAndLoader, testing::ValuesIn(BadFiles()),
                         [](const auto& bad) { return bad.param.name; });

// A new setting needs a line in the schema, or editors mark it as an error.
TEST(ScenarioSchema, KnowsEverySetting) {
  std::set<std::string> in_schema, known;
  const nlohmann::json& settings =
      SchemaText()["properties"]["server"]["properties"]["settings"]["properties"];
  for (const auto& [name, value] : settings.items()) in_schema.insert(name);
  for (const SettingInfo& setting : AllSettings()) known.insert(setting.name);
  EXPECT_EQ(in_schema, known);
}

// The faults of the schema are made of the faults' rows.
TEST(ScenarioSchema, SaysOfFaultsWhatTheirRowsSay) {
  const std::string path = SourcePath("scenarios/schema/scenario.schema.json");
  Json schema = ParseJson(ReadFile(path).value()).value();
  const Json made = FaultDefinitions();
  if (std::getenv("AWEBER_UPDATE_DOCS") != nullptr) {
    for (const auto& [name, definition] : made.items()) schema["definitions"][name] = definition;
    ASSERT_TRUE(WriteFileAtomically(path, test::LaidOut(schema) + "\n").ok());
  }
  for (const auto& [name, definition] : made.items()) {
    EXPECT_EQ(schema["definitions"].value(name, Json()), definition) << name << ": run script/docs";
  }
}

// So is a part of the format page, between two marks.
TEST(ScenarioFormatPage, SaysOfFaultsWhatTheirRowsSay) {
  const std::string path = SourcePath("docs/scenario-format.md");
  std::string page = ReadFile(path).value();
  const std::string begin = "<!-- faults: made by script/docs -->\n",
                    end = "<!-- end of faults -->";
  const std::size_t from = page.find(begin), to = page.find(end);
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos && from < to);
  const std::size_t start = from + begin.size();
  const std::string made = "\n" + FaultsMarkdown() + "\n";
  if (std::getenv("AWEBER_UPDATE_DOCS") != nullptr) {
    page.replace(start, to - start, made);
    ASSERT_TRUE(WriteFileAtomically(path, page).ok());
  }
  EXPECT_EQ(page.substr(start, page.find(end) - start), made) << "run script/docs";
}

}  // namespace
}  // namespace aweber::mock
