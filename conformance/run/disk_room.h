// Whether the cases' files still have room.
//
// Thread safety: a pure function of the file system. Errors: Error{"disk.full"} for people.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace aweber::conformance {

// What a client that only stores tokens must always find.
inline constexpr std::uint64_t kLeastRoom = 64u << 10;

// An error when the disk of `folder` has fewer free bytes than `least`, or no file can be made
// there. A client that cannot store its tokens there is not to blame.
Status CheckDiskRoom(const std::string& folder, std::uint64_t least = kLeastRoom);

}  // namespace aweber::conformance
