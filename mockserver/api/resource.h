// Resource: what a reply says about one thing, as data: one row a member.
//
// Purpose: the same rows make replies, the OpenAPI document of the mocked API and its page in
//   docs/. One file a resource, in resources/.
// Thread safety: constant tables; reading happens under the space's mutex.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/text/json_fwd.h"
#include "mockserver/data/customer_data.h"

namespace aweber::mock {

struct Call;

enum class Type {
  kInteger,
  kNumber,
  kBoolean,
  kText,
  kLink,  // an absolute URL that can be followed
  kUrl,   // any other URL
  kUuid,
  kDate,     // text in one of AWeber's shapes
  kTexts,    // array of text
  kLinks,    // array of links
  kObject,   // of whatever members
  kObjects,  // array of objects
  kAny,
};

// Where a member shows.
enum class Shows {
  kAlways,
  kWhole,      // not in a collection's entries
  kFound,      // in what a find answers
  kSometimes,  // when it has a value
};

// What is about to be shown.
struct Shown {
  const Call& call;
  const MailingList* list = nullptr;  // which it belongs to
  const void* thing = nullptr;
  const void* part = nullptr;  // of the thing: a split test's part
  Shows view = Shows::kWhole;  // kWhole, kAlways (an entry) or kFound (an entry of a find)

  template <typename T>
  const T& As() const {
    return *static_cast<const T*>(thing);
  }
};

struct Member {
  std::string_view name;
  Type type = Type::kText;
  bool nullable = false;
  Shows shows = Shows::kAlways;
  std::string_view writable = "";  // "create", "update", "create, update"
  std::string_view values = "";    // of an enumeration, separated by '|'
  // A discarded value: the member is left out.
  Json (*read)(const Shown&) = nullptr;
};

inline constexpr std::string_view kCreateUpdate = "create, update";

struct Resource {
  std::string_view name;  // "Subscriber"
  std::string_view type;  // of resource_type_link: "subscriber"; "" when it has none
  std::span<const Member> members;
};

// The members in order, and resource_type_link.
Json Show(const Resource& resource, const Shown& shown);

Json Absent();  // a value that Show leaves out
// `text`, or null when it is "".
Json TextOrNull(const std::string& text);
// The subscriber's, who reads a broadcast of the shown thing's list.
Json ReaderLink(const Shown& shown, std::int64_t subscriber);

extern const Resource kAccount, kList, kSubscriber, kActivity, kBroadcast, kBroadcastEntry, kOpen,
    kClick, kDetailedClick, kCampaign, kFollowUpCampaign, kStat, kSegment, kCustomField,
    kIntegration, kLandingPage, kWebForm, kSplitTest, kComponent, kCampaignLink, kLinkClick,
    kReportLine, kMessage;
// All of them, for documents.
std::span<const Resource* const> AllResources();

}  // namespace aweber::mock
