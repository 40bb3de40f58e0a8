// The manual: every check has its explanation, code in seven languages, and an up-to-date page.
#include "conformance/checks/manual.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/os/file.h"
#include "conformance/checks/violation.h"
#include "tests/support/paths.h"

namespace aweber::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Manual, EveryCheckOfAClientHasATopicAndOnlyOne) {
  std::set<std::string> told;
  for (const Topic& topic : Topics()) {
    EXPECT_FALSE(topic.title.empty()) << topic.name;
    EXPECT_FALSE(topic.explanation.empty()) << topic.name;
    EXPECT_FALSE(topic.drawing.empty()) << topic.name;
    for (const std::string& check : topic.checks) {
      EXPECT_NE(FindCheck(check), nullptr) << topic.name << " " << check;
      EXPECT_TRUE(told.insert(check).second) << check << " is in two topics";
    }
  }
  for (const Check& check : AllChecks()) {
    const bool of_a_client = !check.id.starts_with("adapter-");
    EXPECT_EQ(told.count(std::string(check.id)) == 1, of_a_client) << check.id;
  }
}

TEST(Manual, EveryTopicHasCodeInEveryLanguage) {
  for (const Topic& topic : Topics()) {
    std::vector<std::string> languages;
    for (const auto& [language, code] : topic.fixes) {
      languages.push_back(language);
      EXPECT_GT(code.size(), 40u) << topic.name << " " << language;
      EXPECT_EQ(code.find("```"), std::string::npos) << topic.name << " " << language;
    }
    EXPECT_THAT(languages, ElementsAre("Python", "JavaScript", "Go", "Ruby", "PHP", "Java", "C#"))
        << topic.name;
  }
}

TEST(Manual, ALanguageIsKnownByItsOtherNames) {
  const std::string js = FixIn("cb-state-mismatch", "JavaScript");
  EXPECT_THAT(js, HasSubstr("randomBytes"));
  for (const char* const name : {"javascript", "Node.js", "TypeScript", "JS"}) {
    EXPECT_EQ(FixIn("cb-state-mismatch", name), js) << name;
  }
  EXPECT_EQ(FixIn("cb-state-mismatch", ".NET"), FixIn("cb-state-mismatch", "C#"));
  EXPECT_EQ(FixIn("cb-state-mismatch", "COBOL"), "");
  EXPECT_EQ(FixIn("cb-state-mismatch", ""), "");
  EXPECT_EQ(FixIn("adapter-honest", "Python"), "");
}

TEST(Manual, TheClientsThatHaveItAreThoseOfTheTable) {
  EXPECT_THAT(HoldersOf("tk-basic-preferred").warned,
              ElementsAre("requests_oauthlib", "express-passport", "flask-requests-oauthlib"));
  EXPECT_THAT(HoldersOf("rf-keep").failing, ElementsAre("simple-oauth2", "fastify-oauth2"));
  EXPECT_TRUE(HoldersOf("az-response-type").failing.empty());
}

TEST(Manual, ThePagesAreWhatTheTablesSay) {
  namespace fs = std::filesystem;
  const std::string folder = SourcePath("docs/checks");
  std::set<std::string> wanted;
  for (const Check& check : AllChecks()) {
    const std::string file = folder + "/" + std::string(check.id) + ".md";
    wanted.insert(file);
    if (std::getenv("AWEBER_UPDATE_DOCS") != nullptr) {
      fs::create_directories(folder);
      ASSERT_TRUE(WriteFileAtomically(file, CheckPage(check)).ok());
    }
    const auto page = ReadFile(file);
    ASSERT_TRUE(page.ok()) << page.error().message;
    EXPECT_EQ(*page, CheckPage(check)) << "run AWEBER_UPDATE_DOCS=1 checks_unit_test";
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    EXPECT_EQ(wanted.count(entry.path().string()), 1u) << "of no check: " << entry.path();
  }
}

TEST(Manual, ExplainShowsTheExplanationAndTheCode) {
  const std::string text = ExplainCheck("rs-confined", "python");
  for (const char* const part :
       {"rs-confined: The access token is sent to hosts other than the API's.\n",
        "\n  rule    RFC 6749 §10.3\n", "\nWhy it matters\n  A redirect or a next-page link",
        "\nWhat goes wrong in this step: Call the API\n", "  A list of subscribers comes in pages",
        "wrong: -- GET /p2, Authorization: Bearer T",
        "\n  wrong   GET https://elsewhere.example/, Authorization: Bearer TOKEN\n",
        "\nIn python\n    def call(url):\n",
        "\nClients that have it (aweber-conformance docs clients)\n  requests_oauthlib, "}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(
      ExplainCheck("rs-confined"),
      HasSubstr("code: --language NAME, one of Python, JavaScript, Go, Ruby, PHP, Java, C#"));
  EXPECT_THAT(ExplainCheck("tk-no-uri-creds"),
              HasSubstr("level   aweber off, rfc6749 must, rfc9700 must\n"));
  EXPECT_THAT(ExplainCheck("rs-bounded"), HasSubstr("not a quotation"));
  EXPECT_EQ(ExplainCheck("no-such-check"), "");
}

}  // namespace
}  // namespace aweber::conformance
