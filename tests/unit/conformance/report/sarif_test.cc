// The sarif report: the parts of SARIF 2.1.0 that it uses, held to a schema of those parts.
#include <gtest/gtest.h>

#include "base/os/file.h"
#include "base/text/json.h"
#include "tests/support/paths.h"
#include "tests/unit/conformance/judge/made_run.h"
#include "tests/unit/conformance/report/rendered.h"
#include "tests/unit/conformance/report/schema_file.h"

namespace aweber::conformance {
namespace {

MadeRun SarifRun() {
  MadeRun run;
  run.Add("a", {MakeCheck("rs-confined", Outcome::kFail)});
  run.Add("b", {MakeCheck("tk-basic-preferred", Outcome::kWarn)});
  run.Add("c", {MakeCheck("rf-keep", Outcome::kXFail)});
  run.Add("d", {}, Outcome::kInconclusive).reason = "a\x1b[31m";
  run.Add("e", {}, Outcome::kError).reason = std::string(10'000, 'x');
  run.model.info.client.name = "client";
  run.model.info.driver = "python3 -u my/driver.py --x=y.z";
  run.model.info.version = "1.2.3";
  return run;
}

TEST(Sarif, IsWhatTheSchemaSays) {
  const SchemaFile schema("tests/testdata/sarif-2.1.0-subset.schema.json");
  EXPECT_EQ(schema.Refusal(Rendered("sarif", SarifRun().model)), "");
  EXPECT_EQ(schema.Refusal(Rendered("sarif", MadeRun().model)), "");
  RunModel broken = SarifRun().model;
  broken.summary.harness_error = "it broke";
  EXPECT_EQ(schema.Refusal(Rendered("sarif", broken)), "");
  EXPECT_NE(Rendered("sarif", broken).find("\"executionSuccessful\": false"), std::string::npos);
}

TEST(Sarif, TheSchemaRefusesWhatIsNot) {
  const SchemaFile schema("tests/testdata/sarif-2.1.0-subset.schema.json");
  const Json good = *ParseJson(Rendered("sarif", SarifRun().model));
  const std::pair<const char*, Json> rows[] = {
      {"/version", "2.0.0"},
      {"/runs/0/results/0/level", "fatal"},
      {"/runs/0/results/0/ruleIndex", -2},
      {"/runs/0/results/0/message", Json::object()},
      {"/runs/0/tool/driver/name", 7},
      {"/runs/0/tool/driver/rules/0/id", Json()},
      {"/runs/0/columnKind", "bytes"},
  };
  for (const auto& [place, value] : rows) {
    Json bad = good;
    bad[Json::json_pointer(place)] = value;
    EXPECT_NE(schema.Refusal(DumpJson(bad)), "") << place;
  }
}

TEST(Sarif, OneResultAProblemAndARuleACheck) {
  const Json run = ParseJson(Rendered("sarif", SarifRun().model))->at("runs").at(0);
  const Json& results = run.at("results");
  ASSERT_EQ(results.size(), 5u);
  const Json& rules = run.at("tool").at("driver").at("rules");
  for (const Json& result : results) {
    const auto index = result.at("ruleIndex").get<std::size_t>();
    EXPECT_EQ(rules.at(index).at("id"), result.at("ruleId"));
    EXPECT_EQ(result.at("locations").at(0).at("physicalLocation").at("artifactLocation").at("uri"),
              "my/driver.py");
    EXPECT_LE(result.at("message").at("text").get<std::string>().size(), 2'003u);
  }
  EXPECT_EQ(results.at(1).at("ruleId"), "rs-confined");
  EXPECT_EQ(results.at(1).at("level"), "error");
  EXPECT_EQ(rules.at(1).at("properties").at("security-severity"), "9.0");
  EXPECT_EQ(results.at(2).at("level"), "warning");
  EXPECT_EQ(results.at(4).at("level"), "note");
  EXPECT_EQ(results.at(4).at("suppressions").at(0).at("kind"), "external");
  EXPECT_EQ(results.at(3).at("ruleId"), "no-evidence");
  EXPECT_NE(results.at(3).at("message").at("text").get<std::string>().find("a\\x1b[31m"),
            std::string::npos);
}

TEST(Sarif, ThePlaceIsTheAdaptersFile) {
  const std::pair<const char*, const char*> rows[] = {
      {"python3.11 my/driver.py", "my/driver.py"},
      {"./driver.sh --flag", "./driver.sh"},
      {"python3 -m my.module adapter.py", "adapter.py"},
      {"python3.11 -m my.module", ""},
  };
  for (const auto& [driver, file] : rows) {
    MadeRun run = SarifRun();
    run.model.info.driver = driver;
    const Json result = ParseJson(Rendered("sarif", run.model))->at("runs")[0].at("results")[1];
    const Json place = result.at("locations").at(0).value("physicalLocation", Json::object());
    const Json artifact = place.value("artifactLocation", Json::object());
    EXPECT_EQ(artifact.value("uri", ""), file) << driver;
  }
}

TEST(Sarif, AResultWithoutAFileStandsInItsCase) {
  MadeRun run = SarifRun();
  run.model.info.driver = "/usr/bin/driver --config /etc/x.yaml";
  const Json result = ParseJson(Rendered("sarif", run.model))->at("runs")[0].at("results")[1];
  const Json& location = result.at("locations").at(0);
  EXPECT_FALSE(location.contains("physicalLocation"));
  EXPECT_EQ(location.at("logicalLocations").at(0).at("fullyQualifiedName"), "a");
}

}  // namespace
}  // namespace aweber::conformance
