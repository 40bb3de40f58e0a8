// Settings: profiles, names, types, and messages for what is wrong.
#include "mockserver/settings.h"

#include <gtest/gtest.h>

#include "base/text/json.h"

namespace aweber::mock {
namespace {

TEST(Settings, EverySwitchCanBeSetToWhatItSays) {
  for (const SettingInfo& info : AllSettings()) {
    Settings settings;
    EXPECT_FALSE(info.meaning.empty()) << info.name;
    EXPECT_FALSE(info.provenance.empty()) << info.name;
    const Json before = SettingsToJson(settings);
    ASSERT_TRUE(before.contains(info.name));
    std::vector<Json> values(info.values.begin(), info.values.end());
    if (info.type == "boolean") values = {true, false};
    if (info.type == "seconds" || info.type == "integer") values = {0, 7};
    ASSERT_FALSE(values.empty()) << info.name;
    for (const Json& value : values) {
      ASSERT_TRUE(ApplySetting(settings, info.name, value).ok()) << info.name;
      EXPECT_EQ(SettingsToJson(settings)[info.name], value);
    }
  }
}

TEST(Settings, JsonReadsBackEqual) {
  for (Profile profile : {Profile::kAWeber, Profile::kRfc6749, Profile::kRfc9700}) {
    const Json json = SettingsToJson(SettingsFor(profile));
    Settings copy;
    for (const auto& [name, value] : json.items()) {
      ASSERT_TRUE(ApplySetting(copy, name, value).ok()) << name;
    }
    EXPECT_EQ(SettingsToJson(copy), json);
  }
}

TEST(Settings, ProfilesDifferWhereTheyShould) {
  const Settings aweber = SettingsFor(Profile::kAWeber);
  EXPECT_EQ(aweber.bad_code_error, "invalid_request");
  EXPECT_EQ(aweber.confidential_pkce, "refuse");
  EXPECT_EQ(aweber.access_token_ttl, 3600);
  EXPECT_FALSE(aweber.metadata);
  const Settings rfc6749 = SettingsFor(Profile::kRfc6749);
  EXPECT_EQ(rfc6749.bad_code_error, "invalid_grant");
  EXPECT_FALSE(rfc6749.query_credentials);
  EXPECT_FALSE(rfc6749.iss_parameter);
  const Settings rfc9700 = SettingsFor(Profile::kRfc9700);
  EXPECT_TRUE(rfc9700.iss_parameter);
  EXPECT_TRUE(rfc9700.revoke_on_refresh_reuse);
}

TEST(Settings, ErrorsNameSwitchAndCure) {
  Settings settings;
  const auto message = [&](const char* name, const Json& value) {
    return ApplySetting(settings, name, value).error().message;
  };
  EXPECT_EQ(message("acces_token_ttl", 1),
            "unknown setting \"acces_token_ttl\"; did you mean \"access_token_ttl\"?");
  EXPECT_EQ(message("pkce_plain", "yes"), "setting pkce_plain: \"yes\" is not true or false");
  EXPECT_EQ(message("confidential_pkce", "maybe"),
            "setting confidential_pkce: \"maybe\" is not one of refuse, allow, require");
  EXPECT_EQ(message("code_ttl", -1),
            "setting code_ttl: -1 is not a whole number from 0 to 1000000000000");
  EXPECT_EQ(message("code_ttl", 1.5),
            "setting code_ttl: 1.5 is not a whole number from 0 to 1000000000000");
  EXPECT_EQ(message("profile", "x"),
            "setting profile: \"x\" is not one of aweber, rfc6749, rfc9700");
}

}  // namespace
}  // namespace aweber::mock
