#include "conformance/checks/docs.h"

#include <fmt/format.h>

#include <array>
#include <iterator>

namespace aweber::conformance {
namespace {

struct Family {
  std::string_view prefix, title;
};

// In the order of the flow.
constexpr std::array<Family, 13> kFamilies = {{
    {"az-", "Authorization request"},
    {"pk-", "PKCE"},
    {"cb-", "Callback and redirection endpoint"},
    {"iss-", "Issuer"},
    {"mixup-", "Several authorization servers"},
    {"tk-", "Token request"},
    {"tr-", "Token answer"},
    {"rs-", "API requests"},
    {"rf-", "Refresh"},
    {"rv-", "Revocation"},
    {"wb-", "Web applications"},
    {"sh-", "Shared token store"},
    {"adapter-", "Driver"},
}};

constexpr std::string_view kIntroduction =
    R"(<!-- Made from conformance/checks/ by `AWEBER_UPDATE_DOCS=1 checks_unit_test`; do not edit. -->
# Checks

What a client must do, as small checks with stable ids. Reports, baselines and scenarios refer to
these ids. `aweber-conformance explain ID` prints one of them; `lint` judges any traffic by those
seen on the wire.

A check says *ok*, *violation* or *not seen*; nothing passes because nothing happened. Where the
evidence allows an innocent reading, it does not accuse.

## Levels

Each profile gives each check a level: **must** and **should** as in RFC 2119, **guide** for what
AWeber's own guide or reference asks, **interop** for robustness in our judgement, **off** where the
profile does not ask it. The profiles differ where the sources do:

| | `aweber` | `rfc6749` | `rfc9700` |
| --- | --- | --- | --- |
| client credentials in the query | allowed by the guide | forbidden (RFC 6749 §2.3.1) | forbidden |
| access token in the query | allowed by the guide | discouraged (RFC 6750 §2.3) | forbidden (RFC 9700 §4.3.2) |
| `state` | optional in the guide: a warning | required as protection against forged callbacks (§10.12) | required, or PKCE (§2.1) |
| PKCE of confidential clients | refused by AWeber | not mentioned | recommended (§2.1.1) |
| `redirect_uri` from public clients at the token endpoint | left out in AWeber's samples | required | required |

## Where a check is seen

**wire**: in any traffic, also without the runner. **provoked**: only when a scenario provokes it.
**browser**: with a driver that shows pages. **report**: in what the driver says.

)";

bool InFamily(const Check& check, const Family& family) {
  return check.id.substr(0, family.prefix.size()) == family.prefix;
}

// One cell for the three profiles: "must", or "guide / must / must" where they differ.
std::string LevelsText(const Levels& levels) {
  if (levels.aweber == levels.rfc6749 && levels.aweber == levels.rfc9700) {
    return LevelName(levels.aweber);
  }
  return fmt::format("{} / {} / {}", LevelName(levels.aweber), LevelName(levels.rfc6749),
                     LevelName(levels.rfc9700));
}

std::string NotVerified(const Check& check) {
  return check.verified ? "" : " (not a quotation; see the note)";
}

void AppendFamily(std::string& page, const Family& family) {
  const auto out = std::back_inserter(page);
  fmt::format_to(out, "## {}\n\n", family.title);
  page +=
      "| id | check | aweber / rfc6749 / rfc9700 | source | seen |\n| --- | --- | --- | --- | --- "
      "|\n";
  for (const auto& check : AllChecks()) {
    if (!InFamily(check, family)) continue;
    fmt::format_to(out, "| [{0}](#{0}) | {1} | {2} | {3} | {4} |\n", check.id, check.statement,
                   LevelsText(check.levels), check.source, SeenName(check.seen));
  }
  page += "\n";
  for (const auto& check : AllChecks()) {
    if (!InFamily(check, family)) continue;
    fmt::format_to(out, "### {}\n\n{} [The whole story](checks/{}.md).\n\n", check.id,
                   check.statement, check.id);
    fmt::format_to(out, "- Why: {}\n- Fix: {}\n- Source: {}{}\n", check.why, check.fix,
                   check.source, NotVerified(check));
    if (!check.note.empty()) fmt::format_to(out, "- Note: {}\n", check.note);
    page += "\n";
  }
}

}  // namespace

const char* SeenName(Seen seen) {
  switch (seen) {
    case Seen::kWire:
      return "wire";
    case Seen::kProvoked:
      return "provoked";
    case Seen::kBrowser:
      return "browser";
    case Seen::kReport:
      return "report";
  }
  return "wire";
}

std::string ChecksMarkdown() {
  std::string page(kIntroduction);
  for (const auto& family : kFamilies) AppendFamily(page, family);
  page +=
      "## Citations\n\nThe sections named above were compared with the source's own text where it "
      "could be had. Known only from quotations or from memory: RFC 6749 §10.1, §10.3 and its "
      "appendices, RFC 6750 §3.1, RFC 7636 §7.2, RFC 8252 §8.10, RFC 9207 §2.4, RFC 9700 §4.4.2 "
      "and "
      "§4.11.1. These checks rest on practice or on our judgement:";
  std::string_view separator = " ";
  for (const auto& check : AllChecks()) {
    if (check.verified) continue;
    fmt::format_to(std::back_inserter(page), "{}{}", separator, check.id);
    separator = ", ";
  }
  page += ".\n";
  return page;
}

}  // namespace aweber::conformance
