// `init` in folders that are not what it expects: it says what it sees, and writes all of its plan or
// nothing.
#include <gmock/gmock.h>
#include <unistd.h>

#include "tests/e2e/runner_process.h"

namespace aweber {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class InitTest : public RunnerTest {
 protected:
  Ran Init(const std::string& flags = "") { return RunToEnd("init " + directory_ + " " + flags); }
  // Names below the folder, sorted.
  std::vector<std::string> Names() const {
    auto files = ListFiles(directory_, "").value();
    for (std::string& file : files) file = file.substr(directory_.size() + 1);
    return files;
  }
};

TEST_F(InitTest, AFolderWithoutAProjectStaysEmpty) {
  const Ran ran = Init();
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.output, HasSubstr("no project found (looked for pyproject.toml, "));
  EXPECT_TRUE(Names().empty());
}

TEST_F(InitTest, WhatIsThereAlreadyIsKeptUnlessForced) {
  Write("requirements.txt", "requests-oauthlib\n");
  Write("aweber-conformance.yaml", "driver: mine\n");
  const Ran kept = Init();
  EXPECT_EQ(kept.status, 2);
  EXPECT_THAT(kept.output, HasSubstr("/aweber-conformance.yaml is there already; nothing was "
                                     "written. --force overwrites it"));
  EXPECT_EQ(Names().size(), 2u);
  EXPECT_EQ(ReadFile(File("aweber-conformance.yaml")).value(), "driver: mine\n");
  const Ran forced = Init("--force");
  EXPECT_EQ(forced.status, 0) << forced.output;
  EXPECT_THAT(ReadFile(File("aweber-conformance.yaml")).value(),
              HasSubstr("driver: python3 aweber-adapter/driver.py\n"));
}

TEST_F(InitTest, NothingIsWrittenWhereAFileStandsInTheWay) {
  Write("requirements.txt", "requests-oauthlib\n");
  Write(".github", "no folder\n");
  const Ran ran = Init("--ci github");
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.output, HasSubstr("/.github is no folder, and "
                                    ".github/workflows/aweber-conformance.yml belongs there; "
                                    "nothing was written"));
  EXPECT_EQ(Names().size(), 2u);
}

TEST_F(InitTest, ALinkThatLeadsNowhereIsKept) {
  Write("requirements.txt", "requests-oauthlib\n");
  std::filesystem::create_symlink("nowhere", File("aweber-conformance.yaml"));
  const Ran ran = Init();
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.output, HasSubstr("/aweber-conformance.yaml is there already; nothing was "
                                    "written"));
  EXPECT_TRUE(std::filesystem::is_symlink(File("aweber-conformance.yaml")));
}

TEST_F(InitTest, AReadOnlyFolderIsNamed) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  Write("requirements.txt", "requests-oauthlib\n");
  std::filesystem::permissions(
      directory_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  const Ran ran = Init();
  std::filesystem::permissions(directory_, std::filesystem::perms::owner_all);
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.output, HasSubstr("this folder cannot be written to; nothing was written"));
  EXPECT_EQ(Names().size(), 1u);
}

TEST_F(InitTest, TwoLanguagesAreAskedToBeChosenFrom) {
  Write("go.mod", "module shop\n");
  Write("Gemfile", "");
  const Ran asked = Init();
  EXPECT_EQ(asked.status, 2);
  EXPECT_THAT(asked.output, HasSubstr("Go (go.mod) and Ruby (Gemfile) are here; choose with "
                                      "--language"));
  EXPECT_EQ(Init("--language ruby").status, 0);
}

TEST_F(InitTest, AnUnknownLibraryGetsATemplateAndIsToldWhatIsLeft) {
  Write("requirements.txt", "some-oauth\n");
  const Ran ran = Init();
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.output, HasSubstr("no OAuth library with a finished adapter; a template"));
  EXPECT_THAT(ran.output, HasSubstr("next   fill in the "));
}

TEST_F(InitTest, AFolderThatIsNotThereIsNamed) {
  const Ran ran = RunToEnd("init " + File("nowhere"));
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.output, StartsWith("aweber-conformance: " + File("nowhere") +
                                     ": No such file or directory. Name the project's folder"));
}

}  // namespace
}  // namespace aweber
