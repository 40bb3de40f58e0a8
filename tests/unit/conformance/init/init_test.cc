// What `init` sees in invented projects, what it would write, and what it refuses.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/version.h"
#include "conformance/init/plan.h"

namespace aweber::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Project ProjectOf(const std::map<std::string, std::string>& files) {
  ProjectFolder folder;
  for (const auto& [name, text] : files) folder.names.push_back(name);
  folder.read = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = files.find(name);
    if (found == files.end()) return std::nullopt;
    return found->second;
  };
  return LookAt(folder);
}

std::vector<std::string> PathsOf(const InitPlan& plan) {
  std::vector<std::string> paths;
  for (const PlannedFile& file : plan.files) paths.push_back(file.path);
  return paths;
}

std::string TextOf(const InitPlan& plan, const std::string& path) {
  for (const PlannedFile& file : plan.files) {
    if (file.path == path) return file.text;
  }
  return "";
}

std::string RefusalOf(const std::map<std::string, std::string>& files,
                      const InitChoice& choice = {}) {
  const auto plan = PlanInit(ProjectOf(files), choice, "shop");
  return plan ? "a plan" : plan.error().message;
}

TEST(InitProject, EachManifestNamesItsLanguageAndLibrary) {
  struct Row {
    std::string manifest, text, language, library;
  };
  const Row rows[] = {
      {"requirements.txt", "Requests-OAuthlib==1.3\n", "python", "requests-oauthlib"},
      {"pyproject.toml", "dependencies = ['authlib>=1']", "python", "authlib"},
      {"package.json", R"({"dependencies": {"openid-client": "^6"}})", "javascript",
       "openid-client"},
      {"package.json", R"({"dependencies": {"@badgateway/oauth2-client": "3"}})", "javascript",
       "@badgateway/oauth2-client"},
      {"go.mod", "require golang.org/x/oauth2 v0.3.0", "go", "golang.org/x/oauth2"},
      {"Gemfile", "gem 'oauth2'", "ruby", "oauth2"},
      {"Gemfile", "gem 'omniauth-oauth2'", "ruby", "omniauth"},
      {"composer.json", "{}", "php", ""},
      {"Cargo.toml", "", "rust", ""},
      {"pom.xml", "", "java", ""},
      {"build.gradle", "", "java", ""},
      {"Shop.csproj", "", "csharp", ""},
      {"cpanfile", "", "perl", ""},
  };
  for (const Row& row : rows) {
    const Project project = ProjectOf({{row.manifest, row.text}});
    ASSERT_EQ(project.languages.size(), 1u) << row.manifest;
    EXPECT_EQ(project.languages[0].language->name, row.language) << row.manifest;
    const auto& libraries = project.languages[0].libraries;
    EXPECT_EQ(libraries.empty() ? "" : libraries[0]->name, row.library) << row.text;
  }
}

TEST(InitProject, APackageIsAWholeWord) {
  EXPECT_TRUE(NamesPackage("gem \"oauth2\"", "oauth2"));
  EXPECT_FALSE(NamesPackage("omniauth-oauth2", "oauth2"));
  EXPECT_FALSE(NamesPackage("golang.org/x/oauth2", "oauth2"));
  EXPECT_FALSE(NamesPackage("oauth2_helper", "oauth2"));
}

TEST(InitProject, SeesTheEnvironmentAndTheCi) {
  EXPECT_EQ(ProjectOf({{"requirements.txt", ""}}).python, "python3");
  EXPECT_EQ(ProjectOf({{".venv", ""}, {"requirements.txt", ""}}).python, ".venv/bin/python");
  EXPECT_EQ(ProjectOf({{"poetry.lock", ""}}).python, "poetry run python");
  EXPECT_EQ(ProjectOf({{".github", ""}}).ci, "github");
  EXPECT_EQ(ProjectOf({{".gitlab-ci.yml", ""}}).ci, "gitlab");
  EXPECT_EQ(ProjectOf({}).ci, "none");
}

