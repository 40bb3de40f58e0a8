// SubscriberActivity: one event in a subscriber's life.
#include "mockserver/api/activity.h"

#include <fmt/format.h>

#include "base/text/json.h"

namespace aweber::mock {
namespace {

const Activity& Event(const Shown& shown) { return shown.As<Activity>(); }

Json OfPurchase(const Shown& shown, const std::string Purchase::*member) {
  const Purchase* purchase = Event(shown).purchase;
  return purchase == nullptr ? Absent() : Json(purchase->*member);
}

constexpr Member kActivityMembers[] = {
    {.name = "id",
     .type = Type::kAny,
     .read = [](const Shown& s) -> Json {
       return Event(s).id == 0 ? Json(Event(s).type) : Json(Event(s).id);
     }},
    {.name = "type",
     .values = "click|link|open|sent_message|subscribed|tracked_event|verified",
     .read = [](const Shown& s) -> Json { return Event(s).type; }},
    {.name = "event_time",
     .type = Type::kDate,
     .read = [](const Shown& s) { return s.call.Shape(Event(s).at, DateShape::kOffset); }},
    {.name = "subscriber_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json {
       return s.call.links.In(s.list->id, "subscribers", Event(s).subscriber);
     }},
    {.name = "self_link",
     .type = Type::kText,
     .nullable = true,
     .read = [](const Shown&) -> Json { return nullptr; }},
    {.name = "last_opened",
     .type = Type::kDate,
     .nullable = true,
     .shows = Shows::kSometimes,
     .read =
         [](const Shown& s) {
           if (Event(s).type != "sent_message") return Absent();
           return s.call.Shape(Event(s).last_opened, DateShape::kOffset);
         }},
    {.name = "total_opens",
     .type = Type::kInteger,
     .shows = Shows::kSometimes,
     .read =
         [](const Shown& s) {
           return Event(s).type == "sent_message" ? Json(Event(s).opens) : Absent();
         }},
    {.name = "vendor",
     .shows = Shows::kSometimes,
     .read = [](const Shown& s) { return OfPurchase(s, &Purchase::vendor); }},
    {.name = "product_name",
     .shows = Shows::kSometimes,
     .read = [](const Shown& s) { return OfPurchase(s, &Purchase::product); }},
    {.name = "event_note",
     .shows = Shows::kSometimes,
     .read = [](const Shown& s) { return OfPurchase(s, &Purchase::note); }},
    {.name = "currency",
     .shows = Shows::kSometimes,
     .read = [](const Shown& s) { return OfPurchase(s, &Purchase::currency); }},
    {.name = "url",
     .type = Type::kUrl,
     .shows = Shows::kSometimes,
     .read = [](const Shown& s) { return OfPurchase(s, &Purchase::url); }},
    {.name = "value",
     .type = Type::kNumber,
     .shows = Shows::kSometimes,
     .read =
         [](const Shown& s) {
           return Event(s).purchase == nullptr ? Absent() : Json(Event(s).purchase->value);
         }},
    {.name = "http_etag"},
};

}  // namespace

const Resource kActivity = {"SubscriberActivity", "subscriber_activity", kActivityMembers};

}  // namespace aweber::mock
