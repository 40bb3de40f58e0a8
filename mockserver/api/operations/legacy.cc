// What AWeber removed and programs still call: links, their clicks and messages of a campaign.
#include "mockserver/api/legacy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

// A link's number, without sign or leading zero; else 0.
std::int64_t LastNumber(std::string_view text) {
  std::int64_t number = 0;
  if (text.empty() || text.front() < '1' || text.front() > '9') return 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

HttpResponse GetLinks(Call& call) {
  const auto links = LinkCounts(call, *call.list, *call.The<Broadcast>().results);
  Items items;
  for (const LinkCount& one : links) items.push_back({call.list, &one});
  return Page(call, items);
}

HttpResponse GetLink(Call& call) {
  for (const LinkCount& one : LinkCounts(call, *call.list, *call.The<Broadcast>().results)) {
    if (one.id == LastNumber(call.last)) {
      return ApiJson(200, Show(kCampaignLink, {call, call.list, &one}));
    }
  }
  return NotFound(call.exchange, "", "the broadcast has no such link");
}

HttpResponse GetLinkClicks(Call& call) {
  const Results& results = *call.The<Broadcast>().results;
  const std::int64_t link = LastNumber(call.last);
  if (link < 1 || link > static_cast<std::int64_t>(results.links.size())) {
    return NotFound(call.exchange, "", "the broadcast has no such link");
  }
  Items items;
  std::set<std::int64_t> seen;
  for (const Clicked& one : results.clicks) {
    if (one.link + 1 != link || one.at > call.now ||
        ListOfReader(call.account, *call.list, one.subscriber) == nullptr) {
      continue;
    }
    // The part says whether it is the subscriber's first.
    items.push_back({call.list, &one, seen.insert(one.subscriber).second ? &one : nullptr});
  }
  return Page(call, items);
}

HttpResponse GetMessages(Call& call) {
  const Broadcast& broadcast = call.The<Broadcast>();
  std::map<std::int64_t, SentTo> messages;
  for (const std::int64_t id : broadcast.results->recipients) {
    if (ListOfReader(call.account, *call.list, id) == nullptr) continue;
    messages[id] = {id, *broadcast.sent, {}, 0};
  }
  for (const Opened& one : broadcast.results->opens) {
    const auto found = messages.find(one.subscriber);
    if (found == messages.end() || one.at > call.now) continue;
    found->second.last_opened = one.at;
    ++found->second.opens;
  }
  Items items;
  for (const auto& [id, one] : messages) items.push_back({call.list, &one});
  return Page(call, items);
}

constexpr std::string_view kGone = "404 NotFoundError";

const Operation kLegacyOperations[] = {
    {.id = "getLinks",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/campaigns/{sent}/links",
     .scopes = "email.read",
     .summary = "The links of a broadcast",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kCampaignLink,
     .collection = {.type = "link-page-resource"},
     .errors = kGone,
     .legacy = true,
     .handle = GetLinks},
    {.id = "getLink",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/campaigns/{sent}/links/{link}",
     .scopes = "email.read",
     .summary = "One link of a broadcast",
     .resource = &kCampaignLink,
     .errors = kGone,
     .legacy = true,
     .handle = GetLink},
    {.id = "getLinkClicks",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/campaigns/{sent}/links/{link}/clicks",
     .scopes = "email.read",
     .summary = "The clicks on one link of a broadcast",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kLinkClick,
     .collection = {.type = "click-page-resource"},
     .errors = kGone,
     .legacy = true,
     .handle = GetLinkClicks},
    {.id = "getMessages",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/campaigns/{sent}/messages",
     .scopes = "email.read",
     .summary = "The messages of a broadcast, one a subscriber",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kMessage,
     .collection = {.type = "message-page-resource"},
     .errors = kGone,
     .legacy = true,
     .handle = GetMessages},
};

}  // namespace

std::vector<LinkCount> LinkCounts(const Call& call, const MailingList& list,
                                  const Results& results) {
  std::vector<LinkCount> links;
  std::vector<std::set<std::int64_t>> who(results.links.size());
  for (const std::string& url : results.links) {
    links.push_back({static_cast<std::int64_t>(links.size()) + 1, url, 0, 0});
  }
  for (const Clicked& one : results.clicks) {
    if (one.at > call.now || ListOfReader(call.account, list, one.subscriber) == nullptr) continue;
    ++links[one.link].total;
    who[one.link].insert(one.subscriber);
  }
  for (std::size_t i = 0; i < links.size(); ++i) {
    links[i].unique = static_cast<std::int64_t>(who[i].size());
  }
  return links;
}

std::span<const Operation> LegacyOperations() { return kLegacyOperations; }

}  // namespace aweber::mock
