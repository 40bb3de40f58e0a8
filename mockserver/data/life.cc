#include "mockserver/data/life.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_set>

#include "mockserver/data/address.h"
#include "mockserver/data/draw.h"

namespace aweber::mock {
namespace {

constexpr std::int64_t kDay = 24 * 3600;

Micros Seconds(std::int64_t seconds) { return std::chrono::seconds(seconds); }

// Whether mail to the list of this subscriber arrives there at that moment.
bool IsReader(const Subscriber& subscriber, Moment at) {
  if (subscriber.subscribed > at || subscriber.status == SubscriberStatus::kUnconfirmed) {
    return false;
  }
  return subscriber.status != SubscriberStatus::kUnsubscribed ||
         (subscriber.unsubscribed && *subscriber.unsubscribed > at);
}

// A segment other than the first one holds about half of the list (assumed).
bool IsInSegment(const MailingList& list, const Broadcast& broadcast,
                 const Subscriber& subscriber) {
  const bool everyone =
      broadcast.segment == 0 || list.segments.empty() || broadcast.segment == list.segments[0].id;
  return everyone || Draw(static_cast<std::uint64_t>(subscriber.id)).Percent(50);
}

// Whom the broadcast goes to, by id.
std::vector<const Subscriber*> ReadersOf(const AccountData& account, const MailingList& own,
                                         const Broadcast& broadcast, Moment at) {
  const bool alone = broadcast.include_lists.empty() && broadcast.exclude_lists.empty();
  std::unordered_set<std::string> served;  // the addresses that get no copy, or have theirs
  std::vector<const Subscriber*> readers;
  const auto list_of = [&](std::int64_t id) {
    return id == own.id ? &own : account.lists.Find(id);
  };
  for (const std::int64_t id : broadcast.exclude_lists) {
    const MailingList* excluded = list_of(id);
    if (excluded == nullptr) continue;
    for (const Subscriber& one : excluded->subscribers) {
      if (IsReader(one, at)) served.insert(AddressKey(one.email));
    }
  }
  for (const Subscriber& one : own.subscribers) {
    if (!IsReader(one, at) || !IsInSegment(own, broadcast, one)) continue;
    if (alone || served.insert(AddressKey(one.email)).second) readers.push_back(&one);
  }
  for (const std::int64_t id : broadcast.include_lists) {
    const MailingList* included = id == own.id ? nullptr : account.lists.Find(id);
    if (included == nullptr) continue;
    for (const Subscriber& one : included->subscribers) {
      if (IsReader(one, at) && served.insert(AddressKey(one.email)).second) readers.push_back(&one);
    }
  }
  std::sort(readers.begin(), readers.end(),
            [](const Subscriber* a, const Subscriber* b) { return a->id < b->id; });
  return readers;
}

void Send(AccountData& account, std::uint64_t seed, const Due& due) {
  const MailingList* found = account.lists.Find(due.list);
  const Broadcast* scheduled = found == nullptr ? nullptr : found->broadcasts.Find(due.id);
  if (scheduled == nullptr || scheduled->status != BroadcastStatus::kScheduled) return;
  auto results =
      std::make_shared<Results>(DrawResults(account, *found, *scheduled, due.at, seed, true));
  for (const auto& [subscriber, at] : results->left) {
    const MailingList* of = ListOfReader(account, *found, subscriber);
    AddDue(account, {at, Due::Kind::kLeave, of == nullptr ? due.list : of->id, subscriber});
  }
  Broadcast& broadcast = account.lists.Edit(due.list).broadcasts.Edit(due.id);
  broadcast.status = BroadcastStatus::kSent;
  broadcast.sent = due.at;
  broadcast.results = std::move(results);
}

void Leave(AccountData& account, const Due& due, const SubscriberListener& listener) {
  const MailingList* list = account.lists.Find(due.list);
  const Subscriber* known = list == nullptr ? nullptr : list->subscribers.Find(due.id);
  if (known == nullptr || known->status != SubscriberStatus::kSubscribed) return;
  Subscriber& subscriber = account.lists.Edit(due.list).subscribers.Edit(due.id);
  subscriber.status = SubscriberStatus::kUnsubscribed;
  subscriber.unsubscribed = due.at;
  subscriber.left_by = UnsubscribedBy::kLink;
  if (listener) {
    listener(
        {SubscriberEvent::Kind::kUnsubscribed, due.at, account.id, due.list, subscriber, false});
  }
}

}  // namespace

void Settle(AccountData& account, std::uint64_t seed, Moment now,
            const SubscriberListener& listener) {
  while (!account.due.empty() && account.due.front().at <= now) {
    const Due due = account.due.front();
    account.due.erase(account.due.begin());
    if (due.kind == Due::Kind::kSend) {
      Send(account, seed, due);
    } else {
      Leave(account, due, listener);
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

Results DrawResults(const AccountData& account, const MailingList& list, const Broadcast& broadcast,
                    Moment at, std::uint64_t seed, bool leave) {
  Results results;
  results.links = LinksOf(broadcast.body_html, broadcast.body_text);
  Draw draw(seed ^ static_cast<std::uint64_t>(broadcast.id) * 0x9e3779b97f4a7c15);
  for (const Subscriber* reader : ReadersOf(account, list, broadcast, at)) {
    const std::int64_t id = reader->id;
    results.recipients.push_back(id);
    if (draw.Percent(1)) {
      results.undelivered.push_back(id);
      continue;
    }
    if (!draw.Percent(60)) continue;
    Moment opened = at + Seconds(60 + draw.Below(draw.Percent(70) ? kDay / 4 : 6 * kDay));
    results.opens.push_back({0, id, opened});
    if (draw.Percent(25)) {
      results.opens.push_back({0, id, opened + Seconds(draw.Below(2 * kDay))});
    }
    if (broadcast.click_tracking && !results.links.empty() && draw.Percent(50)) {
      const std::int64_t clicks = 1 + draw.Below(3);
      for (std::int64_t i = 0; i < clicks; ++i) {
        const auto link = draw.Below(static_cast<std::int64_t>(results.links.size()));
        results.clicks.push_back({0, id, opened + Seconds(5 + i * 40 + draw.Below(30)),
                                  static_cast<std::uint32_t>(link)});
      }
    }
    if (draw.Below(1000) < 3) results.complaints.push_back(id);
    if (leave && draw.Percent(2)) results.left.emplace_back(id, opened + Seconds(30));
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

void DrawMissingResults(const AccountData& account, MailingList& list, std::uint64_t seed) {
  std::vector<std::int64_t> missing;
  for (const Broadcast& one : list.broadcasts) {
    if (one.status == BroadcastStatus::kSent && one.results == nullptr) missing.push_back(one.id);
  }
  for (const std::int64_t id : missing) {
    Broadcast& sent = list.broadcasts.Edit(id);
    sent.results =
        std::make_shared<Results>(DrawResults(account, list, sent, *sent.sent, seed, false));
  }
}

const MailingList* ListOfReader(const AccountData& account, const MailingList& list,
                                std::int64_t subscriber) {
  if (list.subscribers.Find(subscriber) != nullptr) return &list;
  for (const MailingList& other : account.lists) {
    if (other.subscribers.Find(subscriber) != nullptr) return &other;
  }
  return nullptr;
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
