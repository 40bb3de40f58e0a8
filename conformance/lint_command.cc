// `lint`: the checks that need nothing but the wire, over traffic recorded elsewhere.
#include <fmt/format.h>

#include <cstdio>

#include "base/file.h"
#include "base/http_client.h"
#include "conformance/checks/check.h"
#include "conformance/commands.h"
#include "conformance/har.h"
#include "conformance/runner.h"

namespace aweber::conformance {
namespace {

const char* VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kViolation:
      return "violation";
    case Verdict::kNotSeen:
      return "not-seen";
  }
  return "?";
}

// A file's text, or the journal of a running mock.
Result<std::string> Fetch(const LintCommand& command) {
  const std::string& source = command.source;
  if (!source.starts_with("http://") && !source.starts_with("https://")) {
    return ReadFile(source, 256u << 20);
  }
  std::string url = source;
  while (url.ends_with('/')) url.pop_back();
  if (!url.ends_with(".har")) url += "/api/v1/requests.har";
  HttpHeaders headers;
  if (!command.token.empty()) headers.Add("Authorization", "Bearer " + command.token);
  const auto response = MakeHttpClient()->Send("GET", url, headers, "");
  if (!response) return response.error();
  if (response->status != 200) {
    return Error{"lint.http", fmt::format("{} answered {}; give the URL of a mock's admin API, and "
                                          "its token with --token",
                                          url, response->status)};
  }
  return response->body;
}

// A HAR export that took the secrets out cannot be judged where they matter.
bool LooksRedacted(const std::string& text) { return text.find("[redacted") != std::string::npos; }

}  // namespace

int DoLint(const LintCommand& command) {
  const auto text = Fetch(command);
  if (!text) return Complain(text.error().message, kExitUsage);
  const auto document = ParseJson(*text, {.max_bytes = 256u << 20});
  if (!document) {
    return Complain(command.source + ": " + document.error().message, kExitUsage);
  }
  const auto journal = ReadHar(*document, command.source);
  if (!journal) return Complain(journal.error().message, kExitUsage);
  if (LooksRedacted(*text)) {
    Complain(fmt::format("{} has its secrets taken out: checks that compare them may be wrong",
                         command.source),
             0);
  }
  CaseView view;
  view.profile = command.profile;
  view.journal = &*journal;
  Json list = Json::array();
  int violations = 0, seen = 0;
  for (const Check& check : AllChecks()) {
    const Level level = check.levels.For(command.profile);
    if (check.seen != Seen::kWire || check.judge == nullptr || level == Level::kOff) continue;
    const Judgement judgement = check.judge(view);
    seen += judgement.verdict != Verdict::kNotSeen ? 1 : 0;
    const bool fails =
        judgement.verdict == Verdict::kViolation && (level != Level::kShould || command.strict);
    violations += fails ? 1 : 0;
    if (command.format == "json") {
      list.push_back({{"check", check.id},
                      {"verdict", VerdictName(judgement.verdict)},
                      {"level", LevelName(level)},
                      {"source", check.source},
                      {"message", judgement.message},
                      {"fix", check.fix},
                      {"entries", judgement.evidence}});
      continue;
    }
    fmt::print("{:10} {:24} {}\n", VerdictName(judgement.verdict), check.id, check.statement);
    if (judgement.verdict != Verdict::kViolation) continue;
    fmt::print("           {}, {}: {}\n", LevelName(level), check.source, judgement.message);
    fmt::print("           fix: {}\n", check.fix);
    if (!judgement.evidence.empty()) {
      fmt::print("           entries: {}\n", fmt::join(judgement.evidence, ", "));
    }
  }
  if (command.format == "json") fmt::print("{}\n", DumpJsonPretty(list));
  if (seen == 0) {
    return Complain(fmt::format("{} holds no request that a check could judge", command.source),
                    kExitNothing);
  }
  return violations > 0 ? kExitFailed : kExitGood;
}

}  // namespace aweber::conformance
