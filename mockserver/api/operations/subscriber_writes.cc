// Subscribers: add, change, move, delete; purchases.
#include <fmt/format.h>

#include "mockserver/api/call.h"
#include "mockserver/api/subscriber_change.h"
#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

constexpr Parameter kAddress[] = {{"subscriber_email", ParameterKind::kText, 1, 50, "", true}};

constexpr Field kAddFields[] = {
    {"email", FieldKind::kEmail, 1, 50, "", true},
    {"name", FieldKind::kText, 0, 60},
    {"ad_tracking", FieldKind::kText, 0, 20},
    {"misc_notes", FieldKind::kLines, 0, 60},
    {"custom_fields", FieldKind::kTextMap},
    {"tags", FieldKind::kTexts},
    {"ip_address", FieldKind::kPublicIp, 1, 60},
    {"last_followup_message_number_sent", FieldKind::kWhole, 0, 1001},
    {"strict_custom_fields", FieldKind::kFlag},
    {"update_existing", FieldKind::kFlag},
};
constexpr Field kUpdateFields[] = {
    {"email", FieldKind::kEmail, 1, 50},
    {"name", FieldKind::kText, 0, 60},
    {"ad_tracking", FieldKind::kText, 0, 20},
    {"misc_notes", FieldKind::kLines, 0, 60},
    {"custom_fields", FieldKind::kTextMap},
    {"status", FieldKind::kChoice, 0, 0, "subscribed|unsubscribed"},
    {"tags", FieldKind::kTagChange},
    {"last_followup_message_number_sent", FieldKind::kWhole, 0, 1001},
    {"strict_custom_fields", FieldKind::kFlag},
};
constexpr Field kMoveFields[] = {
    {"list_link", FieldKind::kText, 1, 0, "", true, "BadRequestError", "BadRequestError"},
    {"enforce_custom_field_mapping", FieldKind::kFlag, 0, 0, "", false, "BadRequestError"},
    {"last_followup_message_number_sent", FieldKind::kWhole, 0, 1001, "", false, "BadRequestError"},
};
constexpr std::string_view kBad = "BadRequestError";
constexpr Field kPurchaseFields[] = {
    {"email", FieldKind::kEmail, 1, 50, "", true, kBad, kBad},
    {"ip_address", FieldKind::kPublicIp, 1, 60, "", true, kBad, kBad},
    {"vendor", FieldKind::kText, 1, 0, "", true, kBad, kBad},
    {"product_name", FieldKind::kText, 1, 0, "", true, kBad, kBad},
    {"event_note", FieldKind::kLines, 0, 0, "", true, kBad, kBad},
    {"currency", FieldKind::kText, 3, 3, "", true, kBad, kBad},
    {"value", FieldKind::kNumber, 0, 0, "", true, kBad, kBad},
    {"event_time", FieldKind::kInstant, 0, 0, "", true, kBad, kBad},
    {"url", FieldKind::kLink, 1, 0, "", true, kBad, kBad},
    {"name", FieldKind::kText, 0, 60, "", false, kBad},
    {"ad_tracking", FieldKind::kText, 0, 20, "", false, kBad},
    {"misc_notes", FieldKind::kLines, 0, 60, "", false, kBad},
    {"custom_fields", FieldKind::kTextMap, 0, 0, "", false, kBad},
    {"tags", FieldKind::kTexts, 0, 0, "", false, kBad},
};

HttpResponse ShowChanged(Call& call, std::int64_t id) {
  const MailingList& list = *call.account.lists.Find(call.list->id);
  // An entry: the uuid is only on GET of one.
  return ApiJson(
      209, Show(kSubscriber, {call, &list, list.subscribers.Find(id), nullptr, Shows::kAlways}));
}

