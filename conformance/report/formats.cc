#include "conformance/report/formats.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "base/os/descriptor.h"
#include "base/os/file.h"
#include "base/os/standard_streams.h"
#include "base/text/json.h"
#include "base/text/nearest_word.h"
#include "base/text/yaml.h"
#include "conformance/judge/problems.h"
#include "conformance/report/pretty.h"
#include "conformance/result/event_json.h"

namespace aweber::conformance {
namespace {

// Every event as a line of JSON, at once: a crash of anything loses nothing that was finished.
class NdjsonSink final : public ReportSink {
 public:
  explicit NdjsonSink(ReportOutput output) : output_(std::move(output)) {}
  bool WantsOrder() const override { return false; }
  void OnRunStarted(const RunInfo& info) override { Write(RunStartedEvent(info)); }
  void OnCaseFinished(const CaseResult& result) override { Write(CaseFinishedEvent(result)); }
  void OnRunFinished(const RunModel& run) override {
    Json event = RunFinishedEvent(run.summary);
    event["problems"] = ProblemsToJson(ProblemsOf(run.cases, run.info.client.language));
    Write(event);
  }
  std::string Problem() const override { return output_.problem; }

 private:
  void Write(const Json& event) { output_.Write(DumpJson(event) + "\n"); }
  ReportOutput output_;
};

// Renders the run once, at the end.
class RenderingSink final : public ReportSink {
 public:
  RenderingSink(const ReportFormat& format, ReportOutput output, ReportOptions options)
      : format_(format), output_(std::move(output)), options_(std::move(options)) {}
  void OnRunFinished(const RunModel& run) override {
    output_.Write(format_.render(run, options_));
    if (format_.deliver != nullptr) undelivered_ = format_.deliver(run, options_);
  }
  std::string Problem() const override {
    return output_.problem.empty() ? undelivered_ : output_.problem;
  }

