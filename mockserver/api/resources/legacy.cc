// What AWeber has removed and programs still ask for: links of a campaign and their clicks,
// messages of a campaign; and a line of the beta report.
#include "mockserver/api/legacy.h"

#include <fmt/format.h>

#include "base/text/json.h"

namespace aweber::mock {
namespace {

std::string CampaignPart(const Shown& shown, std::string_view part, std::int64_t id) {
  return shown.call.links.In(shown.list->id, "campaigns",
                             fmt::format("b{}/{}/{}", shown.call.The<Broadcast>().id, part, id));
}
const LinkCount& LinkOf(const Shown& shown) { return shown.As<LinkCount>(); }

constexpr Member kLinkMembers[] = {
    {.name = "id",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return LinkOf(s).id; }},
    {.name = "url",
     .type = Type::kUrl,
     .read = [](const Shown& s) -> Json { return LinkOf(s).url; }},
    {.name = "total_clicks",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return LinkOf(s).total; }},
    {.name = "total_unique_clicks",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return LinkOf(s).unique; }},
    {.name = "clicks_collection_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json {
       return CampaignPart(s, "links", LinkOf(s).id) + "/clicks";
     }},
    {.name = "self_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return CampaignPart(s, "links", LinkOf(s).id); }},
};

constexpr Member kLinkClickMembers[] = {
    {.name = "id",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return s.As<Clicked>().id; }},
    {.name = "event_time",
     .type = Type::kDate,
     .read =
         [](const Shown& s) { return s.call.Shape(s.As<Clicked>().at, DateShape::kBlankOffset); }},
    {.name = "is_earliest",
     .type = Type::kBoolean,
     .read = [](const Shown& s) -> Json { return s.part != nullptr; }},
    {.name = "subscriber_link",
     .type = Type::kLink,
     .nullable = true,
     .read = [](const Shown& s) -> Json { return ReaderLink(s, s.As<Clicked>().subscriber); }},
};

constexpr Member kMessageMembers[] = {
    {.name = "id",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return s.As<SentTo>().id; }},
    {.name = "event_time",
     .type = Type::kDate,
     .read =
         [](const Shown& s) { return s.call.Shape(s.As<SentTo>().at, DateShape::kBlankOffset); }},
    {.name = "last_opened",
     .type = Type::kDate,
     .nullable = true,
     .read =
         [](const Shown& s) {
           return s.call.Shape(s.As<SentTo>().last_opened, DateShape::kBlankOffset);
         }},
    {.name = "total_opens",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return s.As<SentTo>().opens; }},
    {.name = "subscriber_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return ReaderLink(s, s.As<SentTo>().id); }},
};

constexpr Member kReportLineMembers[] = {
    {.name = "url",
     .type = Type::kUrl,
     .read = [](const Shown& s) -> Json { return LinkOf(s).url; }},
    {.name = "unique",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return LinkOf(s).unique; }},
    {.name = "total",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return LinkOf(s).total; }},
    {.name = "type",
     .values = "click|pageview",
     .read = [](const Shown& s) -> Json {
       return s.call.Query("filter", "") == "clicks" ? "click" : "pageview";
     }},
};

}  // namespace

const Resource kCampaignLink = {"Link", "link", kLinkMembers};
const Resource kLinkClick = {"LinkClick", "click", kLinkClickMembers};
const Resource kMessage = {"Message", "message", kMessageMembers};
const Resource kReportLine = {"BroadcastLink", "", kReportLineMembers};

}  // namespace aweber::mock
