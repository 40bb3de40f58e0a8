// Bytes into lines, and text that cannot grow for ever.
//
// Ownership: both own their buffers. Thread safety: none; the owner locks.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace aweber::conformance {

// Splits at '\n'. A line longer than the limit is an error that stays.
class LineReader {
 public:
  explicit LineReader(std::size_t max_line) : max_line_(max_line) {}
  // Calls `on_line` for every whole line, without its end ("\n" or "\r\n"), until it answers false.
  // False when a line is too long.
  bool Feed(std::string_view bytes, const std::function<bool(std::string_view)>& on_line);
  const std::string& rest() const { return rest_; }  // what came after the last '\n'
  void Clear() { rest_.clear(); }

 private:
  std::size_t max_line_;
  std::string rest_;
};

// Keeps the first and the last bytes of a stream and counts what lay between.
class BoundedText {
 public:
  BoundedText(std::size_t head, std::size_t tail) : head_limit_(head), tail_limit_(tail) {}
  void Append(std::string_view bytes);
  std::string Take();

 private:
  std::size_t head_limit_, tail_limit_;
  std::string head_, tail_;
  std::size_t dropped_ = 0;
};

}  // namespace aweber::conformance
