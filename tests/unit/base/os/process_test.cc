#include "base/os/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "base/os/file.h"

namespace aweber {
namespace {

constexpr int kPatience = 30'000;  // milliseconds until a test gives up on a process

ChildOptions Shell(const std::string& script) { return {.argv = {"/bin/sh", "-c", script}}; }

ChildProcess MustSpawn(const ChildOptions& options) {
  auto child = ChildProcess::Spawn(options);
  EXPECT_TRUE(child.ok()) << child.error().message;
  return std::move(child).value();
}

// What comes up to a newline or, with `to_end`, up to the end of the stream.
std::string Read(int fd, bool to_end = false) {
  std::string text;
  pollfd waited{fd, POLLIN, 0};
  while (::poll(&waited, 1, kPatience) == 1) {
    char c;
    if (::read(fd, &c, 1) <= 0) return text;
    text += c;
    if (c == '\n' && !to_end) return text;
  }
  ADD_FAILURE() << "the child neither wrote nor closed; so far: " << text;
  return text;
}

// True once the process is gone, whoever reaps it.
bool AwaitGone(pid_t pid) {
  const int fd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (fd < 0) return errno == ESRCH;
  pollfd waited{fd, POLLIN, 0};
  const bool gone = ::poll(&waited, 1, kPatience) == 1;
  ::close(fd);
  return gone;
}

ExitStatus AwaitEnd(ChildProcess& child) {
  EXPECT_TRUE(AwaitGone(child.pid()));
  return child.Poll().value_or(ExitStatus{true, -1});
}

TEST(ProcessTest, TalksOverItsPipes) {
  ChildProcess child = MustSpawn(Shell("read line; echo \"got $line\"; echo err >&2; cat; exit 3"));
  ASSERT_EQ(::write(child.stdin_fd(), "one\ntwo\n", 8), 8);
  EXPECT_EQ(Read(child.output_fd()), "got one\n");
  EXPECT_EQ(Read(child.output_fd()), "two\n");
  EXPECT_EQ(child.Poll(), std::nullopt);
  child.CloseStdin();
  EXPECT_EQ(Read(child.output_fd(), true), "");
  EXPECT_EQ(Read(child.stderr_fd(), true), "err\n");
  EXPECT_EQ(child.stdout_fd(), -1);
  EXPECT_EQ(AwaitEnd(child).Describe(), "exit status 3");
  EXPECT_EQ(child.Terminate(Micros(0)).Describe(), "exit status 3");
  EXPECT_EQ(child.Terminate(Micros(0)).Describe(), "exit status 3");  // idempotent
}

TEST(ProcessTest, ParentEndsDoNotBlock) {
  ChildProcess child = MustSpawn(Shell("cat >/dev/null"));
  for (const int fd : {child.stdin_fd(), child.output_fd(), child.stderr_fd()}) {
    EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  }
}

TEST(ProcessTest, ProtocolMayHaveADescriptorOfItsOwn) {
  ChildOptions options = Shell("echo noise; echo protocol >&3; echo err >&2");
  options.protocol_fd = 3;
  ChildProcess child = MustSpawn(options);
  EXPECT_EQ(Read(child.output_fd(), true), "protocol\n");
  EXPECT_EQ(Read(child.stdout_fd(), true), "noise\n");
  EXPECT_EQ(Read(child.stderr_fd(), true), "err\n");
  for (const int bad : {-1, 0, 2, 256}) {
    options.protocol_fd = bad;
    EXPECT_EQ(ChildProcess::Spawn(options).error().code, "process.protocol_fd");
  }
}

TEST(ProcessTest, InheritsNoOtherDescriptor) {
  const int leaky = ::open("/dev/null", O_RDONLY);  // without close-on-exec, as accept() gives them
  const int high = ::fcntl(leaky, F_DUPFD, 200);
  ChildOptions options = Shell("cd /proc/self/fd; for n in [0-9]*; do [ -e $n ] && echo $n; done");
  options.protocol_fd = 7;
  ChildProcess child = MustSpawn(options);
  EXPECT_EQ(Read(child.stdout_fd(), true), "0\n1\n2\n7\n");
  ::close(leaky);
  ::close(high);
}

TEST(ProcessTest, EnvironmentAndDirectory) {
  ::setenv("PROCESS_TEST_KEPT", "kept", 1);
  ::setenv("PROCESS_TEST_CHANGED", "before", 1);
  ChildOptions options =
      Shell("echo $PROCESS_TEST_KEPT/$PROCESS_TEST_CHANGED/$PROCESS_TEST_NEW; pwd");
  options.extra_env = {{"PROCESS_TEST_CHANGED", "after"}, {"PROCESS_TEST_NEW", "a=b c"}};
  options.working_directory = "/usr";
  ChildProcess child = MustSpawn(options);
  EXPECT_EQ(Read(child.output_fd(), true), "kept/after/a=b c\n/usr\n");
  ::unsetenv("PROCESS_TEST_KEPT");
  ::unsetenv("PROCESS_TEST_CHANGED");
}

TEST(ProcessTest, SignalsAreAsANewProgramExpectsThem) {
  struct sigaction before {};
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &before);
  ChildProcess child = MustSpawn(Shell("kill -PIPE $$; echo survived"));
  EXPECT_EQ(Read(child.output_fd(), true), "");
  EXPECT_EQ(AwaitEnd(child).Describe(), "killed by signal 13 (SIGPIPE)");
  ::sigaction(SIGPIPE, &before, nullptr);
}

TEST(ProcessTest, WhatCannotRunIsAnErrorOfSpawn) {
  const std::string directory = MakeTempDirectory("process_test-").value();
  const std::string plain = directory + "/plain";
  const std::string text = directory + "/text";
  ASSERT_TRUE(WriteFileAtomically(plain, "#!/bin/sh\n", 0644).ok());
  ASSERT_TRUE(WriteFileAtomically(text, "no program\n", 0755).ok());
  const auto error = [](std::vector<std::string> argv, std::string where = "") {
    return ChildProcess::Spawn({.argv = std::move(argv), .working_directory = std::move(where)})
        .error();
  };
  EXPECT_EQ(error({}), (Error{"process.empty", "no program to run"}));
  EXPECT_EQ(error({"no-such-program-here"}),
            (Error{"process.not_found",
                   "cannot run no-such-program-here: no such program in PATH; give its path, or "
                   "install it"}));
  EXPECT_EQ(
      error({directory + "/none"}),
      (Error{"process.exec", "cannot run " + directory + "/none: No such file or directory"}));
  EXPECT_EQ(error({plain}), (Error{"process.exec", "cannot run " + plain +
                                                       ": Permission denied; make it executable "
                                                       "(chmod +x)"}));
  EXPECT_EQ(error({text}), (Error{"process.exec", "cannot run " + text +
                                                      ": Exec format error; a script must start "
                                                      "with a #! line"}));
  EXPECT_EQ(error({"true"}, directory + "/none"),
            (Error{"process.directory",
                   "cannot run true in " + directory + "/none: No such file or directory"}));
  std::filesystem::remove_all(directory);
}

TEST(ProcessTest, PathOfTheChildIsSearched) {
  const std::string directory = MakeTempDirectory("process_test-").value();
  ASSERT_TRUE(WriteFileAtomically(directory + "/my-driver", "#!/bin/sh\necho mine\n", 0755).ok());
  ChildProcess child = MustSpawn(
      {.argv = {"my-driver"}, .extra_env = {{"PATH", "/nowhere:" + directory + ":/usr/bin:/bin"}}});
  EXPECT_EQ(Read(child.output_fd(), true), "mine\n");
  std::filesystem::remove_all(directory);
}

TEST(ProcessTest, TerminateAsksFirst) {
  ChildProcess child = MustSpawn(Shell("trap 'exit 5' TERM; echo ready; while :; do read x; done"));
  ASSERT_EQ(Read(child.output_fd()), "ready\n");
  EXPECT_EQ(child.Terminate(std::chrono::seconds(30)).Describe(), "exit status 5");
}

TEST(ProcessTest, TerminateKillsWhatDoesNotListen) {
  ChildProcess child = MustSpawn(Shell("trap '' TERM; echo ready; while :; do read x; done"));
  ASSERT_EQ(Read(child.output_fd()), "ready\n");
  EXPECT_EQ(child.Terminate(std::chrono::milliseconds(1)).Describe(),
            "killed by signal 9 (SIGKILL)");
}

TEST(ProcessTest, TerminateEndsTheWholeGroup) {
  ChildProcess child = MustSpawn(Shell("trap '' TERM; sleep 600 & echo $!; exit 0"));
  const pid_t grandchild = std::stoi(Read(child.output_fd()));
  EXPECT_EQ(AwaitEnd(child).Describe(), "exit status 0");
  EXPECT_EQ(::kill(grandchild, 0), 0);  // the leader's end does not end it
  EXPECT_EQ(child.Terminate(Micros(0)).Describe(), "exit status 0");
  EXPECT_TRUE(AwaitGone(grandchild));
}

TEST(ProcessTest, DestructionAndAssignmentEndTheChild) {
  ChildProcess child = MustSpawn({.argv = {"sleep", "600"}});
  const pid_t first = child.pid();
  ChildProcess moved = std::move(child);
  EXPECT_EQ(moved.pid(), first);
  EXPECT_EQ(child.Poll(), std::nullopt);  // NOLINT(bugprone-use-after-move): it owns nothing now
  EXPECT_EQ(::kill(first, 0), 0);
  moved = MustSpawn({.argv = {"sleep", "600"}});
  EXPECT_TRUE(AwaitGone(first));
  const pid_t second = moved.pid();
  { ChildProcess last = std::move(moved); }
  EXPECT_TRUE(AwaitGone(second));
}

TEST(ProcessTest, AKilledParentLeavesNoOrphan) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    auto child = ChildProcess::Spawn({.argv = {"sleep", "600"}});
    const std::string pid = std::to_string(child.ok() ? child->pid() : -1) + "\n";
    if (::write(ends[1], pid.data(), pid.size()) < 0) ::_exit(1);
    while (true) ::pause();
  }
  const pid_t grandchild = std::stoi(Read(ends[0]));
  ASSERT_GT(grandchild, 0);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  EXPECT_TRUE(AwaitGone(grandchild));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(ProcessTest, DescribesExits) {
  EXPECT_EQ((ExitStatus{false, 0}.Describe()), "exit status 0");
  EXPECT_EQ((ExitStatus{true, 11}.Describe()), "killed by signal 11 (SIGSEGV)");
  EXPECT_EQ((ExitStatus{true, 99}.Describe()), "killed by signal 99");
}

}  // namespace
}  // namespace aweber
