// Broadcast, its short form in the collection, its opens and its clicks.
#include <fmt/format.h>

#include <cstdlib>

#include "base/text/json.h"
#include "mockserver/api/call.h"
#include "mockserver/api/statistics.h"

namespace aweber::mock {
namespace {

const Broadcast& Message(const Shown& shown) { return shown.As<Broadcast>(); }

Json ListLinks(const Shown& shown, const std::vector<std::int64_t>& ids) {
  Json links = Json::array();
  for (const std::int64_t id : ids) links.push_back(shown.call.links.List(id));
  return links;
}
Json IntegrationLink(const Shown& shown, std::int64_t id) {
  return id == 0 ? Json() : Json(shown.call.links.Integration(id));
}
const Segment* SegmentOf(const Shown& shown) {
  const auto& segments = shown.list->segments;
  const std::int64_t id = Message(shown).segment;
  if (id == 0) return segments.empty() ? nullptr : &segments[0];
  return segments.Find(id);
}
Json SegmentLink(const Shown& shown) {
  const Segment* segment = SegmentOf(shown);
  if (segment == nullptr) return Json();
  return shown.call.links.In(shown.list->id, "segments", segment->id);
}
std::string Archive(const Shown& shown) {
  return "http://archive.aweber.com/" + shown.list->unique_list_id;
}
Json ArchiveLinks(const Shown& shown) {
  return {{{"rel", "list_archive_rss_url"}, {"href", Archive(shown) + ".rss"}},
          {{"rel", "list_archive_url"}, {"href", Archive(shown)}}};
}
Json Stats(const Shown& shown) {
  if (Message(shown).results == nullptr) return Absent();
  const Totals totals = TotalsOf(shown.call, *shown.list, *Message(shown).results);
  return {{"num_complaints", totals.complaints},
          {"num_emailed", totals.sent},
          {"num_undeliv", totals.undelivered},
          {"unique_clicks", totals.unique_clicks},
          {"unique_opens", totals.unique_opens}};
}
Json Self(const Shown& shown) {
  return shown.call.links.In(shown.list->id, "broadcasts", Message(shown).id);
}

constexpr Member kBroadcastMembers[] = {
    {.name = "broadcast_id",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return Message(s).id; }},
    {.name = "uuid",
     .type = Type::kUuid,
     .read = [](const Shown& s) -> Json { return StableUuid("broadcast", Message(s).id); }},
    {.name = "subject",
     .writable = kCreateUpdate,
     .read = [](const Shown& s) -> Json { return Message(s).subject; }},
    {.name = "body_html",
     .type = Type::kText,
     .nullable = true,
     .writable = kCreateUpdate,
     .read = [](const Shown& s) { return TextOrNull(Message(s).body_html); }},
    {.name = "body_text",
     .type = Type::kText,
     .nullable = true,
     .writable = kCreateUpdate,
     .read = [](const Shown& s) { return TextOrNull(Message(s).body_text); }},
    {.name = "body_amp",
     .type = Type::kText,
     .nullable = true,
     .writable = kCreateUpdate,
     .read = [](const Shown& s) { return TextOrNull(Message(s).body_amp); }},
    {.name = "has_customized_body_text",
     .type = Type::kBoolean,
     .read = [](const Shown& s) -> Json { return Message(s).customized_text; }},
    {.name = "status",
     .values = "admin_hold|draft|scheduled|sending|sent|unknown",
     .read = [](const Shown& s) -> Json {
       return kBroadcastStatuses[static_cast<int>(Message(s).status)];
     }},
    {.name = "click_tracking_enabled",
     .type = Type::kBoolean,
     .writable = kCreateUpdate,
     .read = [](const Shown& s) -> Json { return Message(s).click_tracking; }},
    {.name = "is_archived",
     .type = Type::kBoolean,
     .writable = kCreateUpdate,
     .read = [](const Shown& s) -> Json { return Message(s).archived; }},
    {.name = "notify_on_send",
     .type = Type::kBoolean,
     .writable = kCreateUpdate,
     .read = [](const Shown& s) -> Json { return Message(s).notify; }},
    {.name = "include_lists",
     .type = Type::kLinks,
     .writable = kCreateUpdate,
     .read = [](const Shown& s) { return ListLinks(s, Message(s).include_lists); }},
    {.name = "exclude_lists",
     .type = Type::kLinks,
     .writable = kCreateUpdate,
     .read = [](const Shown& s) { return ListLinks(s, Message(s).exclude_lists); }},
    {.name = "facebook_integration",
     .type = Type::kLink,
     .nullable = true,
     .writable = kCreateUpdate,
     .read = [](const Shown& s) { return IntegrationLink(s, Message(s).facebook); }},
    {.name = "twitter_integration",
     .type = Type::kLink,
     .nullable = true,
     .writable = kCreateUpdate,
     .read = [](const Shown& s) { return IntegrationLink(s, Message(s).twitter); }},
    {.name = "segment_link",
     .type = Type::kLink,
     .nullable = true,
     .writable = kCreateUpdate,
     .read = SegmentLink},
    {.name = "segment_name",
     .read = [](const Shown& s) -> Json {
       const Segment* segment = SegmentOf(s);
       return segment == nullptr ? "Unknown" : segment->name;
     }},
    {.name = "created_at",
     .type = Type::kDate,
     .read = [](const Shown& s) { return s.call.Shape(Message(s).created, DateShape::kBlank); }},
    {.name = "scheduled_for",
     .type = Type::kDate,
     .nullable = true,
     .read =
         [](const Shown& s) {
           return s.call.Shape(Message(s).scheduled, DateShape::kBlankOffset);
         }},
    {.name = "sent_at",
     .type = Type::kDate,
     .nullable = true,
     .read = [](const Shown& s) { return s.call.Shape(Message(s).sent, DateShape::kBlankOffset); }},
    {.name = "archive_url",
     .type = Type::kUrl,
     .shows = Shows::kSometimes,
     .read = [](const Shown& s) -> Json {
       if (!Message(s).sent) return Absent();
       return fmt::format("{}/{:x}", Archive(s), Message(s).id);
     }},
    {.name = "links", .type = Type::kObjects, .read = ArchiveLinks},
    {.name = "stats", .type = Type::kObject, .shows = Shows::kSometimes, .read = Stats},
    {.name = "opens_collection_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return Self(s).get<std::string>() + "/opens"; }},
    {.name = "clicks_collection_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return Self(s).get<std::string>() + "/clicks"; }},
    {.name = "self_link", .type = Type::kLink, .read = Self},
};

constexpr Member kEntryMembers[] = {
    {.name = "uuid",
     .type = Type::kUuid,
     .read = [](const Shown& s) -> Json { return StableUuid("broadcast", Message(s).id); }},
    {.name = "broadcast_id",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return Message(s).id; }},
    {.name = "self_link", .type = Type::kLink, .read = Self},
    {.name = "status",
     .values = "draft|scheduled|sent",
     .read = [](const Shown& s) -> Json {
       return kBroadcastStatuses[static_cast<int>(Message(s).status)];
     }},
    {.name = "scheduled_for",
     .type = Type::kDate,
     .nullable = true,
     .read =
         [](const Shown& s) {
           return s.call.Shape(Message(s).scheduled, DateShape::kBlankOffset);
         }},
    {.name = "sent_at",
     .type = Type::kDate,
     .nullable = true,
     .read = [](const Shown& s) { return s.call.Shape(Message(s).sent, DateShape::kBlankOffset); }},
    {.name = "subject", .read = [](const Shown& s) -> Json { return Message(s).subject; }},
};

// The present address; nobody's without the scope subscriber.read.
Json Address(const Shown& shown, std::int64_t id) {
  if (!MayReadSubscribers(shown.call)) return Absent();
  const MailingList* of = ListOfReader(shown.call.account, *shown.list, id);
  return of == nullptr ? Absent() : Json(of->subscribers.Find(id)->email);
}
Json Stamp(const Shown& shown, Moment at) { return shown.call.Shape(at, DateShape::kBlankOffset); }

// What opens and clicks have in common: whose they are, and dates of theirs.
template <typename Event>
constexpr Member EmailOf() {
  return {.name = "email", .shows = Shows::kSometimes, .read = [](const Shown& s) {
            return Address(s, s.As<Event>().subscriber);
          }};
}
template <typename Event>
constexpr Member LinkOf() {
  return {.name = "subscriber_link", .type = Type::kLink, .read = [](const Shown& s) {
            return ReaderLink(s, s.As<Event>().subscriber);
          }};
}
template <typename Event, Moment Event::*kWhen>
constexpr Member DateOf(std::string_view name) {
  return {.name = name, .type = Type::kDate, .read = [](const Shown& s) {
            return Stamp(s, s.As<Event>().*kWhen);
          }};
}
constexpr Member kTypeOpen = {
    .name = "type", .values = "open", .read = [](const Shown&) -> Json { return "open"; }};
constexpr Member kTypeClick = {
    .name = "type", .values = "click", .read = [](const Shown&) -> Json { return "click"; }};

constexpr Member kOpenMembers[] = {
    EmailOf<Opened>(),
    DateOf<Opened, &Opened::at>("event_time"),
    LinkOf<Opened>(),
    kTypeOpen,
};

constexpr Member kClickMembers[] = {
    EmailOf<ClickedOnce>(),
    DateOf<ClickedOnce, &ClickedOnce::first>("event_time"),
    LinkOf<ClickedOnce>(),
    kTypeClick,
    DateOf<ClickedOnce, &ClickedOnce::first>("first_click_at"),
    DateOf<ClickedOnce, &ClickedOnce::last>("last_click_at"),
    {.name = "total_clicks",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return s.As<ClickedOnce>().total; }},
};

constexpr Member kDetailedMembers[] = {
    EmailOf<Clicked>(),
    DateOf<Clicked, &Clicked::at>("event_time"),
    LinkOf<Clicked>(),
    kTypeClick,
    DateOf<Clicked, &Clicked::at>("clicked_at"),
    {.name = "url",
     .type = Type::kUrl,
     .read = [](const Shown& s) -> Json {
       return s.call.The<Broadcast>().results->links[s.As<Clicked>().link];
     }},
};

}  // namespace

const Resource kBroadcast = {"Broadcast", "", kBroadcastMembers};
const Resource kBroadcastEntry = {"BroadcastEntry", "", kEntryMembers};
const Resource kOpen = {"Open", "open", kOpenMembers};
const Resource kClick = {"Click", "click", kClickMembers};
const Resource kDetailedClick = {"DetailedClick", "click", kDetailedMembers};

}  // namespace aweber::mock
