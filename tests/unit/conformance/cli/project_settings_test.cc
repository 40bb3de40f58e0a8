// aweber-conformance.yaml: each key reaches its flag, flags win, and mistakes are told with a place.
#include "conformance/cli/project_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "base/text/json.h"
#include "conformance/init/embedded.h"

namespace aweber::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A command with some of the options of `run`.
struct SmallRun {
  SmallRun() {
    app.add_option("PATTERN", patterns);
    app.add_option("--driver", driver);
    app.add_option("--driver-kind", kind);
    app.add_option("--driver-config", config);
    app.add_option("--driver-dir", driver_folder);
    app.add_option("--report", reports)->take_all();
    app.add_option("--baseline", baseline);
    app.add_option("-j,--jobs", jobs)->check(CLI::Range(1, 64));
    app.add_flag("--strict", strict);
  }
  // "" or the error.
  std::string Use(const std::string& yaml, const std::string& flags = "",
                  const std::string& folder = "") {
    app.parse(flags);
    const auto settings = ParseSettings(yaml, "s.yaml", folder);
    if (!settings) return settings.error().message;
    auto applied = ApplySettings(*settings, app);
    if (!applied) return applied.error().message;
    places = std::move(applied).value();
    return "";
  }
  CLI::App app;
  std::vector<std::string> patterns, reports;
  std::string driver, kind = "exec", config, baseline, driver_folder;
  SettingPlaces places;
  int jobs = 1;
  bool strict = false;
};

TEST(ProjectSettings, EveryKeyReachesItsFlag) {
  SmallRun run;
  EXPECT_EQ(run.Use("driver: node 'my driver.mjs'\n"
                    "select: [callback/**, token/basic]\n"
                    "report: junit=out.xml\n"
                    "baseline: known.yaml\n"
                    "jobs: 4\n"
                    "strict: true\n"
                    "seed: 7\n"),  // the small command has no --seed
            "");
  EXPECT_EQ(run.driver, "node 'my driver.mjs'");
  EXPECT_THAT(run.patterns, ElementsAre("callback/**", "token/basic"));
  EXPECT_THAT(run.reports, ElementsAre("junit=out.xml"));
  EXPECT_EQ(run.baseline, "known.yaml");
  EXPECT_EQ(run.jobs, 4);
  EXPECT_TRUE(run.strict);
}

TEST(ProjectSettings, FlagsWin) {
  SmallRun run;
  EXPECT_EQ(run.Use("jobs: 4\nselect: callback/**\nbaseline: a\n", "token/* --jobs 2"), "");
  EXPECT_EQ(run.jobs, 2);
  EXPECT_THAT(run.patterns, ElementsAre("token/*"));
  EXPECT_EQ(run.baseline, "a");
}

TEST(ProjectSettings, ADriverOfTheFlagsReplacesTheFilesWhole) {
  SmallRun run;
  EXPECT_EQ(run.Use("driver-kind: webapp\ndriver-config: app.yaml\n", "--driver ./mine"), "");
  EXPECT_EQ(run.driver, "./mine");
  EXPECT_EQ(run.kind, "exec");
  EXPECT_EQ(run.config, "");
}

TEST(ProjectSettings, PathsAreFromTheFilesFolder) {
  SmallRun run;
  EXPECT_EQ(
      run.Use("baseline: known.yaml\nreport: [junit=out.xml, pretty, json=/tmp/x]\n", "", "shop"),
      "");
  EXPECT_EQ(run.baseline, "shop/known.yaml");
  EXPECT_THAT(run.reports, ElementsAre("junit=shop/out.xml", "pretty", "json=/tmp/x"));
}

TEST(ProjectSettings, TheDriverIsStartedInTheFilesFolder) {
  const struct {
    const char *yaml, *flags, *folder, *wanted;
  } kRows[] = {
      {"driver: ./mine\n", "", "shop", "shop"},
      {"driver: ./mine\n", "", "", ""},
      {"driver: ./mine\ndriver-dir: sub\n", "", "shop", "shop/sub"},
      {"driver: ./mine\n", "--driver-dir other", "shop", "other"},
      {"driver: ./mine\n", "--driver ./yours", "shop", ""},
      {"driver-config: app.yaml\n", "", "shop", ""},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(std::string(row.yaml) + row.flags);
    SmallRun run;
    EXPECT_EQ(run.Use(row.yaml, row.flags, row.folder), "");
    EXPECT_EQ(run.driver_folder, row.wanted);
  }
}

TEST(ProjectSettings, AFileWithoutSettingsHasNone) {
  for (const char* const text : {"", "\n\n", "# nothing yet\n", "---\n"}) {
    SmallRun run;
    EXPECT_EQ(run.Use(text), "") << text;
    EXPECT_THAT(run.places, IsEmpty());
  }
}

TEST(ProjectSettings, APlaceIsKeptOfWhatTheFileSaid) {
  SmallRun run;
  EXPECT_EQ(run.Use("jobs: 4\nbaseline: known.yaml\n", "--jobs 2"), "");
  EXPECT_EQ(ToldOf(run.places, "--baseline", "cannot open it"),
            "s.yaml:2:11: baseline: cannot open it");
  EXPECT_EQ(ToldOf(run.places, "--baseline", "--baseline: cannot open it"),
            "s.yaml:2:11: baseline: cannot open it");
  EXPECT_EQ(ToldOf(run.places, "--baseline", "--baseline known.yaml: no"),
            "s.yaml:2:11: baseline: known.yaml: no");
  EXPECT_EQ(ToldOf(run.places, "--jobs", "--jobs: no"), "--jobs: no") << "the flag said it";
}

TEST(ProjectSettings, MistakesAreToldWithTheirPlace) {
  EXPECT_THAT(SmallRun().Use("drivr: x\n"),
              HasSubstr("s.yaml:1:1: unknown key \"drivr\" in the settings; did you mean "
                        "\"driver\"?"));
  EXPECT_THAT(SmallRun().Use("driver: x\njobs: 99\n"),
              testing::StartsWith("s.yaml:2:7: jobs: must be from 1 to 64, not 99"));
  EXPECT_THAT(SmallRun().Use("strict: maybe\n"), HasSubstr("s.yaml:1:9: "));
  EXPECT_THAT(SmallRun().Use("driver: [a, b]\n"), HasSubstr("s.yaml:1:9: "));
}

TEST(ProjectSettings, ASwitchThatIsOffStaysOff) {
  SmallRun run;
  EXPECT_EQ(run.Use("strict: false\n"), "");
  EXPECT_FALSE(run.strict);
}

// The published schema and the reader know the same keys.
TEST(ProjectSettings, TheSchemaHasTheSameKeys) {
  const TextFile* const file =
      FindFile(EmbeddedSchemas(), "conformance/schemas/aweber-conformance.schema.json");
  ASSERT_NE(file, nullptr);
  const auto schema = ParseJson(file->text);
  ASSERT_TRUE(schema.ok());
  std::vector<std::string> of_schema, of_reader;
  for (const auto& [key, value] : (*schema)["properties"].items()) of_schema.push_back(key);
  for (const SettingKey& key : SettingKeys()) of_reader.emplace_back(key.key);
  EXPECT_THAT(of_reader, testing::UnorderedElementsAreArray(of_schema));
}

}  // namespace
}  // namespace aweber::conformance
