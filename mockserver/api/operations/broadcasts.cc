// Broadcasts: pages by status, create, change, delete, schedule, cancel, opens and clicks.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "mockserver/api/broadcast_change.h"
#include "mockserver/api/call.h"
#include "mockserver/api/statistics.h"
#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

constexpr Parameter kStatus[] = {{"status", ParameterKind::kChoice, 0, 0, "draft|scheduled|sent",
                                  true, "InvalidBroadcastStatusError", "MissingStatusError"}};
constexpr Parameter kCursors[] = {
    {"before"},
    {"after"},
    {"page_size", ParameterKind::kWhole, 1, 100, "", false, "WebServiceError"}};
constexpr Parameter kClickCursors[] = {
    {"before"},
    {"after"},
    {"page_size", ParameterKind::kWhole, 1, 100, "", false, "WebServiceError"},
    {"detailed", ParameterKind::kFlag}};

constexpr std::string_view kLists = "InvalidListURIError";
constexpr std::string_view kIntegrations = "InvalidIntegrationURIError";
constexpr std::string_view kSubject = "InvalidSubjectError";
// Of create; an update needs none of them.
constexpr Field kCreateFields[] = {
    {"subject", FieldKind::kText, 1, 120, "", true, kSubject},
    {"body_html", FieldKind::kLines},
    {"body_text", FieldKind::kLines},
    {"body_amp", FieldKind::kLines},
    {"include_lists", FieldKind::kLinks, 0, 0, "", false, kLists},
    {"exclude_lists", FieldKind::kLinks, 0, 0, "", false, kLists},
    {"facebook_integration", FieldKind::kLink, 0, 0, "", false, kIntegrations},
    {"twitter_integration", FieldKind::kLink, 0, 0, "", false, kIntegrations},
    {"segment_link", FieldKind::kLink, 0, 0, "", false, "InvalidSegmentURIError"},
    {"click_tracking_enabled", FieldKind::kFlag},
    {"is_archived", FieldKind::kFlag},
    {"notify_on_send", FieldKind::kFlag},
};
constexpr auto kUpdateOfBroadcast = [] {
  std::array<Field, std::size(kCreateFields)> fields{};
  std::copy(std::begin(kCreateFields), std::end(kCreateFields), fields.begin());
  fields[0].required = false;
  return fields;
}();
constexpr Field kScheduleFields[] = {{"scheduled_for", FieldKind::kInstant, 0, 0, "", true,
                                      "InvalidDatetimeError", "MissingDatetimeError"}};

// "sent" includes "sending", which takes no time here; a draft that was not made by the API is not
// listed.
bool IsListed(const Broadcast& broadcast, const std::string& status) {
  if (status != kBroadcastStatuses[static_cast<int>(broadcast.status)]) return false;
  return broadcast.status != BroadcastStatus::kDraft || broadcast.by_api;
}

void CollectBroadcasts(Call& call, Items& items) {
  for (const Broadcast& one : call.list->broadcasts) {
    if (IsListed(one, call.Query("status", ""))) items.push_back({call.list, &one});
  }
}

HttpResponse CountBroadcasts(Call& call) {
  Items items;
  CollectBroadcasts(call, items);
  return ApiJson(200, {{"total_size", items.size()}});
}

HttpResponse ShowBroadcast(Call& call, std::int64_t id) {
  const MailingList& list = *call.account.lists.Find(call.list->id);
  return ApiJson(call.operation.status, Show(kBroadcast, {call, &list, list.broadcasts.Find(id)}));
}

// A broadcast says something, when it is made and after each change.
std::optional<HttpResponse> RefuseWithoutBody(Call& call, const Broadcast& broadcast) {
  if (!broadcast.body_html.empty() || !broadcast.body_text.empty()) return std::nullopt;
  return Refuse(call, "MissingBodyError", "body_html or body_text is required.",
                "neither body_html nor body_text has a text");
}

