// Call: one authenticated API request, as the functions of the operations see it.
//
// Ownership: lives on the stack of HandleApi. `list`, `thing` and `part` point into the account's
//   tables: an edit through the account leaves them at the row as it was before.
// Thread safety: under the space's mutex.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/text/json.h"
#include "mockserver/api/bearer.h"
#include "mockserver/api/links.h"
#include "mockserver/api/operation.h"
#include "mockserver/data/customer_data.h"
#include "mockserver/data/dates.h"
#include "mockserver/data/life.h"
#include "mockserver/model/space_state.h"
#include "mockserver/request/envelope.h"
#include "mockserver/request/exchange.h"

namespace aweber::mock {

struct Call {
  SpaceState& space;
  const ApiRequest& read;
  Exchange& exchange;
  AccountData& account;
  const Operation& operation;
  TokenId token = kNoId;
  Links links = {};
  Moment now{0};

  // What the path names.
  const MailingList* list = nullptr;
  const void* thing = nullptr;
  const void* part = nullptr;
  std::string_view last = {};  // the last variable part of the path, as sent

  Json fields = Json::object();  // what was sent of the operation's fields, each in its type
  bool json_body = false;

  template <typename T>
  const T& The() const {
    return *static_cast<const T*>(thing);
  }
  UnixTime Date(Moment moment) const { return space.api.origin + moment; }
  Json Shape(Moment moment, DateShape shape) const { return FormatDate(Date(moment), shape); }
  Json Shape(const std::optional<Moment>& moment, DateShape shape) const {
    return moment ? Shape(*moment, shape) : Json();
  }
  // A parameter of the query; "" counts as absent.
  std::optional<std::string> Query(std::string_view name) const;
  std::string Query(std::string_view name, std::string_view otherwise) const;
  // A field of the body, when it was sent.
  std::optional<std::string> Text(std::string_view name) const { return JsonString(fields, name); }
  bool Flag(std::string_view name, bool otherwise) const {
    return JsonBool(fields, name).value_or(otherwise);
  }
  MailingList& EditList() const { return account.lists.Edit(list->id); }
  // For the webhooks.
  void Notify(SubscriberEvent::Kind kind, const MailingList& of, const Subscriber& subscriber,
              bool deleted = false) const;
};

// The envelope of AWeber's error `type`, whose status the type decides unless `status` does.
HttpResponse Refuse(Call& call, std::string_view type, std::string message, std::string why,
                    int status = 0);
// `part`: what AWeber says was not there, mostly "".
HttpResponse NotFound(Exchange& exchange, std::string_view part, std::string why);

HttpResponse ApiText(int status, const Json& body);
HttpResponse Placed(int status, std::string location);  // no body

// The page of `items` that was asked for, or its refusal.
HttpResponse Page(Call& call, const Items& items);
// Newest first, by cursor: opens and clicks. `when` reads an item's time and id.
struct CursorKey {
  Moment at{0};
  std::int64_t id = 0;
};
HttpResponse CursorPage(Call& call, const Items& items, CursorKey (*when)(const void* thing));

// Checks the query against the operation's rows.
std::optional<HttpResponse> CheckQuery(Call& call);
// Reads the body into call.fields.
std::optional<HttpResponse> ReadBody(Call& call);
// Finds what the path names. `parts` are the path's, the operation's rows say what each is.
std::optional<HttpResponse> Locate(Call& call, const std::vector<std::string_view>& parts);

// The subscribers of `list` that the query's filters select.
void FindSubscribers(Call& call, const MailingList& list, Items& items);
std::span<const Parameter> FindParameters();  // with the sorting that a list has
std::span<const Parameter> FindFilters();     // without

}  // namespace aweber::mock
