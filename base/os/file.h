// Files: whole reads with a limit, and atomic replacement.
//
// Thread safety: pure functions over the file system. Errors: Error{"file.*"} naming the path and
// the system's reason.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace aweber {

Result<std::string> ReadFile(const std::string& path, std::size_t max_bytes = 64u << 20);
// The first line, without its end, of a file of at most 4 KiB: how a secret is kept in one.
Result<std::string> ReadFirstLine(const std::string& path);
// Writes a temporary file beside `path` with `mode`, fsyncs it, renames it over `path`, fsyncs the
// directory: a reader sees the old text or the new, never a part. After an error errno says why, too.
Status WriteFileAtomically(const std::string& path, std::string_view text, int mode = 0644);
// How a file may be written that a reader takes whole: 0 when WriteFileAtomically can put a new one in
// its place, else errno. Says nothing of a full disk.
int WhyNotReplaceable(const std::string& path);
// All of `text` to an open descriptor, also after interrupted and short writes. 0 or errno.
int WriteAll(int descriptor, std::string_view text);
// TMPDIR when it is set, else `otherwise`.
std::string TempParent(const char* otherwise = "/tmp");
// A new private directory under `parent`; the caller removes it.
Result<std::string> MakeTempDirectory(std::string_view prefix,
                                      const std::string& parent = TempParent());
// Removes a directory and all in it, also where its permissions keep their owner out. False when
// something stays.
bool RemoveWhole(const std::string& path);
// Regular files below `directory` whose names end in `suffix`, sorted by path.
Result<std::vector<std::string>> ListFiles(const std::string& directory, std::string_view suffix);

}  // namespace aweber
