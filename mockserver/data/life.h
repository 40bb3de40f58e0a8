// Life: what happens in an account by itself as the clock passes, and what a message leads to.
//
// Purpose: a scheduled broadcast is sent when its time has come; its opens, clicks and
//   unsubscriptions are drawn at that moment, from the account's seed, each with its own time.
// Thread safety: none; under the space's mutex. Units: Moments of the account.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "mockserver/data/customer_data.h"

namespace aweber::mock {

// Something that subscribers of webhooks are told.
struct SubscriberEvent {
  enum class Kind : std::uint8_t { kAdded, kSubscribed, kUnsubscribed };
  Kind kind = Kind::kAdded;
  Moment at{0};
  std::int64_t account = 0, list = 0;
  Subscriber subscriber;  // as it was just after
  bool deleted = false;
};
using SubscriberListener = std::function<void(SubscriberEvent)>;

// Brings the account up to `now`. `tell` may be empty.
void Settle(AccountData& account, std::uint64_t seed, Moment now,
            const SubscriberListener& listener);

// Keeps `due` in order.
void AddDue(AccountData& account, const Due& due);
// What was to happen to this broadcast or subscriber happens no more.
void RemoveDue(AccountData& account, Due::Kind kind, std::int64_t id);

// What the broadcast of `list` leads to when it is sent at `at`: to the readers of its list (and
// segment) and of include_lists, once an address, and to nobody who reads one of exclude_lists.
// `leave` false: nobody unsubscribes. `list` may be one that `account` does not have yet.
Results DrawResults(const AccountData& account, const MailingList& list, const Broadcast& broadcast,
                    Moment at, std::uint64_t seed, bool leave);
// Draws the results of what `list` has sent and has none of.
void DrawMissingResults(const AccountData& account, MailingList& list, std::uint64_t seed);
// On which list a reader of a broadcast of `list` is: mostly that one; null when nobody is left.
const MailingList* ListOfReader(const AccountData& account, const MailingList& list,
                                std::int64_t subscriber);

// The URLs of a message's links in order, each once.
std::vector<std::string> LinksOf(const std::string& html, const std::string& text);

}  // namespace aweber::mock
