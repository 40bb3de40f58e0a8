// The scenarios as they are built in: all of them load, and the rules of the catalogue hold.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "base/os/file.h"
#include "base/text/yaml.h"
#include "mockserver/scenario/docs.h"
#include "mockserver/scenario/loader.h"
#include "tests/support/paths.h"

namespace aweber::mock {
namespace {

const std::vector<Scenario>& Catalogue() {
  static const auto* all = [] {
    Result<std::vector<Scenario>> loaded = BuiltInScenarios();
    if (!loaded.ok()) ADD_FAILURE() << loaded.error().message;
    return new std::vector<Scenario>(loaded.value_or({}));
  }();
  return *all;
}

std::string FileId(const Scenario& scenario) {
  return scenario.id.substr(0, scenario.id.find('['));
}

bool HasTag(const Scenario& scenario, const std::string& tag) {
  return std::find(scenario.tags.begin(), scenario.tags.end(), tag) != scenario.tags.end();
}

TEST(ScenarioCatalogue, EveryBuiltInFileLoads) {
  std::set<std::string> ids;
  for (const Scenario& scenario : Catalogue()) ids.insert(FileId(scenario));
  EXPECT_EQ(ids.size(), EmbeddedScenarioFiles().size());
  EXPECT_GT(ids.size(), 150u);
}

// What is built in is what lies in the folder: nothing stale, nothing missing.
TEST(ScenarioCatalogue, BuiltInEqualsTheFolder) {
  Result<std::vector<Scenario>> folder = LoadScenarioDirectory(SourcePath("scenarios"));
  ASSERT_TRUE(folder.ok()) << folder.error().message;
  std::vector<std::string> in_folder, built_in;
  for (const Scenario& scenario : *folder) in_folder.push_back(scenario.id);
  for (const Scenario& scenario : Catalogue()) built_in.push_back(scenario.id);
  EXPECT_EQ(built_in, in_folder);
  for (const EmbeddedFile& file : EmbeddedScenarioFiles()) {
    EXPECT_EQ(std::string(file.text),
              ReadFile(SourcePath(fmt::format("scenarios/{}", file.path))).value())
        << file.path;
  }
}

// Nothing passes because nothing happened.
TEST(ScenarioCatalogue, EveryScenarioSaysWhatMustBeSeen) {
  for (const Scenario& scenario : Catalogue()) {
    EXPECT_FALSE(scenario.expect.requirements.empty()) << scenario.id;
    EXPECT_FALSE(scenario.steps.empty()) << scenario.id;
    EXPECT_FALSE(scenario.why.empty()) << scenario.id;
    EXPECT_FALSE(scenario.spec.empty()) << scenario.id;
    EXPECT_FALSE(scenario.tags.empty()) << scenario.id;
  }
}

TEST(ScenarioCatalogue, TheFirstTagIsTheFolderAndOneTagSaysTheKind) {
  for (const Scenario& scenario : Catalogue()) {
    ASSERT_FALSE(scenario.tags.empty()) << scenario.id;
    EXPECT_EQ(scenario.tags.front(), scenario.id.substr(0, scenario.id.find('/'))) << scenario.id;
    int kinds = HasTag(scenario, "positive") + HasTag(scenario, "negative");
    EXPECT_TRUE(kinds == 1 || (kinds == 0 && HasTag(scenario, "robustness"))) << scenario.id;
    if (HasTag(scenario, "negative")) {
      EXPECT_NE(scenario.control, "") << scenario.id;
    }
    if (HasTag(scenario, "positive") && scenario.control.empty()) {
      EXPECT_TRUE(scenario.expect.never.empty()) << scenario.id;
    }
  }
}

// A positive control may need no more than the scenario that leans on it, or a client would be told
// that it failed where it was never asked.
TEST(ScenarioCatalogue, ControlsNeedNoMoreThanTheirScenarios) {
  std::map<std::string, const Scenario*> by_id;
  for (const Scenario& scenario : Catalogue()) by_id.emplace(FileId(scenario), &scenario);
  for (const Scenario& scenario : Catalogue()) {
    if (scenario.control.empty()) continue;
    const Scenario& control = *by_id.at(scenario.control);
    for (const std::string& feature : control.needs) {
      EXPECT_THAT(scenario.needs, testing::Contains(feature))
          << scenario.id << " leans on " << control.id;
    }
    EXPECT_TRUE(control.profiles.empty() || control.profiles == scenario.profiles) << scenario.id;
  }
}

// The five that a developer looks for first are found by tag.
TEST(ScenarioCatalogue, TheFiveFirstFaultsHaveSeveralScenariosEach) {
  for (const char* tag : {"expired-token", "bad-state", "redirect-uri", "bad-basic", "api-401"}) {
    std::set<std::string> files;
    for (const Scenario& scenario : Catalogue()) {
      if (HasTag(scenario, tag)) files.insert(FileId(scenario));
    }
    EXPECT_GE(files.size(), 5u) << tag;
  }
}

// Titles and reasons are prose of one style.
TEST(ScenarioCatalogue, TitlesAreSentencesWithoutTheirFullStop) {
  for (const Scenario& scenario : Catalogue()) {
    EXPECT_NE(scenario.title.back(), '.') << scenario.id;
    EXPECT_LE(scenario.title.size(), 90u) << scenario.id;
    EXPECT_EQ(scenario.why.back(), '.') << scenario.id;
  }
}

TEST(ScenarioPage, IsWhatTheFilesSay) {
  const std::string path = SourcePath("docs/scenarios.md");
  const std::string wanted = ScenariosMarkdown(Catalogue());
  if (std::getenv("AWEBER_UPDATE_DOCS") != nullptr) {
    ASSERT_TRUE(WriteFileAtomically(path, wanted).ok());
  }
  Result<std::string> page = ReadFile(path);
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_EQ(*page, wanted) << "run AWEBER_UPDATE_DOCS=1 mockserver_unit_test";
}

struct Sentence {
  std::string id, sentence;
  std::vector<std::string> scenarios;
};

std::vector<Sentence> ReadGuide() {
  const std::string path = SourcePath("scenarios/guide.yaml");
  Result<YamlDocument> document = ParseYaml(ReadFile(path).value(), path);
  if (!document.ok()) {
    ADD_FAILURE() << document.error().message;
    return {};
  }
  std::vector<Sentence> sentences;
  const YamlNode* list = document->root().Find("sentences");
  for (const YamlNode& item : list->items) {
    YamlMapReader reader(*document, item, "a sentence");
    Sentence sentence;
    sentence.id = reader.String("id").value_or("");
    sentence.sentence = reader.String("sentence").value_or("");
    sentence.scenarios = reader.StringList("scenarios");
    Status status = reader.Finish();
    EXPECT_TRUE(status.ok()) << status.error().message;
    sentences.push_back(std::move(sentence));
  }
  return sentences;
}

// Each sentence of the guide that a program can check has scenarios, and each of these says so in
// its `spec`; each such reference in a `spec` is a sentence of the guide.
TEST(ScenarioGuide, SentencesAndScenariosReferToEachOther) {
  std::map<std::string, std::set<std::string>> from_specs;
  for (const Scenario& scenario : Catalogue()) {
    for (const std::string& spec : scenario.spec) {
      if (spec.rfind("seed:", 0) == 0) from_specs[spec].insert(FileId(scenario));
    }
  }
  std::map<std::string, std::set<std::string>> from_guide;
  for (const Sentence& sentence : ReadGuide()) {
    EXPECT_FALSE(sentence.sentence.empty()) << sentence.id;
    EXPECT_FALSE(sentence.scenarios.empty()) << sentence.id << " maps to nothing";
    EXPECT_TRUE(from_guide
                    .emplace(sentence.id, std::set<std::string>(sentence.scenarios.begin(),
                                                                sentence.scenarios.end()))
                    .second)
        << sentence.id << " twice";
  }
  EXPECT_EQ(from_guide.size(), 22u);
  EXPECT_EQ(from_guide, from_specs);
}

}  // namespace
}  // namespace aweber::mock
