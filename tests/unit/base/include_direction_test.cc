// The direction of includes, checked over the whole source tree: what may stand on what.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "base/os/file.h"
#include "tests/support/paths.h"

namespace aweber {
namespace {

struct Rule {
  std::string_view folder;
  std::vector<std::string_view> may_include;
};

// The longest folder that holds a file decides. Everything may include itself.
const std::vector<Rule>& Rules() {
  static const std::vector<Rule> kRules = {
      {"base/", {}},
      {"client/", {"base/"}},
      {"mockserver/journal/", {"base/"}},
      {"mockserver/oauth/", {"base/", "mockserver/"}},
      {"mockserver/api/", {"base/", "mockserver/"}},
      {"mockserver/", {"base/"}},
      {"mockserver/main.cc",
       {"base/", "mockserver/", "conformance/checks/"}},  // wires the checks in as live lint
      {"conformance/checks/", {"base/", "mockserver/journal/"}},
      {"conformance/", {"base/", "mockserver/"}},
  };
  return kRules;
}

// Exceptions to what a prefix above allows.
struct Ban {
  std::string_view folder;
  std::string_view included;
};
constexpr Ban kBans[] = {
    {"mockserver/oauth/", "mockserver/scenario/"},
    {"mockserver/api/", "mockserver/scenario/"},
};

constexpr std::string_view kTransport[] = {"base/http/server.cc", "base/http/client.cc"};

const Rule* RuleFor(std::string_view file) {
  const Rule* best = nullptr;
  for (const Rule& rule : Rules()) {
    if (file.starts_with(rule.folder) && (!best || rule.folder.size() > best->folder.size())) {
      best = &rule;
    }
  }
  return best;
}

bool MayInclude(std::string_view file, std::string_view included) {
  const Rule* const rule = RuleFor(file);
  if (rule == nullptr) return false;
  for (const Ban& ban : kBans) {
    if (file.starts_with(ban.folder) && included.starts_with(ban.included)) return false;
  }
  const auto holds = [&](std::string_view prefix) { return included.starts_with(prefix); };
  return holds(rule->folder) ||
         std::any_of(rule->may_include.begin(), rule->may_include.end(), holds);
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
    const bool transport =
        std::find(std::begin(kTransport), std::end(kTransport), file) != std::end(kTransport);
    if (include->path.ends_with("httplib.h") && !transport) {
      found.push_back(fmt::format("{}:{}: httplib.h is for {} only; use base/http/message.h", file,
                                  number, "base/http/server.cc and base/http/client.cc"));
    } else if (include->quoted && !MayInclude(file, include->path)) {
      found.push_back(fmt::format("{}:{}: must not include \"{}\"", file, number, include->path));
    }
  }
  return found;
}

using Found = std::vector<std::string>;

TEST(IncludeDirectionTest, TheRuleFindsWhatIsForbidden) {
  struct {
    std::string_view file;
    std::string_view included;
  } const kForbidden[] = {
      {"base/text/form.cc", "client/client.h"},
      {"base/text/form.cc", "form.h"},  // includes start at the root
      {"client/client.cc", "mockserver/journal/entry.h"},
      {"client/client.cc", "conformance/run/runner.h"},
      {"mockserver/journal/journal.cc", "mockserver/oauth/token.h"},
      {"mockserver/server.cc", "client/client.h"},
      {"mockserver/server.cc", "conformance/checks/check.h"},
      {"mockserver/oauth/token.cc", "mockserver/scenario/engine.h"},
      {"mockserver/api/lists.cc", "mockserver/scenario/engine.h"},
      {"conformance/checks/check.cc", "mockserver/server.h"},
      {"conformance/checks/check.cc", "conformance/run/runner.h"},
      {"conformance/checks/check.cc", "client/client.h"},
      {"conformance/driver/exec.cc", "client/client.h"},
      {"elsewhere/x.cc", "base/text/form.h"},  // a folder without a rule
  };
  for (const auto& c : kForbidden) {
    const std::string text =
        fmt::format("// a file\n#include <string>\n#include \"{}\"\n", c.included);
    EXPECT_EQ(Offences(c.file, text),
              Found{fmt::format("{}:3: must not include \"{}\"", c.file, c.included)});
  }
}

TEST(IncludeDirectionTest, TheRuleAllowsWhatIsAllowed) {
  struct {
    std::string_view file;
    std::string_view included;
  } const kAllowed[] = {
      {"base/text/form.cc", "base/text/uri.h"},
      {"client/client.cc", "base/http/message.h"},
      {"client/client.cc", "client/client.h"},
      {"mockserver/journal/journal.cc", "base/text/json.h"},
      {"mockserver/server.cc", "mockserver/scenario/engine.h"},
      {"mockserver/scenario/engine.cc", "mockserver/oauth/token.h"},
      {"mockserver/oauth/token.cc", "mockserver/journal/journal.h"},
      {"conformance/checks/check.cc", "mockserver/journal/journal.h"},
      {"conformance/run/runner.cc", "mockserver/server.h"},
      {"conformance/run/runner.cc", "conformance/checks/check.h"},
  };
  for (const auto& c : kAllowed) {
    EXPECT_EQ(Offences(c.file, fmt::format("#include \"{}\"", c.included)), Found{}) << c.file;
  }
}

TEST(IncludeDirectionTest, TheTransportLibraryHasTwoUsers) {
  const auto message = [](std::string_view file) {
    return Found{
        fmt::format("{}:1: httplib.h is for base/http/server.cc and base/http/client.cc only; "
                    "use base/http/message.h",
                    file)};
  };
  for (const std::string_view file :
       {"base/http/message.cc", "base/http/server.h", "mockserver/server.cc", "client/main.cc"}) {
    EXPECT_EQ(Offences(file, "#include <httplib.h>"), message(file));
    EXPECT_EQ(Offences(file, " #\tinclude \"httplib.h\"  // why"), message(file));
  }
  EXPECT_EQ(Offences("base/http/server.cc", "#include <httplib.h>"), Found{});
  EXPECT_EQ(Offences("base/http/client.cc", "#include <httplib.h>"), Found{});
  EXPECT_EQ(Offences("base/http/message.cc", "// #include <httplib.h>\nint httplib;"), Found{});
}

TEST(IncludeDirectionTest, TheTreeKeepsTheRule) {
  const std::string root = SourcePath("");
  for (const std::string_view folder : {"base", "client", "mockserver", "conformance"}) {
    const auto files = ListFiles(root + std::string(folder), "");
    ASSERT_TRUE(files.ok()) << files.error().message;
    int seen = 0;
    for (const std::string& path : *files) {
      if (!path.ends_with(".cc") && !path.ends_with(".h")) continue;
      ++seen;
      const auto text = ReadFile(path);
      ASSERT_TRUE(text.ok()) << text.error().message;
      for (const std::string& offence : Offences(path.substr(root.size()), *text)) {
        ADD_FAILURE() << offence;
      }
    }
    EXPECT_GT(seen, 0) << "no sources in " << folder << ": the walk is broken";
  }
}

}  // namespace
}  // namespace aweber
