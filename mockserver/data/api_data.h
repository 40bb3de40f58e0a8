// ApiData: the customer accounts of one space, made when they are first asked for.
//
// Ownership: plain values in the SpaceState. Thread safety: none; the space's mutex guards it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "mockserver/data/customer_data.h"
#include "mockserver/data/customers.h"
#include "mockserver/data/life.h"

namespace aweber::mock {

struct ApiData {
  std::map<std::int64_t, AccountData> accounts;
  UnixTime origin;         // when the space began: what Moments count from
  std::uint64_t seed = 0;  // of what subscribers do
  std::int64_t sample_subscribers = 1000;
  std::shared_ptr<const Customers> customers;  // whose accounts come before the sample; may be null
  std::function<void(SubscriberEvent)> listener;  // of webhooks; empty: nobody is told

  // The account; when it is new, its own data or a copy of the sample, which costs next to nothing.
  AccountData& Ensure(std::int64_t id, const std::string& company);
  // Lets happen what the clock has passed.
  void Settle(AccountData& account, UnixTime now);
  void SettleAll(UnixTime now);
  void Notify(SubscriberEvent subscriber_event) const {
    if (listener) listener(std::move(subscriber_event));
  }
};

}  // namespace aweber::mock
