// Call: one authenticated API request, as the resource functions see it.
//
// Purpose: gives each resource its account, the path's parts, and links; keeps the routing table in
//   api.cc free of their details.
// Thread safety: under the space's mutex.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mockserver/api/bearer.h"
#include "mockserver/model/account_data.h"
#include "mockserver/model/space_state.h"
#include "mockserver/request/envelope.h"
#include "mockserver/request/exchange.h"

namespace aweber::mock {

struct Call {
  World& world;
  const ApiRequest& read;
  Exchange& exchange;
  AccountData& account;
  std::vector<std::string> ids;  // what stood for each '*' in the route
  MailingList* list = nullptr;   // when the route has one

  std::string AccountUrl() const;  // ".../1.0/accounts/1"
  std::string ListUrl(const MailingList& of) const;
};

// Everything a resource answers.
HttpResponse GetAccounts(Call& call);
HttpResponse GetAccount(Call& call);
HttpResponse GetIntegrations(Call& call);
HttpResponse GetLists(Call& call);
HttpResponse GetList(Call& call);
HttpResponse GetSubscribers(Call& call);  // also ws.op=find
HttpResponse AddSubscriber(Call& call);
HttpResponse GetSubscriber(Call& call);
HttpResponse ChangeSubscriber(Call& call);
HttpResponse DeleteSubscriber(Call& call);
HttpResponse GetBroadcasts(Call& call);
HttpResponse AddBroadcast(Call& call);
HttpResponse GetBroadcast(Call& call);
HttpResponse ScheduleBroadcast(Call& call);
HttpResponse CancelBroadcast(Call& call);
HttpResponse DeleteBroadcast(Call& call);

HttpResponse NotFound(Exchange& exchange, std::string why);
HttpResponse BadRequest(Exchange& exchange, std::string message, std::string why);

// One page of `entries` made by `show` (reference: ws.start, ws.size; absolute links).
HttpResponse Page(Call& call, const std::string& collection_url, const std::string& type,
                  const std::vector<Json>& entries);

}  // namespace aweber::mock
