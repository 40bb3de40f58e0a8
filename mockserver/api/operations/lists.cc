// Lists and their tags.
#include <algorithm>
#include <map>

#include "base/text/json.h"
#include "mockserver/api/call.h"
#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

constexpr std::size_t kMaxTags = 500;
constexpr Parameter kNameOfList[] = {{"name", ParameterKind::kText, 1, 100}};

void CollectLists(Call& call, Items& items) {
  for (const MailingList& list : call.account.lists) items.push_back({&list, &list});
}

// The name of a list, or its unique list id.
void FindLists(Call& call, Items& items) {
  const auto name = call.Query("name");
  for (const MailingList& list : call.account.lists) {
    if (!name || list.name == *name || list.unique_list_id == *name) {
      items.push_back({&list, &list});
    }
  }
}

HttpResponse GetOneList(Call& call) {
  return ApiJson(200, Show(kList, {call, call.list, call.list}));
}

// Most used first.
HttpResponse GetTags(Call& call) {
  std::map<std::string, std::int64_t> used;
  for (const Subscriber& subscriber : call.list->subscribers) {
    for (const std::string& tag : subscriber.tags) ++used[tag];
  }
  std::vector<std::pair<std::int64_t, std::string>> order;
  order.reserve(used.size());
  for (const auto& [tag, count] : used) order.emplace_back(-count, tag);
  std::sort(order.begin(), order.end());
  Json tags = Json::array();
  for (const auto& [count, tag] : order) {
    if (tags.size() < kMaxTags) tags.push_back(tag);
  }
  return ApiJson(200, tags);
}

const Operation kListOperations[] = {
    {.id = "getLists",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists",
     .scopes = "list.read",
     .summary = "The account's lists, by id",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kList,
     .collection = {.type = "list-page-resource"},
     .errors = "400 BadRequestError, 404 NotFoundError",
     .collect = CollectLists},
    {.id = "findLists",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists",
     .ws_op = "find",
     .scopes = "list.read",
     .summary = "Find lists by name or unique list id",
     .parameters = kNameOfList,
     .paged = true,
     .countable = true,
     .answers = Answers::kCollection,
     .resource = &kList,
     .collection = {.count = Count::kLink},
     .errors = "400 BadRequestError, 404 NotFoundError",
     .collect = FindLists},
    {.id = "getList",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}",
     .scopes = "list.read",
     .summary = "One list",
     .resource = &kList,
     .errors = "404 NotFoundError",
     .handle = GetOneList},
    {.id = "getTags",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/tags",
     .scopes = "list.read",
     .summary = "The tags of the list's subscribers, most used first",
     .answers = Answers::kArray,
     .errors = "404 NotFoundError",
     .handle = GetTags},
};

}  // namespace

std::span<const Operation> ListOperations() { return kListOperations; }

}  // namespace aweber::mock
