// docs/admin-api.md and docs/configuration.md are what the tables of routes and options say.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/os/file.h"
#include "mockserver/admin/page.h"
#include "mockserver/program/config.h"
#include "tests/support/paths.h"

namespace aweber::mock {
namespace {

void ExpectPage(const std::string& name, const std::string& wanted) {
  const std::string path = SourcePath("docs/" + name);
  if (std::getenv("AWEBER_UPDATE_DOCS") != nullptr) {
    ASSERT_TRUE(WriteFileAtomically(path, wanted).ok());
  }
  const Result<std::string> page = ReadFile(path);
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_EQ(*page, wanted) << "run AWEBER_UPDATE_DOCS=1 mockserver_unit_test";
}

TEST(ProgramPages, TheAdminApiIsItsRoutes) { ExpectPage("admin-api.md", AdminPage()); }

TEST(ProgramPages, TheConfigurationIsItsOptions) { ExpectPage("configuration.md", ConfigPage()); }

}  // namespace
}  // namespace aweber::mock
