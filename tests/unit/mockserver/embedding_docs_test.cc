// docs/embedding.md shows the example project as it is: script/install-check builds and runs that.
#include <gtest/gtest.h>

#include "base/os/file.h"
#include "tests/support/paths.h"

namespace aweber::mock {
namespace {

TEST(EmbeddingPage, ShowsTheExampleAsItIs) {
  const auto page = ReadFile(SourcePath("docs/embedding.md"));
  ASSERT_TRUE(page.ok()) << page.error().message;
  for (const auto& [file, language] :
       {std::pair("CMakeLists.txt", "cmake"), std::pair("refresh_test.cc", "cpp")}) {
    const auto text = ReadFile(SourcePath(std::string("packaging/consumer/") + file));
    ASSERT_TRUE(text.ok()) << text.error().message;
    EXPECT_NE(page->find(std::string("```") + language + "\n" + *text + "```\n"), std::string::npos)
        << file << " differs from what the page shows";
  }
}

}  // namespace
}  // namespace aweber::mock
