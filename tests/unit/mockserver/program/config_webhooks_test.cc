// Webhooks in the configuration file: what is taken, and each mistake with its place.
#include <gtest/gtest.h>

#include "mockserver/model/space_state.h"
#include "mockserver/program/config_file.h"
#include "tests/support/temporary_file.h"

namespace aweber::mock {
namespace {

TEST(ConfiguredWebhooks, AreTakenAsTheyAreWritten) {
  const test::TemporaryFile file(R"(clients:
  - {id: mine, secret: s, redirect_uris: ["https://a.example/cb"]}
webhooks:
  - url: http://127.0.0.1:9000/hook
  - url: https://hooks.example.org/aweber
    anywhere: true
    client_id: mine
    callback: 5ab10f8a-ec5a-40e8-af0b-7dc8df580e55
    key: bXktdmVyaWZpY2F0aW9uLWtleQ==
    events: [subscriber.added, subscriber.unsubscribed]
)");
  const auto read = ReadConfigFile(file.path(), {});
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_EQ(read->webhooks.size(), 2u);
  EXPECT_EQ(read->webhooks[0].client_id, "mine") << "the first application";
  EXPECT_TRUE(read->webhooks[0].key.empty()) << "drawn by the space";
  EXPECT_EQ(read->webhooks[1].url, "https://hooks.example.org/aweber");
  EXPECT_EQ(read->webhooks[1].callback, "5ab10f8a-ec5a-40e8-af0b-7dc8df580e55");
  EXPECT_EQ(read->webhooks[1].key, "bXktdmVyaWZpY2F0aW9uLWtleQ==");
  EXPECT_EQ(read->webhooks[1].events,
            (std::vector<std::string>{"subscriber.added", "subscriber.unsubscribed"}));
}

struct BadWebhook {
  const char* name;
  const char* text;     // below "webhooks:"
  const char* message;  // behind the file's name, up to the quoted line
};

class BadConfiguredWebhooks : public testing::TestWithParam<BadWebhook> {};

TEST_P(BadConfiguredWebhooks, AreRefusedWithTheirPlace) {
  const test::TemporaryFile file(std::string("webhooks:\n") + GetParam().text);
  const auto read = ReadConfigFile(file.path(), {});
  ASSERT_FALSE(read.ok());
  const std::string& message = read.error().message;
  EXPECT_EQ(message.substr(0, message.find('\n')), file.path() + GetParam().message);
  EXPECT_NE(message.find('^'), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadConfiguredWebhooks,
    testing::Values(
        BadWebhook{"NoUrl", "  - key: aGk=\n", ":2:5: a webhook needs the key \"url\""},
        BadWebhook{"Unknown", "  - url: http://127.0.0.1/\n    event: x\n",
                   ":3:5: unknown key \"event\" in a webhook; did you mean \"events\"?"},
        BadWebhook{"NotAUrl", "  - url: localhost:9000\n",
                   ":2:10: url must be an absolute http or https URL"},
        BadWebhook{"Elsewhere", "  - url: https://hooks.example.org/\n",
                   ":2:10: url must be on loopback, unless anywhere is true"},
        BadWebhook{"NoSuchEvent", "  - url: http://127.0.0.1/\n    events: [subscriber.gone]\n",
                   ":3:13: events must be subscriber.added, subscriber.subscribed or "
                   "subscriber.unsubscribed"},
        BadWebhook{"BadKey", "  - url: http://127.0.0.1/\n    key: \"*\"\n",
                   ":3:10: key must be base64"},
        BadWebhook{"NoSuchClient",
                   "  - url: http://127.0.0.1/\n    client_id: AWeberMockConfidentialClient01\n",
                   ":3:16: client_id must be the id of a registered application; did you mean "
                   "\"AWeberMockConfidentialClient0001\""}),
    [](const auto& bad) { return bad.param.name; });

}  // namespace
}  // namespace aweber::mock