HttpResponse Add(Call& call) {
  const std::string email = *call.Text("email");
  if (const Subscriber* known = FindAddress(*call.list, email)) {
    const bool update = call.Flag("update_existing", false);
    if (known->status != SubscriberStatus::kUnsubscribed && !update) {
      const bool waits = known->status == SubscriberStatus::kUnconfirmed;
      return Refuse(call, "WebServiceError",
                    waits ? "email: Subscriber already subscribed and has not confirmed."
                          : "email: Subscriber already subscribed.",
                    "the list has a subscriber with this email");
    }
    if (auto refused = CheckCustomFields(call)) return std::move(*refused);
    return Placed(
        201, call.links.In(call.list->id, "subscribers", Resubscribe(call, known->id, update)));
  }
  if (auto refused = CheckCustomFields(call)) return std::move(*refused);
  const std::int64_t id = AddNew(call);
  // 201 with the place and no body.
  return Placed(201, call.links.In(call.list->id, "subscribers", id));
}

HttpResponse NoSuchAddress(Call& call) {
  return NotFound(call.exchange, "subscribers", "no subscriber of the list has this address");
}

HttpResponse ChangeThis(Call& call, const Subscriber& known) {
  const auto email = call.Text("email");
  const Subscriber* other = email ? FindAddress(*call.list, *email) : nullptr;
  if (other != nullptr && other->id != known.id) {
    return Refuse(call, "WebServiceError", "email: Subscriber already subscribed.",
                  "the list has another subscriber with this email");
  }
  if (auto refused = CheckCustomFields(call)) return std::move(*refused);
  const std::int64_t id = known.id;
  Change(call, id);
  return ShowChanged(call, id);
}

HttpResponse DeleteThis(Call& call, const Subscriber& known) {
  if (known.status == SubscriberStatus::kUnconfirmed &&
      call.space.settings.unconfirmed_delete == "405") {
    return Refuse(call, "WebServiceError", "Unconfirmed subscribers may not be deleted.",
                  "the subscriber is unconfirmed (setting unconfirmed_delete)", 405);
  }
  Forget(call, known.id);
  return HttpResponse{};
}

HttpResponse ChangeOne(Call& call) { return ChangeThis(call, call.The<Subscriber>()); }
HttpResponse DeleteOne(Call& call) { return DeleteThis(call, call.The<Subscriber>()); }
HttpResponse ChangeByAddress(Call& call) {
  const Subscriber* known = FindAddress(*call.list, call.Query("subscriber_email", ""));
  return known == nullptr ? NoSuchAddress(call) : ChangeThis(call, *known);
}
HttpResponse DeleteByAddress(Call& call) {
  const Subscriber* known = FindAddress(*call.list, call.Query("subscriber_email", ""));
  return known == nullptr ? NoSuchAddress(call) : DeleteThis(call, *known);
}

HttpResponse Move(Call& call) {
  const Subscriber& known = call.The<Subscriber>();
  if (call.json_body && call.space.settings.move_by_json == "refuse") {
    return Refuse(call, "InvalidContentType",
                  "Content Type must be application/x-www-form-urlencoded",
                  "a move takes a form (setting move_by_json)");
  }
  const MailingList* to = call.account.lists.Find(call.links.ListOf(*call.Text("list_link")));
  if (to == nullptr) {
    return Refuse(call, "BadRequestError", "list_link: Invalid list.",
                  "list_link is no list of this account");
  }
  const auto refuse = [&](const char* message, const char* why) {
    return Refuse(call, "WebServiceError", message, why, 405);
  };
  if (to->id == call.list->id || HasLiveAddress(*to, known.email)) {
    return refuse("Subscriber already belongs to this list.", "the address is on that list");
  }
  if (known.status != SubscriberStatus::kSubscribed) {
    return refuse("Subscriber must be subscribed.", "only who is subscribed can be moved");
  }
  // As JSON the member is ignored (third-party).
  if (!call.json_body && call.Flag("enforce_custom_field_mapping", false) &&
      !FieldsMatch(*call.list, *to, known)) {
    return refuse("Custom fields do not match.", "the other list lacks a custom field");
  }
  const std::int64_t to_id = to->id;
  return Placed(201, call.links.In(to_id, "subscribers", MoveTo(call, known.id, to_id)));
}

