// The direction of includes, checked over the whole source tree: what may stand on what.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/os/file.h"
#include "tests/support/paths.h"

namespace aweber {
namespace {

// What a file of a folder may include: its own folder always, and what begins with one of these.
struct Row {
  std::string_view folder;  // or one file at the top, without its ending: "mockserver/space."
  std::vector<std::string_view> may_include;
};

// A row for every folder that has sources, from the lowest floor of each part to the highest. The
// longest that holds a file decides. A cycle between folders is an arrow from a lower floor to a
// higher one, and there is none: a test walks the rows.
const std::vector<Row>& Rows() {
  static const std::vector<Row> kRows = {
      {"base/", {}},
      {"base/text/", {"base/result.", "base/time."}},
      {"base/crypto/", {"base/result.", "base/time.", "base/text/"}},
      {"base/os/", {"base/result.", "base/time.", "base/text/", "base/crypto/"}},
      {"base/http/", {"base/result.", "base/time.", "base/text/", "base/crypto/", "base/os/"}},
      {"base/cli/", {"base/text/"}},

      {"client/protocol/", {"base/"}},
      {"client/store/", {"base/", "client/protocol/"}},
      {"client/", {"base/", "client/protocol/", "client/store/"}},
      {"client/program/",
       {"base/", "client/protocol/", "client/store/", "client/session.", "client/single_flight."}},
      {"client/main.", {"base/os/standard_streams.", "client/program/"}},

      // Checks judge the journal without the server, also when it was saved to a file.
      {"mockserver/journal/", {"base/"}},
      {"mockserver/settings.", {"base/"}},
      {"mockserver/data/", {"base/"}},
      {"mockserver/model/", {"base/", "mockserver/data/", "mockserver/settings."}},
      {"mockserver/webhooks/", {"base/", "mockserver/data/", "mockserver/model/"}},
      {"mockserver/request/",
       {"base/", "mockserver/journal/", "mockserver/settings.", "mockserver/model/"}},
      // The endpoints know nothing of rules and scenarios: those change what they decide through
      // hooks that are data.
      {"mockserver/oauth/",
       {"base/", "mockserver/journal/", "mockserver/settings.", "mockserver/model/",
        "mockserver/request/"}},
      {"mockserver/api/",
       {"base/", "mockserver/data/", "mockserver/journal/", "mockserver/settings.",
        "mockserver/model/", "mockserver/request/"}},
      {"mockserver/api/resources/",
       {"base/", "mockserver/data/", "mockserver/api/activity.", "mockserver/api/call.",
        "mockserver/api/legacy.", "mockserver/api/statistics."}},
      {"mockserver/api/operations/",
       {"base/", "mockserver/request/", "mockserver/api/activity.",
        "mockserver/api/broadcast_change.", "mockserver/api/call.", "mockserver/api/legacy.",
        "mockserver/api/statistics.", "mockserver/api/subscriber_change."}},
      {"mockserver/faults/",
       {"base/", "mockserver/journal/", "mockserver/settings.", "mockserver/model/",
        "mockserver/request/"}},
      {"mockserver/scenario/",
       {"base/", "mockserver/journal/", "mockserver/settings.", "mockserver/model/",
        "mockserver/faults/"}},
      {"mockserver/space.",
       {"base/", "mockserver/journal/", "mockserver/settings.", "mockserver/model/",
        "mockserver/faults/"}},
      {"mockserver/space/",
       {"base/", "mockserver/journal/", "mockserver/settings.", "mockserver/model/",
        "mockserver/request/", "mockserver/oauth/", "mockserver/api/", "mockserver/faults/",
        "mockserver/webhooks/", "mockserver/space."}},
      {"mockserver/mock_server.",
       {"base/", "mockserver/journal/", "mockserver/settings.", "mockserver/model/",
        "mockserver/faults/", "mockserver/scenario/", "mockserver/space.", "mockserver/request/"}},
      {"mockserver/console/", {"base/"}},
      {"mockserver/admin/",
       {"base/", "mockserver/journal/", "mockserver/settings.", "mockserver/model/",
        "mockserver/faults/", "mockserver/scenario/", "mockserver/space.",
        "mockserver/mock_server.", "mockserver/console/", "mockserver/api/openapi.",
        "mockserver/api/operation.", "mockserver/api/path_glob.", "mockserver/data/"}},
      {"mockserver/server/",
       {"base/", "mockserver/journal/", "mockserver/settings.", "mockserver/model/",
        "mockserver/request/", "mockserver/faults/", "mockserver/scenario/", "mockserver/space.",
        "mockserver/space/", "mockserver/mock_server.", "mockserver/admin/"}},
      {"mockserver/program/",
       {"base/", "mockserver/journal/", "mockserver/settings.", "mockserver/model/",
        "mockserver/faults/", "mockserver/scenario/", "mockserver/space.",
        "mockserver/mock_server.", "mockserver/admin/", "mockserver/data/"}},

      {"conformance/checks/", {"base/", "mockserver/journal/"}},
      // The composition root of the mock's program: it makes the checks its live lint.
      {"mockserver/main.",
       {"base/os/standard_streams.", "mockserver/program/", "conformance/checks/"}},
      {"conformance/browser/",
       {"base/", "mockserver/mock_server.", "mockserver/scenario/", "conformance/checks/"}},
      {"conformance/driver/",
       {"base/", "mockserver/mock_server.", "mockserver/scenario/", "mockserver/api/operation.",
        "mockserver/api/path_glob.", "conformance/checks/", "conformance/browser/"}},
      {"conformance/result/", {"base/", "conformance/checks/", "conformance/driver/"}},
      {"conformance/judge/",
       {"base/", "mockserver/journal/", "mockserver/mock_server.", "mockserver/scenario/",
        "conformance/checks/", "conformance/driver/", "conformance/result/"}},
      {"conformance/report/",
       {"base/", "mockserver/console/", "mockserver/journal/", "conformance/checks/",
        "conformance/driver/", "conformance/result/", "conformance/judge/"}},
      {"conformance/run/",
       {"base/", "mockserver/", "conformance/checks/", "conformance/browser/",
        "conformance/driver/", "conformance/result/", "conformance/judge/"}},
      {"conformance/explore/",
       {"base/", "mockserver/", "conformance/checks/", "conformance/browser/",
        "conformance/driver/", "conformance/result/", "conformance/judge/", "conformance/report/",
        "conformance/run/"}},
      {"conformance/init/", {"base/"}},
      {"conformance/cli/",
       {"base/", "mockserver/", "conformance/checks/", "conformance/browser/",
        "conformance/driver/", "conformance/result/", "conformance/judge/", "conformance/report/",
        "conformance/run/", "conformance/explore/", "conformance/init/"}},
      {"conformance/main.", {"conformance/cli/"}},

      {"bench/", {"base/", "mockserver/"}},
      {"bench/peers/", {"base/"}},
      {"examples/client/", {"base/", "client/"}},
      {"packaging/static/", {}},
      {"packaging/consumer/", {"base/", "client/", "mockserver/"}},
      {"tests/support/", {"base/", "mockserver/"}},
      {"tests/fuzz/", {"base/", "conformance/", "mockserver/"}},
      {"tests/mutants/", {"base/"}},  // as independent of the mock as the client is
      {"tests/unit/base/", {"base/", "tests/support/"}},
      {"tests/unit/client/", {"base/", "client/", "tests/support/"}},
      {"tests/unit/mockserver/", {"base/", "mockserver/", "tests/support/"}},
      {"tests/unit/conformance/", {"base/", "mockserver/", "conformance/", "tests/support/"}},
      {"tests/unit/conformance/checks/",
       {"base/", "mockserver/journal/", "conformance/checks/", "tests/support/"}},
      {"tests/integration/http/", {"base/", "tests/support/"}},
      {"tests/integration/client/",
       {"base/", "client/", "mockserver/", "tests/support/", "tests/unit/client/"}},
      {"tests/integration/mockserver/",
       {"base/", "mockserver/", "conformance/checks/", "tests/support/"}},
      {"tests/integration/api/", {"base/", "mockserver/", "tests/support/"}},
      {"tests/integration/conformance/",
       {"base/", "mockserver/", "conformance/", "tests/support/"}},
      {"tests/e2e/",
       {"base/", "tests/support/", "tests/integration/client/",
        "conformance/driver/process_table."}},
  };
  return kRows;
}

const Row* RowFor(std::string_view file) {
  const Row* best = nullptr;
  for (const Row& row : Rows()) {
    if (file.starts_with(row.folder) && (!best || row.folder.size() > best->folder.size())) {
      best = &row;
    }
  }
  return best;
}

bool MayInclude(std::string_view file, std::string_view included) {
  const Row* const row = RowFor(file);
  if (row == nullptr) return false;
  if (RowFor(included) == row) return true;
  return std::any_of(row->may_include.begin(), row->may_include.end(),
                     [&](std::string_view prefix) { return included.starts_with(prefix); });
}

// The text between the quotes or brackets of an #include line.
struct Include {
  bool quoted;
  std::string_view path;
};
std::optional<Include> ReadInclude(std::string_view line) {
  const auto skip = [&] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  };
  skip();
  if (!line.starts_with('#')) return std::nullopt;
  line.remove_prefix(1);
  skip();
  if (!line.starts_with("include")) return std::nullopt;
  line.remove_prefix(7);
  skip();
  if (!line.starts_with('"') && !line.starts_with('<')) return std::nullopt;
  const bool quoted = line.starts_with('"');
  const std::size_t close = line.find(quoted ? '"' : '>', 1);
  if (close == std::string_view::npos) return std::nullopt;
  return Include{quoted, line.substr(1, close - 1)};
}

// One line per offence: "file:line: what and why".
std::vector<std::string> Offences(std::string_view file, std::string_view text) {
  std::vector<std::string> found;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const auto include = ReadInclude(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!include) continue;
    // Tests and benchmarks may hold our transport against it.
    const bool judged = !file.starts_with("tests/") && !file.starts_with("bench/");
    if (include->path.ends_with("httplib.h") && judged) {
      found.push_back(fmt::format(
          "{}:{}: httplib.h is for tests and benchmarks; use base/http/client.h", file, number));
    } else if (include->quoted && !MayInclude(file, include->path)) {
      found.push_back(fmt::format("{}:{}: must not include \"{}\"", file, number, include->path));
    }
  }
  return found;
}

