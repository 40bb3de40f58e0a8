// What is read of a case's HOME.
#include "conformance/driver/process_folder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/os/file.h"

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

class ReadHomeTest : public testing::Test {
 protected:
  ~ReadHomeTest() override { fs::remove_all(home_); }

  void Write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(home_ + "/" + name).parent_path());
    std::ofstream(home_ + "/" + name, std::ios::binary) << text;
  }
  // The text of one file; "-" when it was left out.
  std::string TextOf(const std::string& path) const {
    const auto files = ReadHome(home_, {".cli"});
    const auto found = std::find_if(files.begin(), files.end(),
                                    [&](const StoreEntry& file) { return file.path == path; });
    return found == files.end() ? "-" : found->text;
  }

  const std::string home_ = MakeTempDirectory("aweber-home").value();
};

TEST_F(ReadHomeTest, TheStoreIsReadWhateverElseIsThere) {
  for (int i = 0; i < 2100; ++i) Write(fmt::format(".cache/{}", i), "");
  Write(".cli/tokens", "rt");
  EXPECT_EQ(TextOf(".cli/tokens"), "rt");
  EXPECT_EQ(ReadHome(home_, {".cli"}).size(), 2001u);
}

TEST_F(ReadHomeTest, OnlyAStoreMayBeLarge) {
  const std::string large((1u << 20) + 1, 'x');
  Write(".cli/tokens", large);
  Write("log", large);
  EXPECT_EQ(TextOf(".cli/tokens").size(), large.size());
  EXPECT_EQ(TextOf("log"), "-");
}

}  // namespace
}  // namespace aweber::conformance
