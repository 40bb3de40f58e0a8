// The example of the documentation: as short as promised, the same text there, and it works.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

#include "base/os/file.h"
#include "base/text/form.h"
#include "base/text/uri.h"
#include "tests/integration/client/program.h"
#include "tests/integration/client/tiny_provider.h"
#include "tests/support/paths.h"

namespace aweber::client {
namespace {

TEST(Example, LogsInAndThenNeedsNoLogin) {
  TinyProvider provider;
  const std::string directory = MakeTempDirectory("aweber-example").value();
  const std::vector<std::string> argv = {ProgramPath("client_example"), directory, provider.url()};
  const std::vector<std::pair<std::string, std::string>> env = {{"AWEBER_CLIENT_ID", "id"},
                                                                {"AWEBER_CLIENT_SECRET", "secret"}};
  Program first(argv, env);
  const std::string prompt = first.ReadUntil("Redirect URL: ");
  const std::string url = prompt.substr(5, prompt.find('\n') - 5);
  const std::string state = ParseForm(*ParseUri(url).value().query).GetOr("state");
  first.Write("https://app.example/callback?code=good-code&state=" + state + "\n");
  EXPECT_EQ(first.Finish(), 0) << first.err();
  EXPECT_NE(first.out().find("Tiny Ltd"), std::string::npos);

  provider.Expire();
  Program second(argv, env);
  EXPECT_EQ(second.Finish(), 0) << second.err();
  EXPECT_NE(second.out().find("Tiny Ltd"), std::string::npos);
  EXPECT_EQ(provider.Count("token refresh_token"), 1);
  std::filesystem::remove_all(directory);
}

TEST(Example, AsksForAPlaceForTheTokens) {
  Program program({ProgramPath("client_example")});
  EXPECT_EQ(program.Finish(), 2);
  EXPECT_EQ(program.err(), "usage: accounts STORE_DIRECTORY [MOCK_URL]\n");
}

TEST(Example, IsTheOneOnThePageAndShort) {
  const std::string root = SourcePath("");
  const std::string source = ReadFile(root + "/examples/client/accounts.cc").value();
  EXPECT_LT(std::count(source.begin(), source.end(), '\n'), 40);
  const std::string page = ReadFile(root + "/docs/client.md").value();
  EXPECT_NE(page.find("```cpp\n" + source + "```"), std::string::npos)
      << "docs/client.md does not show examples/client/accounts.cc as it is";
}

// Every code that the sources can produce has its row, and no row is for a code that is gone.
TEST(ErrorPage, ListsExactlyTheCodesThereAre) {
  const std::string root = SourcePath("");
  std::set<std::string> used, listed;
  const auto collect = [](const std::string& text, const std::regex& code,
                          std::set<std::string>& to) {
    for (std::sregex_iterator it(text.begin(), text.end(), code), end; it != end; ++it) {
      to.insert((*it)[1]);
    }
  };
  const std::string families =
      "(?:config|callback|token|session|api|revoke|store|http|login|driver)";
  const std::regex in_source("\"(" + families + "\\.[a-z_]+)\"");
  const std::regex in_page("`(" + families + "\\.[a-z_]+)`");
  for (const std::string& file : ListFiles(root + "/client", ".cc").value()) {
    collect(ReadFile(file).value(), in_source, used);
  }
  used.erase("callback.listener");  // never leaves the program: --paste is tried first
  const std::string page = ReadFile(root + "/docs/client-errors.md").value();
  collect(page.substr(page.find("## Every code")), in_page, listed);
  EXPECT_GT(used.size(), 25u);
  EXPECT_EQ(used, listed);
}

}  // namespace
}  // namespace aweber::client
