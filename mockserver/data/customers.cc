#include "mockserver/data/customers.h"

#include <fmt/format.h>

#include <algorithm>

namespace aweber::mock {

Result<std::shared_ptr<const Customers>, DocumentProblem> Customers::Read(Json document) {
  const Json* accounts = JsonMember(document, "accounts");
  if (accounts == nullptr || !accounts->is_array()) {
    return DocumentProblem{.message = "needs the member \"accounts\", an array"};
  }
  for (const auto& [name, value] : document.items()) {
    if (name == "accounts") continue;
    return DocumentProblem{.path = {name}, .message = "unknown member", .at_name = true};
  }
  std::vector<std::int64_t> seen;
  for (std::size_t i = 0; i < accounts->size(); ++i) {
    auto read = ReadAccount((*accounts)[i], {});
    DocumentProblem problem;
    if (!read.ok()) problem = read.error();
    if (read.ok() && std::count(seen.begin(), seen.end(), read->id) > 0) {
      problem = {.path = {"id"}, .message = fmt::format("another account has the id {}", read->id)};
    }
    if (!problem.message.empty()) {
      problem.path.insert(problem.path.begin(), {"accounts", std::to_string(i)});
      return problem;
    }
    seen.push_back(read->id);
  }
  return std::shared_ptr<const Customers>(new Customers(std::move(document)));
}

std::vector<std::int64_t> Customers::ids() const {
  std::vector<std::int64_t> ids;
  for (const Json& account : document_["accounts"]) ids.push_back(*JsonInt(account, "id"));
  return ids;
}

std::optional<AccountData> Customers::Account(std::int64_t id, UnixTime origin) const {
  constexpr std::size_t kMostKept = 16;
  std::lock_guard lock(mutex_);
  const std::pair key(origin, id);
  if (const auto found = made_.find(key); found != made_.end()) return found->second;
  for (const Json& document : document_["accounts"]) {
    if (JsonInt(document, "id") != id) continue;
    auto read = ReadAccount(document, {origin, origin});  // Read saw that it is good
    if (!read.ok()) return std::nullopt;
    if (made_.size() >= kMostKept) made_.clear();
    return made_.emplace(key, *std::move(read)).first->second;
  }
  return std::nullopt;
}

}  // namespace aweber::mock
