#include "conformance/driver/line_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace aweber::conformance {

bool LineReader::Feed(std::string_view bytes,
                      const std::function<bool(std::string_view)>& on_line) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    if (rest_.size() + part.size() > max_line_) return false;
    rest_.append(part);
    if (end == std::string_view::npos) return true;
    bytes.remove_prefix(end + 1);
    if (rest_.ends_with('\r')) rest_.pop_back();
    const std::string line = std::exchange(rest_, {});
    if (!on_line(line)) return true;
  }
  return true;
}

void BoundedText::Append(std::string_view bytes) {
  const std::size_t room = head_limit_ - std::min(head_limit_, head_.size());
  head_.append(bytes.substr(0, room));
  if (bytes.size() <= room) return;
  bytes.remove_prefix(room);
  tail_.append(bytes);
  if (tail_.size() > 2 * tail_limit_) {
    dropped_ += tail_.size() - tail_limit_;
    tail_.erase(0, tail_.size() - tail_limit_);
  }
}

std::string BoundedText::Take() {
  std::string text = std::exchange(head_, {});
  if (dropped_ > 0) text += fmt::format("\n[{} bytes left out]\n", std::exchange(dropped_, 0));
  text += std::exchange(tail_, {});
  return text;
}

}  // namespace aweber::conformance
