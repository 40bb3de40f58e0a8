#include "conformance/checks/docs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/os/file.h"
#include "tests/support/paths.h"

namespace aweber::conformance {
namespace {

using testing::HasSubstr;

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

TEST(ExplainCheck, SaysWhatACheckIsAbout) {
  EXPECT_EQ(ExplainCheck("tk-no-uri-creds"),
            "tk-no-uri-creds\n"
            "  The client secret is not in the token request's URI.\n"
            "\n"
            "  level   aweber off, rfc6749 must, rfc9700 must\n"
            "  source  RFC 6749 §2.3.1\n"
            "  seen    wire\n"
            "  why     URIs are logged by proxies and servers; a logged secret is a lost secret.\n"
            "  fix     Send it by HTTP Basic.\n"
            "  note    AWeber's guide permits credentials as query parameters; RFC 6749 forbids "
            "them.\n");
  EXPECT_THAT(ExplainCheck("rs-bounded"), HasSubstr("not a quotation"));
  EXPECT_EQ(ExplainCheck("no-such-check"), "");
}

}  // namespace
}  // namespace aweber::conformance
