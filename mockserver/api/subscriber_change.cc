#include "mockserver/api/subscriber_change.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/ascii.h"
#include "base/text/json.h"
#include "mockserver/data/address.h"

namespace aweber::mock {
namespace {

using Kind = SubscriberEvent::Kind;

// The field that `name` means: the one of that very name, else, when that is not asked for, one whose
// name differs in case alone.
const CustomField* FieldNamed(const MailingList& list, const std::string& name, bool exact) {
  const CustomField* alike = nullptr;
  for (const CustomField& field : list.custom_fields) {
    if (field.name == name) return &field;
    if (!exact && alike == nullptr && Lower(field.name) == Lower(name)) alike = &field;
  }
  return alike;
}

void SetTag(Subscriber& subscriber, const std::string& tag) {
  const std::string lower = Lower(tag);
  auto& tags = subscriber.tags;
  if (std::find(tags.begin(), tags.end(), lower) == tags.end()) tags.push_back(lower);
}

// Every field that is left out becomes null. A field that is named in two ways gets the value of its
// own name (assumed).
void SetCustomFields(const MailingList& list, const Json& fields, bool exact,
                     Subscriber& subscriber) {
  subscriber.custom_fields.clear();
  for (const auto& [name, value] : fields.items()) {
    const CustomField* field = FieldNamed(list, name, exact);
    if (field == nullptr || !value.is_string()) continue;
    auto& values = subscriber.custom_fields;
    const auto known = std::find_if(values.begin(), values.end(),
                                    [&](const auto& one) { return one.first == field->id; });
    if (known == values.end()) {
      values.emplace_back(field->id, value.get<std::string>());
    } else if (field->name == name) {
      known->second = value.get<std::string>();
    }
  }
}

// What add and update have in common.
void SetMembers(const Call& call, const MailingList& list, Subscriber& subscriber) {
  if (const auto email = call.Text("email")) subscriber.email = *email;
  if (const auto name = call.Text("name")) subscriber.name = *name;
  if (const auto tracking = call.Text("ad_tracking")) subscriber.ad_tracking = Lower(*tracking);
  if (const auto notes = call.Text("misc_notes")) subscriber.misc_notes = *notes;
  if (const auto last = JsonInt(call.fields, "last_followup_message_number_sent")) {
    subscriber.last_followup = *last;
  }
  if (const Json* fields = JsonMember(call.fields, "custom_fields")) {
    SetCustomFields(list, *fields, call.Flag("strict_custom_fields", false), subscriber);
  }
  const Json* tags = JsonMember(call.fields, "tags");
  if (tags == nullptr) return;
  if (tags->is_array()) {
    for (const Json& tag : *tags) SetTag(subscriber, tag.get<std::string>());
    return;
  }
  if (const Json* add = JsonMember(*tags, "add")) {
    for (const Json& tag : *add) SetTag(subscriber, tag.get<std::string>());
  }
  if (const Json* remove = JsonMember(*tags, "remove")) {
    for (const Json& tag : *remove) std::erase(subscriber.tags, Lower(tag.get<std::string>()));
  }
}

void Subscribe(const Call& call, const MailingList& list, Subscriber& subscriber) {
  subscriber.subscribed = call.now;
  subscriber.unsubscribed.reset();
  subscriber.left_by = UnsubscribedBy::kNone;
  subscriber.method = SubscribedBy::kApi;
  subscriber.status =
      list.confirmed_opt_in ? SubscriberStatus::kUnconfirmed : SubscriberStatus::kSubscribed;
}

void TellAdded(const Call& call, const MailingList& list, const Subscriber& subscriber) {
  call.Notify(Kind::kAdded, list, subscriber);
  if (subscriber.status == SubscriberStatus::kSubscribed) {
    call.Notify(Kind::kSubscribed, list, subscriber);
  }
}

}  // namespace

const Subscriber* FindAddress(const MailingList& list, const std::string& email) {
  for (const Subscriber& subscriber : list.subscribers) {
    if (SameAddress(subscriber.email, email)) return &subscriber;
  }
  return nullptr;
}

bool HasLiveAddress(const MailingList& list, const std::string& email) {
  const Subscriber* known = FindAddress(list, email);
  return known != nullptr && known->status != SubscriberStatus::kUnsubscribed;
}

bool FieldsMatch(const MailingList& from, const MailingList& to, const Subscriber& subscriber) {
  return std::all_of(subscriber.custom_fields.begin(), subscriber.custom_fields.end(),
                     [&](const auto& field) {
                       const CustomField* known = from.custom_fields.Find(field.first);
                       return known != nullptr && FieldNamed(to, known->name, true) != nullptr;
                     });
}

std::optional<HttpResponse> CheckCustomFields(Call& call) {
  const Json* fields = JsonMember(call.fields, "custom_fields");
  if (fields == nullptr || !call.Flag("strict_custom_fields", false)) return std::nullopt;
  for (const auto& [name, value] : fields->items()) {
    if (FieldNamed(*call.list, name, true) != nullptr) continue;
    return Refuse(call, "WebServiceError", fmt::format("custom_fields: Invalid field: {}", name),
                  fmt::format("the list has no custom field \"{}\"", name));
  }
  return std::nullopt;
}

std::int64_t AddNew(Call& call) {
  Subscriber subscriber;
  subscriber.id = call.account.NewId();
  subscriber.ip_address = call.Text("ip_address").value_or("");
  Subscribe(call, *call.list, subscriber);
  SetMembers(call, *call.list, subscriber);
  MailingList& list = call.EditList();
  TellAdded(call, list, list.subscribers.Add(subscriber));
  return subscriber.id;
}

std::int64_t Resubscribe(Call& call, std::int64_t id, bool update) {
  MailingList& list = call.EditList();
  Subscriber& subscriber = list.subscribers.Edit(id);
  const bool again = subscriber.status == SubscriberStatus::kUnsubscribed;
  const std::string spelling = subscriber.email;
  SetMembers(call, list, subscriber);
  subscriber.email = spelling;  // the first one stays (assumed)
  if (again || !update) {
    Subscribe(call, list, subscriber);
    TellAdded(call, list, subscriber);
  }
  return id;
}

std::int64_t MoveTo(Call& call, std::int64_t id, std::int64_t to_id) {
  MailingList& from = call.EditList();
  Subscriber moved = *from.subscribers.Find(id);
  Subscriber& left = from.subscribers.Edit(id);
  left.status = SubscriberStatus::kUnsubscribed;
  left.unsubscribed = call.now;
  left.left_by = UnsubscribedBy::kMove;
  call.Notify(Kind::kUnsubscribed, from, left);
  MailingList& to = call.account.lists.Edit(to_id);
  std::vector<std::pair<std::int64_t, std::string>> fields;
  for (const auto& [field, value] : moved.custom_fields) {
    const CustomField* known = from.custom_fields.Find(field);
    const CustomField* same = known == nullptr ? nullptr : FieldNamed(to, known->name, false);
    if (same != nullptr) fields.emplace_back(same->id, value);
  }
  moved.custom_fields = std::move(fields);
  if (const Subscriber* before = FindAddress(to, moved.email)) {
    to.subscribers.Remove(before->id);  // who had unsubscribed there; the id never returns
  }
  moved.id = call.account.NewId();
  Subscribe(call, to, moved);
  moved.status = SubscriberStatus::kSubscribed;  // without a confirmation mail
  moved.verified = moved.verified ? moved.verified : std::optional(call.now);
  moved.last_followup = JsonInt(call.fields, "last_followup_message_number_sent").value_or(0);
  moved.last_followup_id = 0;
  moved.last_followup_sent.reset();
  TellAdded(call, to, to.subscribers.Add(moved));
  return moved.id;
}

std::int64_t Buy(Call& call) {
  const Subscriber* known = FindAddress(*call.list, *call.Text("email"));
  const std::int64_t id = known == nullptr ? AddNew(call) : Resubscribe(call, known->id, true);
  Purchase purchase;
  purchase.id = call.account.NewId();
  purchase.subscriber = id;
  purchase.at = *ParseInstant(*call.Text("event_time")) - call.space.api.origin;
  purchase.visible = call.now + std::chrono::seconds(call.space.settings.purchase_delay);
  purchase.vendor = *call.Text("vendor");
  purchase.product = *call.Text("product_name");
  purchase.note = *call.Text("event_note");
  purchase.currency = *call.Text("currency");
  purchase.url = *call.Text("url");
  purchase.value = call.fields["value"].get<double>();
  call.EditList().purchases.Add(std::move(purchase));
  return id;
}

void Change(Call& call, std::int64_t id) {
  MailingList& list = call.EditList();
  Subscriber& subscriber = list.subscribers.Edit(id);
  SetMembers(call, list, subscriber);
  const auto status = call.Text("status");
  if (!status || *status == kSubscriberStatuses[static_cast<int>(subscriber.status)]) return;
  if (*status == "unsubscribed") {
    subscriber.status = SubscriberStatus::kUnsubscribed;
    subscriber.unsubscribed = call.now;
    subscriber.left_by = UnsubscribedBy::kApi;
    call.Notify(Kind::kUnsubscribed, list, subscriber);
    return;
  }
  if (subscriber.status == SubscriberStatus::kUnconfirmed) subscriber.verified = call.now;
  subscriber.status = SubscriberStatus::kSubscribed;
  subscriber.unsubscribed.reset();
  subscriber.left_by = UnsubscribedBy::kNone;
  call.Notify(Kind::kSubscribed, list, subscriber);
}

void Forget(Call& call, std::int64_t id) {
  MailingList& list = call.EditList();
  Subscriber gone = *list.subscribers.Find(id);
  list.subscribers.Remove(id);
  RemoveDue(call.account, Due::Kind::kLeave, id);
  call.Notify(Kind::kUnsubscribed, list, gone, true);
}

}  // namespace aweber::mock
