// Accounts, integrations and lists.
#include <fmt/format.h>

#include "mockserver/api/call.h"

namespace aweber::mock {
namespace {

std::string Type(const Call& call, const char* name) {
  return fmt::format("{}/1.0/#{}", call.exchange.base_url, name);
}

Json ShowAccount(const Call& call) {
  const std::string url = call.AccountUrl();
  return {{"analytics_src", ""},
          {"company", call.account.company},
          {"http_etag", fmt::format("\"{}-1\"", call.account.id)},
          {"id", call.account.id},
          {"integrations_collection_link", url + "/integrations"},
          {"lists_collection_link", url + "/lists"},
          {"resource_type_link", Type(call, "account")},
          {"self_link", url},
          {"uuid", call.account.uuid}};
}

Json ShowList(const Call& call, const MailingList& list) {
  const std::string url = call.ListUrl(list);
  return {{"broadcasts_collection_link", url + "/broadcasts"},
          {"id", list.id},
          {"name", list.name},
          {"resource_type_link", Type(call, "list")},
          {"self_link", url},
          {"subscribers_collection_link", url + "/subscribers"},
          {"total_subscribers", list.subscribers.size()},
          {"unique_list_id", list.unique_list_id}};
}

}  // namespace

HttpResponse GetAccounts(Call& call) {
  // One entry: a token acts for one account (reference).
  return Page(call, call.exchange.base_url + "/1.0/accounts", "accounts", {ShowAccount(call)});
}

HttpResponse GetAccount(Call& call) { return ApiJson(200, ShowAccount(call)); }

HttpResponse GetIntegrations(Call& call) {
  return Page(call, call.AccountUrl() + "/integrations", "integrations", {});
}

HttpResponse GetLists(Call& call) {
  std::vector<Json> entries;
  for (const MailingList& list : call.account.lists) entries.push_back(ShowList(call, list));
  return Page(call, call.AccountUrl() + "/lists", "lists", entries);
}

HttpResponse GetList(Call& call) { return ApiJson(200, ShowList(call, *call.list)); }

}  // namespace aweber::mock
