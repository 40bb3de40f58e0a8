// Statistics: counted from what was sent and what it led to so far; nothing is kept beside that, so
// that totals and entries always agree.
//
// Thread safety: pure functions over the account, under the space's mutex. What belongs to a
//   subscriber who was deleted is not counted.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/text/json_fwd.h"
#include "mockserver/api/call.h"

namespace aweber::mock {

struct Totals {
  std::int64_t sent = 0, undelivered = 0, complaints = 0;
  std::int64_t opens = 0, unique_opens = 0, clicks = 0, unique_clicks = 0;
  std::int64_t unsubscribed = 0, sales = 0;
  double sales_dollars = 0;
};
// Sales are the purchases in the two weeks after the message by its recipients (assumed).
Totals TotalsOf(const Call& call, const MailingList& list, const Results& results);
// The same for a broadcast that was sent, with what happened after it.
Totals TotalsOf(const Call& call, const MailingList& list, const Broadcast& broadcast);

// A subscriber's clicks on one message.
struct ClickedOnce {
  std::int64_t id = 0, subscriber = 0;
  Moment first{0}, last{0};
  std::int64_t total = 0;
};

// Until now, newest first; the first open of each subscriber.
std::vector<Opened> FirstOpens(const Call& call, const MailingList& list, const Results& results);
std::vector<Clicked> AllClicks(const Call& call, const MailingList& list, const Results& results);
std::vector<ClickedOnce> ClicksBySubscriber(const Call& call, const MailingList& list,
                                            const Results& results);

bool MayReadSubscribers(const Call& call);

// The 21 statistics of a broadcast.
enum class StatKind { kWhole, kDecimal, kHourly, kDaily, kTop, kTopSubscribers };
struct StatRow {
  std::string_view id;
  StatKind kind;
  std::string_view what;  // "opens" "clicks" "webhits" "sales" "unsubscribed"
  std::string_view description;
};
std::span<const StatRow> StatRows();
Json StatValue(const Call& call, const MailingList& list, const Broadcast& broadcast,
               const StatRow& row);

}  // namespace aweber::mock
