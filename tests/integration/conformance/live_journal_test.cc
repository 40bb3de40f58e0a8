#include "conformance/cli/live_journal.h"

#include <gtest/gtest.h>

#include "conformance/cli/lint.h"
#include "mockserver/mock_server.h"

namespace aweber::conformance {
namespace {

TEST(LiveJournal, IsReadToItsEndAndSaysWhatTheMockHadDropped) {
  const auto server =
      mock::MockServer::Start({.scheme = "http", .admin_port = 0, .journal_size = 2100});
  ASSERT_TRUE(server.ok()) << server.error().message;
  HttpRequest request;
  request.method = "GET";
  request.target = "/1.0/accounts";
  for (int i = 0; i < 2150; ++i) (*server)->Dispatch(request);
  const auto http = MakeHttpClient();
  const std::string url = (*server)->admin_url();
  const auto journal = FetchJournal(*http, url + "/", "");
  ASSERT_TRUE(journal.ok()) << journal.error().message;
  EXPECT_EQ(journal->evicted, 50u);
  const auto traffic = ReadTraffic(journal->text);
  ASSERT_TRUE(traffic.ok()) << traffic.error().message;
  EXPECT_TRUE(traffic->judged);
  ASSERT_EQ(traffic->entries.size(), 2100u);
  EXPECT_EQ(traffic->entries.front().sequence, 51u);
  EXPECT_EQ(traffic->entries.back().sequence, 2150u);
  // A filter of the user's holds on every page; a page of the user's is one.
  EXPECT_EQ(ReadTraffic(FetchJournal(*http, url + "/api/v1/requests?method=GET", "")->text)
                ->entries.size(),
            2100u);
  EXPECT_EQ(
      ReadTraffic(FetchJournal(*http, url + "/api/v1/requests?limit=7", "")->text)->entries.size(),
      7u);
  EXPECT_TRUE(FetchJournal(*http, url + "/api/v1/requests.har", "")->text.starts_with("{"));
  EXPECT_NE(
      FetchJournal(*http, url + "/api/v1/requests/none", "").error().message.find(" answered "),
      std::string::npos);
}

}  // namespace
}  // namespace aweber::conformance
