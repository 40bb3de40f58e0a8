// What writes do to a subscriber: the only place where one is made, changed or removed by a
// request.
//
// Thread safety: under the space's mutex. The fields of the call were checked before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "mockserver/api/call.h"

namespace aweber::mock {

// However the address is written (data/address.h).
const Subscriber* FindAddress(const MailingList& list, const std::string& email);
// Somebody with this address is subscribed to the list, or is asked to confirm.
bool HasLiveAddress(const MailingList& list, const std::string& email);
// Every custom field that the subscriber has set is a field of `to`, too.
bool FieldsMatch(const MailingList& from, const MailingList& to, const Subscriber& subscriber);

// strict_custom_fields: names match exactly, and an unknown one is refused.
std::optional<HttpResponse> CheckCustomFields(Call& call);

// From the call's fields, on the call's list. They answer the subscriber's id.
std::int64_t AddNew(Call& call);
std::int64_t Resubscribe(Call& call, std::int64_t id, bool update);
std::int64_t MoveTo(Call& call, std::int64_t id, std::int64_t list);
std::int64_t Buy(Call& call);
void Change(Call& call, std::int64_t id);
void Forget(Call& call, std::int64_t id);

}  // namespace aweber::mock
