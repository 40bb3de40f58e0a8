#include "conformance/explore/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/crypto/crypto.h"
#include "base/os/file.h"
#include "conformance/checks/check.h"
#include "conformance/explore/flow_scenario.h"
#include "conformance/judge/verdict.h"

namespace aweber::conformance::explore {
namespace {

constexpr std::size_t kLongestTitle = 160;

std::string FirstLine(const std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return line.size() <= kLongestTitle ? line : line.substr(0, kLongestTitle - 3) + "...";
}

}  // namespace

std::string FindingId(const Accusation& accusation, const Flow& flow) {
  const std::string hash = HexLower(Sha256(accusation.Key() + "\n" + DescribeFlow(flow)));
  return fmt::format("explore/{}-{}", accusation.check, hash.substr(0, 8));
}

std::string FindingTitle(const Accusation& accusation) {
  return FirstLine(fmt::format("{}: {}", accusation.check, accusation.message));
}

std::string FindingText(const Finding& finding, const ClientTraits& client,
                        const std::string& profile, std::uint64_t seed) {
  const Accusation& accusation = finding.accusation;
  Wording wording;
  wording.id = FindingId(accusation, finding.flow);
  wording.title = FindingTitle(accusation);
  wording.why =
      fmt::format("Found by explore {}: {}. Play it again with --seed {}.",
                  finding.shrunk ? "and shrunk to" : "in", DescribeFlow(finding.flow), seed);
  wording.profile = profile;
  wording.leans = accusation.check == kOutcomeCheck && accusation.broke.has_value();
  // What every case is judged by need not be listed, and cannot be left without a witness then.
  const auto& judged = JudgedChecks();
  const bool listed = accusation.check != kOutcomeCheck &&
                      std::find(judged.begin(), judged.end(), accusation.check) != judged.end();
  if (listed) wording.checks = {accusation.check};
  return ScenarioText(finding.flow, client, wording);
}

Result<std::string> WriteFinding(const std::string& directory, const std::string& id,
                                 const std::string& text) {
  const std::string path = directory + "/" + id.substr(id.rfind('/') + 1) + ".yaml";
  if (const Status written = WriteFileAtomically(path, text); !written) return written.error();
  return path;
}

}  // namespace aweber::conformance::explore
