// docs/aweber-api.md is what the mock's tables say.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/os/file.h"
#include "base/text/json.h"
#include "mockserver/api/openapi.h"
#include "tests/support/paths.h"

namespace aweber::mock {
namespace {

TEST(AweberApiPage, IsWhatTheTablesSay) {
  const std::string path = SourcePath("docs/aweber-api.md");
  const std::string wanted = ApiPage();
  if (std::getenv("AWEBER_UPDATE_DOCS") != nullptr) {
    ASSERT_TRUE(WriteFileAtomically(path, wanted).ok());
  }
  const Result<std::string> page = ReadFile(path);
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_EQ(*page, wanted) << "run AWEBER_UPDATE_DOCS=1 mockserver_unit_test";
}

// Every reference of the document leads to one of its schemas.
TEST(AweberOpenApi, ReferencesResolve) {
  const Json document = ApiOpenApi();
  const Json& schemas = document["components"]["schemas"];
  const std::string text = DumpJson(document);
  const std::string prefix = "#/components/schemas/";
  std::size_t count = 0;
  for (std::size_t at = text.find(prefix); at != std::string::npos;
       at = text.find(prefix, at + 1)) {
    const std::size_t begin = at + prefix.size();
    const std::string name = text.substr(begin, text.find('"', begin) - begin);
    EXPECT_TRUE(schemas.contains(name)) << name;
    ++count;
  }
  EXPECT_GT(count, 100u);
}

TEST(AweberOpenApi, HasTheFortyFivePathsOfTheDocument) {
  std::size_t published = 0;
  const Json document = ApiOpenApi();
  for (const auto& [path, operations] : document["paths"].items()) {
    bool legacy = true;
    for (const auto& [method, operation] : operations.items()) {
      legacy = legacy && operation.contains("deprecated");
    }
    published += legacy ? 0 : 1;
  }
  EXPECT_EQ(published, 45u);
}

}  // namespace
}  // namespace aweber::mock
