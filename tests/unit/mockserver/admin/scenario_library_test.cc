#include "mockserver/admin/scenario_library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/os/file.h"
#include "mockserver/scenario/loader.h"

namespace aweber::mock {
namespace {

std::string TitleOf(const std::optional<Scenario>& scenario) {
  return scenario ? scenario->title : "not found";
}

TEST(ScenarioLibraryTest, FindsTheSameBeforeAndAfterAllAreRead) {
  ScenarioLibrary library;
  ASSERT_TRUE(library.Load("").ok());
  for (const bool all_read : {false, true}) {
    SCOPED_TRACE(all_read);
    if (all_read) {
      EXPECT_GT(library.All().size(), 200u);
    }
    EXPECT_TRUE(library.Find("callback/ok").has_value());
    EXPECT_TRUE(library.Find("callback/state-case[prefix]").has_value());
    EXPECT_FALSE(library.Find("callback/state-case").has_value()) << "a file of variants";
    EXPECT_FALSE(library.Find("callback/okay").has_value());
  }
  EXPECT_EQ(library.Nearest("callback/okay"), "callback/ok");
}

TEST(ScenarioLibraryTest, AFileOverlaysTheBuiltInScenarioOfItsId) {
  const auto folder = MakeTempDirectory("library");
  ASSERT_TRUE(folder.ok());
  std::filesystem::create_directory(*folder + "/callback");
  ASSERT_TRUE(WriteFileAtomically(*folder + "/callback/ok.yaml",
                                  "id: callback/ok\ntitle: Our own\nwhy: w\nsteps: [authorize]\n"
                                  "expect: {client: {authorize: ok}}\n")
                  .ok());
  ScenarioLibrary library;
  const Status loaded = library.Load(*folder);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(TitleOf(library.Find("callback/ok")), "Our own");
  const std::vector<Scenario> all = library.All();
  EXPECT_EQ(std::count_if(all.begin(), all.end(),
                          [](const Scenario& one) { return one.id == "callback/ok"; }),
            1);
  EXPECT_EQ(TitleOf(library.Find("callback/ok")), "Our own");
  std::filesystem::remove_all(*folder);
}

TEST(ScenarioLibraryTest, AFolderOfTooManyFilesIsRefusedBeforeOneIsRead) {
  const std::string folder = MakeTempDirectory("library").value();
  for (std::size_t i = 0; i <= kMaxScenarioFiles; ++i) {
    std::ofstream(folder + "/" + std::to_string(i) + ".yaml");
  }
  const std::string wanted =
      folder + ": there are 10001 scenario files, more than 10000; name a folder with fewer";
  EXPECT_EQ(LoadScenarioDirectory(folder).error().message, wanted);
  EXPECT_EQ(ScenarioLibrary().Load(folder).error().message, wanted);
  std::filesystem::remove(folder + "/0.yaml");
  EXPECT_EQ(ListScenarioFiles(folder)->size(), kMaxScenarioFiles);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace aweber::mock
