// Webhooks of one space: subscriptions, and the deliveries that what happened leads to.
//
// Purpose: events happen because the world changed; this makes signed requests of them. Somebody
//   else sends them (server/webhook_worker) and says how it went.
// Ownership: plain values. Thread safety: none; the space's mutex guards it.
// Bounded: the last kMaxDeliveries are kept.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/os/random.h"
#include "base/result.h"
#include "base/text/json_fwd.h"
#include "mockserver/data/api_data.h"
#include "mockserver/model/webhook.h"

namespace aweber::mock {

class Webhooks {
 public:
  static constexpr std::size_t kMaxDeliveries = 1000;

  // Fills in id, callback, key and events where they are empty.
  WebhookSubscription Add(WebhookSubscription subscription, Random& random);
  // In the place of those before; one known by id and URL keeps its key, else one is drawn.
  void Restore(std::vector<WebhookSubscription> subscriptions, Random& random);
  bool Remove(const std::string& id);
  bool SetFault(const std::string& id, const std::string& fault);
  const std::vector<WebhookSubscription>& subscriptions() const { return subscriptions_; }
  const std::deque<WebhookDelivery>& deliveries() const { return deliveries_; }
  void Clear();

  void Note(SubscriberEvent subscriber_event) {
    subscriber_events_.push_back(std::move(subscriber_event));
  }
  // What is to be sent for everything noted since the last call: one delivery a subscription.
  // `base_url`: of the links. `date`: of the header.
  std::vector<WebhookDelivery> Take(const ApiData& data, const std::string& base_url,
                                    UnixTime virtual_now, UnixTime date, Random& random);
  // The same delivery once more.
  Result<WebhookDelivery> Resend(const std::string& id) const;
  // How the attempt went.
  void Finish(const WebhookDelivery& delivery);

 private:
  std::vector<WebhookDelivery> Deliver(WebhookSubscription& to, const Json& events,
                                       UnixTime virtual_now, UnixTime date, Random& random);

  std::vector<WebhookSubscription> subscriptions_;
  std::deque<WebhookDelivery> deliveries_;
  std::vector<SubscriberEvent> subscriber_events_;
  std::uint64_t last_ = 0;
};

}  // namespace aweber::mock