TEST(InitPlan, AKnownLibraryLeavesNothingToFillIn) {
  const auto plan = PlanInit(ProjectOf({{"requirements.txt", "requests-oauthlib"}}), {}, ".");
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  EXPECT_EQ(plan->seen,
            "Python (requirements.txt): requests-oauthlib, which has a finished adapter");
  EXPECT_THAT(PathsOf(*plan),
              ElementsAre("aweber-adapter/driver.py", "aweber-adapter/loop.py",
                          "aweber-adapter/over_requests.py", "aweber-conformance.yaml",
                          "aweber-adapter/settings.schema.json"));
  EXPECT_EQ(plan->places_to_fill, 0);
  EXPECT_EQ(plan->next, "");
  EXPECT_THAT(TextOf(*plan, "aweber-conformance.yaml"),
              HasSubstr("\ndriver: python3 aweber-adapter/driver.py\n"));
  EXPECT_THAT(TextOf(*plan, "aweber-conformance.yaml"),
              StartsWith("# yaml-language-server: $schema=aweber-adapter/settings.schema.json\n"));
  const std::string driver = TextOf(*plan, "aweber-adapter/driver.py");
  EXPECT_THAT(driver, HasSubstr("    aweber-conformance run\n"));
  EXPECT_THAT(driver, Not(HasSubstr("examples/adapters")));
}

TEST(InitPlan, AnUnknownLibraryGetsATemplateWithItsPlacesCounted) {
  for (const LanguageRow& language : Languages()) {
    const auto plan = PlanInit(ProjectOf({}), {.language = std::string(language.name)}, ".");
    ASSERT_TRUE(plan.ok()) << plan.error().message;
    const bool finished = language.name == "shell";
    EXPECT_EQ(plan->places_to_fill, finished ? 0 : 7) << language.name;
    EXPECT_EQ(plan->files.size(), language.files.size() + 2) << language.name;
  }
}

TEST(InitPlan, EveryRowNamesFilesThatAreThere) {
  for (const LibraryRow& library : Libraries()) {
    EXPECT_NE(FindLanguage(library.language), nullptr) << library.name;
    for (const TemplateFile& file : library.files) {
      EXPECT_NE(FindFile(EmbeddedAdapters(), file.from), nullptr) << file.from;
    }
  }
  for (const LanguageRow& language : Languages()) {
    EXPECT_FALSE(language.program.empty()) << language.name;
  }
  for (const SchemaName& schema : SchemaNames()) {
    EXPECT_NE(FindFile(EmbeddedSchemas(), schema.path), nullptr) << schema.path;
  }
}

TEST(InitPlan, AWebFrameworkGetsAConfiguration) {
  const auto plan = PlanInit(ProjectOf({{"Gemfile", "gem 'omniauth'"}}), {}, ".");
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  EXPECT_THAT(PathsOf(*plan),
              ElementsAre("aweber-adapter/webapp.yaml", "aweber-adapter/webapp.schema.json",
                          "aweber-conformance.yaml", "aweber-adapter/settings.schema.json"));
  EXPECT_THAT(TextOf(*plan, "aweber-conformance.yaml"),
              HasSubstr("driver-kind: webapp\ndriver-config: aweber-adapter/webapp.yaml\n"));
  EXPECT_EQ(plan->next, "fill in the lines marked TODO in aweber-adapter/webapp.yaml; ");
}

TEST(InitPlan, AnAdapterIsBetterThanAFramework) {
  const auto plan =
      PlanInit(ProjectOf({{"requirements.txt", "flask\nrequests-oauthlib"}}), {}, ".");
  ASSERT_TRUE(plan.ok());
  EXPECT_THAT(plan->seen, HasSubstr("requests-oauthlib, which has a finished adapter"));
}

