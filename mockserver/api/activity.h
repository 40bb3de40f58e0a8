// Activity of one subscriber: put together from the subscriber, the messages and the purchases.
//
// Thread safety: pure functions, under the space's mutex.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mockserver/api/call.h"

namespace aweber::mock {

struct Activity {
  std::int64_t id = 0;    // 0: the type stands for it
  std::string_view type;  // "click" "open" "sent_message" "subscribed" "tracked_event" "verified"
  Moment at{0};
  std::int64_t subscriber = 0;
  // Of a message that was sent.
  std::optional<Moment> last_opened;
  std::int64_t opens = 0;
  const Purchase* purchase = nullptr;
};

// Until now, newest first (assumed; a switch turns it round).
std::vector<Activity> ActivityOf(const Call& call, const MailingList& list,
                                 const Subscriber& subscriber);

}  // namespace aweber::mock
