// Campaigns: what was sent, and its statistics.
#include <fmt/format.h>

#include <algorithm>

#include "mockserver/api/call.h"
#include "mockserver/api/statistics.h"
#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

constexpr Parameter kCampaignType[] = {
    {"campaign_type", ParameterKind::kChoice, 0, 0, "b|f", true}};

// Newest first.
std::vector<const Broadcast*> SentBroadcasts(const MailingList& list) {
  std::vector<const Broadcast*> sent;
  for (const Broadcast& one : list.broadcasts) {
    if (one.status == BroadcastStatus::kSent) sent.push_back(&one);
  }
  std::stable_sort(sent.begin(), sent.end(),
                   [](const Broadcast* a, const Broadcast* b) { return *b->sent < *a->sent; });
  return sent;
}

// A campaign is one of two resources: the item says which by its part.
const char kIsFollowUp = 'f';

void CollectCampaigns(Call& call, Items& items) {
  const std::string type = call.Query("campaign_type", "");
  if (type != "b") {
    for (const FollowUp& one : call.list->follow_ups) {
      items.push_back({call.list, &one, &kIsFollowUp});
    }
  }
  if (type == "f") return;
  for (const Broadcast* one : SentBroadcasts(*call.list)) items.push_back({call.list, one});
}

HttpResponse GetCampaign(Call& call) {
  const Resource& resource = call.last.starts_with('f') ? kFollowUpCampaign : kCampaign;
  return ApiJson(200, Show(resource, {call, call.list, call.thing}));
}

// Two of the statistics need the right to read subscribers.
bool IsVisible(const Call& call, const StatRow& row) {
  return row.kind != StatKind::kTopSubscribers || MayReadSubscribers(call);
}

void CollectStats(Call& call, Items& items) {
  for (const StatRow& row : StatRows()) {
    if (IsVisible(call, row)) items.push_back({call.list, &row});
  }
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    return static_cast<const StatRow*>(a.thing)->id < static_cast<const StatRow*>(b.thing)->id;
  });
}

HttpResponse GetStat(Call& call) {
  for (const StatRow& row : StatRows()) {
    if (row.id == call.last && IsVisible(call, row)) {
      return ApiJson(200, Show(kStat, {call, call.list, &row}));
    }
  }
  return NotFound(call.exchange, "", fmt::format("there is no statistic {}", call.last));
}

const Operation kCampaignOperations[] = {
    {.id = "getCampaigns",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/campaigns",
     .scopes = "email.read",
     .summary = "Follow-ups by id, then broadcasts that were sent, newest first",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kCampaign,
     .errors = "404 NotFoundError",
     .collect = CollectCampaigns},
    {.id = "findCampaigns",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/campaigns",
     .ws_op = "find",
     .scopes = "email.read",
     .summary = "The campaigns of one type",
     .parameters = kCampaignType,
     .paged = true,
     .countable = true,
     .answers = Answers::kCollection,
     .resource = &kCampaign,
     .collection = {.count = Count::kLink},
     .errors = "400 BadRequestError, 404 NotFoundError",
     .collect = CollectCampaigns},
    {.id = "getCampaign",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/campaigns/{campaign}",
     .scopes = "email.read",
     .summary = "One campaign",
     .resource = &kCampaign,
     .errors = "404 NotFoundError",
     .handle = GetCampaign},
    {.id = "getStats",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/campaigns/{sent}/stats",
     .scopes = "email.read",
     .summary = "The statistics of a broadcast, by id",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kStat,
     .collection = {.type = "stat-page-resource"},
     .errors = "404 NotFoundError",
     .collect = CollectStats},
    {.id = "getStat",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/campaigns/{sent}/stats/{stat}",
     .scopes = "email.read",
     .summary = "One statistic",
     .resource = &kStat,
     .errors = "404 NotFoundError",
     .handle = GetStat},
};

}  // namespace

std::span<const Operation> CampaignOperations() { return kCampaignOperations; }

}  // namespace aweber::mock
