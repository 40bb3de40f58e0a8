// The API's small world: lists, subscribers and broadcasts of each account, and its rate window.
//
// Ownership: plain values inside the World. Thread safety: none; the space's mutex guards it.
// Identifiers are fixed for the built-in data and counted up for what is created.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "base/text/json.h"

namespace aweber::mock {

struct Subscriber {
  std::int64_t id = 0;
  std::string email;
  std::string name;
  std::string status = "subscribed";
  std::vector<std::string> tags;
  UnixTime subscribed_at;
};

struct Broadcast {
  std::int64_t id = 0;
  std::string subject;
  std::string body_text;
  std::string body_html;
  std::string status = "draft";  // "scheduled" "sent"
  std::string scheduled_for;
  UnixTime created_at;
};

struct MailingList {
  std::int64_t id = 0;
  std::string name;
  std::string unique_list_id;  // "awlist..."
  std::vector<Subscriber> subscribers;
  std::vector<Broadcast> broadcasts;
};

// How many requests an account made in the current window (reference: 120 in 60 s).
struct RateWindow {
  UnixTime started;
  std::int64_t count = 0;
  UnixTime blocked_until;
};

struct AccountData {
  std::int64_t id = 0;
  std::string uuid;
  std::string company;
  std::vector<MailingList> lists;
  RateWindow rate;
};

struct ApiData {
  std::map<std::int64_t, AccountData> accounts;
  std::int64_t next_id = 50'000'001;

  // An account without lists; nothing happens when it exists.
  AccountData& Ensure(std::int64_t id, const std::string& company);
};

// A few lists, subscribers and broadcasts for one account.
void FillSampleData(AccountData& account, UnixTime now);

}  // namespace aweber::mock
