#include "conformance/driver/port_lease.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

namespace aweber::conformance {
namespace {

namespace fs = std::filesystem;

constexpr int kDraws = 200;

// The ports that this process has leased. When every free one was, they begin anew.
class Leased {
 public:
  static Leased& Instance() {
    static auto* const leased = new Leased;
    return *leased;
  }
  bool Take(std::uint16_t port) {
    const std::lock_guard lock(mutex_);
    return ports_.insert(port).second;
  }
  void BeginAnew() {
    const std::lock_guard lock(mutex_);
    ports_.clear();
  }

 private:
  std::mutex mutex_;
  std::set<std::uint16_t> ports_;
};

// A socket bound to a free port; its number is put into `port`. -1 when there is none.
int BindAny(std::uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  // Set after the bind: a port is drawn that nobody else holds, and others may listen on it then.
  const int on = 1;
  if (::bind(fd, any, size) != 0 || ::getsockname(fd, any, &size) != 0 ||
      ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) {
    ::close(fd);
    return -1;
  }
  port = ntohs(address.sin_port);
  return fd;
}

// A socket of this machine that listens. Nothing when /proc does not tell.
struct Listener {
  std::uint16_t port = 0;
  std::string inode;
};
std::optional<std::vector<Listener>> Listeners() {
  std::vector<Listener> listeners;
  bool read = false;
  for (const char* const table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(table);
    std::string line;
    read |= static_cast<bool>(std::getline(file, line));
    while (std::getline(file, line)) {
      std::istringstream fields(line);
      std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
      fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >>
          timeout >> inode;
      const std::size_t colon = local.rfind(':');
      unsigned port = 0;
      if (state != "0A" || colon == std::string::npos) continue;  // TCP_LISTEN
      std::from_chars(local.data() + colon + 1, local.data() + local.size(), port, 16);
      listeners.push_back({static_cast<std::uint16_t>(port), inode});
    }
  }
  return read ? std::optional(listeners) : std::nullopt;
}

std::optional<std::set<std::string>> ListeningInodes(std::uint16_t port) {
  const auto listeners = Listeners();
  if (!listeners) return std::nullopt;
  std::set<std::string> inodes;
  for (const auto& [own, inode] : *listeners) {
    if (own == port) inodes.insert(inode);
  }
  return inodes;
}

bool HoldsSocket(pid_t pid, const std::set<std::string>& inodes) {
  std::error_code failure;
  for (fs::directory_iterator at(fmt::format("/proc/{}/fd", pid), failure), end;
       !failure && at != end; at.increment(failure)) {
    std::error_code unreadable;
    const std::string target = fs::read_symlink(at->path(), unreadable).string();
    if (target.starts_with("socket:[") && inodes.count(target.substr(8, target.size() - 9)) > 0) {
      return true;
    }
  }
  return false;
}

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool HasMarker(pid_t pid, const std::string& marker) {
  const std::string environment = '\0' + ReadWhole(fmt::format("/proc/{}/environ", pid));
  return environment.find('\0' + marker + '\0') != std::string::npos;
}

std::vector<pid_t> AllProcesses() {
  std::vector<pid_t> pids;
  std::error_code failure;
  for (fs::directory_iterator at("/proc", failure), end; !failure && at != end;
       at.increment(failure)) {
    const std::string name = at->path().filename().string();
    pid_t pid = 0;
    const auto [rest, wrong] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (wrong == std::errc() && rest == name.data() + name.size()) pids.push_back(pid);
  }
  return pids;
}

}  // namespace

Result<PortLease> PortLease::Draw() {
  for (int draw = 0; draw < kDraws; ++draw) {
    PortLease lease;
    lease.fd_ = BindAny(lease.port_);
    if (lease.fd_ < 0) break;
    if (Leased::Instance().Take(lease.port_)) return lease;
    if (draw == kDraws / 2) Leased::Instance().BeginAnew();
  }
  return Error{"driver.spawn", "no free port on 127.0.0.1 for the application"};
}

void PortLease::LetGo() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

PortOwner WhoListens(std::uint16_t port, pid_t leader, const std::string& marker) {
  const auto inodes = ListeningInodes(port);
  if (!inodes) return {};
  if (inodes->empty()) return {PortOwner::Who::kNobody, ""};
  if (HoldsSocket(leader, *inodes)) return {PortOwner::Who::kApplication, ""};
  PortOwner owner;
  for (const pid_t pid : AllProcesses()) {
    if (!HoldsSocket(pid, *inodes)) continue;
    if (::getpgid(pid) == leader || HasMarker(pid, marker)) {
      return {PortOwner::Who::kApplication, ""};
    }
    std::string name = ReadWhole(fmt::format("/proc/{}/comm", pid));
    name = name.substr(0, name.find('\n'));
    owner = {PortOwner::Who::kOther, fmt::format("process {} ({})", pid, name)};
  }
  return owner;  // kUnknown: a process whose descriptors we may not see
}

std::vector<std::uint16_t> PortsOf(pid_t leader, const std::string& marker) {
  std::vector<pid_t> own;
  for (const pid_t pid : AllProcesses()) {
    if (pid == leader || ::getpgid(pid) == leader || HasMarker(pid, marker)) own.push_back(pid);
  }
  std::set<std::uint16_t> ports;
  for (const Listener& listener : Listeners().value_or(std::vector<Listener>{})) {
    const auto holds = [&](pid_t pid) { return HoldsSocket(pid, {listener.inode}); };
    if (std::any_of(own.begin(), own.end(), holds)) ports.insert(listener.port);
  }
  return {ports.begin(), ports.end()};
}

}  // namespace aweber::conformance
