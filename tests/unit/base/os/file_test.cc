#include "base/os/file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

namespace aweber {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  FileTest() : directory_(MakeTempDirectory("file_test-").value()) {}
  ~FileTest() override { fs::remove_all(directory_); }

  std::string Path(const std::string& name) const { return directory_ + "/" + name; }
  int Mode(const std::string& name) const {
    struct stat info {};
    EXPECT_EQ(::stat(Path(name).c_str(), &info), 0);
    return info.st_mode & 07777;
  }
  std::size_t Entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory_), fs::directory_iterator()));
  }

  const std::string directory_;
};

TEST_F(FileTest, WritesAndReads) {
  const std::string text("a\0b\n\xff", 5);
  ASSERT_TRUE(WriteFileAtomically(Path("f"), text).ok());
  EXPECT_EQ(ReadFile(Path("f")).value(), text);
  EXPECT_EQ(Mode("f"), 0644);
  ASSERT_TRUE(WriteFileAtomically(Path("f"), "", 0600).ok());
  EXPECT_EQ(ReadFile(Path("f")).value(), "");
  EXPECT_EQ(Mode("f"), 0600);
  EXPECT_EQ(Entries(), 1u);  // no temporary file is left
  const std::string large(300'000, 'x');
  ASSERT_TRUE(WriteFileAtomically(Path("f"), large).ok());
  EXPECT_EQ(ReadFile(Path("f")).value(), large);
}

TEST_F(FileTest, ReadsUpToTheLimit) {
  ASSERT_TRUE(WriteFileAtomically(Path("f"), "12345").ok());
  EXPECT_EQ(ReadFile(Path("f"), 5).value(), "12345");
  EXPECT_EQ(ReadFile(Path("f"), 4).error(),
            (Error{"file.too_large", "cannot read " + Path("f") + ": larger than 4 bytes"}));
  // A device has no size to look at beforehand.
  EXPECT_EQ(ReadFile("/dev/zero", 100'000).error().code, "file.too_large");
}

TEST_F(FileTest, ErrorsNameThePathAndTheReason) {
  EXPECT_EQ(ReadFile(Path("none")).error(),
            (Error{"file.open", "cannot open " + Path("none") + ": No such file or directory"}));
  EXPECT_EQ(ReadFile(directory_).error(),
            (Error{"file.read", "cannot read " + directory_ + ": Is a directory"}));
  EXPECT_EQ(WriteFileAtomically(Path("no/f"), "x").error(),
            (Error{"file.write", "cannot write " + Path("no/f") + ": No such file or directory"}));
  EXPECT_EQ(WriteFileAtomically(directory_, "x").error(),
            (Error{"file.write", "cannot write " + directory_ + ": not a regular file"}));
  EXPECT_EQ(WriteFileAtomically("/dev/null", "x").error(),
            (Error{"file.write", "cannot write /dev/null: not a regular file"}));
  EXPECT_EQ(ListFiles(Path("none"), "").error(),
            (Error{"file.list", "cannot list " + Path("none") + ": No such file or directory"}));
}

TEST_F(FileTest, AReaderKeepsTheOldTextAndALinkStays) {
  ASSERT_TRUE(WriteFileAtomically(Path("real"), "old").ok());
  fs::create_symlink("real", Path("link"));
  fs::create_hard_link(Path("real"), Path("before"));
  ASSERT_TRUE(WriteFileAtomically(Path("link"), "new").ok());
  EXPECT_TRUE(fs::is_symlink(Path("link")));
  EXPECT_EQ(ReadFile(Path("real")).value(), "new");
  EXPECT_EQ(ReadFile(Path("before")).value(), "old");  // replaced, not overwritten
}

// A full disk, played by a limit on the size of files.
TEST_F(FileTest, AFailedWriteLeavesTheOldFileAndNothingElse) {
  ASSERT_TRUE(WriteFileAtomically(Path("f"), "old").ok());
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small { 1000, before.rlim_max };
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status status = WriteFileAtomically(Path("f"), std::string(5000, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error(),
            (Error{"file.write", "cannot write " + Path("f") + ": File too large"}));
  EXPECT_EQ(ReadFile(Path("f")).value(), "old");
  EXPECT_EQ(Entries(), 1u);
}

TEST_F(FileTest, TempDirectoriesArePrivateAndDiffer) {
  EXPECT_EQ(Mode(""), 0700);
  EXPECT_NE(directory_.find("/file_test-"), std::string::npos);
  const std::string other = MakeTempDirectory("file_test-").value();
  EXPECT_NE(other, directory_);
  fs::remove(other);
}

TEST_F(FileTest, APipeWithANameIsRefusedAndOneWithoutIsRead) {
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  const auto refused = ReadFile(Path("pipe"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message,
            "cannot read " + Path("pipe") + ": it is a named pipe; use a file, or <(COMMAND)");
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "text", 4), 4);
  ::close(ends[1]);
  EXPECT_EQ(ReadFile("/dev/fd/" + std::to_string(ends[0])).value(), "text");
  ::close(ends[0]);
}

TEST_F(FileTest, ListsFilesSorted) {
  fs::create_directories(Path("b/c.yaml"));
  for (const char* const name : {"z.yaml", "a.yaml", "b/x.yaml", "b/c.yaml/y.yaml", "b/no.yml"}) {
    ASSERT_TRUE(WriteFileAtomically(Path(name), "").ok());
  }
  fs::create_symlink("nowhere", Path("dangling.yaml"));
  EXPECT_EQ(ListFiles(directory_, ".yaml").value(),
            (std::vector<std::string>{Path("a.yaml"), Path("b/c.yaml/y.yaml"), Path("b/x.yaml"),
                                      Path("z.yaml")}));
  EXPECT_TRUE(ListFiles(directory_, ".json").value().empty());
}

}  // namespace
}  // namespace aweber
