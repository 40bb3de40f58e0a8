// What lists and accounts have beside subscribers and messages: segments, custom fields,
// integrations, landing pages.
#include "base/text/json.h"
#include "mockserver/api/call.h"

namespace aweber::mock {
namespace {

constexpr Member kSegmentMembers[] = {
    {.name = "id",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return s.As<Segment>().id; }},
    {.name = "name", .read = [](const Shown& s) -> Json { return s.As<Segment>().name; }},
    {.name = "is_split_test",
     .type = Type::kBoolean,
     .read = [](const Shown& s) -> Json { return s.As<Segment>().split_test; }},
    {.name = "self_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json {
       return s.call.links.In(s.list->id, "segments", s.As<Segment>().id);
     }},
};

constexpr Member kCustomFieldMembers[] = {
    {.name = "id",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return s.As<CustomField>().id; }},
    {.name = "name",
     .writable = "create, update",
     .read = [](const Shown& s) -> Json { return s.As<CustomField>().name; }},
    {.name = "is_subscriber_updateable",
     .type = Type::kBoolean,
     .writable = "update",
     .read = [](const Shown& s) -> Json { return s.As<CustomField>().updateable; }},
    {.name = "self_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json {
       return s.call.links.In(s.list->id, "custom_fields", s.As<CustomField>().id);
     }},
    {.name = "http_etag"},
};

constexpr Member kIntegrationMembers[] = {
    {.name = "id",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return s.As<Integration>().id; }},
    {.name = "service_name",
     .read = [](const Shown& s) -> Json { return s.As<Integration>().service; }},
    {.name = "login", .read = [](const Shown& s) -> Json { return s.As<Integration>().login; }},
    {.name = "self_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json {
       return s.call.links.Integration(s.As<Integration>().id);
     }},
    {.name = "http_etag"},
};

Json PageStamp(const Shown& shown, const std::optional<Moment>& at) {
  return shown.call.Shape(at, DateShape::kBlankOffset);
}

constexpr Member kLandingPageMembers[] = {
    {.name = "id",
     .type = Type::kUuid,
     .read = [](const Shown& s) -> Json { return s.As<LandingPage>().id; }},
    {.name = "name", .read = [](const Shown& s) -> Json { return s.As<LandingPage>().name; }},
    {.name = "status",
     .values = "published|unpublished",
     .read = [](const Shown& s) -> Json {
       return s.As<LandingPage>().published ? "published" : "unpublished";
     }},
    {.name = "created_at",
     .type = Type::kDate,
     .read = [](const Shown& s) { return PageStamp(s, s.As<LandingPage>().created); }},
    {.name = "modified_at",
     .type = Type::kDate,
     .read = [](const Shown& s) { return PageStamp(s, s.As<LandingPage>().modified); }},
    {.name = "published_at",
     .type = Type::kDate,
     .nullable = true,
     .read = [](const Shown& s) { return PageStamp(s, s.As<LandingPage>().published); }},
    {.name = "published_url",
     .type = Type::kUrl,
     .nullable = true,
     .read = [](const Shown& s) -> Json {
       const auto& page = s.As<LandingPage>();
       return page.published ? Json("https://example.aweberpages.com/" + page.id.substr(0, 8))
                             : Json();
     }},
    {.name = "content_html",
     .shows = Shows::kWhole,
     .read = [](const Shown& s) -> Json { return s.As<LandingPage>().html; }},
    {.name = "published_html",
     .type = Type::kText,
     .nullable = true,
     .shows = Shows::kWhole,
     .read = [](const Shown& s) { return TextOrNull(s.As<LandingPage>().published_html); }},
    {.name = "self_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json {
       return s.call.links.In(s.list->id, "landing_pages", s.As<LandingPage>().id);
     }},
};

}  // namespace

const Resource kSegment = {"Segment", "segment", kSegmentMembers};
const Resource kCustomField = {"CustomField", "custom_field", kCustomFieldMembers};
const Resource kIntegration = {"Integration", "integration", kIntegrationMembers};
const Resource kLandingPage = {"LandingPage", "landing_page", kLandingPageMembers};

}  // namespace aweber::mock
