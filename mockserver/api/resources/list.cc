// List.
#include "base/text/base64.h"
#include "base/text/json.h"
#include "mockserver/api/call.h"
#include "mockserver/data/draw.h"

namespace aweber::mock {
namespace {

template <typename Counts>
Json CountSubscribers(const Shown& shown, Counts counts) {
  std::int64_t count = 0;
  for (const Subscriber& subscriber : shown.As<MailingList>().subscribers) {
    if (counts(subscriber)) ++count;
  }
  return count;
}

Json CountStatus(const Shown& shown, SubscriberStatus status) {
  return CountSubscribers(shown, [&](const Subscriber& one) { return one.status == status; });
}

// Who subscribed on the day that lies `back` days behind the present one, whatever came after.
Json CountDay(const Shown& shown, std::int64_t back) {
  const Call& call = shown.call;
  const std::int64_t day = DayOf(call.Date(call.now)) - back;
  return CountSubscribers(shown, [&](const Subscriber& one) {
    return one.status == SubscriberStatus::kSubscribed && DayOf(call.Date(one.subscribed)) == day;
  });
}

// An uncompressed point of P-256 by its looks: 65 bytes that begin with 4.
Json PublicKey(const Shown& shown) {
  Draw draw(static_cast<std::uint64_t>(shown.As<MailingList>().id));
  std::string point(1, '\x04');
  while (point.size() < 65) point += static_cast<char>(draw.Next() & 0xff);
  return Base64UrlEncode(point);
}

template <int kText>
constexpr const char* Collection() {
  constexpr const char* kNames[] = {"subscribers",
                                    "campaigns",
                                    "custom_fields",
                                    "segments",
                                    "landing_pages",
                                    "web_forms",
                                    "web_form_split_tests",
                                    "broadcasts?status=draft",
                                    "broadcasts?status=scheduled",
                                    "broadcasts?status=sent"};
  return kNames[kText];
}
template <int kText>
Json Below(const Shown& shown) {
  return shown.call.links.In(shown.As<MailingList>().id, Collection<kText>());
}

}  // namespace

constexpr Member kListMembers[] = {
    {.name = "id",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return s.As<MailingList>().id; }},
    {.name = "uuid",
     .type = Type::kUuid,
     .read = [](const Shown& s) -> Json { return StableUuid("list", s.As<MailingList>().id); }},
    {.name = "name", .read = [](const Shown& s) -> Json { return s.As<MailingList>().name; }},
    {.name = "unique_list_id",
     .read = [](const Shown& s) -> Json { return s.As<MailingList>().unique_list_id; }},
    {.name = "vapid_public_key", .read = PublicKey},
    {.name = "total_subscribers",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return s.As<MailingList>().subscribers.size(); }},
    {.name = "total_subscribed_subscribers",
     .type = Type::kInteger,
     .read = [](const Shown& s) { return CountStatus(s, SubscriberStatus::kSubscribed); }},
    {.name = "total_unconfirmed_subscribers",
     .type = Type::kInteger,
     .read = [](const Shown& s) { return CountStatus(s, SubscriberStatus::kUnconfirmed); }},
    {.name = "total_unsubscribed_subscribers",
     .type = Type::kInteger,
     .read = [](const Shown& s) { return CountStatus(s, SubscriberStatus::kUnsubscribed); }},
    {.name = "total_subscribers_subscribed_today",
     .type = Type::kInteger,
     .read = [](const Shown& s) { return CountDay(s, 0); }},
    {.name = "total_subscribers_subscribed_yesterday",
     .type = Type::kInteger,
     .read = [](const Shown& s) { return CountDay(s, 1); }},
    {.name = "self_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return s.call.links.List(s.As<MailingList>().id); }},
    {.name = "subscribers_collection_link", .type = Type::kLink, .read = Below<0>},
    {.name = "campaigns_collection_link", .type = Type::kLink, .read = Below<1>},
    {.name = "custom_fields_collection_link", .type = Type::kLink, .read = Below<2>},
    {.name = "segments_collection_link", .type = Type::kLink, .read = Below<3>},
    {.name = "landing_pages_collection_link", .type = Type::kLink, .read = Below<4>},
    {.name = "web_forms_collection_link", .type = Type::kLink, .read = Below<5>},
    {.name = "web_form_split_tests_collection_link", .type = Type::kLink, .read = Below<6>},
    {.name = "draft_broadcasts_link", .type = Type::kLink, .read = Below<7>},
    {.name = "scheduled_broadcasts_link", .type = Type::kLink, .read = Below<8>},
    {.name = "sent_broadcasts_link", .type = Type::kLink, .read = Below<9>},
    {.name = "http_etag"},
};

const Resource kList = {"List", "list", kListMembers};

}  // namespace aweber::mock
