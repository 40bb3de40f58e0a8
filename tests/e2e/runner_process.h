// The runner's program as a child, for tests of what it does to the world around it.
//
// Ownership: owns the process; the destructor ends it. Thread safety: one thread.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/os/file.h"
#include "base/os/process.h"
#include "base/text/json.h"
#include "tests/support/paths.h"

namespace aweber {

inline const std::string kRunner = ProgramPath("aweber-conformance");
inline const std::string kReference = ProgramPath("aweber-client") + " driver";
inline const std::string kTestdata = SourcePath("tests/testdata/");

class RunnerProcess {
 public:
  // `environment`: variables besides those of the test.
  explicit RunnerProcess(const std::string& arguments,
                         const std::vector<std::pair<std::string, std::string>>& environment = {},
                         const std::string& program = kRunner) {
    const auto argv = SplitCommandLine(program + " " + arguments);
    auto child = ChildProcess::Spawn({.argv = argv.value(), .extra_env = environment});
    EXPECT_TRUE(child.ok()) << child.error().message;
    child_.emplace(std::move(child).value());
  }

  // Reads both streams until `words` were printed; false when the program ended first.
  bool AwaitWords(const std::string& words) {
    while (out_.find(words) == std::string::npos) {
      if (!ReadSome()) return false;
    }
    return true;
  }

  // Reads to the end, and answers the exit status; 128 + N for signal N.
  int Wait() {
    while (ReadSome()) {
    }
    // Both streams are closed: it has ended, or is about to.
    for (int tries = 0; tries < 500; ++tries) {
      if (const auto status = child_->Poll()) return Code(*status);
      ::poll(nullptr, 0, 10);
    }
    return Code(child_->Terminate(Micros::zero()));
  }

  void Signal(int signal) { ::kill(child_->pid(), signal); }
  const std::string& output() const { return out_; }

 private:
  static int Code(const ExitStatus& status) {
    return status.signaled ? 128 + status.code : status.code;
  }

  bool ReadSome() {
    pollfd fds[] = {{out_open_ ? child_->output_fd() : -1, POLLIN, 0},
                    {err_open_ ? child_->stderr_fd() : -1, POLLIN, 0}};
    if (!out_open_ && !err_open_) return false;
    if (::poll(fds, 2, 60'000) <= 0) return false;  // a minute of silence: something hangs
    bool* const open[] = {&out_open_, &err_open_};
    for (int i = 0; i < 2; ++i) {
      if (fds[i].revents == 0) continue;
      char chunk[8192];
      const ssize_t size = ::read(fds[i].fd, chunk, sizeof chunk);
      if (size > 0) out_.append(chunk, std::size_t(size));
      if (size == 0) *open[i] = false;
    }
    return true;
  }

  std::optional<ChildProcess> child_;
  std::string out_;  // both streams
  bool out_open_ = true, err_open_ = true;
};

// Runs it to its end.
struct Ran {
  int status = -1;
  std::string output;
};
inline Ran RunToEnd(const std::string& arguments, const std::string& program = kRunner) {
  RunnerProcess process(arguments, {}, program);
  const int status = process.Wait();
  return {status, process.output()};
}

// Did Chromium or its pages get no processor? Such a run says nothing of what was to be seen.
inline bool TooBusyForABrowser(const std::string& output) {
  for (const char* const words : {"was not done within", "was not ready within",
                                  "no browser was started", "the machine was busy"}) {
    if (output.find(words) != std::string::npos) return true;
  }
  return false;
}

// Id and outcome of every case of a json report.
using Outcomes = std::map<std::string, std::string>;
inline Outcomes OutcomesOf(const std::string& json_file) {
  Outcomes outcomes;
  const auto text = ReadFile(json_file, 64u << 20);
  if (!text) return outcomes;
  const auto document = ParseJson(*text, {.max_bytes = 64u << 20});
  if (!document || !document->contains("cases")) return outcomes;
  for (const Json& one : (*document)["cases"]) {
    outcomes[one.value("id", "")] = one.value("outcome", "");
  }
  return outcomes;
}

// A directory for a test's files, and quick ways to name them.
class RunnerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kRunner)) GTEST_SKIP() << kRunner << " is not built";
    directory_ = MakeTempDirectory("runner-test").value();
  }
  void TearDown() override {
    std::error_code ignored;
    if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
  }
  std::string File(const std::string& name) const { return directory_ + "/" + name; }
  std::string Write(const std::string& name, const std::string& text) const {
    EXPECT_TRUE(WriteFileAtomically(File(name), text).ok());
    return File(name);
  }
  // --driver for tests/testdata/drivers/NAME: most of them cannot log in, which is their purpose.
  static std::string Driver(const std::string& words) {
    return " --no-preflight --driver " +
           QuoteForShell("/usr/bin/python3 " + kTestdata + "drivers/" + words);
  }
  static std::string Reference() { return " --driver " + QuoteForShell(kReference); }

  std::string directory_;
};

}  // namespace aweber
