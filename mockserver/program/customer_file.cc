#include "mockserver/program/customer_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/os/file.h"
#include "mockserver/scenario/parse.h"

namespace aweber::mock {
namespace {

constexpr std::size_t kMostBytes = 64u << 20;

// Where the problem's path leads; as far as it leads.
YamlMark MarkOf(const YamlNode& root, const DocumentProblem& problem) {
  const YamlNode* node = &root;
  YamlMark mark = root.mark;
  for (const std::string& part : problem.path) {
    if (node->kind == YamlNode::Kind::kSequence) {
      std::size_t index = 0;
      std::from_chars(part.data(), part.data() + part.size(), index);
      if (index >= node->items.size()) return mark;
      node = &node->items[index];
      mark = node->mark;
      continue;
    }
    const auto member = std::find_if(node->members.begin(), node->members.end(),
                                     [&](const auto& one) { return one.key == part; });
    if (member == node->members.end()) return mark;
    node = &member->value;
    mark = node->mark;
    if (problem.at_name && &part == &problem.path.back()) mark = member->key_mark;
  }
  return mark;
}

Error At(const YamlDocument& document, const DocumentProblem& problem) {
  const std::string place = problem.Place();
  return document.ErrorAt(
      MarkOf(document.root(), problem), problem.code,
      place.empty() ? problem.message : fmt::format("{}: {}", place, problem.message));
}

}  // namespace

Result<std::shared_ptr<const Customers>> ReadCustomers(const YamlDocument& document) {
  auto read = Customers::Read(internal::YamlToJson(document.root()));
  if (!read.ok()) return At(document, read.error());
  return *std::move(read);
}

Result<std::shared_ptr<const Customers>> ReadCustomerFile(
    const std::string& path, const std::vector<UserAccount>& accounts) {
  const Result<std::string> text = ReadFile(path, kMostBytes);
  if (!text.ok()) return text.error();
  const Result<YamlDocument> document = ParseYaml(*text, path, {.max_bytes = kMostBytes});
  if (!document.ok()) return document.error();
  auto customers = ReadCustomers(*document);
  if (!customers.ok()) return customers;
  const auto ids = (*customers)->ids();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const bool known = std::any_of(accounts.begin(), accounts.end(), [&](const UserAccount& one) {
      return !one.developer && one.account_id == ids[i];
    });
    if (known) continue;
    return At(*document,
              {.path = {"accounts", std::to_string(i), "id"},
               .message = fmt::format("no customer can authorize for account {}; give one of the "
                                      "configuration's accounts this account_id",
                                      ids[i])});
  }
  return customers;
}

}  // namespace aweber::mock
