#include "conformance/explore/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string_view>

#include "base/crypto/crypto.h"
#include "base/os/file.h"
#include "conformance/checks/check.h"
#include "conformance/explore/flow_scenario.h"
#include "conformance/judge/verdict.h"

namespace aweber::conformance::explore {
namespace {

constexpr std::size_t kLongestTitle = 160;

// Rules about values of all attempts: some clients break them from their second case on, which `run`
// has only if another case goes ahead.
constexpr std::string_view kFreshValues[] = {"az-state-fresh", "pk-fresh"};

// What every case is judged by need not be listed, and cannot be left without a witness then.
bool IsListed(const std::string& check) {
  const auto& judged = JudgedChecks();
  return check != kOutcomeCheck && std::find(judged.begin(), judged.end(), check) != judged.end();
}

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

std::string AlsoSeenAs(const Finding& finding) {
  std::string checks;
  for (const Accusation& other : finding.also) {
    checks += (checks.empty() ? "" : ", ") + other.check;
  }
  return checks;
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
  if (const std::string also = AlsoSeenAs(finding); !also.empty()) {
    wording.why += fmt::format(" Also seen as {}.", also);
  }
  wording.profile = profile;
  const auto is_fresh = [](const Accusation& one) {
    return std::find(std::begin(kFreshValues), std::end(kFreshValues), one.check) !=
           std::end(kFreshValues);
  };
  const bool fresh =
      is_fresh(accusation) || std::any_of(finding.also.begin(), finding.also.end(), is_fresh);
  wording.leans = fresh || (accusation.check == kOutcomeCheck && accusation.broke.has_value());
  if (IsListed(accusation.check)) wording.checks = {accusation.check};
  for (const Accusation& other : finding.also) {
    if (IsListed(other.check)) wording.checks.push_back(other.check);
  }
  return ScenarioText(finding.flow, client, wording);
}

Result<std::string> WriteFinding(const std::string& directory, const std::string& id,
                                 const std::string& text) {
  const std::string path = directory + "/" + id.substr(id.rfind('/') + 1) + ".yaml";
  if (const Status written = WriteFileAtomically(path, text); !written) return written.error();
  return path;
}

}  // namespace aweber::conformance::explore
