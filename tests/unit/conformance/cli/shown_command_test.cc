#include "conformance/cli/shown_command.h"

#include <gtest/gtest.h>

namespace aweber::conformance {
namespace {

TEST(ShownCommand, HidesWhatIsNamedLikeASecretAndNothingElse) {
  const std::pair<const char*, const char*> rows[] = {
      {"python3 driver.py --verbose", "python3 driver.py --verbose"},
      {"driver --client-secret=s3cr3t x", "driver --client-secret=*** x"},
      {"env CLIENT_SECRET=s3cr3t driver", "env CLIENT_SECRET=*** driver"},
      {"driver --password s3cr3t x", "driver --password *** x"},
      {"driver --Access-Token 's3 cr3t' x", "driver --Access-Token *** x"},
      {"driver --password='s3 cr3t' x", "driver --password=*** x"},
      {"driver '--password=s3 cr3t' x", "driver '--password=***' x"},
      {"driver --password=s3\\ cr3t x", "driver --password=*** x"},
      {"driver --password s3\"cr 3t\" x", "driver --password *** x"},
      {"driver --api-key s3cr3t --password", "driver --api-key *** --password"},
      // A flag, and what says where something is.
      {"driver --no-token --verbose", "driver --no-token --verbose"},
      {"driver --token-url https://a/token", "driver --token-url https://a/token"},
      {"driver --secret-file=/run/s", "driver --secret-file=/run/s"},
      // Inside a word that is a command or a document of its own all that follows is hidden.
      {"sh -c 'A=1 CLIENT_SECRET=s3cr3t exec driver'", "sh -c 'A=1 CLIENT_SECRET=***'"},
      {"sh -c \"driver --password s3cr3t\" x", "sh -c \"driver --password ***\" x"},
      {"driver --config '{\"client_secret\":\"s3cr3t\"}'",
       "driver --config '{\"client_secret\":***'"},
      // What a shell is given stays as it was written.
      {"cd 'my dir' && driver 2>&1 | tee  log", "cd 'my dir' && driver 2>&1 | tee  log"},
      {"export TOKEN=s3cr3t; driver \"$X\"", "export TOKEN=***; driver \"$X\""},
      {"driver --password 'never closed", "driver --password ***"},
      {"", ""},
  };
  for (const auto& [command, shown] : rows) EXPECT_EQ(ShownCommand(command), shown) << command;
}

}  // namespace
}  // namespace aweber::conformance
