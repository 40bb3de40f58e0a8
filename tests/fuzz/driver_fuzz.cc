// A driver's output: lines are the same however the bytes are split, and each is a reply, a broken
// one, or no JSON, and says why.
#include <vector>

#include "conformance/driver/line_reader.h"
#include "conformance/driver/message.h"
#include "tests/fuzz/fuzz.h"

namespace {

using aweber::conformance::LineReader;

struct Lines {
  bool fit = true;
  std::vector<std::string> all;
};

Lines Read(std::string_view text, std::size_t step) {
  LineReader reader(200);
  Lines lines;
  for (std::size_t at = 0; at < text.size() && lines.fit; at += step) {
    lines.fit = reader.Feed(text.substr(at, step), [&](std::string_view line) {
      lines.all.emplace_back(line);
      return true;
    });
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aweber::conformance;
  const std::string_view text = FuzzText(data, size);
  const Lines whole = Read(text, text.size() + 1);
  const Lines split = Read(text, 1);
  FUZZ_CHECK(whole.fit == split.fit && whole.all == split.all);
  for (const std::string& line : whole.all) {
    FUZZ_CHECK(line.size() <= 200 && line.find('\n') == std::string::npos);
    const DriverLine read = ReadDriverLine(line);
    if (read.kind != DriverLine::Kind::kReply) {
      FUZZ_CHECK(!read.problem.empty());
      continue;
    }
    for (const char* op : {"hello", "authorize", "call", "token", "bye"}) {
      (void)CheckReplyMembers(op, read.reply).ok();
    }
    (void)ReadHello(read.reply).ok();
    FUZZ_CHECK(Excerpt(line, 40).size() <= 60);
  }
  return 0;
}
