#include "conformance/run/disk_room.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

namespace aweber::conformance {

Status CheckDiskRoom(const std::string& folder, std::uint64_t least) {
  struct statvfs disk;
  if (::statvfs(folder.c_str(), &disk) != 0) return {};  // whoever writes there says why
  const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  const bool counts_files = disk.f_files > 0;  // some file systems make room for names as they go
  if (free >= least && !(counts_files && disk.f_favail == 0)) return {};
  return Error{"disk.full",
               fmt::format("the disk of {} is full ({} KiB are free), so the client may not have "
                           "stored its tokens; make room, or set TMPDIR to another folder",
                           folder, free >> 10)};
}

}  // namespace aweber::conformance