using Found = std::vector<std::string>;

TEST(IncludeDirectionTest, WhatIsForbiddenIsFound) {
  struct {
    std::string_view file;
    std::string_view included;
  } const kForbidden[] = {
      {"base/text/form.cc", "client/session.h"},
      {"base/text/form.cc", "base/os/file.h"},  // a higher floor
      {"base/os/file.cc", "base/http/message.h"},
      {"base/text/form.cc", "form.h"},  // includes start at the root
      {"client/session.cc", "mockserver/journal/entry.h"},
      {"client/session.cc", "conformance/run/runner.h"},
      {"client/session.cc", "client/program/cli.h"},
      {"client/protocol/protocol.h", "client/store/pending_store.h"},
      {"mockserver/journal/journal.cc", "mockserver/oauth/token.h"},
      {"mockserver/model/token_store.h", "mockserver/space.h"},
      {"mockserver/model/space_state.cc", "mockserver/oauth/token.h"},
      {"mockserver/space.h", "mockserver/space/space_impl.h"},
      {"mockserver/server/listeners.cc", "client/session.h"},
      {"mockserver/server/listeners.cc", "conformance/checks/check.h"},
      {"mockserver/program/serve.cc", "mockserver/space/space_impl.h"},
      {"mockserver/oauth/token.cc", "mockserver/scenario/loader.h"},
      {"mockserver/oauth/token.cc", "mockserver/api/api.h"},
      {"mockserver/api/api.cc", "mockserver/oauth/token.h"},
      {"mockserver/api/api.cc", "mockserver/faults/rule.h"},
      {"conformance/checks/check.cc", "mockserver/mock_server.h"},
      {"conformance/checks/check.cc", "conformance/run/runner.h"},
      {"conformance/checks/check.cc", "client/session.h"},
      {"conformance/browser/browser.h", "conformance/driver/driver.h"},
      {"conformance/driver/exec_driver.cc", "client/session.h"},
      {"conformance/judge/verdict.h", "conformance/run/player.h"},
      {"conformance/report/formats.cc", "conformance/cli/cli.h"},
      {"tests/mutants/client.cc", "client/session.h"},
      {"tests/unit/client/session_test.cc", "mockserver/mock_server.h"},
      {"elsewhere/x.cc", "base/text/form.h"},  // a folder without a row
  };
  for (const auto& c : kForbidden) {
    const std::string text =
        fmt::format("// a file\n#include <string>\n#include \"{}\"\n", c.included);
    EXPECT_EQ(Offences(c.file, text),
              Found{fmt::format("{}:3: must not include \"{}\"", c.file, c.included)});
  }
}

