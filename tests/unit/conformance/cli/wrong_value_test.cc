// What CLI11 says of a value that it does not take, in our words: both releases that Debian has.
#include <gtest/gtest.h>

#include "base/os/cli_failure.h"

namespace aweber {
namespace {

TEST(WrongValue, IsToldWithWhatIsTaken) {
  struct Row {
    const char* words;
    const char* told;
  };
  const Row rows[] = {
      {"--repeat: Value 0 not in range 1 to 1000", "--repeat: must be from 1 to 1000, not 0"},
      {"--repeat: Value 0 not in range [1 - 1000]", "--repeat: must be from 1 to 1000, not 0"},
      {"--wait: Value 0 not in range 0.100000 to 600.000000",
       "--wait: must be from 0.1 to 600, not 0"},
      {"--wait: Value -1 not in range 0.000000 to 179769313486231570814527423731.000000",
       "--wait: must be more than 0, not -1"},
      {"--color: alwyas not in {auto,always,never}",
       "--color: must be one of auto, always, never, not 'alwyas'; did you mean 'always'?"},
      {"SHELL: tcsh not in {bash,zsh,fish}", "SHELL: must be one of bash, zsh, fish, not 'tcsh'"},
      {"--seed: what we say ourselves", "--seed: what we say ourselves"},
  };
  for (const Row& row : rows) EXPECT_EQ(WrongValue(row.words), row.told);
}

}  // namespace
}  // namespace aweber
