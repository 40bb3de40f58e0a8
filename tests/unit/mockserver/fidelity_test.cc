// docs/fidelity.md and the switch table agree: every switch has a row with its provenance, every
// row names a test that exists.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "base/os/file.h"
#include "base/text/json.h"
#include "mockserver/settings.h"
#include "tests/support/paths.h"

namespace aweber::mock {
namespace {

struct DocRow {
  std::string behaviour, known_from, setting, rfc, test;
};

std::string Trim(std::string text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '`')) text.pop_back();
  const std::size_t begin = text.find_first_not_of(" `");
  return begin == std::string::npos ? "" : text.substr(begin);
}

std::vector<DocRow> Rows() {
  const auto page = ReadFile(SourcePath("docs/fidelity.md"));
  EXPECT_TRUE(page.ok());
  std::vector<DocRow> rows;
  std::istringstream lines(*page);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("| ", 0) != 0 || line.rfind("| behaviour", 0) == 0 ||
        line.rfind("| ---", 0) == 0) {
      continue;
    }
    std::vector<std::string> cells;
    std::istringstream parts(line.substr(1));
    for (std::string cell; std::getline(parts, cell, '|');) cells.push_back(Trim(cell));
    EXPECT_EQ(cells.size(), 5u) << line;
    if (cells.size() == 5) rows.push_back({cells[0], cells[1], cells[2], cells[3], cells[4]});
  }
  EXPECT_GT(rows.size(), 50u);
  return rows;
}

TEST(Fidelity, EverySwitchHasARowWithItsProvenance) {
  std::map<std::string, std::string> known_from;
  for (const DocRow& row : Rows()) {
    if (!row.setting.empty()) known_from[row.setting] = row.known_from;
  }
  std::set<std::string> names;
  for (const SettingInfo& info : AllSettings()) {
    names.insert(info.name);
    ASSERT_TRUE(known_from.contains(info.name)) << info.name << " has no row in docs/fidelity.md";
    EXPECT_EQ(known_from[info.name], info.provenance) << info.name;
  }
  for (const auto& [name, from] : known_from) {
    EXPECT_TRUE(names.contains(name)) << "docs/fidelity.md names no switch of the mock: " << name;
  }
}

TEST(Fidelity, RowsSayWhatTheProfilesSet) {
  const Json aweber = SettingsToJson(SettingsFor(Profile::kAWeber));
  const Json rfc6749 = SettingsToJson(SettingsFor(Profile::kRfc6749));
  const Json rfc9700 = SettingsToJson(SettingsFor(Profile::kRfc9700));
  const auto show = [](const Json& value) {
    if (value.is_boolean()) return std::string(value.get<bool>() ? "on" : "off");
    return value.is_string() ? value.get<std::string>() : DumpJson(value);
  };
  for (const DocRow& row : Rows()) {
    if (row.setting.empty()) continue;
    std::string said = row.rfc;
    std::erase(said, '`');
    const std::string a = show(rfc6749[row.setting]), b = show(rfc9700[row.setting]);
    const bool same =
        rfc6749[row.setting] == aweber[row.setting] && rfc9700[row.setting] == aweber[row.setting];
    EXPECT_EQ(said, same ? "" : a == b ? a : a + " / " + b) << row.setting;
  }
}

TEST(Fidelity, EveryRowNamesATestThatExists) {
  std::string sources;
  for (const char* folder :
       {"/tests/integration/mockserver", "/tests/integration/api", "/tests/unit/mockserver"}) {
    const auto files = ListFiles(SourcePath(folder), ".cc");
    ASSERT_TRUE(files.ok());
    for (const std::string& file : *files) sources += *ReadFile(file);
  }
  for (const DocRow& row : Rows()) {
    const std::size_t dot = row.test.find('.');
    ASSERT_NE(dot, std::string::npos) << row.behaviour;
    const std::string name = "(" + row.test.substr(0, dot) + ", " + row.test.substr(dot + 1) + ")";
    EXPECT_NE(sources.find(name), std::string::npos) << row.test;
  }
}

}  // namespace
}  // namespace aweber::mock
