#include "mockserver/webhooks/payload.h"

#include <fmt/format.h>

#include "base/text/json.h"
#include "mockserver/data/dates.h"

namespace aweber::mock {
namespace {

const char* EventName(SubscriberEvent::Kind kind) {
  switch (kind) {
    case SubscriberEvent::Kind::kAdded:
      return "subscriber.added";
    case SubscriberEvent::Kind::kSubscribed:
      return "subscriber.subscribed";
    case SubscriberEvent::Kind::kUnsubscribed:
      break;
  }
  return "subscriber.unsubscribed";
}

Json OrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json Location(const std::string& ip_address) {
  const GeoLocation* place = GeoLocationOf(ip_address);
  if (place == nullptr) return Json();
  return {{"city", place->city},
          {"country_code", place->country_code},
          {"country_name", place->country},
          {"latitude", place->latitude},
          {"longitude", place->longitude},
          {"metro_code", place->dma_code == 0 ? Json() : Json(place->dma_code)},
          {"postal_code", place->postal_code},
          {"region_code", place->region},
          {"region_name", place->region}};
}

}  // namespace

Json EventOf(const ApiData& data, const SubscriberEvent& subscriber_event,
             const std::string& base_url) {
  const Subscriber& one = subscriber_event.subscriber;
  const auto account = data.accounts.find(subscriber_event.account);
  const MailingList* list =
      account == data.accounts.end() ? nullptr : account->second.lists.Find(subscriber_event.list);
  const auto date = [&](const std::optional<Moment>& moment, DateShape shape) {
    return moment ? Json(FormatDate(data.origin + *moment, shape)) : Json();
  };
  Json fields = Json::object();  // without the empty ones
  for (const auto& [id, value] : one.custom_fields) {
    const CustomField* field = list == nullptr ? nullptr : list->custom_fields.Find(id);
    if (field != nullptr) fields[field->name] = value;
  }
  const std::string account_url =
      fmt::format("{}/1.0/accounts/{}", base_url, subscriber_event.account);
  const std::string list_url = fmt::format("{}/lists/{}", account_url, subscriber_event.list);
  return {
      {"event", EventName(subscriber_event.kind)},
      {"payload",
       {{"id", StableUuid("subscriber", one.id)},
        {"account", account == data.accounts.end() ? Json() : Json(account->second.uuid)},
        {"list", StableUuid("list", subscriber_event.list)},
        {"links",
         {{"account", account_url},
          {"list", list_url},
          {"subscriber", fmt::format("{}/subscribers/{}", list_url, one.id)}}},
        {"email", one.email},
        {"name", OrNull(one.name)},
        {"status",
         subscriber_event.deleted ? "deleted" : kSubscriberStatuses[static_cast<int>(one.status)]},
        {"tags", one.tags},
        {"custom_fields", fields},
        {"ad_tracking", OrNull(one.ad_tracking)},
        {"misc_notes", OrNull(one.misc_notes)},
        {"signup_ip", OrNull(one.ip_address)},
        {"signup_location", Location(one.ip_address)},
        {"subscribed_at", date(one.subscribed, DateShape::kOffset)},
        {"subscription_method", kSubscribedBy[static_cast<int>(one.method)]},
        {"subscription_url", OrNull(one.subscription_url)},
        {"unsubscribe_method", OrNull(kUnsubscribedBy[static_cast<int>(one.left_by)])},
        {"unsubscribed_at", date(one.unsubscribed, DateShape::kOffset)},
        {"verified_at", date(one.verified, DateShape::kNaive)}}}};
}

}  // namespace aweber::mock
