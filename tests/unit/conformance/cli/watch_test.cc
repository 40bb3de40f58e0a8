// Which files of a driver are watched, and when they changed.
#include "conformance/cli/watch.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/os/file.h"

namespace aweber::conformance {
namespace {

TEST(Watch, SeesAChangeOfTheDriverAndOfWhatLiesBeside) {
  const std::string folder = MakeTempDirectory("watch-test").value();
  for (const char* const file : {"/driver.py", "/helper.py", "/notes.txt", "/app.yaml"}) {
    ASSERT_TRUE(WriteFileAtomically(folder + file, "one").ok());
  }
  Watch watch("/usr/bin/python3 " + folder + "/driver.py --flag", "", folder + "/app.yaml");
  EXPECT_EQ(watch.files(), (std::vector<std::string>{folder + "/app.yaml", folder + "/driver.py",
                                                     folder + "/helper.py"}));
  EXPECT_EQ(watch.Changed(), "");
  ASSERT_TRUE(WriteFileAtomically(folder + "/notes.txt", "another size").ok());
  EXPECT_EQ(watch.Changed(), "");
  ASSERT_TRUE(WriteFileAtomically(folder + "/helper.py", "another size").ok());
  EXPECT_EQ(watch.Changed(), folder + "/helper.py");
  EXPECT_EQ(watch.Changed(), "") << "once";
  ASSERT_TRUE(WriteFileAtomically(folder + "/later.py", "a new module").ok());
  EXPECT_EQ(watch.Changed(), folder + "/later.py");
  EXPECT_EQ(watch.Changed(), "") << "once";
  std::filesystem::remove(folder + "/driver.py");
  EXPECT_EQ(watch.Changed(), "") << "an editor is writing it";
  ASSERT_TRUE(WriteFileAtomically(folder + "/driver.py", "written anew").ok());
  EXPECT_EQ(watch.Changed(), folder + "/driver.py");
}

TEST(Watch, ACommandThatNamesNoFileHasNone) {
  EXPECT_TRUE(Watch("/usr/bin/env true", "", "").files().empty());
  EXPECT_TRUE(Watch("", "", "").files().empty());
}

}  // namespace
}  // namespace aweber::conformance
