#include "mockserver/program/gathering_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

namespace aweber::mock {
namespace {

using std::chrono::milliseconds;

// A pipe whose two ends close with it.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }
  ~Pipe() {
    CloseWriter();
    ::close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writer() const { return ends_[1]; }
  void CloseWriter() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }
  // One piece, "" at the end of the writer; blocks.
  std::string Read() const {
    std::array<char, 4096> part{};
    const ssize_t got = ::read(ends_[0], part.data(), part.size());
    return {part.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
  }
  // Everything up to the end of the writer; blocks.
  std::string ReadAll() const {
    std::string all;
    for (std::string part = Read(); !part.empty(); part = Read()) all += part;
    return all;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

std::string Line(int number) { return "line " + std::to_string(number) + '\n'; }

TEST(GatheringWriterTest, WritesEveryLineInOrder) {
  Pipe pipe;
  std::string read;
  std::thread reader([&] { read = pipe.ReadAll(); });
  std::string added;
  {
    GatheringWriter writer(pipe.writer(), {.delay = milliseconds(0), .most = 1000});
    for (int i = 0; i < 20'000; ++i) {
      writer.Add(Line(i));
      added += Line(i);
    }
  }
  pipe.CloseWriter();
  reader.join();
  EXPECT_EQ(read, added);
}

TEST(GatheringWriterTest, EndsAndNeverBlocksForEverThoughNobodyReads) {
  Pipe pipe;
  const std::string line(999, 'x');
  {
    GatheringWriter writer(pipe.writer(), {.patience = milliseconds(100), .most = 10'000});
    // More than the pipe and the writer hold: without a limit, one of these would wait for ever.
    for (int i = 0; i < 200; ++i) writer.Add(line + '\n');
  }
  pipe.CloseWriter();
  EXPECT_LT(pipe.ReadAll().size(), 200u * 1000u);
}

TEST(GatheringWriterTest, CountsWhatItDroppedOnceSomebodyReads) {
  Pipe pipe;
  std::string read;
  std::thread reader;
  {
    GatheringWriter writer(pipe.writer(), {.patience = milliseconds(500), .most = 10'000});
    const std::string line(999, 'x');
    for (int i = 0; i < 200; ++i) writer.Add(line + '\n');
    read = pipe.Read();
    reader = std::thread([&] { read += pipe.ReadAll(); });
  }
  pipe.CloseWriter();
  reader.join();
  const std::size_t note = read.find("log: ");
  ASSERT_NE(note, std::string::npos);
  const int dropped = std::stoi(read.substr(note + 5));
  EXPECT_EQ(read.substr(note), "log: " + std::to_string(dropped) +
                                   " lines were dropped, because nobody read the log.\n");
  EXPECT_EQ(note, (200u - static_cast<unsigned>(dropped)) * 1000u);
}

TEST(GatheringWriterTest, ARefusedWriteIsLostAndEndsNothing) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  {
    GatheringWriter writer(full);
    writer.Add("lost\n");
    writer.Add("lost as well\n");
  }
  ::close(full);
}

}  // namespace
}  // namespace aweber::mock
