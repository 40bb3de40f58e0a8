// What somebody asks for of a webhook, by the admin API or in a file: whether it can be.
//
// Thread safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "mockserver/model/registration.h"
#include "mockserver/model/webhook.h"

namespace aweber::mock {

struct WebhookProblem {
  std::string member;   // "url"
  std::string message;  // "must be ..."
};

// Fills in the first application where none is named, then judges the subscription. `anywhere`: its
// URL may be off loopback. `clients`: the applications that the space knows.
std::vector<WebhookProblem> CompleteWebhook(WebhookSubscription& wanted, bool anywhere,
                                            const std::vector<RegisteredClient>& clients);

}  // namespace aweber::mock
