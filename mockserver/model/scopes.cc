#include "mockserver/model/scopes.h"

#include <algorithm>

namespace aweber::mock {

const std::vector<ScopeInfo>& AllScopes() {
  static const std::vector<ScopeInfo> kScopes = {
      {"account.read", "See your account and its integrations"},
      {"list.read", "See your lists, custom fields, tags and sign-up forms"},
      {"list.write", "Create and change custom fields of your lists"},
      {"subscriber.read", "See and find your subscribers"},
      {"subscriber.write", "Add, move, change and delete your subscribers"},
      {"subscriber.read-extended", "See extended details of your subscribers"},
      {"email.read", "See your broadcasts, campaigns and their statistics"},
      {"email.write", "Create, schedule, cancel and delete broadcasts"},
      {"landing-page.read", "See your landing pages"},
  };
  return kScopes;
}

std::vector<std::string> AllScopeNames() {
  std::vector<std::string> names;
  for (const ScopeInfo& scope : AllScopes()) names.emplace_back(scope.name);
  return names;
}

std::string_view ScopeMeaning(std::string_view name) {
  for (const ScopeInfo& scope : AllScopes()) {
    if (scope.name == name) return scope.meaning;
  }
  return "";
}

std::vector<std::string> SplitScopes(std::string_view text) {
  std::vector<std::string> scopes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view scope = text.substr(0, end);
    if (!scope.empty() && !HasScope(scopes, scope)) scopes.emplace_back(scope);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return scopes;
}

std::string JoinScopes(const std::vector<std::string>& scopes) {
  std::string joined;
  for (const std::string& scope : scopes) {
    if (!joined.empty()) joined += ' ';
    joined += scope;
  }
  return joined;
}

bool HasScope(const std::vector<std::string>& scopes, std::string_view scope) {
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

bool IsScopeToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != '\\';
  });
}

}  // namespace aweber::mock