TEST(InitPlan, AWorkflowInstallsWhatTheProjectNeeds) {
  const auto github =
      PlanInit(ProjectOf({{".github", ""}, {"package.json", "openid-client"}}), {}, ".");
  ASSERT_TRUE(github.ok());
  const std::string workflow = TextOf(*github, ".github/workflows/aweber-conformance.yml");
  EXPECT_THAT(workflow, HasSubstr("      - uses: actions/setup-node@v4\n"));
  EXPECT_THAT(workflow, Not(HasSubstr("SETUP")));
  EXPECT_THAT(workflow, Not(HasSubstr("VERSION")));
  const auto gitlab = PlanInit(ProjectOf({{"go.mod", ""}}), {.ci = "gitlab"}, ".");
  ASSERT_TRUE(gitlab.ok());
  EXPECT_THAT(gitlab->next, StartsWith("include .gitlab/aweber-conformance.yml in .gitlab-ci.yml"));
}

TEST(InitPlan, TheWorkflowInstallsByTheFilesThatAreThere) {
  const struct {
    std::map<std::string, std::string> files;
    std::string step;
  } rows[] = {
      {{{"package.json", ""}}, "npm install"},
      {{{"package.json", ""}, {"package-lock.json", ""}}, "npm ci"},
      {{{"package.json", ""}, {"yarn.lock", ""}}, "corepack enable && yarn install"},
      {{{"package.json", ""}, {"tsconfig.json", ""}, {"pnpm-lock.yaml", ""}},
       "corepack enable && pnpm install"},
      {{{"requirements.txt", ""}}, "pip install -r requirements.txt"},
      {{{"requirements.txt", ""}, {".venv", ""}},
       "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"},
      {{{"pyproject.toml", ""}}, "pip install ."},
      {{{"pyproject.toml", ""}, {"poetry.lock", ""}}, "pip install poetry && poetry install"},
      {{{"pyproject.toml", ""}, {"uv.lock", ""}, {".venv", ""}}, "pip install uv && uv sync"},
  };
  for (const auto& row : rows) {
    const auto plan = PlanInit(ProjectOf(row.files), {.ci = "github"}, ".");
    ASSERT_TRUE(plan.ok()) << row.step;
    EXPECT_THAT(TextOf(*plan, ".github/workflows/aweber-conformance.yml"),
                HasSubstr("      - run: " + row.step + "\n"));
  }
}

TEST(InitProject, ACommentNamesNoLibrary) {
  for (const char* text : {"# requests-oauthlib\n", "flask  # not requests-oauthlib any more\n",
                           "\t// requests-oauthlib"}) {
    EXPECT_FALSE(NamesPackage(text, "requests-oauthlib")) << text;
  }
  for (const char* text : {"requests-oauthlib  # signs in\n", "# more:\nrequests-oauthlib\n",
                           "git+https://git.example/x#egg=requests-oauthlib"}) {
    EXPECT_TRUE(NamesPackage(text, "requests-oauthlib")) << text;
  }
}

TEST(InitProject, OnlyWhatAJsonManifestDependsOnIsNamedByIt) {
  const Project told =
      ProjectOf({{"package.json",
                  R"({"description": "replaces openid-client", "dependencies": {"x": "1"}})"}});
  EXPECT_TRUE(told.languages[0].libraries.empty());
  EXPECT_TRUE(told.languages[0].troubles.empty());
  const Project broken = ProjectOf({{"package.json", "{\"dependencies\": {\"openid-client\": "}});
  ASSERT_EQ(broken.languages[0].libraries.size(), 1u);
  EXPECT_THAT(broken.languages[0].troubles, ElementsAre(StartsWith("package.json: ")));
}

