// What reports cost, by work and not by the clock: bytes that are allocated while a run is rendered.
// A run of the suite is megabytes of journals; rendering all of it in every format takes a few tenths
// of a second as long as no format copies it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "base/text/json.h"
#include "conformance/report/fan_out.h"
#include "conformance/report/formats.h"

namespace {

std::atomic<std::uint64_t> allocated{0};

}  // namespace

// For the whole test program.
void* operator new(std::size_t size) {
  allocated += size;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
// A sanitizer has one of its own, whose memory is not ours to free.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  allocated += size;
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace aweber::conformance {
namespace {

// As a case of the suite: four requests, each with a dozen header fields.
CaseResult UsualCase(std::size_t index) {
  CaseResult result;
  result.index = index;
  result.id = fmt::format("folder/case-{}", index);
  result.title = "A case";
  result.outcome = index % 20 == 0 ? Outcome::kFail : Outcome::kPass;
  for (int check = 0; check < 20; ++check) {
    CheckResult one;
    one.id = fmt::format("tk-{}", check);
    one.outcome = check == 0 ? result.outcome : Outcome::kPass;
    one.level = "must";
    one.statement = "A sentence that says what the check asks of the client, in one line.";
    one.message = "expected this, saw that";
    one.evidence = {2};
    result.checks.push_back(one);
  }
  for (int request = 1; request <= 4; ++request) {
    Json headers = Json::array();
    for (int field = 0; field < 12; ++field) {
      headers.push_back(
          {{"name", fmt::format("Field-{}", field)}, {"value", "a value of some size"}});
    }
    result.journal.push_back({{"sequence", request},
                              {"request",
                               {{"method", "POST"},
                                {"target", "/s/c16da1894b82d/oauth2/token"},
                                {"headers", headers},
                                {"body", std::string(300, 'b')}}},
                              {"response", {{"status", 400}, {"headers", headers}}},
                              {"error", "invalid_request"}});
  }
  result.reproduce = "aweber-conformance run x";
  return result;
}

RunModel UsualRun(std::size_t cases) {
  RunModel run;
  run.info.profile = "aweber";
  for (std::size_t index = 0; index < cases; ++index) {
    run.cases.push_back(UsualCase(index));
    run.info.cases.push_back(run.cases.back().id);
  }
  run.summary.counts = run.Count();
  return run;
}

std::unique_ptr<ReportSink> Nowhere(const ReportFormat& format) {
  return MakeSink(format, {"memory", [](std::string_view) { return true; }}, {});
}

std::uint64_t CostOfACopy(const RunModel& run) {
  const std::uint64_t before = allocated;
  const RunModel copy = run;
  return allocated - before;
}

TEST(ReportWork, ARunIsGatheredOnceForAllFormats) {
  const RunModel run = UsualRun(60);
  const std::uint64_t copy = CostOfACopy(run);
  const std::uint64_t before = allocated;
  std::vector<std::unique_ptr<ReportSink>> owned;
  std::vector<ReportSink*> sinks;
  for (const ReportFormat& format : ReportFormats()) {
    owned.push_back(Nowhere(format));
    sinks.push_back(owned.back().get());
  }
  FanOut fan_out(sinks);
  fan_out.OnRunStarted(run.info);
  for (const CaseResult& result : run.cases) fan_out.OnCaseFinished(result);
  fan_out.OnRunFinished(run.summary);
  // Gathering it is one copy. json and ndjson write all of it, from values made for it; the others
  // tell what failed: eleven together. Two copies more for each format were thirty.
  EXPECT_LT(allocated - before, 14 * copy) << double(allocated - before) / double(copy);
}

// Twice the cases are twice the work, in each format.
class WorkOf : public testing::TestWithParam<std::string_view> {};

TEST_P(WorkOf, GrowsWithTheRunAndNoFaster) {
  const ReportFormat& format = **FindFormat(GetParam());
  const auto cost = [&](const RunModel& run) {
    const auto sink = Nowhere(format);
    const std::uint64_t before = allocated;
    Replay(run, *sink);
    return static_cast<double>(allocated - before);
  };
  const RunModel small = UsualRun(40), large = UsualRun(80);
  cost(small);  // what is read once a program
  EXPECT_LT(cost(large), 2.5 * cost(small));
}

INSTANTIATE_TEST_SUITE_P(Formats, WorkOf,
                         testing::Values("pretty", "json", "ndjson", "junit", "tap", "html",
                                         "sarif", "github", "markdown"),
                         [](const auto& row) { return std::string(row.param); });

}  // namespace
}  // namespace aweber::conformance