HttpResponse Create(Call& call) {
  Broadcast broadcast;
  if (auto refused = ReadBroadcast(call, broadcast)) return std::move(*refused);
  if (auto refused = RefuseWithoutBody(call, broadcast)) return std::move(*refused);
  broadcast.id = call.account.NewId();
  broadcast.created = call.now;
  call.EditList().broadcasts.Add(broadcast);
  if (call.space.settings.broadcast_create_status != "201")
    return ShowBroadcast(call, broadcast.id);
  HttpResponse response = ShowBroadcast(call, broadcast.id);
  response.status = 201;
  response.headers.Add("Location", call.links.In(call.list->id, "broadcasts", broadcast.id));
  return response;
}

HttpResponse Conflict(Call& call, const Broadcast& broadcast, const char* wanted) {
  return Refuse(call, "BroadcastSchedulingError",
                "This broadcast cannot be scheduled. It may have been queued, sent or the account "
                "is locked",
                fmt::format("broadcast {} is {}{}, not {}", broadcast.id,
                            kBroadcastStatuses[static_cast<int>(broadcast.status)],
                            broadcast.by_api ? "" : " and was not made by the API", wanted));
}

bool IsOwnDraft(const Broadcast& broadcast) {
  return broadcast.status == BroadcastStatus::kDraft && broadcast.by_api;
}

HttpResponse Update(Call& call) {
  Broadcast broadcast = call.The<Broadcast>();
  if (!IsOwnDraft(broadcast)) return Conflict(call, broadcast, "a draft");
  if (auto refused = ReadBroadcast(call, broadcast)) return std::move(*refused);
  if (auto refused = RefuseWithoutBody(call, broadcast)) return std::move(*refused);
  call.EditList().broadcasts.Edit(broadcast.id) = broadcast;
  return ShowBroadcast(call, broadcast.id);
}

HttpResponse Delete(Call& call) {
  HttpResponse done;
  done.status = 204;
  if (call.thing == nullptr) {
    if (call.space.settings.delete_missing_broadcast == "204") return done;
    return Refuse(call, "BroadcastNotFoundError",
                  fmt::format("Broadcast id:{} not found", call.last),
                  "the list has no such broadcast (setting delete_missing_broadcast)");
  }
  const Broadcast& broadcast = call.The<Broadcast>();
  if (!IsOwnDraft(broadcast)) return Conflict(call, broadcast, "a draft");
  call.EditList().broadcasts.Remove(broadcast.id);
  return done;
}

HttpResponse SelfLink(Call& call, std::int64_t id) {
  return ApiJson(200, {{"self_link", call.links.In(call.list->id, "broadcasts", id)}});
}

HttpResponse Schedule(Call& call) {
  const Broadcast& broadcast = call.The<Broadcast>();
  const Moment at = *ParseInstant(*call.Text("scheduled_for")) - call.space.api.origin;
  // Programs schedule for "now": a little in the past must pass (samples).
  if (at + std::chrono::seconds(call.space.settings.schedule_tolerance) < call.now) {
    return Refuse(
        call, "BroadcastDatetimeExpired", "The date and time has passed.",
        fmt::format("scheduled_for is {} s in the past of the virtual clock",
                    std::chrono::duration_cast<std::chrono::seconds>(call.now - at).count()));
  }
  if (broadcast.status != BroadcastStatus::kDraft) return Conflict(call, broadcast, "a draft");
  const std::int64_t id = broadcast.id;
  Broadcast& scheduled = call.EditList().broadcasts.Edit(id);
  scheduled.status = BroadcastStatus::kScheduled;
  scheduled.scheduled = at;
  AddDue(call.account, {at, Due::Kind::kSend, call.list->id, id});
  return SelfLink(call, id);
}

