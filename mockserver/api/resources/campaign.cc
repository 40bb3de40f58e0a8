// Campaign: a broadcast that was sent, or a follow-up; and its statistics.
#include <fmt/format.h>

#include <algorithm>

#include "base/text/json.h"
#include "mockserver/api/statistics.h"

namespace aweber::mock {
namespace {

const Broadcast& SentOf(const Shown& shown) { return shown.As<Broadcast>(); }
const FollowUp& FollowUpOf(const Shown& shown) { return shown.As<FollowUp>(); }

std::string SentSelf(const Shown& shown) {
  return shown.call.links.In(shown.list->id, "campaigns", fmt::format("b{}", SentOf(shown).id));
}
std::string FollowUpSelf(const Shown& shown) {
  return shown.call.links.In(shown.list->id, "campaigns", fmt::format("f{}", FollowUpOf(shown).id));
}
Totals SentTotals(const Shown& shown) {
  return TotalsOf(shown.call, *shown.list, *SentOf(shown).results);
}
template <auto kMember>
Json SentTotal(const Shown& shown) {
  return SentTotals(shown).*kMember;
}
// Who got this follow-up: all whose last one is this one or a later one.
Json FollowUpSent(const Shown& shown) {
  std::int64_t count = 0;
  for (const Subscriber& one : shown.list->subscribers) {
    if (one.last_followup >= FollowUpOf(shown).number) ++count;
  }
  return count;
}
// The follow-ups of the mock are not opened.
Json NoneYet(const Shown&) { return 0; }

std::string ContentType(const std::string& html, const std::string& text) {
  return html.empty() ? "Text" : text.empty() ? "HTML" : "Text/HTML";
}
constexpr std::string_view kContentTypes = "Text|HTML|Text/HTML";

constexpr Member kSentMembers[] = {
    {.name = "id",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return SentOf(s).id; }},
    {.name = "campaign_type", .values = "b", .read = [](const Shown&) -> Json { return "b"; }},
    {.name = "subject", .read = [](const Shown& s) -> Json { return SentOf(s).subject; }},
    {.name = "content_type",
     .values = kContentTypes,
     .read = [](const Shown& s) -> Json {
       return ContentType(SentOf(s).body_html, SentOf(s).body_text);
     }},
    {.name = "click_tracking_enabled",
     .type = Type::kBoolean,
     .read = [](const Shown& s) -> Json { return SentOf(s).click_tracking; }},
    {.name = "is_archived",
     .type = Type::kBoolean,
     .read = [](const Shown& s) -> Json { return SentOf(s).archived; }},
    {.name = "scheduled_at",
     .type = Type::kDate,
     .nullable = true,
     .read =
         [](const Shown& s) { return s.call.Shape(SentOf(s).scheduled, DateShape::kBlankOffset); }},
    {.name = "sent_at",
     .type = Type::kDate,
     .nullable = true,
     .read = [](const Shown& s) { return s.call.Shape(SentOf(s).sent, DateShape::kBlankOffset); }},
    {.name = "spam_assassin_score",
     .type = Type::kNumber,
     .nullable = true,
     .read = [](const Shown&) -> Json { return 2.1; }},
    {.name = "total_clicks", .type = Type::kInteger, .read = SentTotal<&Totals::clicks>},
    {.name = "total_opens", .type = Type::kInteger, .read = SentTotal<&Totals::opens>},
    {.name = "total_sent", .type = Type::kInteger, .read = SentTotal<&Totals::sent>},
    {.name = "total_unsubscribes",
     .type = Type::kInteger,
     .read = SentTotal<&Totals::unsubscribed>},
    {.name = "total_spam_complaints",
     .type = Type::kInteger,
     .read = SentTotal<&Totals::complaints>},
    {.name = "total_undelivered", .type = Type::kInteger, .read = SentTotal<&Totals::undelivered>},
    {.name = "stats_collection_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return SentSelf(s) + "/stats"; }},
    {.name = "links_collection_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return SentSelf(s) + "/links"; }},
    {.name = "messages_collection_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return SentSelf(s) + "/messages"; }},
    {.name = "twitter_account_link",
     .type = Type::kLink,
     .nullable = true,
     .read =
         [](const Shown& s) {
           return SentOf(s).twitter == 0 ? Json()
                                         : Json(s.call.links.Integration(SentOf(s).twitter));
         }},
    {.name = "self_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return SentSelf(s); }},
};

constexpr Member kFollowUpMembers[] = {
    {.name = "id",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return FollowUpOf(s).id; }},
    {.name = "campaign_type", .values = "f", .read = [](const Shown&) -> Json { return "f"; }},
    {.name = "subject", .read = [](const Shown& s) -> Json { return FollowUpOf(s).subject; }},
    {.name = "content_type",
     .values = kContentTypes,
     .read = [](const Shown& s) -> Json {
       return ContentType(FollowUpOf(s).body_html, FollowUpOf(s).body_text);
     }},
    {.name = "click_tracking_enabled",
     .type = Type::kBoolean,
     .read = [](const Shown&) -> Json { return true; }},
    {.name = "message_interval",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return FollowUpOf(s).interval; }},
    {.name = "message_number",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return FollowUpOf(s).number; }},
    {.name = "spam_assassin_score",
     .type = Type::kNumber,
     .nullable = true,
     .read = [](const Shown&) -> Json { return 2.1; }},
    {.name = "total_clicks", .type = Type::kInteger, .read = NoneYet},
    {.name = "total_opens", .type = Type::kInteger, .read = NoneYet},
    {.name = "total_sent", .type = Type::kInteger, .read = FollowUpSent},
    {.name = "total_unsubscribes", .type = Type::kInteger, .read = NoneYet},
    {.name = "total_spam_complaints", .type = Type::kInteger, .read = NoneYet},
    {.name = "total_undelivered", .type = Type::kInteger, .read = NoneYet},
    {.name = "self_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return FollowUpSelf(s); }},
};

const StatRow& Stat(const Shown& shown) { return shown.As<StatRow>(); }
// The broadcast is what the path names.
const Broadcast& StatBroadcast(const Shown& shown) { return shown.call.The<Broadcast>(); }

Json StatType(const Shown& shown) {
  switch (Stat(shown).kind) {
    case StatKind::kWhole:
      return TypeLink("integer_stat");
    case StatKind::kDecimal:
      return TypeLink("decimal_stat");
    default:
      return TypeLink("list_stat");
  }
}

constexpr Member kStatMembers[] = {
    {.name = "id", .read = [](const Shown& s) -> Json { return Stat(s).id; }},
    {.name = "description", .read = [](const Shown& s) -> Json { return Stat(s).description; }},
    {.name = "value",
     .type = Type::kAny,
     .read = [](const Shown& s) { return StatValue(s.call, *s.list, StatBroadcast(s), Stat(s)); }},
    {.name = "self_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json {
       return s.call.links.In(s.list->id, "campaigns",
                              fmt::format("b{}/stats/{}", StatBroadcast(s).id, Stat(s).id));
     }},
    {.name = "resource_type_link", .type = Type::kUrl, .read = StatType},
};

}  // namespace

const Resource kCampaign = {"BroadcastCampaign", "broadcast_campaign", kSentMembers};
const Resource kFollowUpCampaign = {"FollowUpCampaign", "followup_campaign", kFollowUpMembers};
const Resource kStat = {"Stat", "", kStatMembers};

}  // namespace aweber::mock
