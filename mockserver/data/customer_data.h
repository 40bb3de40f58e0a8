// What AWeber keeps for one customer account: lists, subscribers, messages, forms, pages.
//
// Ownership: plain values in tables that spaces share until they change something (table.h).
// Thread safety: none; the space's mutex guards what a space has changed.
// Units: a Moment is the time since the space began, so that every space shares one sample; events
//   after the present are drawn already and become visible as the clock passes them.
// Identifiers count up and never return.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/os/clock.h"
#include "mockserver/data/table.h"

namespace aweber::mock {

using Moment = Micros;

// Where an address is, as far as the mock knows.
struct GeoLocation {
  const char* country;
  const char* country_code;
  const char* region;
  const char* city;
  const char* postal_code;
  int area_code;
  int dma_code;
  double latitude;
  double longitude;
};
// The place of a public IPv4 address, always the same one; null for "".
const GeoLocation* GeoLocationOf(const std::string& ip_address);

enum class SubscriberStatus : std::uint8_t { kSubscribed, kUnsubscribed, kUnconfirmed };
enum class SubscribedBy : std::uint8_t { kApi, kEmail, kImport, kWebform };
enum class UnsubscribedBy : std::uint8_t { kNone, kLink, kCustomer, kUndeliverable, kApi, kMove };
inline constexpr const char* kSubscriberStatuses[] = {"subscribed", "unsubscribed", "unconfirmed"};
inline constexpr const char* kSubscribedBy[] = {"api", "email", "import", "webform"};
inline constexpr const char* kUnsubscribedBy[] = {
    "", "unsubscribe link", "customer cp", "undeliverable", "api: unsubscribe", "api: move"};

struct Subscriber {
  std::int64_t id = 0;
  std::string email, name, ad_tracking, misc_notes, ip_address, subscription_url;
  std::vector<std::string> tags;
  std::vector<std::pair<std::int64_t, std::string>> custom_fields;  // field id and value, when set
  std::int64_t last_followup = 0;                                   // message number sent last
  std::int64_t last_followup_id = 0;
  std::optional<Moment> last_followup_sent, verified, unsubscribed;
  Moment subscribed{0};
  SubscriberStatus status = SubscriberStatus::kSubscribed;
  SubscribedBy method = SubscribedBy::kApi;
  UnsubscribedBy left_by = UnsubscribedBy::kNone;
};

// What a message that was sent led to.
struct Opened {
  std::int64_t id = 0, subscriber = 0;
  Moment at{0};
};
struct Clicked {
  std::int64_t id = 0, subscriber = 0;
  Moment at{0};
  std::uint32_t link = 0;  // index into Results::links
};
struct Results {
  std::vector<std::int64_t> recipients;               // ascending
  std::vector<Opened> opens;                          // by time
  std::vector<Clicked> clicks;                        // by time
  std::vector<std::pair<std::int64_t, Moment>> left;  // subscribers who unsubscribed by its link
  std::vector<std::int64_t> undelivered, complaints;
  std::vector<std::string> links;
};

enum class BroadcastStatus : std::uint8_t { kDraft, kScheduled, kSent };
inline constexpr const char* kBroadcastStatuses[] = {"draft", "scheduled", "sent"};

struct Broadcast {
  std::int64_t id = 0;
  std::string subject, body_html, body_text, body_amp;
  bool customized_text = false;
  BroadcastStatus status = BroadcastStatus::kDraft;
  bool click_tracking = true, archived = true, notify = true;
  bool by_api = true;
  std::vector<std::int64_t> include_lists, exclude_lists;
  std::int64_t facebook = 0, twitter = 0;  // integrations, 0: none
  std::int64_t segment = 0;
  Moment created{0};
  std::optional<Moment> scheduled, sent;
  std::shared_ptr<const Results> results;  // when sent
};

struct FollowUp {
  std::int64_t id = 0;
  std::string subject, body_html, body_text;
  std::int64_t interval = 1, number = 1;
  Results results;
};

struct Segment {
  std::int64_t id = 0;
  std::string name;
  bool split_test = false;
};

struct CustomField {
  std::int64_t id = 0;
  std::string name;
  bool updateable = false;
};

struct Integration {
  std::int64_t id = 0;
  std::string service, login;
};

struct LandingPage {
  std::string id;
  std::string name, html, published_html;
  Moment created{0}, modified{0};
  std::optional<Moment> published;
};

struct WebForm {
  std::int64_t id = 0;
  std::string name, type;
  bool active = true;
  std::int64_t displays = 0, unique_displays = 0, submissions = 0;
  std::vector<std::string> tags;
};

struct SplitTestPart {
  std::int64_t form = 0, weight = 50;
};
struct SplitTest {
  std::int64_t id = 0;
  std::string name;
  bool active = true;
  std::vector<SplitTestPart> parts;
};

// A purchase: seen in the activity from `visible` on.
struct Purchase {
  std::int64_t id = 0, subscriber = 0;
  Moment at{0}, visible{0};
  std::string vendor, product, note, currency, url;
  double value = 0;
};

struct MailingList {
  std::int64_t id = 0;
  std::string name, unique_list_id;
  bool confirmed_opt_in = false;  // a new subscriber is unconfirmed
  Table<Subscriber> subscribers;
  Table<Broadcast> broadcasts;
  Table<FollowUp> follow_ups;
  Table<Segment> segments;
  Table<CustomField> custom_fields;
  Table<LandingPage> landing_pages;
  Table<WebForm> web_forms;
  Table<SplitTest> split_tests;
  Table<Purchase> purchases;
};

// How many requests an account made in the current window.
struct RateWindow {
  UnixTime started;
  std::int64_t count = 0;
  UnixTime blocked_until;
};

// What happens when the clock passes `at`.
struct Due {
  enum class Kind : std::uint8_t { kSend, kLeave };
  Moment at{0};
  Kind kind = Kind::kSend;
  std::int64_t list = 0, id = 0;  // the broadcast, or the subscriber
};

struct AccountData {
  std::int64_t id = 0;
  std::string uuid, company;
  Table<MailingList> lists;
  Table<Integration> integrations;
  std::vector<Due> due;  // by time
  std::int64_t next_id = 50'000'001;
  RateWindow rate;

  std::int64_t NewId() { return next_id++; }
};

// A UUID (version 4 in form) that is always the same for `kind` and `id`.
std::string StableUuid(const char* kind, std::int64_t id);

}  // namespace aweber::mock
