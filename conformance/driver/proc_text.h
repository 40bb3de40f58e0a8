// Reading the files and folders of /proc.
//
// Thread safety: pure functions over text, and reads of a file system that changes meanwhile: what is
//   gone reads as empty.
// Source: proc(5).
#pragma once

#include <sys/types.h>

#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aweber::conformance {

// A file's text, at most 4 MiB of it; "" when it cannot be read.
std::string ReadProc(const std::string& path);

// The number that the text begins with.
template <typename T>
std::optional<T> NumberIn(std::string_view text, int base = 10) {
  T number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (failure != std::errc() || end == text.data()) return std::nullopt;
  return number;
}

// What stands between blanks and tabs.
std::vector<std::string_view> WordsOf(std::string_view text);
// What stands between zero bytes, as in cmdline and environ.
std::vector<std::string> ZeroSeparated(const std::string& text);

void EachLine(std::string_view text, const std::function<void(std::string_view)>& use);
// The names of a folder that are numbers (processes, threads, descriptors), and their inodes.
void EachNumberIn(const std::string& folder, const std::function<void(pid_t, ino_t)>& use);

}  // namespace aweber::conformance
