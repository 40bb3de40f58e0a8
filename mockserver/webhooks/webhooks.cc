#include "mockserver/webhooks/webhooks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/text/base64.h"
#include "base/text/json.h"
#include "mockserver/webhooks/payload.h"
#include "mockserver/webhooks/signature.h"

namespace aweber::mock {
namespace {

std::string DrawUuid(Random& random) {
  const std::uint64_t high = random.NextU64(), low = random.NextU64();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                     high & 0xfff, 0x8000 | ((low >> 48) & 0x3fff), low & 0xffffffffffff);
}

std::string DrawKey(Random& random) { return Base64Encode(random.Alphanumeric(24)); }

// 7 of "wh-7"; 0 of anything else.
std::uint64_t NumberOf(std::string_view id) {
  std::uint64_t number = 0;
  if (id.starts_with("wh-")) std::from_chars(id.data() + 3, id.data() + id.size(), number);
  return number;
}

bool Contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

const std::vector<std::string>& WebhookFaults() {
  static const std::vector<std::string> kFaults = {
      "forged_signature", "wrong_key", "stale_date", "duplicate", "split_batch", "out_of_order"};
  return kFaults;
}

const std::vector<std::string>& WebhookEvents() {
  static const std::vector<std::string> kEvents = {"subscriber.added", "subscriber.subscribed",
                                                   "subscriber.unsubscribed"};
  return kEvents;
}

WebhookSubscription Webhooks::Add(WebhookSubscription subscription, Random& random) {
  subscription.id = fmt::format("wh-{}", ++last_);
  if (subscription.callback.empty()) subscription.callback = DrawUuid(random);
  if (subscription.key.empty()) subscription.key = DrawKey(random);
  if (subscription.events.empty()) subscription.events = WebhookEvents();
  subscriptions_.push_back(subscription);
  return subscription;
}

void Webhooks::Restore(std::vector<WebhookSubscription> subscriptions, Random& random) {
  for (WebhookSubscription& one : subscriptions) {
    for (const WebhookSubscription& known : subscriptions_) {
      if (known.id == one.id && known.url == one.url) one.key = known.key;
    }
    if (one.key.empty()) one.key = DrawKey(random);
    last_ = std::max(last_, NumberOf(one.id));
  }
  subscriptions_ = std::move(subscriptions);
}

bool Webhooks::Remove(const std::string& id) {
  return std::erase_if(subscriptions_, [&](const auto& one) { return one.id == id; }) > 0;
}

bool Webhooks::SetFault(const std::string& id, const std::string& fault) {
  for (WebhookSubscription& one : subscriptions_) {
    if (one.id != id) continue;
    one.fault = fault;
    return true;
  }
  return false;
}

void Webhooks::Clear() {
  deliveries_.clear();
  subscriber_events_.clear();
}

std::vector<WebhookDelivery> Webhooks::Take(const ApiData& data, const std::string& base_url,
                                            UnixTime virtual_now, UnixTime date, Random& random) {
  std::vector<WebhookDelivery> made;
  for (WebhookSubscription& to : subscriptions_) {
    Json events = Json::array();
    for (const SubscriberEvent& subscriber_event : subscriber_events_) {
      Json event = EventOf(data, subscriber_event, base_url);
      if (Contains(to.events, event["event"].get<std::string>())) {
        events.push_back(std::move(event));
      }
    }
    if (events.empty()) continue;
    for (WebhookDelivery& one : Deliver(to, events, virtual_now, date, random)) {
      made.push_back(std::move(one));
    }
  }
  subscriber_events_.clear();
  return made;
}

std::vector<WebhookDelivery> Webhooks::Deliver(WebhookSubscription& to, const Json& events,
                                               UnixTime virtual_now, UnixTime date,
                                               Random& random) {
  const std::string fault = std::exchange(to.fault, "");
  std::vector<Json> batches;
  if (fault == "split_batch" || fault == "out_of_order") {
    for (const Json& event : events) batches.push_back(Json::array({event}));
    if (fault == "out_of_order") std::reverse(batches.begin(), batches.end());
  } else {
    batches.push_back(events);
  }
  std::vector<WebhookDelivery> made;
  for (const Json& batch : batches) {
    WebhookDelivery delivery;
    delivery.id = DrawUuid(random);
    delivery.subscription = to.id;
    delivery.url = to.url;
    delivery.fault = fault;
    delivery.virtual_time = virtual_now;
    delivery.body = DumpJson({{"account", batch[0]["payload"]["account"]},
                              {"client_id", to.client_id},
                              {"callback", to.callback},
                              {"data", batch}});
    const std::string when = HttpDate(fault == "stale_date" ? date - std::chrono::hours(24) : date);
    std::string signature = WebhookSignature(
        fault == "wrong_key" ? Base64Encode("another-key") : to.key, when, delivery.body);
    if (fault == "forged_signature") signature.back() = signature.back() == '0' ? '1' : '0';
    delivery.headers = {{"Content-Type", "application/vnd.aweber.webhook+json; version=1.0"},
                        {"AWeber-Delivery-ID", delivery.id},
                        {"AWeber-Signature", signature},
                        {"Date", when}};
    made.push_back(delivery);
    if (fault == "duplicate") made.push_back(delivery);
  }
  return made;
}

Result<WebhookDelivery> Webhooks::Resend(const std::string& id) const {
  for (const WebhookDelivery& one : deliveries_) {
    if (one.id != id) continue;
    WebhookDelivery again = one;
    again.attempts = again.status = 0;
    again.error.clear();
    again.answer.clear();
    return again;
  }
  return Error{"webhook.unknown", fmt::format("there is no delivery \"{}\"", id)};
}

void Webhooks::Finish(const WebhookDelivery& delivery) {
  deliveries_.push_back(delivery);
  while (deliveries_.size() > kMaxDeliveries) deliveries_.pop_front();
}

}  // namespace aweber::mock
