// AWeber's scopes and what they let an integration do, in words.
//
// Thread safety: constant. Source: AWeber's reference (docs/fidelity.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aweber::mock {

struct ScopeInfo {
  std::string_view name;
  std::string_view meaning;
};
const std::vector<ScopeInfo>& AllScopes();
std::vector<std::string> AllScopeNames();
// "" when unknown.
std::string_view ScopeMeaning(std::string_view name);

// Space separated scope tokens (RFC 6749 §3.3); empty ones are skipped, repeated ones kept once.
std::vector<std::string> SplitScopes(std::string_view text);
std::string JoinScopes(const std::vector<std::string>& scopes);
bool HasScope(const std::vector<std::string>& scopes, std::string_view scope);
// RFC 6749 §3.3: scope-token characters only.
bool IsScopeToken(std::string_view text);

// The redirect URI that asks for the code to be shown on a page (reference, help).
inline constexpr std::string_view kOutOfBand = "urn:ietf:wg:oauth:2.0:oob";

}  // namespace aweber::mock
