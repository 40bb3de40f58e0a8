// `lint`: the checks that need nothing but the wire, over traffic recorded elsewhere.
#include <fmt/format.h>

#include <cstdio>

#include "base/http/client.h"
#include "base/os/file.h"
#include "base/text/json.h"
#include "conformance/cli/commands.h"
#include "conformance/cli/lint.h"
#include "conformance/cli/live_journal.h"
#include "conformance/run/runner.h"

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
  const auto http = MakeHttpClient({.max_response_bytes = 256u << 20});
  auto journal = FetchJournal(*http, source, command.token);
  if (!journal) return journal.error();
  if (journal->evicted > 0) {
    Complain(fmt::format("the mock had dropped its {} oldest requests before this; they are not "
                         "judged (its --journal-size keeps more)",
                         journal->evicted),
             0);
  }
  return std::move(journal->text);
}

void PrintRow(const LintRow& row) {
  const Judgement& judgement = row.judgement;
  fmt::print("{:10} {:24} {}\n", VerdictName(judgement.verdict), row.check->id,
             row.check->statement);
  if (judgement.verdict == Verdict::kNotSeen && !judgement.message.empty()) {
    fmt::print("           {}\n", judgement.message);
  }
  if (judgement.verdict != Verdict::kViolation) return;
  // Later lines of the message mark a character by its column.
  std::string message = judgement.message;
  for (std::size_t at = message.find('\n'); at != std::string::npos;
       at = message.find('\n', at + 12)) {
    message.insert(at + 1, 11, ' ');
  }
  fmt::print("           {}, {}: {}\n", LevelName(row.level), row.check->source, message);
  fmt::print("           fix: {}\n", row.check->fix);
  if (!judgement.evidence.empty()) {
    fmt::print("           entries: {}\n", fmt::join(judgement.evidence, ", "));
  }
}

}  // namespace

int DoLint(const LintCommand& command) {
  const auto text = Fetch(command);
  if (!text) return Complain(text.error().message, kExitUsage);
  if (text->empty()) return Complain(command.source + ": is empty", kExitUsage);
  const auto traffic = ReadTraffic(*text);
  if (!traffic) {
    return Complain(
        fmt::format("{}: neither a HAR nor a journal of the mock: {}; save one in the browser's "
                    "network panel, or GET /api/v1/requests of the mock",
                    command.source, traffic.error().message),
        kExitUsage);
  }
  Json list = Json::array();
  int violations = 0, seen = 0;
  for (const LintRow& row : LintTraffic(*traffic, command.profile)) {
    const Judgement& judgement = row.judgement;
    seen += judgement.verdict != Verdict::kNotSeen ? 1 : 0;
    const bool fails =
        judgement.verdict == Verdict::kViolation && (row.level != Level::kShould || command.strict);
    violations += fails ? 1 : 0;
    if (command.format == "json") {
      list.push_back({{"check", row.check->id},
                      {"verdict", VerdictName(judgement.verdict)},
                      {"level", LevelName(row.level)},
                      {"source", row.check->source},
                      {"message", judgement.message},
                      {"fix", row.check->fix},
                      {"entries", judgement.evidence}});
      continue;
    }
    PrintRow(row);
  }
  if (command.format == "json") fmt::print("{}\n", DumpJsonPretty(list));
  if (traffic->redacted) {
    Complain(fmt::format("{} has its secrets taken out: checks of their letters are not-seen",
                         command.source),
             0);
  }
  if (seen == 0) {
    return Complain(fmt::format("{} holds no request that a check could judge", command.source),
                    kExitNothing);
  }
  return violations > 0 ? kExitFailed : kExitGood;
}

}  // namespace aweber::conformance