HttpResponse Cancel(Call& call) {
  const Broadcast& broadcast = call.The<Broadcast>();
  const std::int64_t id = broadcast.id;
  if (broadcast.status != BroadcastStatus::kScheduled) {
    const bool good = call.space.settings.cancel_unscheduled == "200" &&
                      broadcast.status == BroadcastStatus::kDraft;
    return good ? SelfLink(call, id) : Conflict(call, broadcast, "scheduled");
  }
  RemoveDue(call.account, Due::Kind::kSend, id);
  Broadcast& draft = call.EditList().broadcasts.Edit(id);
  draft.status = BroadcastStatus::kDraft;
  draft.scheduled.reset();
  return SelfLink(call, id);
}

// What a message that was not sent has led to.
const Results& ResultsOf(const Call& call) {
  static const Results kNone;
  const auto& results = call.The<Broadcast>().results;
  return results == nullptr ? kNone : *results;
}

HttpResponse GetOpens(Call& call) {
  const auto opens = FirstOpens(call, *call.list, ResultsOf(call));
  Items items;
  for (const Opened& one : opens) items.push_back({call.list, &one});
  return CursorPage(call, items, [](const void* thing) {
    const auto* one = static_cast<const Opened*>(thing);
    return CursorKey{one->at, one->id};
  });
}

HttpResponse DetailedClicks(Call& call) {
  const auto clicks = AllClicks(call, *call.list, ResultsOf(call));
  Items items;
  for (const Clicked& one : clicks) items.push_back({call.list, &one});
  Operation detailed = call.operation;
  detailed.resource = &kDetailedClick;
  Call inner{call.space, call.read,  call.exchange, call.account, detailed,
             call.token, call.links, call.now,      call.list,    call.thing};
  return CursorPage(inner, items, [](const void* thing) {
    const auto* one = static_cast<const Clicked*>(thing);
    return CursorKey{one->at, one->id};
  });
}

HttpResponse GetClicks(Call& call) {
  if (IsTrue(call.Query("detailed", "false"))) return DetailedClicks(call);
  const auto clicks = ClicksBySubscriber(call, *call.list, ResultsOf(call));
  Items items;
  for (const ClickedOnce& one : clicks) items.push_back({call.list, &one});
  return CursorPage(call, items, [](const void* thing) {
    const auto* one = static_cast<const ClickedOnce*>(thing);
    return CursorKey{one->first, one->id};
  });
}

constexpr std::string_view kBroadcasts = "/1.0/accounts/{account}/lists/{list}/broadcasts";
constexpr std::string_view kOneBroadcast =
    "/1.0/accounts/{account}/lists/{list}/broadcasts/{broadcast}";
constexpr std::string_view kNoList = "ListNotFoundError";