TEST(InitPlan, AConfigurationStartsAProgramOfTheLanguage) {
  const std::string next_auth = R"({"dependencies": {"next-auth": "4"}})";
  const std::string start =
      R"({"scripts": {"start": "node x"}, "dependencies": {"passport": "1"}})";
  const struct {
    std::map<std::string, std::string> files;
    std::string kind, program;
  } rows[] = {
      {{{"go.mod", ""}}, "webapp", "go run ./cmd/app"},
      {{{"go.mod", ""}}, "prompt", "go run ./cmd/login"},
      {{{"requirements.txt", "flask"}, {".venv", ""}},
       "webapp",
       ".venv/bin/python -m flask run --port ${port}"},
      {{{"requirements.txt", "flask"}}, "prompt", "python3 login.py"},
      {{{"package.json", start}}, "webapp", "npm start"},
      {{{"package.json", next_auth}}, "webapp", "npx next dev -p ${port}"},
      {{{"package.json", "{}"}}, "webapp", "node app.js"},
      {{{"Gemfile", "gem 'omniauth'"}}, "webapp", "bundle exec rackup -p ${port}"},
  };
  for (const auto& row : rows) {
    const auto plan = PlanInit(ProjectOf(row.files), {.kind = row.kind}, ".");
    ASSERT_TRUE(plan.ok()) << row.program;
    EXPECT_THAT(plan->files[0].text, HasSubstr("\ncommand: " + row.program + " # TODO"));
  }
}

TEST(InitPlan, JavaScriptIsStillThereInATypeScriptProject) {
  const std::map<std::string, std::string> files = {
      {"package.json", R"({"dependencies": {"openid-client": "6"}})"}, {"tsconfig.json", "{}"}};
  for (const InitChoice& choice : {InitChoice{}, InitChoice{.language = "javascript"},
                                   InitChoice{.library = "openid-client"}}) {
    InitChoice with_ci = choice;
    with_ci.ci = "github";
    const auto plan = PlanInit(ProjectOf(files), with_ci, ".");
    ASSERT_TRUE(plan.ok()) << plan.error().message;
    EXPECT_THAT(plan->seen, HasSubstr(": openid-client, which has a finished adapter"));
    EXPECT_THAT(TextOf(*plan, ".github/workflows/aweber-conformance.yml"),
                HasSubstr("      - run: npm install\n"));
  }
}

TEST(InitPlan, WhatIsSeenFitsWhatIsWritten) {
  const std::map<std::string, std::string> both = {
      {"requirements.txt", "flask\nrequests-oauthlib"}};
  const struct {
    std::map<std::string, std::string> files;
    InitChoice choice;
    std::string seen;
  } rows[] = {
      {both, {}, "Python (requirements.txt): requests-oauthlib, which has a finished adapter"},
      {both,
       {.kind = "webapp"},
       "Python (requirements.txt): the configuration of a web application"},
      {both,
       {.kind = "prompt"},
       "Python (requirements.txt): a configuration for a program that prints a link"},
      {{{"requirements.txt", "flask"}},
       {},
       "Python (requirements.txt): flask, a web application: its configuration"},
      {{{"requirements.txt", "flask"}},
       {.kind = "exec"},
       "Python (requirements.txt): no OAuth library with a finished adapter; a template"},
      {{},
       {.library = "requests_oauthlib"},
       "Python: requests-oauthlib, which has a finished adapter"},
  };
  for (const auto& row : rows) {
    const auto plan = PlanInit(ProjectOf(row.files), row.choice, ".");
    ASSERT_TRUE(plan.ok()) << plan.error().message;
    EXPECT_EQ(plan->seen, row.seen);
  }
  EXPECT_THAT(PlanInit(ProjectOf(both), {}, ".")->notes,
              ElementsAre("flask is here, too: --kind webapp drives the whole application"));
}

TEST(InitPlan, SpringIsStartedAsItsBuildSays) {
  const std::string spring = "org.springframework.boot:spring-boot-starter-oauth2-client";
  const auto maven =
      PlanInit(ProjectOf({{"pom.xml", "spring-boot-starter-oauth2-client"}}), {}, ".");
  const auto gradle = PlanInit(ProjectOf({{"build.gradle", spring}}), {}, ".");
  ASSERT_TRUE(maven.ok() && gradle.ok());
  EXPECT_THAT(maven->files[0].text, HasSubstr("command: mvn -q spring-boot:run # TODO"));
  EXPECT_THAT(gradle->files[0].text, HasSubstr("command: ./gradlew -q bootRun # TODO"));
  EXPECT_THAT(gradle->files[0].text, HasSubstr("  SERVER_PORT: ${port}\n"));
}

