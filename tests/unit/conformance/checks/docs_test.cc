#include "conformance/checks/docs.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/os/file.h"
#include "tests/support/paths.h"

namespace aweber::conformance {
namespace {

const std::string kPage = SourcePath("docs/checks.md");

TEST(ChecksPage, IsWhatTheTableSays) {
  const std::string wanted = ChecksMarkdown();
  if (std::getenv("AWEBER_UPDATE_DOCS") != nullptr) {
    ASSERT_TRUE(WriteFileAtomically(kPage, wanted).ok());
  }
  const auto page = ReadFile(kPage);
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_EQ(*page, wanted) << "run AWEBER_UPDATE_DOCS=1 checks_unit_test";
}

TEST(ChecksPage, HasEveryCheckOnce) {
  const std::string page = ChecksMarkdown();
  for (const auto& check : AllChecks()) {
    const std::string heading = "\n### " + std::string(check.id) + "\n";
    const auto first = page.find(heading);
    ASSERT_NE(first, std::string::npos) << check.id;
    EXPECT_EQ(page.find(heading, first + 1), std::string::npos) << check.id;
  }
}

}  // namespace
}  // namespace aweber::conformance