const Operation kBroadcastOperations[] = {
    {.id = "getBroadcasts",
     .method = "GET",
     .path = kBroadcasts,
     .scopes = "email.read",
     .summary = "The list's broadcasts of one status",
     .parameters = kStatus,
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kBroadcastEntry,
     .collection = {.type = "broadcast-page-resource",
                    .count = Count::kLink,
                    .self_link = true,
                    .size_first = true},
     .errors = "400 MissingStatusError, 400 InvalidBroadcastStatusError, 404 ListNotFoundError",
     .no_list = kNoList,
     .collect = CollectBroadcasts},
    {.id = "createBroadcast",
     .method = "POST",
     .path = kBroadcasts,
     .scopes = "email.write",
     .summary = "Create a draft",
     .body = BodyType::kForm,
     .fields = kCreateFields,
     .resource = &kBroadcast,
     .errors = "400 MissingArgumentError, 400 InvalidSubjectError, 400 MissingBodyError, "
               "400 InvalidListURIError, 400 InvalidIntegrationURIError, "
               "400 InvalidSegmentURIError, 400 SplitTestSegmentError, 404 ListNotFoundError, "
               "415 InvalidContentType",
     .no_list = kNoList,
     .handle = Create},
    {.id = "getBroadcastTotal",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/broadcasts/total",
     .scopes = "email.read",
     .summary = "How many broadcasts of one status the list has",
     .parameters = kStatus,
     .answers = Answers::kTotalObject,
     .errors = "400 MissingStatusError, 400 InvalidBroadcastStatusError, 404 ListNotFoundError",
     .no_list = kNoList,
     .handle = CountBroadcasts},
    {.id = "getBroadcast",
     .method = "GET",
     .path = kOneBroadcast,
     .scopes = "email.read",
     .summary = "One broadcast",
     .resource = &kBroadcast,
     .errors = "404 ListNotFoundError, 404 BroadcastNotFoundError",
     .no_list = kNoList},
    {.id = "updateBroadcast",
     .method = "PUT",
     .path = kOneBroadcast,
     .scopes = "email.write",
     .summary = "Change a draft that the API created",
     .body = BodyType::kForm,
     .fields = kUpdateOfBroadcast,
     .resource = &kBroadcast,
     .errors = "400 InvalidSubjectError, 400 MissingBodyError, 400 InvalidListURIError, "
               "400 InvalidIntegrationURIError, 400 InvalidSegmentURIError, "
               "400 SplitTestSegmentError, 404 ListNotFoundError, 404 BroadcastNotFoundError, "
               "409 BroadcastSchedulingError, 415 InvalidContentType",
     .no_list = kNoList,
     .handle = Update},
    {.id = "deleteBroadcast",
     .method = "DELETE",
     .path = kOneBroadcast,
     .scopes = "email.write",
     .summary = "Delete a draft that the API created",
     .status = 204,
     .answers = Answers::kNothing,
     .errors = "404 ListNotFoundError, 409 BroadcastSchedulingError",
     .no_list = kNoList,
     .thing_optional = true,
     .handle = Delete},
    {.id = "scheduleBroadcast",
     .method = "POST",
     .path = "/1.0/accounts/{account}/lists/{list}/broadcasts/{broadcast}/schedule",
     .scopes = "email.write",
     .summary = "Schedule a draft",
     .body = BodyType::kForm,
     .fields = kScheduleFields,
     .answers = Answers::kLink,
     .errors = "400 MissingDatetimeError, 400 InvalidDatetimeError, "
               "400 BroadcastDatetimeExpired, 404 ListNotFoundError, "
               "404 BroadcastNotFoundError, 409 BroadcastSchedulingError, 415 InvalidContentType",
     .no_list = kNoList,
     .handle = Schedule},
    {.id = "cancelBroadcast",
     .method = "POST",
     .path = "/1.0/accounts/{account}/lists/{list}/broadcasts/{broadcast}/cancel",
     .scopes = "email.write",
     .summary = "Make a scheduled broadcast a draft again",
     .answers = Answers::kLink,
     .errors = "404 ListNotFoundError, 404 BroadcastNotFoundError, 409 BroadcastSchedulingError",
     .no_list = kNoList,
     .handle = Cancel},
    {.id = "getBroadcastOpens",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/broadcasts/{broadcast}/opens",
     .scopes = "email.read",
     .summary = "The first open of each subscriber, newest first",
     .parameters = kCursors,
     .answers = Answers::kCursor,
     .resource = &kOpen,
     .collection = {.type = "open-page-resource"},
     .errors = "400 BadRequestError, 404 ListNotFoundError, 404 BroadcastNotFoundError",
     .no_list = kNoList,
     .handle = GetOpens},
    {.id = "getBroadcastClicks",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/broadcasts/{broadcast}/clicks",
     .scopes = "email.read",
     .summary = "The clicks of each subscriber, or each click, newest first",
     .parameters = kClickCursors,
     .answers = Answers::kCursor,
     .resource = &kClick,
     .collection = {.type = "click-page-resource"},
     .errors = "400 BadRequestError, 404 ListNotFoundError, 404 BroadcastNotFoundError",
     .no_list = kNoList,
     .handle = GetClicks},
};

}  // namespace

std::span<const Operation> BroadcastOperations() { return kBroadcastOperations; }

}  // namespace aweber::mock
