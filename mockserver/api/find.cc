// The filters of ws.op=find and ws.op=findSubscribers: one row a filter; all must hold.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/text/json.h"
#include "mockserver/api/call.h"
#include "mockserver/api/openapi.h"

namespace aweber::mock {
namespace {

// A filter's value, read once.
struct Wanted {
  std::string text;
  std::int64_t day = 0;
  double number = 0;
  std::vector<std::string> texts;
  Json json;
};
// What a filter looks at.
struct Seen {
  const Call& call;
  const MailingList& list;
  const Subscriber& subscriber;
};

struct Filter {
  Parameter parameter;
  bool (*holds)(const Seen&, const Wanted&);
};

bool OnDay(const Seen& seen, const std::optional<Moment>& moment, const Wanted& wanted) {
  return moment && DayOf(seen.call.Date(*moment)) == wanted.day;
}
bool UntilDay(const Seen& seen, const std::optional<Moment>& moment, const Wanted& wanted) {
  return moment && DayOf(seen.call.Date(*moment)) <= wanted.day;
}
bool FromDay(const Seen& seen, const std::optional<Moment>& moment, const Wanted& wanted) {
  return moment && DayOf(seen.call.Date(*moment)) >= wanted.day;
}
auto HasTagOf(const Seen& seen) {
  return [&tags = seen.subscriber.tags](const std::string& tag) {
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
  };
}
const GeoLocation* PlaceOfSeen(const Seen& seen) {
  return GeoLocationOf(seen.subscriber.ip_address);
}
bool SamePlace(const Seen& seen, const char* GeoLocation::*member, const Wanted& wanted) {
  const GeoLocation* place = PlaceOfSeen(seen);
  return place != nullptr && place->*member == wanted.text;
}
bool Near(double a, double b) { return std::fabs(a - b) < 0.00005; }

bool HasFields(const Seen& seen, const Wanted& wanted) {
  for (const auto& [name, value] : wanted.json.items()) {
    bool same = false;
    for (const auto& [field, text] : seen.subscriber.custom_fields) {
      const CustomField* known = seen.list.custom_fields.Find(field);
      same = same || (known != nullptr && known->name == name && value == text);
    }
    if (!same) return false;
  }
  return true;
}

constexpr auto kText = ParameterKind::kText;
constexpr auto kDay = ParameterKind::kDay;

// 27 and no more.
const Filter kFilters[] = {
    {{"email", kText, 1, 50},
     [](const Seen& s, const Wanted& w) { return s.subscriber.email == w.text; }},
    {{"name", kText, 1, 60},
     [](const Seen& s, const Wanted& w) { return s.subscriber.name == w.text; }},
    {{"status", ParameterKind::kChoice, 0, 0, "subscribed|unsubscribed|unconfirmed"},
     [](const Seen& s, const Wanted& w) {
       return w.text == kSubscriberStatuses[static_cast<int>(s.subscriber.status)];
     }},
    {{"ad_tracking", kText, 1, 20},
     [](const Seen& s, const Wanted& w) { return s.subscriber.ad_tracking == w.text; }},
    {{"misc_notes", kText, 0, 60},
     [](const Seen& s, const Wanted& w) { return s.subscriber.misc_notes == w.text; }},
    {{"custom_fields", ParameterKind::kTextMap}, HasFields},
    {{"tags", ParameterKind::kTexts},
     [](const Seen& s, const Wanted& w) {
       return std::all_of(w.texts.begin(), w.texts.end(), HasTagOf(s));
     }},
    {{"tags_not_in", ParameterKind::kTexts},
     [](const Seen& s, const Wanted& w) {
       return std::none_of(w.texts.begin(), w.texts.end(), HasTagOf(s));
     }},
    {{"subscription_method", ParameterKind::kChoice, 0, 0, "api|email|import|webform"},
     [](const Seen& s, const Wanted& w) {
       return w.text == kSubscribedBy[static_cast<int>(s.subscriber.method)];
     }},
    {{"unsubscribe_method", ParameterKind::kChoice, 0, 0,
      "unsubscribe link|customer cp|undeliverable|api: unsubscribe|api: move"},
     [](const Seen& s, const Wanted& w) {
       return w.text == kUnsubscribedBy[static_cast<int>(s.subscriber.left_by)];
     }},
    {{"subscribed_at", kDay},
     [](const Seen& s, const Wanted& w) { return OnDay(s, s.subscriber.subscribed, w); }},
    {{"subscribed_before", kDay},
     [](const Seen& s, const Wanted& w) { return UntilDay(s, s.subscriber.subscribed, w); }},
    {{"subscribed_after", kDay},
     [](const Seen& s, const Wanted& w) { return FromDay(s, s.subscriber.subscribed, w); }},
    {{"unsubscribed_at", kDay},
     [](const Seen& s, const Wanted& w) { return OnDay(s, s.subscriber.unsubscribed, w); }},
    {{"unsubscribed_before", kDay},
     [](const Seen& s, const Wanted& w) { return UntilDay(s, s.subscriber.unsubscribed, w); }},
    {{"unsubscribed_after", kDay},
     [](const Seen& s, const Wanted& w) { return FromDay(s, s.subscriber.unsubscribed, w); }},
    {{"verified_at", kDay},
     [](const Seen& s, const Wanted& w) { return OnDay(s, s.subscriber.verified, w); }},
    {{"last_followup_message_number_sent", ParameterKind::kWhole, 0, 1001},
     [](const Seen& s, const Wanted& w) {
       return s.subscriber.last_followup == static_cast<std::int64_t>(w.number);
     }},
    {{"last_followup_message_sent_at", kDay},
     [](const Seen& s, const Wanted& w) { return OnDay(s, s.subscriber.last_followup_sent, w); }},
    {{"area_code", ParameterKind::kWhole, 0, 999},
     [](const Seen& s, const Wanted& w) {
       const GeoLocation* place = PlaceOfSeen(s);
       return place != nullptr && place->area_code == static_cast<int>(w.number);
     }},
    {{"dma_code", ParameterKind::kWhole, 0, 881},
     [](const Seen& s, const Wanted& w) {
       const GeoLocation* place = PlaceOfSeen(s);
       return place != nullptr && place->dma_code == static_cast<int>(w.number);
     }},
    {{"latitude", ParameterKind::kDecimal, -90, 90},
     [](const Seen& s, const Wanted& w) {
       const GeoLocation* place = PlaceOfSeen(s);
       return place != nullptr && Near(place->latitude, w.number);
     }},
    {{"longitude", ParameterKind::kDecimal, -180, 180},
     [](const Seen& s, const Wanted& w) {
       const GeoLocation* place = PlaceOfSeen(s);
       return place != nullptr && Near(place->longitude, w.number);
     }},
    {{"city", kText, 1, 100},
     [](const Seen& s, const Wanted& w) { return SamePlace(s, &GeoLocation::city, w); }},
    {{"region", kText, 1, 100},
     [](const Seen& s, const Wanted& w) { return SamePlace(s, &GeoLocation::region, w); }},
    {{"postal_code", kText, 1, 100},
     [](const Seen& s, const Wanted& w) { return SamePlace(s, &GeoLocation::postal_code, w); }},
    {{"country", kText, 1, 100},
     [](const Seen& s, const Wanted& w) { return SamePlace(s, &GeoLocation::country, w); }},
};
static_assert(std::size(kFilters) == 27);

const Parameter kSorting[] = {
    {"sort_key", ParameterKind::kChoice, 0, 0, "subscribed_at|unsubscribed_at", false,
     "WebServiceError"},
    {"sort_order", ParameterKind::kChoice, 0, 0, "asc|desc", false, "WebServiceError"},
};

Wanted ReadWanted(const Parameter& parameter, std::string text) {
  Wanted wanted;
  wanted.number = std::strtod(text.c_str(), nullptr);
  if (parameter.kind == ParameterKind::kDay) wanted.day = ParseDay(text).value_or(0);
  if (parameter.kind == ParameterKind::kTextMap) wanted.json = ParseJson(text).value_or(Json());
  if (parameter.kind == ParameterKind::kTexts) {
    // CheckQuery has seen that it is an array of strings.
    const Json tags = ParseJson(text).value_or(Json::array());
    for (const Json& tag : tags) wanted.texts.push_back(tag.get<std::string>());
  }
  wanted.text = std::move(text);
  return wanted;
}

// A list of 100,000 is in no cache, and to wait for each row is most of a find: the memory of a row is
// asked for while the rows before it are looked at.
constexpr std::size_t kAhead = 8;
void FetchAhead(const Subscriber& row) {
  __builtin_prefetch(&row.email);
  __builtin_prefetch(&row.ip_address);
  __builtin_prefetch(&row.tags);
  __builtin_prefetch(&row.subscribed);
  __builtin_prefetch(&row.status);
}

}  // namespace

void FindSubscribers(Call& call, const MailingList& list, Items& items) {
  std::vector<std::pair<const Filter*, Wanted>> asked;
  for (const Filter& filter : kFilters) {
    if (auto value = call.Query(filter.parameter.name)) {
      asked.emplace_back(&filter, ReadWanted(filter.parameter, std::move(*value)));
    }
  }
  const auto& rows = list.subscribers;
  if (asked.empty()) items.reserve(items.size() + rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i + kAhead < rows.size()) FetchAhead(rows[i + kAhead]);
    const Subscriber& subscriber = rows[i];
    const Seen seen{call, list, subscriber};
    const bool all = std::all_of(asked.begin(), asked.end(), [&](const auto& one) {
      return one.first->holds(seen, one.second);
    });
    if (all) items.push_back({&list, &subscriber});
  }
}

std::span<const Parameter> FindFilters() {
  static const auto kAll = [] {
    std::vector<Parameter> all;
    for (const Filter& filter : kFilters) all.push_back(filter.parameter);
    return all;
  }();
  return kAll;
}

std::size_t FindFiltersCount() { return std::size(kFilters); }

std::span<const Parameter> FindParameters() {
  static const auto kAll = [] {
    std::vector<Parameter> all(FindFilters().begin(), FindFilters().end());
    all.insert(all.end(), std::begin(kSorting), std::end(kSorting));
    return all;
  }();
  return kAll;
}

}  // namespace aweber::mock
