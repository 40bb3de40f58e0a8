// A full disk is told with its cure, and blamed on nobody.
#include "conformance/run/disk_room.h"

#include <gtest/gtest.h>

#include <regex>

namespace aweber::conformance {
namespace {

TEST(DiskRoom, TooLittleIsToldWithItsCure) {
  EXPECT_TRUE(CheckDiskRoom("/tmp", 0).ok());
  EXPECT_TRUE(CheckDiskRoom("/no/such/folder").ok());
  const Status full = CheckDiskRoom("/tmp", ~std::uint64_t{0});
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, "disk.full");
  EXPECT_TRUE(std::regex_match(
      full.error().message,
      std::regex("the disk of /tmp is full \\([0-9]+ KiB are free\\), so the client may not have "
                 "stored its tokens; make room, or set TMPDIR to another folder")))
      << full.error().message;
}

}  // namespace
}  // namespace aweber::conformance
