#include "mockserver/data/life.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "mockserver/data/draw.h"

namespace aweber::mock {
namespace {

constexpr std::int64_t kDay = 24 * 3600;

Micros Seconds(std::int64_t seconds) { return std::chrono::seconds(seconds); }

// Whether the broadcast goes to this subscriber of the list (assumed: to everyone who is subscribed
// then; a segment other than the first one holds about half of them).
bool Receives(const MailingList& list, const Broadcast& broadcast, const Subscriber& subscriber,
              Moment at) {
  if (subscriber.subscribed > at || subscriber.status == SubscriberStatus::kUnconfirmed) {
    return false;
  }
  if (subscriber.status == SubscriberStatus::kUnsubscribed &&
      (!subscriber.unsubscribed || *subscriber.unsubscribed <= at)) {
    return false;
  }
  const bool everyone =
      broadcast.segment == 0 || list.segments.empty() || broadcast.segment == list.segments[0].id;
  return everyone || Draw(static_cast<std::uint64_t>(subscriber.id)).Percent(50);
}

void Send(AccountData& account, std::uint64_t seed, const Due& due) {
  const MailingList* found = account.lists.Find(due.list);
  const Broadcast* scheduled = found == nullptr ? nullptr : found->broadcasts.Find(due.id);
  if (scheduled == nullptr || scheduled->status != BroadcastStatus::kScheduled) return;
  auto results = std::make_shared<Results>(DrawResults(*found, *scheduled, due.at, seed, true));
  for (const auto& [subscriber, at] : results->left) {
    AddDue(account, {at, Due::Kind::kLeave, due.list, subscriber});
  }
  Broadcast& broadcast = account.lists.Edit(due.list).broadcasts.Edit(due.id);
  broadcast.status = BroadcastStatus::kSent;
  broadcast.sent = due.at;
  broadcast.results = std::move(results);
}

void Leave(AccountData& account, const Due& due, const Tell& tell) {
  const MailingList* list = account.lists.Find(due.list);
  const Subscriber* known = list == nullptr ? nullptr : list->subscribers.Find(due.id);
  if (known == nullptr || known->status != SubscriberStatus::kSubscribed) return;
  Subscriber& subscriber = account.lists.Edit(due.list).subscribers.Edit(due.id);
  subscriber.status = SubscriberStatus::kUnsubscribed;
  subscriber.unsubscribed = due.at;
  subscriber.left_by = UnsubscribedBy::kLink;
  if (tell) {
    tell({Happening::Kind::kUnsubscribed, due.at, account.id, due.list, subscriber, false});
  }
}

}  // namespace

void Settle(AccountData& account, std::uint64_t seed, Moment now, const Tell& tell) {
  while (!account.due.empty() && account.due.front().at <= now) {
    const Due due = account.due.front();
    account.due.erase(account.due.begin());
    if (due.kind == Due::Kind::kSend) {
      Send(account, seed, due);
    } else {
      Leave(account, due, tell);
    }
  }
}

void AddDue(AccountData& account, const Due& due) {
  const auto later = std::upper_bound(account.due.begin(), account.due.end(), due,
                                      [](const Due& a, const Due& b) { return a.at < b.at; });
  account.due.insert(later, due);
}

void RemoveDue(AccountData& account, Due::Kind kind, std::int64_t id) {
  std::erase_if(account.due, [&](const Due& due) { return due.kind == kind && due.id == id; });
}

Results DrawResults(const MailingList& list, const Broadcast& broadcast, Moment at,
                    std::uint64_t seed, bool leave) {
  Results results;
  results.links = LinksOf(broadcast.body_html, broadcast.body_text);
  Draw draw(seed ^ static_cast<std::uint64_t>(broadcast.id) * 0x9e3779b97f4a7c15);
  for (const Subscriber& subscriber : list.subscribers) {
    if (!Receives(list, broadcast, subscriber, at)) continue;
    results.recipients.push_back(subscriber.id);
    if (draw.Percent(1)) {
      results.undelivered.push_back(subscriber.id);
      continue;
    }
    if (!draw.Percent(60)) continue;
    Moment opened = at + Seconds(60 + draw.Below(draw.Percent(70) ? kDay / 4 : 6 * kDay));
    results.opens.push_back({0, subscriber.id, opened});
    if (draw.Percent(25)) {
      results.opens.push_back({0, subscriber.id, opened + Seconds(draw.Below(2 * kDay))});
    }
    if (broadcast.click_tracking && !results.links.empty() && draw.Percent(50)) {
      const std::int64_t clicks = 1 + draw.Below(3);
      for (std::int64_t i = 0; i < clicks; ++i) {
        const auto link = draw.Below(static_cast<std::int64_t>(results.links.size()));
        results.clicks.push_back({0, subscriber.id, opened + Seconds(5 + i * 40 + draw.Below(30)),
                                  static_cast<std::uint32_t>(link)});
      }
    }
    if (draw.Below(1000) < 3) results.complaints.push_back(subscriber.id);
    if (leave && draw.Percent(2)) results.left.emplace_back(subscriber.id, opened + Seconds(30));
  }
  const auto by_time = [](const auto& a, const auto& b) {
    return a.at != b.at ? a.at < b.at : a.subscriber < b.subscriber;
  };
  std::stable_sort(results.opens.begin(), results.opens.end(), by_time);
  std::stable_sort(results.clicks.begin(), results.clicks.end(), by_time);
  std::int64_t id = 0;
  for (Opened& open : results.opens) open.id = ++id;
  for (Clicked& click : results.clicks) click.id = ++id;
  return results;
}

std::vector<std::string> LinksOf(const std::string& html, const std::string& text) {
  std::vector<std::string> links;
  std::set<std::string> seen;
  for (const std::string_view body : {std::string_view(html), std::string_view(text)}) {
    for (std::size_t at = body.find("http"); at != std::string_view::npos;
         at = body.find("http", at + 4)) {
      const std::string_view rest = body.substr(at);
      if (rest.rfind("http://", 0) != 0 && rest.rfind("https://", 0) != 0) continue;
      std::string url(rest.substr(0, rest.find_first_of(" \t\r\n\"'<>)")));
      if (seen.insert(url).second) links.push_back(std::move(url));
    }
  }
  return links;
}

}  // namespace aweber::mock
