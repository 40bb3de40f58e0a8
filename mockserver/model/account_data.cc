#include "mockserver/model/account_data.h"

#include <fmt/format.h>

namespace aweber::mock {

AccountData& ApiData::Ensure(std::int64_t id, const std::string& company) {
  AccountData& account = accounts[id];
  if (account.id == 0) {
    account.id = id;
    account.uuid = fmt::format("00000000-0000-4000-8000-{:012}", id);
    account.company = company;
  }
  return account;
}

void FillSampleData(AccountData& account, UnixTime now) {
  MailingList news;
  news.id = 2000001;
  news.name = "Newsletter";
  news.unique_list_id = "awlist2000001";
  for (int i = 1; i <= 3; ++i) {
    Subscriber subscriber;
    subscriber.id = 3000000 + i;
    subscriber.email = fmt::format("reader{}@example.com", i);
    subscriber.name = fmt::format("Reader {}", i);
    subscriber.subscribed_at = now;
    news.subscribers.push_back(subscriber);
  }
  int number = 0;
  for (const char* status : {"draft", "scheduled", "sent"}) {
    Broadcast broadcast;
    broadcast.id = 4000000 + ++number;
    broadcast.subject = fmt::format("Issue {}", number);
    broadcast.body_text = "Hello";
    broadcast.status = status;
    broadcast.created_at = now;
    if (broadcast.status == "scheduled") {
      broadcast.scheduled_for = FormatRfc3339(now + std::chrono::hours(24));
    }
    news.broadcasts.push_back(broadcast);
  }
  MailingList customers;
  customers.id = 2000002;
  customers.name = "Customers";
  customers.unique_list_id = "awlist2000002";
  MailingList trials = customers;
  trials.id = 2000003;
  trials.name = "Trials";
  trials.unique_list_id = "awlist2000003";
  account.lists = {news, customers, trials};
}

}  // namespace aweber::mock
