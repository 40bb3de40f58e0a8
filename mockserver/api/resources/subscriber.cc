// Subscriber.
#include "base/text/json.h"
#include "mockserver/api/call.h"

namespace aweber::mock {
namespace {

const Subscriber& Of(const Shown& shown) { return shown.As<Subscriber>(); }

// What stands for a text that was never set: null, "" or nothing at all.
Json Unset(const Shown& shown) {
  const std::string& said = shown.call.space.settings.unset_members;
  if (said == "absent") return Absent();
  return said == "empty" ? Json("") : Json();
}
Json TextOr(const Shown& shown, const std::string& text) {
  return text.empty() ? Unset(shown) : Json(text);
}
// A member that has no text to be empty.
Json OrUnset(const Shown& shown, Json value) {
  if (!value.is_null()) return value;
  return shown.call.space.settings.unset_members == "absent" ? Absent() : Json();
}
template <typename T>
Json FromPlace(const Shown& shown, T GeoLocation::*member) {
  const GeoLocation* place = GeoLocationOf(Of(shown).ip_address);
  return place == nullptr ? OrUnset(shown, Json()) : Json(place->*member);
}

// Every field of the list appears.
Json CustomFields(const Shown& shown) {
  Json fields = Json::object();
  for (const CustomField& field : shown.list->custom_fields) {
    fields[field.name] = shown.call.space.settings.unset_members == "empty" ? Json("") : Json();
    for (const auto& [id, value] : Of(shown).custom_fields) {
      if (id == field.id) fields[field.name] = value;
    }
  }
  return fields;
}

Json LastFollowUp(const Shown& shown) {
  const std::int64_t id = Of(shown).last_followup_id;
  if (id == 0 || shown.list->follow_ups.Find(id) == nullptr) return OrUnset(shown, Json());
  return shown.call.links.In(shown.list->id, "campaigns", "f" + std::to_string(id));
}

constexpr Member kSubscriberMembers[] = {
    {.name = "id", .type = Type::kInteger, .read = [](const Shown& s) -> Json { return Of(s).id; }},
    {.name = "uuid",
     .type = Type::kUuid,
     .shows = Shows::kWhole,
     .read = [](const Shown& s) -> Json { return StableUuid("subscriber", Of(s).id); }},
    {.name = "email",
     .writable = kCreateUpdate,
     .read = [](const Shown& s) -> Json { return Of(s).email; }},
    {.name = "name",
     .type = Type::kText,
     .nullable = true,
     .writable = kCreateUpdate,
     .read = [](const Shown& s) { return TextOr(s, Of(s).name); }},
    {.name = "status",
     .writable = "update",
     .values = "subscribed|unsubscribed|unconfirmed",
     .read = [](const Shown& s) -> Json {
       return kSubscriberStatuses[static_cast<int>(Of(s).status)];
     }},
    {.name = "custom_fields",
     .type = Type::kObject,
     .writable = kCreateUpdate,
     .read = CustomFields},
    {.name = "tags",
     .type = Type::kTexts,
     .writable = kCreateUpdate,
     .read = [](const Shown& s) -> Json { return Of(s).tags; }},
    {.name = "ad_tracking",
     .type = Type::kText,
     .nullable = true,
     .writable = kCreateUpdate,
     .read = [](const Shown& s) { return TextOr(s, Of(s).ad_tracking); }},
    {.name = "misc_notes",
     .writable = kCreateUpdate,
     .read = [](const Shown& s) -> Json { return Of(s).misc_notes; }},
    {.name = "ip_address",
     .type = Type::kText,
     .nullable = true,
     .writable = "create",
     .read = [](const Shown& s) { return TextOr(s, Of(s).ip_address); }},
    {.name = "last_followup_message_number_sent",
     .type = Type::kInteger,
     .writable = kCreateUpdate,
     .read = [](const Shown& s) -> Json { return Of(s).last_followup; }},
    {.name = "last_followup_sent_at",
     .type = Type::kDate,
     .nullable = true,
     .read =
         [](const Shown& s) {
           return OrUnset(s, s.call.Shape(Of(s).last_followup_sent, DateShape::kOffsetMicros));
         }},
    {.name = "last_followup_sent_link",
     .type = Type::kLink,
     .nullable = true,
     .read = LastFollowUp},
    {.name = "is_verified",
     .type = Type::kBoolean,
     .read = [](const Shown& s) -> Json { return Of(s).verified.has_value(); }},
    {.name = "verified_at",
     .type = Type::kDate,
     .nullable = true,
     .read =
         [](const Shown& s) {
           return OrUnset(s, s.call.Shape(Of(s).verified, DateShape::kNaive));
         }},
    {.name = "subscribed_at",
     .type = Type::kDate,
     .read = [](const Shown& s) { return s.call.Shape(Of(s).subscribed, DateShape::kOffset); }},
    {.name = "unsubscribed_at",
     .type = Type::kDate,
     .nullable = true,
     .read =
         [](const Shown& s) {
           return OrUnset(s, s.call.Shape(Of(s).unsubscribed, DateShape::kOffsetMicros));
         }},
    {.name = "subscription_method",
     .values = "api|email|import|webform",
     .read = [](const Shown& s) -> Json { return kSubscribedBy[static_cast<int>(Of(s).method)]; }},
    {.name = "subscription_url",
     .type = Type::kUrl,
     .nullable = true,
     .read = [](const Shown& s) { return OrUnset(s, TextOrNull(Of(s).subscription_url)); }},
    {.name = "unsubscribe_method",
     .type = Type::kText,
     .nullable = true,
     .values = "unsubscribe link|customer cp|undeliverable|api: unsubscribe|api: move",
     .read =
         [](const Shown& s) {
           return OrUnset(s, TextOrNull(kUnsubscribedBy[static_cast<int>(Of(s).left_by)]));
         }},
    {.name = "area_code",
     .type = Type::kInteger,
     .nullable = true,
     .read = [](const Shown& s) { return FromPlace(s, &GeoLocation::area_code); }},
    {.name = "dma_code",
     .type = Type::kInteger,
     .nullable = true,
     .read = [](const Shown& s) { return FromPlace(s, &GeoLocation::dma_code); }},
    {.name = "latitude",
     .type = Type::kNumber,
     .nullable = true,
     .read = [](const Shown& s) { return FromPlace(s, &GeoLocation::latitude); }},
    {.name = "longitude",
     .type = Type::kNumber,
     .nullable = true,
     .read = [](const Shown& s) { return FromPlace(s, &GeoLocation::longitude); }},
    {.name = "city",
     .type = Type::kText,
     .nullable = true,
     .read = [](const Shown& s) { return FromPlace(s, &GeoLocation::city); }},
    {.name = "region",
     .type = Type::kText,
     .nullable = true,
     .read = [](const Shown& s) { return FromPlace(s, &GeoLocation::region); }},
    {.name = "postal_code",
     .type = Type::kText,
     .nullable = true,
     .read = [](const Shown& s) { return FromPlace(s, &GeoLocation::postal_code); }},
    {.name = "country",
     .type = Type::kText,
     .nullable = true,
     .read = [](const Shown& s) { return FromPlace(s, &GeoLocation::country); }},
    {.name = "self_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json {
       return s.call.links.In(s.list->id, "subscribers", Of(s).id);
     }},
    {.name = "list_link",
     .type = Type::kLink,
     .shows = Shows::kFound,
     .read = [](const Shown& s) -> Json { return s.call.links.List(s.list->id); }},
    {.name = "list_name",
     .shows = Shows::kFound,
     .read = [](const Shown& s) -> Json { return s.list->name; }},
};

}  // namespace

const Resource kSubscriber = {"Subscriber", "subscriber", kSubscriberMembers};

}  // namespace aweber::mock