TEST(InitPlan, SaysWhatIsLeftToDoByHand) {
  const auto csharp = PlanInit(ProjectOf({{"Shop.csproj", ""}}), {}, ".");
  ASSERT_TRUE(csharp.ok());
  EXPECT_THAT(csharp->next,
              HasSubstr("keep the adapter out of Shop.csproj, which compiles every file below it: "
                        "<ItemGroup><Compile Remove=\"aweber-adapter/**\" /></ItemGroup>; "));
  const auto shell = PlanInit(ProjectOf({}), {.language = "shell"}, ".");
  ASSERT_TRUE(shell.ok());
  EXPECT_EQ(shell->seen, "shell: an adapter that is finished, over curl");
  EXPECT_EQ(shell->next, "");
  const auto workflow = PlanInit(ProjectOf({{"go.mod", ""}}), {.ci = "github"}, ".");
  ASSERT_TRUE(workflow.ok());
  const std::string owner =
      "put who publishes aweber-harness in place of OWNER in "
      ".github/workflows/aweber-conformance.yml; ";
  const bool nobody = std::string(ProjectRepository()).starts_with("OWNER/");
  EXPECT_EQ(workflow->next.find(owner) != std::string::npos, nobody);
}

TEST(InitPlan, SaysWhatItWillNotDo) {
  const std::string all = "python|typescript|javascript|go|ruby|php|java|csharp|rust|perl|shell";
  EXPECT_EQ(RefusalOf({}),
            "shop: no project found (looked for pyproject.toml, tsconfig.json, package.json, "
            "go.mod, Gemfile, composer.json, pom.xml, *.csproj, Cargo.toml, cpanfile, ...). Name "
            "the language: --language " +
                all);
  EXPECT_EQ(RefusalOf({{"CMakeLists.txt", ""}}),
            "shop: a CMake project: there is no template for C++. Write an adapter "
            "(`aweber-conformance docs write-an-adapter`), or choose another --language");
  EXPECT_EQ(RefusalOf({{"go.mod", ""}, {"Gemfile", ""}}),
            "shop: Go (go.mod) and Ruby (Gemfile) are here; choose with --language go|ruby");
  EXPECT_THAT(RefusalOf({}, {.library = "openid-clint"}),
              StartsWith("--library openid-clint: there is no adapter for it; did you mean "
                         "'openid-client'? Leave the flag out for a template"));
  EXPECT_EQ(RefusalOf({{"go.mod", ""}}, {.library = "oauth"}),
            "--library oauth: there is no adapter for it; one of: golang.org/x/oauth2. Leave the "
            "flag out for a template");
  EXPECT_EQ(RefusalOf({{"requirements.txt", ""}}, {.library = "authlb"}),
            "--library authlb: there is no adapter for it; did you mean 'authlib'? Leave the flag "
            "out for a template");
  EXPECT_EQ(RefusalOf({{"Cargo.toml", ""}}, {.library = "oauth2-rs"}),
            "--library oauth2-rs: there is no finished adapter for Rust; leave the flag out for a "
            "template");
  EXPECT_EQ(RefusalOf({}, {.language = "python", .library = "openid-client"}),
            "--library openid-client: it is for javascript; give --language javascript");
  EXPECT_EQ(RefusalOf({}, {.language = "phyton"}),
            "--language phyton: there is no such language; did you mean 'python'?");
}

TEST(InitPlan, OfTwoLanguagesTheOneWithAnAdapterIsMeant) {
  EXPECT_EQ(RefusalOf({{"go.mod", "golang.org/x/oauth2"}, {"package.json", "{}"}}), "a plan");
}

}  // namespace
}  // namespace aweber::conformance
