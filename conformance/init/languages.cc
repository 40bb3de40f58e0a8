#include "conformance/init/languages.h"

#include <algorithm>

namespace aweber::conformance {
namespace {

std::vector<InstallRow> NodeInstalls() {
  return {{"package-lock.json", "npm ci"},
          {"npm-shrinkwrap.json", "npm ci"},
          {"yarn.lock", "corepack enable && yarn install"},
          {"pnpm-lock.yaml", "corepack enable && pnpm install"},
          {"", "npm install"}};
}

}  // namespace

const std::vector<LanguageRow>& Languages() {
  static const std::vector<LanguageRow> kLanguages = {
      {.name = "python",
       .title = "Python",
       .manifests = {"pyproject.toml", "requirements.txt", "requirements-dev.txt", "setup.py",
                     "setup.cfg", "Pipfile"},
       .command = "python3 {}/driver.py",
       .files = {{"template/driver.py", "driver.py"}, {"loop.py", "loop.py"}},
       .program = "python3 {}.py",
       .setup = "      - uses: actions/setup-python@v5\n"
                "        with: {python-version: '3.x'}\n",
       .installs = {{"uv.lock", "pip install uv && uv sync"},
                    {"poetry.lock", "pip install poetry && poetry install"},
                    {"Pipfile", "pip install pipenv && pipenv install --dev"},
                    {"requirements.txt", "pip install -r requirements.txt", true},
                    {"requirements-dev.txt", "pip install -r requirements-dev.txt", true},
                    {"", "pip install .", true}}},
      {.name = "typescript",
       .title = "TypeScript",
       .manifests = {"tsconfig.json"},
       .command = "npx tsx {}/driver.ts",
       .files = {{"template/driver.ts", "driver.ts"}, {"node/loop.mjs", "loop.mjs"}},
       .program = "npx tsx {}.ts",
       .setup = "      - uses: actions/setup-node@v4\n"
                "        with: {node-version: lts/*}\n",
       .installs = NodeInstalls()},
      {.name = "javascript",
       .title = "JavaScript",
       .manifests = {"package.json"},
       .command = "node {}/driver.mjs",
       .files = {{"template/driver.mjs", "driver.mjs"}, {"node/loop.mjs", "loop.mjs"}},
       .program = "node {}.js",
       .setup = "      - uses: actions/setup-node@v4\n"
                "        with: {node-version: lts/*}\n",
       .installs = NodeInstalls()},
      {.name = "go",
       .title = "Go",
       .manifests = {"go.mod"},
       .command = "go run ./{}",
       .files = {{"template/driver.go", "driver.go"}, {"go/loop.go", "loop.go"}},
       .program = "go run ./cmd/{}",
       .setup = "      - uses: actions/setup-go@v5\n"
                "        with: {go-version-file: go.mod}\n"},
      {.name = "ruby",
       .title = "Ruby",
       .manifests = {"Gemfile", "*.gemspec"},
       .command = "ruby {}/driver.rb",
       .files = {{"template/driver.rb", "driver.rb"}, {"ruby/loop.rb", "loop.rb"}},
       .program = "bundle exec ruby {}.rb",
       .setup = "      - uses: ruby/setup-ruby@v1\n"
                "        with: {bundler-cache: true}\n"},
      {.name = "php",
       .title = "PHP",
       .manifests = {"composer.json"},
       .command = "php {}/driver.php",
       .files = {{"template/driver.php", "driver.php"}, {"php/loop.php", "loop.php"}},
       .program = "php {}.php",
       .setup = "      - uses: shivammathur/setup-php@v2\n"
                "        with: {php-version: '8.3'}\n"
                "      - run: composer install --no-progress\n"},
      {.name = "java",
       .title = "Java",
       .manifests = {"pom.xml", "build.gradle", "build.gradle.kts"},
       .command = "java {}/Driver.java",
       .files = {{"template/Driver.java", "Driver.java"}},
       .program = "java -jar target/{}.jar",
       .setup = "      - uses: actions/setup-java@v4\n"
                "        with: {distribution: temurin, java-version: '21'}\n"},
      {.name = "csharp",
       .title = "C#",
       .manifests = {"*.csproj", "*.sln"},
       .command = "dotnet run --project {}",
       .files = {{"template/Driver.cs", "Driver.cs"}, {"template/driver.csproj", "driver.csproj"}},
       .program = "dotnet run",
       .setup = "      - uses: actions/setup-dotnet@v4\n"},
      {.name = "rust",
       .title = "Rust",
       .manifests = {"Cargo.toml"},
       .command = "cargo run --quiet --manifest-path {}/Cargo.toml",
       .files = {{"template/driver.rs", "src/main.rs"},
                 {"template/driver.Cargo.toml", "Cargo.toml"}},
       .program = "cargo run --quiet",
       .setup = ""},
      {.name = "perl",
       .title = "Perl",
       .manifests = {"cpanfile", "Makefile.PL", "Build.PL"},
       .command = "perl {}/driver.pl",
       .files = {{"template/driver.pl", "driver.pl"}, {"perl/Loop.pm", "Loop.pm"}},
       .program = "perl {}.pl",
       .setup = "      - run: sudo cpan -T App::cpanminus && cpanm --installdeps .\n"},
      {.name = "shell",
       .title = "shell",
       .manifests = {},
       .command = "{}/driver.sh",
       .files = {{"shell/driver.sh", "driver.sh"}},
       .program = "./{}.sh",
       .setup = "",
       .installs = {},
       .finished_over = "curl"},
  };
  return kLanguages;
}

const std::vector<LibraryRow>& Libraries() {
  static const std::vector<LibraryRow> kLibraries = {
      {.name = "requests-oauthlib",
       .language = "python",
       .packages = {"requests-oauthlib", "requests_oauthlib"},
       .files = {{"requests_oauthlib/driver.py", "driver.py"},
                 {"loop.py", "loop.py"},
                 {"over_requests.py", "over_requests.py"}}},
      {.name = "authlib",
       .language = "python",
       .packages = {"authlib"},
       .files = {{"authlib/driver.py", "driver.py"},
                 {"loop.py", "loop.py"},
                 {"over_requests.py", "over_requests.py"}}},
      {.name = "openid-client",
       .language = "javascript",
       .packages = {"openid-client"},
       .files = {{"node/openid-client.mjs", "driver.mjs"}, {"node/loop.mjs", "loop.mjs"}}},
      {.name = "oauth4webapi",
       .language = "javascript",
       .packages = {"oauth4webapi"},
       .files = {{"node/oauth4webapi.mjs", "driver.mjs"}, {"node/loop.mjs", "loop.mjs"}}},
      {.name = "simple-oauth2",
       .language = "javascript",
       .packages = {"simple-oauth2"},
       .files = {{"node/simple-oauth2.mjs", "driver.mjs"}, {"node/loop.mjs", "loop.mjs"}}},
      {.name = "client-oauth2",
       .language = "javascript",
       .packages = {"client-oauth2"},
       .files = {{"node/client-oauth2.mjs", "driver.mjs"}, {"node/loop.mjs", "loop.mjs"}}},
      {.name = "@badgateway/oauth2-client",
       .language = "javascript",
       .packages = {"@badgateway/oauth2-client"},
       .files = {{"node/badgateway-oauth2-client.mjs", "driver.mjs"},
                 {"node/loop.mjs", "loop.mjs"}}},
      {.name = "golang.org/x/oauth2",
       .language = "go",
       .packages = {"golang.org/x/oauth2"},
       .files = {{"go/driver.go", "driver.go"}, {"go/loop.go", "loop.go"}}},
      {.name = "oauth2",
       .language = "ruby",
       .packages = {"oauth2"},
       .files = {{"ruby/driver.rb", "driver.rb"}, {"ruby/loop.rb", "loop.rb"}}},
      {.name = "flask",
       .language = "python",
       .packages = {"flask"},
       .kind = LibraryKind::kWebApp,
       .files = {},
       .program = "python3 -m flask run --port ${port}"},
      {.name = "django",
       .language = "python",
       .packages = {"django"},
       .kind = LibraryKind::kWebApp,
       .files = {},
       .program = "python3 manage.py runserver --noreload ${port}"},
      {.name = "passport",
       .language = "javascript",
       .packages = {"passport"},
       .kind = LibraryKind::kWebApp},
      {.name = "next-auth",
       .language = "javascript",
       .packages = {"next-auth", "@auth/core"},
       .kind = LibraryKind::kWebApp,
       .files = {},
       .program = "npx next dev -p ${port}"},
      {.name = "next",
       .language = "javascript",
       .packages = {"next"},
       .kind = LibraryKind::kWebApp,
       .files = {},
       .program = "npx next dev -p ${port}"},
      {.name = "express",
       .language = "javascript",
       .packages = {"express"},
       .kind = LibraryKind::kWebApp},
      {.name = "fastify",
       .language = "javascript",
       .packages = {"fastify"},
       .kind = LibraryKind::kWebApp},
      {.name = "omniauth",
       .language = "ruby",
       .packages = {"omniauth", "omniauth-oauth2"},
       .kind = LibraryKind::kWebApp,
       .files = {},
       .program = "bundle exec rackup -p ${port}"},
      {.name = "rails",
       .language = "ruby",
       .packages = {"rails"},
       .kind = LibraryKind::kWebApp,
       .files = {},
       .program = "bin/rails server -p ${port}"},
      {.name = "socialite",
       .language = "php",
       .packages = {"laravel/socialite"},
       .kind = LibraryKind::kWebApp,
       .files = {},
       .program = "php artisan serve --port=${port}"},
      {.name = "laravel",
       .language = "php",
       .packages = {"laravel/framework"},
       .kind = LibraryKind::kWebApp,
       .files = {},
       .program = "php artisan serve --port=${port}"},
      {.name = "spring-security",
       .language = "java",
       .packages = {"spring-boot-starter-oauth2-client", "spring-security-oauth2-client"},
       .kind = LibraryKind::kWebApp,
       .files = {},
       .program = "mvn -q spring-boot:run",
       .port = "SERVER_PORT"},
  };
  return kLibraries;
}

std::vector<std::string> LanguageNames() {
  std::vector<std::string> names;
  for (const LanguageRow& row : Languages()) names.emplace_back(row.name);
  return names;
}

std::vector<std::string> LibraryNames() {
  std::vector<std::string> names;
  for (const LibraryRow& row : Libraries()) names.emplace_back(row.name);
  return names;
}

const LanguageRow* FindLanguage(std::string_view name) {
  for (const LanguageRow& row : Languages()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

const LibraryRow* FindLibrary(std::string_view name) {
  for (const LibraryRow& row : Libraries()) {
    const auto same = [&](std::string_view package) { return package == name; };
    if (row.name == name || std::any_of(row.packages.begin(), row.packages.end(), same))
      return &row;
  }
  return nullptr;
}

}  // namespace aweber::conformance