HttpResponse AddPurchase(Call& call) {
  const double value = call.fields["value"].get<double>();
  const std::string& currency = call.fields["currency"].get_ref<const std::string&>();
  if (value < 0 || currency.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos) {
    return Refuse(call, "BadRequestError", "currency and value must be an ISO 4217 amount",
                  "value is negative, or currency is not three capital letters");
  }
  const std::int64_t id = Buy(call);
  return Placed(202, call.links.In(call.list->id, "subscribers", id) + "?ws.op=getActivity");
}

constexpr std::string_view kSubscribersPath = "/1.0/accounts/{account}/lists/{list}/subscribers";
constexpr std::string_view kSubscriberPath =
    "/1.0/accounts/{account}/lists/{list}/subscribers/{subscriber}";

const Operation kSubscriberWrites[] = {
    {.id = "addSubscriber",
     .method = "POST",
     .path = kSubscribersPath,
     .also_op = "create",
     .scopes = "subscriber.write",
     .summary = "Add a subscriber",
     .body = BodyType::kEither,
     .fields = kAddFields,
     .type_problem = TypeProblem::kMissingIs400,
     .writes = &kSubscriber,
     .status = 201,
     .answers = Answers::kNothing,
     .errors = "400 WebServiceError, 400 BadRequestError, 400 MissingArgumentError, "
               "400 InvalidTypeError, 404 NotFoundError, 415 InvalidContentType",
     .handle = Add},
    {.id = "deleteSubscriberByEmail",
     .method = "DELETE",
     .path = kSubscribersPath,
     .scopes = "subscriber.write",
     .summary = "Delete the subscriber with an address",
     .parameters = kAddress,
     .answers = Answers::kNothing,
     .errors = "400 BadRequestError, 404 NotFoundError, 405 WebServiceError",
     .handle = DeleteByAddress},
    {.id = "updateSubscriberByEmail",
     .method = "PATCH",
     .path = kSubscribersPath,
     .scopes = "subscriber.write",
     .summary = "Change the subscriber with an address",
     .parameters = kAddress,
     .body = BodyType::kEither,
     .fields = kUpdateFields,
     .status = 209,
     .resource = &kSubscriber,
     .errors = "400 WebServiceError, 400 BadRequestError, 404 NotFoundError, "
               "415 InvalidContentType",
     .handle = ChangeByAddress},
    {.id = "moveSubscriber",
     .method = "POST",
     .path = kSubscriberPath,
     .ws_op = "move",
     .scopes = "subscriber.write",
     .summary = "Move the subscriber to another list",
     .body = BodyType::kEither,
     .fields = kMoveFields,
     .status = 201,
     .answers = Answers::kNothing,
     .errors = "400 BadRequestError, 404 NotFoundError, 405 WebServiceError, "
               "415 InvalidContentType",
     .handle = Move},
    {.id = "deleteSubscriber",
     .method = "DELETE",
     .path = kSubscriberPath,
     .scopes = "subscriber.write",
     .summary = "Delete the subscriber",
     .answers = Answers::kNothing,
     .errors = "404 NotFoundError, 405 WebServiceError",
     .handle = DeleteOne},
    {.id = "updateSubscriber",
     .method = "PATCH",
     .path = kSubscriberPath,
     .scopes = "subscriber.write",
     .summary = "Change the subscriber",
     .body = BodyType::kEither,
     .fields = kUpdateFields,
     .status = 209,
     .resource = &kSubscriber,
     .errors = "400 WebServiceError, 400 BadRequestError, 404 NotFoundError, "
               "415 InvalidContentType",
     .handle = ChangeOne},
    {.id = "createPurchase",
     .method = "POST",
     .path = "/1.0/accounts/{account}/lists/{list}/purchases",
     .scopes = "subscriber.read subscriber.write",
     .summary = "Record a purchase; it shows in the activity after a delay",
     .body = BodyType::kJson,
     .fields = kPurchaseFields,
     .closed = true,
     .status = 202,
     .answers = Answers::kNothing,
     .errors = "400 BadRequestError, 404 NotFoundError, 415 InvalidContentType",
     .weight = 3,
     .handle = AddPurchase},
};

}  // namespace

std::span<const Operation> SubscriberWrites() { return kSubscriberWrites; }

}  // namespace aweber::mock