TEST(IncludeDirectionTest, WhatIsAllowedIsNoOffence) {
  struct {
    std::string_view file;
    std::string_view included;
  } const kAllowed[] = {
      {"base/text/form.cc", "base/text/uri.h"},
      {"base/text/yaml.h", "base/time.h"},
      {"base/os/random.cc", "base/crypto/crypto.h"},
      {"client/session.cc", "base/http/message.h"},
      {"client/session.cc", "client/single_flight.h"},
      {"client/main.cc", "client/program/cli.h"},
      {"mockserver/journal/journal.cc", "base/text/json.h"},
      {"mockserver/space/space_impl.cc", "mockserver/oauth/token.h"},
      {"mockserver/space/space_impl.h", "mockserver/space.h"},
      {"mockserver/main.cc", "conformance/checks/live_lint.h"},
      {"conformance/checks/check.cc", "mockserver/journal/journal.h"},
      {"conformance/run/runner.cc", "mockserver/mock_server.h"},
      {"conformance/run/runner.cc", "conformance/checks/check.h"},
      {"tests/unit/base/text/form_test.cc", "base/text/form.h"},
  };
  for (const auto& c : kAllowed) {
    EXPECT_EQ(Offences(c.file, fmt::format("#include \"{}\"", c.included)), Found{}) << c.file;
  }
}

