#include "mockserver/api/activity.h"

#include <algorithm>

namespace aweber::mock {
namespace {

void AddMessage(const Broadcast& sent, std::int64_t subscriber, Moment now,
                std::vector<Activity>& all) {
  if (sent.results == nullptr) return;
  const auto& to = sent.results->recipients;
  if (!std::binary_search(to.begin(), to.end(), subscriber)) return;
  // Ids of one message's events begin where those of the next cannot: they stay apart.
  const std::int64_t first = sent.id * 1000;
  Activity message{sent.id, "sent_message", *sent.sent, subscriber, {}, 0, nullptr};
  for (const Opened& one : sent.results->opens) {
    if (one.subscriber != subscriber || one.at > now) continue;
    all.push_back({first + one.id * 2, "open", one.at, subscriber, {}, 0, nullptr});
    message.last_opened = one.at;
    ++message.opens;
  }
  for (const Clicked& one : sent.results->clicks) {
    if (one.subscriber != subscriber || one.at > now) continue;
    all.push_back({first + one.id * 2 + 1, "click", one.at, subscriber, {}, 0, nullptr});
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
  for (const Broadcast& broadcast : list.broadcasts) {
    AddMessage(broadcast, subscriber.id, call.now, all);
  }
  for (const Purchase& purchase : list.purchases) {
    if (purchase.subscriber != subscriber.id || purchase.visible > call.now) continue;
    all.push_back({purchase.id, "tracked_event", purchase.at, subscriber.id, {}, 0, &purchase});
  }
  const bool oldest_first = call.world.settings.activity_order == "oldest_first";
  std::stable_sort(all.begin(), all.end(), [&](const Activity& a, const Activity& b) {
    return oldest_first ? a.at < b.at : b.at < a.at;
  });
  return all;
}

}  // namespace aweber::mock
