#include "mockserver/data/api_data.h"

#include "mockserver/data/sample.h"

namespace aweber::mock {

AccountData& ApiData::Ensure(std::int64_t id, const std::string& company) {
  const auto found = accounts.find(id);
  if (found != accounts.end()) return found->second;
  AccountData account;
  std::optional<AccountData> own =
      customers == nullptr ? std::nullopt : customers->Account(id, origin);
  if (own) {
    account = *std::move(own);
    if (account.company.empty()) account.company = company;
  } else if (id != 0) {
    account = SampleAccount(id, company, sample_subscribers);
  }
  return accounts.emplace(id, std::move(account)).first->second;
}

void ApiData::Settle(AccountData& account, UnixTime now) {
  aweber::mock::Settle(account, seed, now - origin, listener);
}

void ApiData::SettleAll(UnixTime now) {
  for (auto& [id, account] : accounts) Settle(account, now);
}

}  // namespace aweber::mock