 private:
  const ReportFormat& format_;
  ReportOutput output_;
  ReportOptions options_;
  std::string undelivered_;
};

bool Print(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
         std::fflush(stdout) == 0;
}

// Of the file that is replaced, or as a new one would have it.
int ModeOf(const std::string& file) {
  struct stat info;
  if (::stat(file.c_str(), &info) == 0) return static_cast<int>(info.st_mode & 07777);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return static_cast<int>(0666 & ~mask);
}

}  // namespace

void Replay(const RunModel& run, ReportSink& sink) {
  sink.OnRunStarted(run.info);
  for (const CaseResult& result : run.cases) sink.OnCaseFinished(result);
  sink.OnRunFinished(run);
}

void ReportOutput::Write(std::string_view text) {
  if (!problem.empty()) return;  // what came after a hole would look whole
  errno = 0;
  if (write(text)) return;
  problem = fmt::format("cannot write all of {}: {}", name, std::generic_category().message(errno));
}

const std::vector<ReportFormat>& ReportFormats() {
  static const std::vector<ReportFormat> formats = {
      {"pretty", "for people: what is wrong, on one page", "txt", nullptr},
      {"json", "one document, see conformance/PROTOCOL.md", "json", RenderJson},
      {"ndjson", "one event a line, written at once; `report` renders it again", "ndjson", nullptr},
      {"junit", "JUnit XML, for CI servers", "xml", RenderJunit},
      {"tap", "Test Anything Protocol, version 14", "tap", RenderTap},
      {"html", "one self-contained page", "html", RenderHtml},
      {"sarif", "SARIF 2.1.0, for code hosts: a problem is a result", "sarif", RenderSarif},
      {"github", "annotations for GitHub Actions; the summary goes to GITHUB_STEP_SUMMARY", "txt",
       RenderGithub, AppendStepSummary},
      {"markdown", "tables, for a comment or a wiki", "md", RenderMarkdown},
  };
  return formats;
}

Result<const ReportFormat*> FindFormat(std::string_view name) {
  std::vector<std::string> names;
  for (const ReportFormat& format : ReportFormats()) {
    if (format.name == name) return &format;
    names.emplace_back(format.name);
  }
  for (const std::string& known : names) {
    // "html:report.html", and "report.html" after a format that had no file.
    const bool colon = name.starts_with(known + ":");
    if (!colon && !name.ends_with("." + known)) continue;
    return Error{"report.format",
                 fmt::format("--report {}: there is no such format; a file stands after '=': {}={}",
                             name, known, colon ? name.substr(known.size() + 1) : name)};
  }
  const std::string nearest = NearestWord(name, names);
  return Error{"report.format",
               fmt::format("there is no report format '{}'; {}the formats are {}", name,
                           nearest.empty() ? "" : fmt::format("did you mean '{}'? ", nearest),
                           fmt::join(names, ", "))};
}

std::unique_ptr<ReportSink> MakeSink(const ReportFormat& format, ReportOutput output,
                                     const ReportOptions& options) {
  if (format.render != nullptr) {
    return std::make_unique<RenderingSink>(format, std::move(output), options);
  }
  if (format.name == "ndjson") return std::make_unique<NdjsonSink>(std::move(output));
  return std::make_unique<PrettySink>(std::move(output), options);
}

Result<ReportRequest> ParseReportRequest(std::string_view text) {
  const std::size_t equals = text.find('=');
  const auto format = FindFormat(text.substr(0, equals));
  if (!format) return format.error();
  ReportRequest request{*format, ""};
  if (equals != std::string_view::npos) {
    request.file = text.substr(equals + 1);
    if (request.file.empty()) {
      return Error{"report.file", fmt::format("--report {} names no file after '='", text)};
    }
  }
  if (request.file == "-") request.file.clear();
  return request;
}

bool IsSameFile(const std::string& a, const std::string& b) {
  namespace fs = std::filesystem;
  if (a.empty() || b.empty()) return false;
  std::error_code failure;
  if (fs::exists(a, failure) && !fs::is_regular_file(a, failure)) return false;  // /dev/null
  if (fs::equivalent(a, b, failure) && !failure) return true;
  // Absolute first: a relative path of which nothing exists yet would stay as it is.
  return fs::weakly_canonical(fs::absolute(a, failure), failure) ==
         fs::weakly_canonical(fs::absolute(b, failure), failure);
}

Result<std::vector<ReportRequest>> ParseReportRequests(const std::vector<std::string>& texts) {
  std::vector<ReportRequest> requests;
  for (const std::string& text : texts) {
    auto request = ParseReportRequest(text);
    if (!request) return request.error();
    for (const ReportRequest& other : requests) {
      const std::string_view name = request->format->name, before = other.format->name;
      const bool annotations =
          (name == "github") != (before == "github") && (name == "pretty" || before == "pretty");
      if (request->file.empty() && other.file.empty() && !annotations) {
        return Error{"usage", fmt::format("--report {} and {} both go to standard output; give one "
                                          "a file: {}=FILE",
                                          before, name, name)};
      }
      if (IsSameFile(request->file, other.file)) {
        return Error{"usage",
                     fmt::format("--report {} and {} both go to {}; give each its own file", before,
                                 name, request->file)};
      }
    }
    requests.push_back(std::move(request).value());
  }
  // `github` speaks when the run is over: after what pretty says meanwhile.
  std::stable_partition(requests.begin(), requests.end(), [](const ReportRequest& request) {
    return request.format->name != "github";
  });
  return requests;
}

ReportText TextOf(const ReportFormat& format) {
  return format.render == nullptr ? ReportText::kPieces : ReportText::kWhole;
}

Result<ReportOutput> OpenReportOutput(const std::string& file, ReportText text) {
  if (file.empty()) {
    return ReportOutput{"standard output", [](std::string_view shown) {
                          if (Print(shown)) return true;
                          if (errno == EPIPE) return true;  // `| head`: RunProgram ends so
                          OutputFailureIsTold();            // by the report's problem
                          return false;
                        }};
  }
  if (text == ReportText::kWhole && WhyNotReplaceable(file) == 0) {
    const int mode = ModeOf(file);
    return ReportOutput{file, [file, mode](std::string_view whole) {
                          errno = 0;
                          return WriteFileAtomically(file, whole, mode).ok();
                        }};
  }
  // A pipe that nobody reads would be waited for.
  const auto opened = std::make_shared<Descriptor>(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0666));
  if (!*opened) {
    return Error{"report.file",
                 fmt::format("cannot write the report {}: {}", file,
                             errno == ENXIO ? "a named pipe that nobody reads"
                                            : std::generic_category().message(errno))};
  }
  ::fcntl(opened->get(), F_SETFL, ::fcntl(opened->get(), F_GETFL) & ~O_NONBLOCK);
  return ReportOutput{file, [opened](std::string_view piece) {
                        const off_t before = ::lseek(opened->get(), 0, SEEK_CUR);
                        const int failure = WriteAll(opened->get(), piece);
                        // No part of a line stays; a pipe cannot take it back.
                        if (failure != 0 && before >= 0) {
                          [[maybe_unused]] const int kept = ::ftruncate(opened->get(), before);
                        }
                        errno = failure;
                        return failure == 0;
                      }};
}

}  // namespace aweber::conformance
