// Subscribers: pages, finds, one of them, and its activity.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "mockserver/api/activity.h"
#include "mockserver/api/call.h"

namespace aweber::mock {
namespace {

constexpr Parameter kOrder[] = {
    {"sort_order", ParameterKind::kChoice, 0, 0, "asc|desc", false, "WebServiceError"}};

void CollectSubscribers(Call& call, Items& items) {
  for (const Subscriber& one : call.list->subscribers) items.push_back({call.list, &one});
  if (call.Query("sort_order", "asc") == "desc") std::reverse(items.begin(), items.end());
}

// By the moment of joining or leaving (who has not left comes last), read once for each item: a list
// may have 100,000. Equals stay in the order in which they were added.
void SortBy(std::optional<Moment> (*moment)(const Subscriber&), bool down, Items& items) {
  std::vector<std::pair<Moment, std::size_t>> order;
  order.reserve(items.size());
  for (const Item& item : items) {
    const auto at = moment(*static_cast<const Subscriber*>(item.thing));
    order.emplace_back(at.value_or(Moment::max()), order.size());
  }
  std::stable_sort(order.begin(), order.end(), [down](const auto& a, const auto& b) {
    return down ? b.first < a.first : a.first < b.first;
  });
  Items sorted;
  sorted.reserve(items.size());
  for (const auto& [at, index] : order) sorted.push_back(items[index]);
  items = std::move(sorted);
}

void FindOnList(Call& call, Items& items) {
  FindSubscribers(call, *call.list, items);
  const auto key = call.Query("sort_key");
  const bool down = call.Query("sort_order", "asc") == "desc";
  if (key == "subscribed_at") {
    SortBy([](const Subscriber& one) -> std::optional<Moment> { return one.subscribed; }, down,
           items);
  } else if (key) {
    SortBy([](const Subscriber& one) { return one.unsubscribed; }, down, items);
  } else if (down) {
    std::reverse(items.begin(), items.end());
  }
}

void FindEverywhere(Call& call, Items& items) {
  for (const MailingList& list : call.account.lists) FindSubscribers(call, list, items);
}

HttpResponse GetActivity(Call& call) {
  const auto activity = ActivityOf(call, *call.list, call.The<Subscriber>());
  Items items;
  for (const Activity& one : activity) items.push_back({call.list, &one});
  return Page(call, items);
}

const Operation kSubscriberReads[] = {
    {.id = "findSubscribersOfAccount",
     .method = "GET",
     .path = "/1.0/accounts/{account}",
     .ws_op = "findSubscribers",
     .scopes = "subscriber.read",
     .summary = "Find subscribers on every list",
     .parameters = FindFilters(),
     .paged = true,
     .countable = true,
     .answers = Answers::kCollection,
     .resource = &kSubscriber,
     .collection = {.type = "subscribers-page-resource", .count = Count::kLink, .self_link = true},
     .errors = "404 NotFoundError",
     .collect = FindEverywhere},
    {.id = "getSubscribers",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/subscribers",
     .scopes = "subscriber.read",
     .summary = "The list's subscribers in the order in which they were added",
     .parameters = kOrder,
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kSubscriber,
     .collection = {.type = "subscribers-page-resource", .self_link = true},
     .errors = "404 NotFoundError",
     .collect = CollectSubscribers},
    {.id = "findSubscribers",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/subscribers",
     .ws_op = "find",
     .scopes = "subscriber.read",
     .summary = "Find subscribers on one list",
     .parameters = FindParameters(),
     .paged = true,
     .countable = true,
     .answers = Answers::kCollection,
     .resource = &kSubscriber,
     .collection = {.count = Count::kLink},
     .errors = "404 NotFoundError",
     .collect = FindOnList},
    {.id = "getSubscriber",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/subscribers/{subscriber}",
     .scopes = "subscriber.read",
     .summary = "One subscriber",
     .resource = &kSubscriber,
     .errors = "404 NotFoundError"},
    {.id = "getActivity",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/subscribers/{subscriber}",
     .ws_op = "getActivity",
     .scopes = "subscriber.read",
     .summary = "What the subscriber did",
     .paged = true,
     .countable = true,
     .answers = Answers::kCollection,
     .resource = &kActivity,
     .collection = {.count = Count::kLink},
     .errors = "404 NotFoundError",
     .handle = GetActivity},
};

}  // namespace

std::span<const Operation> SubscriberReads() { return kSubscriberReads; }

}  // namespace aweber::mock
