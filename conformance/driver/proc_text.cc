#include "conformance/driver/proc_text.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace aweber::conformance {

std::string ReadProc(const std::string& path) {
  std::string text;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  char buffer[16384];
  constexpr std::size_t kMost = 4u << 20;
  // It has no size: it is read to its end.
  for (ssize_t size; text.size() < kMost && (size = ::read(fd, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(size));
  }
  ::close(fd);
  return text;
}

std::vector<std::string_view> WordsOf(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \t", at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(" \t", begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    at = end;
  }
  return words;
}

std::vector<std::string> ZeroSeparated(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\0', at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

void EachLine(std::string_view text, const std::function<void(std::string_view)>& use) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    use(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void EachNumberIn(const std::string& folder, const std::function<void(pid_t, ino_t)>& use) {
  DIR* const all = ::opendir(folder.c_str());
  if (all == nullptr) return;
  while (const dirent* entry = ::readdir(all)) {
    if (const auto id = NumberIn<pid_t>(entry->d_name)) use(*id, entry->d_ino);
  }
  ::closedir(all);
}

}  // namespace aweber::conformance
