// The end of a program that memory was refused.
#include "base/os/standard_streams.h"

#include <gtest/gtest.h>

#include <new>

namespace aweber {
namespace {

TEST(StandardStreamsDeathTest, RefusedMemoryEndsTheProgramInWords) {
  EXPECT_EXIT(
      {
        EndWhenOutOfMemory("aweber-program", 3);
        std::get_new_handler()();  // what `new` does when it finds none
      },
      testing::ExitedWithCode(3), "^aweber-program: out of memory\n$");
}

}  // namespace
}  // namespace aweber
