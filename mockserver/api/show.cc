// Shows a thing by its resource's rows.
#include <fmt/format.h>

#include "base/text/json.h"
#include "mockserver/api/call.h"
#include "mockserver/api/resource.h"

namespace aweber::mock {
namespace {

std::uint64_t HashText(std::string_view text, std::uint64_t hash) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

// 40 hexadecimal digits.
std::string Digest(std::string_view text) {
  std::string digest;
  std::uint64_t hash = 0xcbf29ce484222325;
  for (int i = 0; i < 3; ++i) {
    hash = HashText(text, hash + static_cast<std::uint64_t>(i));
    digest += fmt::format("{:016x}", hash);
  }
  return digest.substr(0, 40);
}

bool IsShown(const Member& member, Shows view) {
  switch (member.shows) {
    case Shows::kWhole:
      return view == Shows::kWhole;
    case Shows::kFound:
      return view == Shows::kFound;
    case Shows::kAlways:
    case Shows::kSometimes:
      return true;
  }
  return true;
}

}  // namespace

// "\"<of the id>-<of the rest>\"": the quotes belong to the value. It changes when the thing does.
std::string EntityTag(const Json& shown) {
  const Json* id = JsonMember(shown, "id");
  return fmt::format("\"{}-{}\"", Digest(id == nullptr ? "" : DumpJson(*id)),
                     Digest(DumpJson(shown)));
}

Json Show(const Resource& resource, const Shown& shown) {
  Json result = Json::object();
  auto& members = result.get_ref<Json::object_t&>();
  members.reserve(resource.members.size() + 2);
  bool tagged = false;
  for (const Member& member : resource.members) {
    if (!IsShown(member, shown.view)) continue;
    if (member.read == nullptr) {  // http_etag: of all the others
      tagged = true;
      continue;
    }
    Json value = member.read(shown);
    if (!value.is_discarded()) members.emplace_back(std::string(member.name), std::move(value));
  }
  if (tagged) members.emplace_back("http_etag", EntityTag(result));
  if (!resource.type.empty()) members.emplace_back("resource_type_link", TypeLink(resource.type));
  return result;
}

std::span<const Resource* const> AllResources() {
  static constexpr const Resource* kAll[] = {
      &kAccount,          &kList,       &kSubscriber, &kActivity,      &kBroadcast,
      &kBroadcastEntry,   &kOpen,       &kClick,      &kDetailedClick, &kCampaign,
      &kFollowUpCampaign, &kStat,       &kSegment,    &kCustomField,   &kIntegration,
      &kLandingPage,      &kWebForm,    &kSplitTest,  &kComponent,     &kCampaignLink,
      &kLinkClick,        &kReportLine, &kMessage};
  return kAll;
}

}  // namespace aweber::mock