// A server can end a process that reads its answers with cpp-httplib: docs/architecture.md.
TEST(IncludeDirectionTest, CppHttplibIsInNoProgram) {
  for (const std::string_view file :
       {"base/http/client.cc", "base/http/server.cc", "mockserver/server.cc", "client/main.cc"}) {
    const Found offence{
        fmt::format("{}:1: httplib.h is for tests and benchmarks; use base/http/client.h", file)};
    EXPECT_EQ(Offences(file, "#include <httplib.h>"), offence);
    EXPECT_EQ(Offences(file, " #\tinclude \"httplib.h\"  // why"), offence);
  }
  for (const std::string_view file : {"tests/integration/http/x_test.cc", "bench/peers/x.cc"}) {
    EXPECT_EQ(Offences(file, "#include <httplib.h>"), Found{});
  }
  EXPECT_EQ(Offences("base/http/message.cc", "// #include <httplib.h>\nint httplib;"), Found{});
}

// Every source of the project but what is generated, from the root.
std::vector<std::string> Sources() {
  const std::string root = SourcePath("");
  std::vector<std::string> sources;
  for (const std::string_view folder :
       {"base", "client", "mockserver", "conformance", "tests", "bench", "examples", "packaging"}) {
    const auto files = ListFiles(root + std::string(folder), "");
    EXPECT_TRUE(files.ok()) << files.error().message;
    if (!files.ok()) continue;
    const std::size_t before = sources.size();
    for (const std::string& path : *files) {
      if (path.find("/node_modules/") != std::string::npos) continue;
      if (path.ends_with(".cc") || path.ends_with(".h"))
        sources.push_back(path.substr(root.size()));
    }
    EXPECT_GT(sources.size(), before) << "no sources in " << folder << ": the walk is broken";
  }
  return sources;
}

TEST(IncludeDirectionTest, TheTreeKeepsTheRows) {
  for (const std::string& file : Sources()) {
    const auto text = ReadFile(SourcePath(file));
    ASSERT_TRUE(text.ok()) << text.error().message;
    for (const std::string& offence : Offences(file, *text)) ADD_FAILURE() << offence;
  }
}

// The rows that `prefix` means: those below it, or else the one that it is a part of.
std::vector<const Row*> RowsMeant(std::string_view prefix) {
  std::vector<const Row*> meant;
  for (const Row& row : Rows()) {
    if (row.folder.starts_with(prefix)) meant.push_back(&row);
  }
  if (meant.empty() && RowFor(prefix) != nullptr) meant.push_back(RowFor(prefix));
  return meant;
}

// A row may name only what stands before it: so no two folders include each other, however far the
// way round.
TEST(IncludeDirectionTest, EveryArrowGoesDown) {
  for (const Row& row : Rows()) {
    for (const std::string_view prefix : row.may_include) {
      EXPECT_FALSE(RowsMeant(prefix).empty()) << row.folder << " names " << prefix << ": no row";
      for (const Row* const other : RowsMeant(prefix)) {
        EXPECT_LT(other, &row) << row.folder << " names " << other->folder
                               << ", which stands on a higher floor";
      }
    }
  }
}

TEST(IncludeDirectionTest, EveryFolderOfThePartsHasARow) {
  for (const std::string& file : Sources()) {
    if (file.starts_with("tests/") || file.starts_with("examples/")) continue;
    const std::string folder = file.substr(0, file.rfind('/') + 1);
    const bool part = folder.find('/') == folder.size() - 1;  // "mockserver/": rows for its files
    const Row* const row = RowFor(file);
    ASSERT_NE(row, nullptr) << file << " is in a folder without a row";
    EXPECT_TRUE(part || row->folder == folder) << folder << " has no row of its own";
  }
}

// What lies at the top of a part is what a newcomer reads first.
TEST(IncludeDirectionTest, AtMostEightSourcesLieAtTheTopOfAPart) {
  std::map<std::string, std::vector<std::string>> top;
  for (const std::string& file : Sources()) {
    const std::size_t slash = file.find('/');
    if (file.find('/', slash + 1) == std::string::npos) top[file.substr(0, slash)].push_back(file);
  }
  for (const char* part : {"base", "client", "mockserver", "conformance"}) {
    EXPECT_LE(top[part].size(), 8u) << part << ": move some into the folder that says what they do";
  }
}

}  // namespace
}  // namespace aweber
