// Webhooks as plain values: who is told of what, and each attempt to tell.
//
// Thread safety: as values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/http/message.h"
#include "base/os/clock.h"

namespace aweber::mock {

// Where a customer pasted an application's webhook URL.
struct WebhookSubscription {
  std::string id;  // "wh-1"
  std::string client_id;
  std::string callback;  // UUID
  std::string url;
  std::string key;                  // the application's verification key, base64
  std::vector<std::string> events;  // "subscriber.added" ...
  std::string fault;                // of the next delivery; "" for none, see WebhookFaults()
};

struct WebhookDelivery {
  std::string id;  // UUID, AWeber-Delivery-ID
  std::string subscription;
  std::string url;
  HttpHeaders headers;
  std::string body;
  std::string fault;
  int attempts = 0;
  int status = 0;     // of the answer; 0 when there was none
  std::string error;  // why there was none
  std::string answer;
  UnixTime virtual_time;
};

// "forged_signature" "wrong_key" "stale_date" "duplicate" "split_batch" "out_of_order"
const std::vector<std::string>& WebhookFaults();
// "subscriber.added" "subscriber.subscribed" "subscriber.unsubscribed"
const std::vector<std::string>& WebhookEvents();

}  // namespace aweber::mock
