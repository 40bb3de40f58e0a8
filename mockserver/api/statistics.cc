#include "mockserver/api/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text/json.h"

namespace aweber::mock {
namespace {

// What happened at one moment, for the rows by hour and day.
struct ReaderEvent {
  Moment at{0};
  std::int64_t subscriber = 0;
  std::uint32_t link = 0;
  double dollars = 0;
};

bool Counts(const Call& call, const MailingList& list, Moment at, std::int64_t subscriber) {
  return at <= call.now && ListOfReader(call.account, list, subscriber) != nullptr;
}

// The purchases by readers of `list`, and by those of the lists that were included.
template <typename Use>
void EachPurchase(const Call& call, const MailingList& list, const Broadcast& broadcast, Use use) {
  for (const Purchase& one : list.purchases) use(one);
  for (const std::int64_t id : broadcast.include_lists) {
    const MailingList* included = id == list.id ? nullptr : call.account.lists.Find(id);
    if (included == nullptr) continue;
    for (const Purchase& one : included->purchases) use(one);
  }
}

std::vector<ReaderEvent> Sales(const Call& call, const MailingList& list,
                               const Broadcast& broadcast) {
  std::vector<ReaderEvent> sales;
  const Moment end = *broadcast.sent + std::chrono::hours(14 * 24);
  EachPurchase(call, list, broadcast, [&](const Purchase& purchase) {
    const auto& to = broadcast.results->recipients;
    const bool ours = std::binary_search(to.begin(), to.end(), purchase.subscriber);
    if (ours && purchase.at >= *broadcast.sent && purchase.at <= end &&
        Counts(call, list, purchase.visible, purchase.subscriber)) {
      sales.push_back({purchase.at, purchase.subscriber, 0, purchase.value});
    }
  });
  return sales;
}

std::vector<ReaderEvent> EventsOf(const Call& call, const MailingList& list,
                                  const Broadcast& broadcast, std::string_view what) {
  if (what == "sales") return Sales(call, list, broadcast);
  const Results& results = *broadcast.results;
  std::vector<ReaderEvent> events;
  if (what == "opens") {
    for (const Opened& one : results.opens) events.push_back({one.at, one.subscriber, 0, 0});
  } else if (what == "unsubscribed") {
    for (const auto& [subscriber, at] : results.left) events.push_back({at, subscriber, 0, 0});
  } else {  // whoever clicks sees the page: a webhit is a click (assumed)
    for (const Clicked& one : results.clicks) {
      events.push_back({one.at, one.subscriber, one.link, 0});
    }
  }
  std::erase_if(
      events, [&](const ReaderEvent& one) { return !Counts(call, list, one.at, one.subscriber); });
  return events;
}

// One row an hour of the first day, or a day of the first two weeks.
Json ByTime(const Call& call, const Broadcast& broadcast, const std::vector<ReaderEvent>& events,
            bool hourly) {
  const Moment step = hourly ? Moment(std::chrono::hours(1)) : Moment(std::chrono::hours(24));
  const int steps = hourly ? 24 : 14;
  Json rows = Json::array();
  for (int i = 0; i < steps; ++i) {
    const Moment from = *broadcast.sent + i * step;
    const auto count = std::count_if(events.begin(), events.end(), [&](const ReaderEvent& one) {
      return one.at >= from && one.at < from + step;
    });
    rows.push_back(
        {{"timestamp", call.Shape(from, hourly ? DateShape::kBlankOffset : DateShape::kDay)},
         {"total", count}});
  }
  return rows;
}

// The ten with the most events, by link or by subscriber.
Json Top(const Call& call, const MailingList& list, const Broadcast& broadcast,
         const std::vector<ReaderEvent>& events, std::string_view what, bool by_subscriber) {
  std::map<std::int64_t, std::pair<std::int64_t, std::set<std::int64_t>>> groups;
  std::map<std::int64_t, double> dollars;
  for (const ReaderEvent& one : events) {
    const std::int64_t key = by_subscriber ? one.subscriber : one.link;
    ++groups[key].first;
    groups[key].second.insert(one.subscriber);
    dollars[key] += one.dollars;
  }
  std::vector<std::pair<std::int64_t, std::int64_t>> order;
  order.reserve(groups.size());
  for (const auto& [key, group] : groups) order.emplace_back(-group.first, key);
  std::sort(order.begin(), order.end());
  if (order.size() > 10) order.resize(10);
  Json rows = Json::array();
  for (const auto& [count, key] : order) {
    if (!by_subscriber) {
      rows.push_back({{"url", broadcast.results->links[static_cast<std::size_t>(key)]},
                      {"total_" + std::string(what), -count},
                      {"unique_" + std::string(what), groups[key].second.size()}});
      continue;
    }
    const MailingList& of = *ListOfReader(call.account, list, key);  // or it would not count
    Json row = {{"email", of.subscribers.Find(key)->email},
                {"subscriber_link", call.links.In(of.id, "subscribers", key)},
                {"total_" + std::string(what), -count}};
    if (what == "sales") row["total_sales_dollars"] = dollars[key];
    rows.push_back(std::move(row));
  }
  return rows;
}

constexpr StatRow kStatRows[] = {
    {"total_clicks", StatKind::kWhole, "clicks", "Clicks"},
    {"unique_clicks", StatKind::kWhole, "clicks", "Subscribers who clicked"},
    {"total_opens", StatKind::kWhole, "opens", "Opens"},
    {"unique_opens", StatKind::kWhole, "opens", "Subscribers who opened"},
    {"total_sales", StatKind::kWhole, "sales", "Sales"},
    {"total_unsubscribed", StatKind::kWhole, "unsubscribed", "Subscribers who unsubscribed"},
    {"total_sales_dollars", StatKind::kDecimal, "sales", "Value of the sales"},
    {"hourly_opens", StatKind::kHourly, "opens", "Opens in each of the first 24 hours"},
    {"hourly_clicks", StatKind::kHourly, "clicks", "Clicks in each of the first 24 hours"},
    {"hourly_webhits", StatKind::kHourly, "webhits", "Web hits in each of the first 24 hours"},
    {"hourly_sales", StatKind::kHourly, "sales", "Sales in each of the first 24 hours"},
    {"hourly_unsubscribed", StatKind::kHourly, "unsubscribed",
     "Unsubscriptions in each of the first 24 hours"},
    {"daily_opens", StatKind::kDaily, "opens", "Opens on each of the first 14 days"},
    {"daily_clicks", StatKind::kDaily, "clicks", "Clicks on each of the first 14 days"},
    {"daily_webhits", StatKind::kDaily, "webhits", "Web hits on each of the first 14 days"},
    {"daily_sales", StatKind::kDaily, "sales", "Sales on each of the first 14 days"},
    {"daily_unsubscribed", StatKind::kDaily, "unsubscribed",
     "Unsubscriptions on each of the first 14 days"},
    {"clicks_by_link", StatKind::kTop, "clicks", "The ten links with the most clicks"},
    {"webhits_by_link", StatKind::kTop, "webhits", "The ten links with the most web hits"},
    {"opens_by_subscriber", StatKind::kTopSubscribers, "opens",
     "The ten subscribers with the most opens"},
    {"sales_by_subscriber", StatKind::kTopSubscribers, "sales",
     "The ten subscribers with the most sales"},
};
static_assert(std::size(kStatRows) == 21);

}  // namespace

Totals TotalsOf(const Call& call, const MailingList& list, const Results& results) {
  Totals totals;
  std::set<std::int64_t> openers, clickers;
  totals.sent = static_cast<std::int64_t>(results.recipients.size());
  totals.undelivered = static_cast<std::int64_t>(results.undelivered.size());
  totals.complaints = static_cast<std::int64_t>(results.complaints.size());
  for (const Opened& one : results.opens) {
    if (!Counts(call, list, one.at, one.subscriber)) continue;
    ++totals.opens;
    openers.insert(one.subscriber);
  }
  for (const Clicked& one : results.clicks) {
    if (!Counts(call, list, one.at, one.subscriber)) continue;
    ++totals.clicks;
    clickers.insert(one.subscriber);
  }
  for (const auto& [subscriber, at] : results.left) {
    if (Counts(call, list, at, subscriber)) ++totals.unsubscribed;
  }
  totals.unique_opens = static_cast<std::int64_t>(openers.size());
  totals.unique_clicks = static_cast<std::int64_t>(clickers.size());
  return totals;
}

Totals TotalsOf(const Call& call, const MailingList& list, const Broadcast& broadcast) {
  Totals totals = TotalsOf(call, list, *broadcast.results);
  for (const ReaderEvent& sale : Sales(call, list, broadcast)) {
    ++totals.sales;
    totals.sales_dollars += sale.dollars;
  }
  return totals;
}

std::vector<Opened> FirstOpens(const Call& call, const MailingList& list, const Results& results) {
  std::vector<Opened> opens;
  std::set<std::int64_t> seen;
  for (const Opened& one : results.opens) {
    if (Counts(call, list, one.at, one.subscriber) && seen.insert(one.subscriber).second) {
      opens.push_back(one);
    }
  }
  std::reverse(opens.begin(), opens.end());
  return opens;
}

std::vector<Clicked> AllClicks(const Call& call, const MailingList& list, const Results& results) {
  std::vector<Clicked> clicks;
  for (const Clicked& one : results.clicks) {
    if (Counts(call, list, one.at, one.subscriber)) clicks.push_back(one);
  }
  std::reverse(clicks.begin(), clicks.end());
  return clicks;
}

std::vector<ClickedOnce> ClicksBySubscriber(const Call& call, const MailingList& list,
                                            const Results& results) {
  std::map<std::int64_t, ClickedOnce> by;
  for (const Clicked& one : results.clicks) {
    if (!Counts(call, list, one.at, one.subscriber)) continue;
    ClickedOnce& sum = by[one.subscriber];
    if (sum.total++ == 0) sum = {one.id, one.subscriber, one.at, one.at, 1};
    sum.last = one.at;
  }
  std::vector<ClickedOnce> clicks;
  clicks.reserve(by.size());
  for (const auto& [subscriber, sum] : by) clicks.push_back(sum);
  std::sort(clicks.begin(), clicks.end(), [](const ClickedOnce& a, const ClickedOnce& b) {
    return a.first != b.first ? a.first > b.first : a.id > b.id;
  });
  return clicks;
}

bool MayReadSubscribers(const Call& call) {
  Exchange quiet = call.exchange;
  return !RequireScope(call.space, call.token, "subscriber.read", quiet).has_value();
}

std::span<const StatRow> StatRows() { return kStatRows; }

Json StatValue(const Call& call, const MailingList& list, const Broadcast& broadcast,
               const StatRow& row) {
  if (row.kind == StatKind::kWhole || row.kind == StatKind::kDecimal) {
    const Totals totals = TotalsOf(call, list, broadcast);
    if (row.id == "total_clicks") return totals.clicks;
    if (row.id == "unique_clicks") return totals.unique_clicks;
    if (row.id == "total_opens") return totals.opens;
    if (row.id == "unique_opens") return totals.unique_opens;
    if (row.id == "total_sales") return totals.sales;
    if (row.id == "total_unsubscribed") return totals.unsubscribed;
    return totals.sales_dollars;
  }
  const auto events = EventsOf(call, list, broadcast, row.what);
  if (row.kind == StatKind::kHourly) return ByTime(call, broadcast, events, true);
  if (row.kind == StatKind::kDaily) return ByTime(call, broadcast, events, false);
  return Top(call, list, broadcast, events, row.what, row.kind == StatKind::kTopSubscribers);
}

}  // namespace aweber::mock
