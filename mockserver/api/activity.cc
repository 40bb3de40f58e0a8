#include "mockserver/api/activity.h"

#include <algorithm>

namespace aweber::mock {
namespace {

// Ids of opens and clicks stay apart from those of things, which have 31 bits, and those of one
// message from those of the next: DrawResults numbers the events of a message in one row. All of them
// are whole in a double.
constexpr int kEventBits = 21;
std::int64_t EventId(const Broadcast& sent, std::int64_t number) {
  return (std::int64_t{1} << 31) + (sent.id << kEventBits) + number;
}

void AddMessage(const Broadcast& sent, std::int64_t subscriber, Moment now,
                std::vector<Activity>& all) {
  if (sent.results == nullptr) return;
  const auto& to = sent.results->recipients;
  if (!std::binary_search(to.begin(), to.end(), subscriber)) return;
  Activity message{sent.id, "sent_message", *sent.sent, subscriber, {}, 0, nullptr};
  for (const Opened& one : sent.results->opens) {
    if (one.subscriber != subscriber || one.at > now) continue;
    all.push_back({EventId(sent, one.id), "open", one.at, subscriber, {}, 0, nullptr});
    message.last_opened = one.at;
    ++message.opens;
  }
  for (const Clicked& one : sent.results->clicks) {
    if (one.subscriber != subscriber || one.at > now) continue;
    all.push_back({EventId(sent, one.id), "click", one.at, subscriber, {}, 0, nullptr});
  }
  all.push_back(message);
}

}  // namespace

std::vector<Activity> ActivityOf(const Call& call, const MailingList& list,
                                 const Subscriber& subscriber) {
  std::vector<Activity> all;
  all.push_back({0, "subscribed", subscriber.subscribed, subscriber.id, {}, 0, nullptr});
  if (subscriber.verified) {
    all.push_back({0, "verified", *subscriber.verified, subscriber.id, {}, 0, nullptr});
  }
  for (const MailingList& from : call.account.lists) {
    for (const Broadcast& broadcast : from.broadcasts) {
      if (from.id != list.id && broadcast.include_lists.empty()) continue;
      AddMessage(broadcast, subscriber.id, call.now, all);
    }
  }
  for (const Purchase& purchase : list.purchases) {
    if (purchase.subscriber != subscriber.id || purchase.visible > call.now) continue;
    all.push_back({purchase.id, "tracked_event", purchase.at, subscriber.id, {}, 0, &purchase});
  }
  const bool oldest_first = call.space.settings.activity_order == "oldest_first";
  std::stable_sort(all.begin(), all.end(), [&](const Activity& a, const Activity& b) {
    return oldest_first ? a.at < b.at : b.at < a.at;
  });
  return all;
}

}  // namespace aweber::mock
