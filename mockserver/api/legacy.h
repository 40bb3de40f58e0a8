// What a broadcast's links and messages were, for the operations that count them.
//
// Thread safety: pure functions, under the space's mutex.
#pragma once

#include <string>
#include <vector>

#include "mockserver/api/call.h"

namespace aweber::mock {

struct LinkCount {
  std::int64_t id = 0;  // 1 is the message's first link
  std::string url;
  std::int64_t total = 0, unique = 0;
};
std::vector<LinkCount> LinkCounts(const Call& call, const MailingList& list,
                                  const Results& results);

// The message to one subscriber, whose id is the message's.
struct SentTo {
  std::int64_t id = 0;
  Moment at{0};
  std::optional<Moment> last_opened;
  std::int64_t opens = 0;
};

}  // namespace aweber::mock
