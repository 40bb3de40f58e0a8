#include "conformance/driver/application.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "base/text/ascii.h"
#include "base/text/uri.h"
#include "conformance/driver/message.h"
#include "conformance/driver/run_queue.h"
#include "conformance/driver/time_limit.h"

namespace aweber::conformance {
namespace {

constexpr Micros kDying = std::chrono::milliseconds(300);
constexpr Micros kReadyLook = std::chrono::milliseconds(5);
constexpr std::size_t kKeptOutput = 4000;
constexpr int kStarts = 3;

// How runtimes say that a port is taken: EADDRINUSE in words.
bool SaysPortTaken(std::string_view printed) {
  const std::string words = Lower(printed);
  return words.find("address already in use") != std::string::npos ||
         words.find("eaddrinuse") != std::string::npos ||
         words.find("port is already") != std::string::npos ||
         words.find("is in use by another program") != std::string::npos;
}

std::string NewMarker() {
  static std::atomic<unsigned> starts{0};
  return fmt::format("AWEBER_APPLICATION_START={}-{}", ::getpid(), ++starts);
}

}  // namespace

Result<LaunchedCase> Application::Start(const Plan& plan) {
  for (int start = 1;; ++start) {
    PortLease* lease = plan.fixed_port != nullptr ? plan.fixed_port : &lease_;
    if (plan.fixed_port == nullptr) {
      auto drawn = PortLease::Draw();
      if (!drawn) return drawn.error();
      lease_ = std::move(drawn).value();
      // It may be a program that cannot listen on a port that is bound.
      if (start == kStarts) lease_.LetGo();
    }
    bool taken = false;
    auto started = StartOnce(plan, *lease, taken);
    if (started || !taken || start == kStarts) return started;
    End(Micros::zero());
    if (plan.fixed_port != nullptr) lease->LetGo();
  }
}

Result<LaunchedCase> Application::StartOnce(const Plan& plan, PortLease& lease, bool& taken) {
  port_ = given_ = lease.port();
  auto prepared = plan.prepare(given_);
  if (!prepared) return prepared.error();
  const auto url = plan.url(*prepared);
  if (!url) return Error{"driver.config", url.error().message};
  const auto uri = ParseUri(*url);
  origin_ = uri ? uri->Origin() : "";
  if (origin_.empty()) {
    return Error{"driver.config", fmt::format("url: {} is no http or https address", *url)};
  }
  // An address of the configuration's own is not ours to watch over.
  if (!uri->port || *uri->port != port_) port_ = 0;
  if (!plan.runs_already) {
    marker_ = NewMarker();
    auto environment = prepared->environment;
    const std::size_t equals = marker_.find('=');
    environment.emplace_back(marker_.substr(0, equals), marker_.substr(equals + 1));
    auto program = Program::Start({.argv = prepared->argv,
                                   .extra_env = std::move(environment),
                                   .working_directory = prepared->directory},
                                  clock_, stop_);
    if (!program) return program.error();
    program_ = std::move(program).value();
    leader_ = program_->pid();
  }
  if (const Status ready = AwaitReady(plan, taken); !ready) return ready.error();
  return prepared;
}

Status Application::AwaitReady(const Plan& plan, bool& taken) {
  const TimeLimit limit(clock_, plan.within, stop_);
  const std::string url = origin_ + plan.ready;
  // It may open other ports first; one that has opened none but those for so long was not told
  // its port.
  const Micros elsewhere = clock_.Steady() + plan.within / 4;
  bool looked = false;
  std::string last;
  while (true) {
    const auto answer = http_.Send("GET", url, {}, "", limit.token());
    if (answer && answer->status < 500) return CheckOwner(taken);
    // What was said before the time was up tells more than that it was.
    if (answer || !limit.passed() || last.empty()) {
      last = answer ? fmt::format("status {}", answer->status) : answer.error().message;
    }
    if (auto died = Died("open")) {
      taken = SaysPortTaken(last_output_);
      return *died;
    }
    if (stop_.stop_requested()) return Error{"driver.interrupted", "interrupted"};
    if (limit.passed()) {
      return Error{"driver.timeout",
                   fmt::format("the application was not ready at {} within {}: {}", url,
                               SecondsText(plan.within), last)};
    }
    if (!looked && !answer && clock_.Steady() >= elsewhere) {
      looked = true;
      if (Status told = CheckPorts(url); !told) return told;
    }
    clock_.SleepFor(kReadyLook, limit.token());
  }
}

Status Application::CheckPorts(const std::string& url) {
  if (program_ == nullptr) return {};
  const std::vector<std::uint16_t> ports = PortsOf(leader_, marker_);
  const auto listens = [&](std::uint16_t port) {
    return std::find(ports.begin(), ports.end(), port) != ports.end();
  };
  const auto uri = ParseUri(url);
  if (ports.empty() || (uri && uri->port && listens(*uri->port))) return {};
  const std::string cure =
      listens(given_)
          ? fmt::format("That is ${{port}}, {} now: put it into \"url\"", given_)
          : fmt::format("Its port is ${{port}}, {} now: put it into \"command\" or \"env\"{}",
                        given_, port_ == 0 ? ", and into \"url\"" : "");
  return Error{"driver.config",
               fmt::format("url: nothing answers at {}, and the application listens on port {}. {}",
                           url, fmt::join(ports, ", "), cure)};
}

// What answered must be what was started: another program on the same port would be judged for it.
Status Application::CheckOwner(bool& taken) {
  if (program_ == nullptr || port_ == 0) return {};
  const PortOwner owner = WhoListens(port_, leader_, marker_);
  if (owner.who != PortOwner::Who::kOther) return {};
  taken = true;
  return Error{"driver.spawn", fmt::format("port {} was given to the application, but {} answers "
                                           "there",
                                           port_, owner.name)};
}

std::optional<Error> Application::Died(const std::string& op) {
  if (program_ == nullptr) return std::nullopt;
  const auto status = program_->Poll();
  if (!status) return std::nullopt;
  End(Micros::zero());
  const std::string last = LastLine(last_output_);
  return Error{"driver.died",
               fmt::format("the application ended ({}) during \"{}\"; its last line: {}",
                           status->Describe(), op, last.empty() ? "none" : Excerpt(last, 300))};
}

std::optional<Error> Application::DiedSoon(const std::string& op) {
  const Micros deadline = clock_.Steady() + kDying;
  while (true) {
    if (auto died = Died(op)) return died;
    if (program_ == nullptr || clock_.Steady() >= deadline) return std::nullopt;
    if (!clock_.SleepFor(kReadyLook, stop_)) return std::nullopt;
  }
}

Micros Application::WaitedForProcessor() const {
  return program_ == nullptr ? Micros::zero() : conformance::WaitedForProcessor(leader_);
}

void Application::End(Micros grace) {
  if (program_ == nullptr) return;
  program_->End(grace);
  output_ += program_->TakeErrors();
  output_ += program_->TakeOutput();
  last_output_ = output_.substr(output_.size() - std::min(output_.size(), kKeptOutput));
  program_.reset();
}

std::string Application::TakeOutput() {
  if (program_ != nullptr) {
    output_ += program_->TakeErrors();
    output_ += program_->TakeOutput();
  }
  return std::exchange(output_, {});
}

}  // namespace aweber::conformance
