// Account.
#include <fmt/format.h>

#include "base/text/json.h"
#include "mockserver/api/call.h"

namespace aweber::mock {

constexpr Member kAccountMembers[] = {
    {.name = "id",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return s.call.account.id; }},
    {.name = "uuid",
     .type = Type::kUuid,
     .read = [](const Shown& s) -> Json { return s.call.account.uuid; }},
    {.name = "company", .read = [](const Shown& s) -> Json { return s.call.account.company; }},
    {.name = "analytics_src",
     .read = [](const Shown& s) -> Json {
       return fmt::format("//analytics.aweber.com/js/awt_analytics.js?id={}", s.call.account.id);
     }},
    {.name = "self_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return s.call.links.Account(); }},
    {.name = "lists_collection_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return s.call.links.Account() + "/lists"; }},
    {.name = "integrations_collection_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return s.call.links.Account() + "/integrations"; }},
    {.name = "http_etag"},
};

const Resource kAccount = {"Account", "account", kAccountMembers};

}  // namespace aweber::mock
