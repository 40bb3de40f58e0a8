#include "mockserver/data/sample.h"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <tuple>

#include "mockserver/data/draw.h"
#include "mockserver/data/life.h"

namespace aweber::mock {
namespace {

constexpr std::uint64_t kSampleSeed = 21;
constexpr std::int64_t kHour = 3600, kSampleDay = 24 * kHour;
constexpr const char* kFirst[] = {"Ada",   "Ben",  "Chloe", "Deniz", "Emil", "Fatima",
                                  "Grace", "Hugo", "Ines",  "Jonas", "Kira", "Luis",
                                  "Maya",  "Nils", "Olga",  "Paul"};
constexpr const char* kLast[] = {"Adams", "Brown", "Costa",  "Duran", "Evans", "Fischer", "Garcia",
                                 "Haas",  "Ito",   "Jensen", "Khan",  "Lopez", "Meyer",   "Novak"};
constexpr const char* kTags[] = {"customer", "newsletter", "vip", "trial", "webinar", "ebook"};

Moment Ago(std::int64_t seconds) { return -Moment(std::chrono::seconds(seconds)); }

Subscriber SampleReader(std::int64_t id, int number) {
  Subscriber reader;
  reader.id = id;
  reader.email = fmt::format("reader{}@example.com", number);
  reader.name = fmt::format("Reader {}", number);
  reader.subscribed = Ago((40 - number) * kSampleDay);
  reader.verified = reader.subscribed + Moment(std::chrono::seconds(39));
  reader.method = SubscribedBy::kWebform;
  reader.subscription_url = "https://forms.aweber.com/form/16/8000001.htm";
  reader.ip_address = fmt::format("203.0.113.{}", number);
  reader.tags = {"newsletter"};
  return reader;
}

// One of many, in some state.
Subscriber SamplePerson(std::int64_t id, std::int64_t number, std::int64_t count, Draw& draw,
                        const MailingList& list) {
  Subscriber person;
  person.id = id;
  person.name = fmt::format("{} {}", kFirst[draw.Below(std::size(kFirst))],
                            kLast[draw.Below(std::size(kLast))]);
  person.email = fmt::format("person{}@example.net", number);
  // The oldest a bit over a year ago, the newest within the hour before the space began.
  person.subscribed = Ago((count - number) * 400 * kSampleDay / count + 60 + draw.Below(kHour));
  person.method = static_cast<SubscribedBy>(draw.Below(4));
  person.ip_address = fmt::format("198.51.100.{}", 1 + draw.Below(250));
  if (person.method == SubscribedBy::kWebform) {
    person.subscription_url = "https://forms.aweber.com/form/16/8100001.htm";
  }
  for (const char* tag : kTags) {
    if (draw.Percent(25)) person.tags.emplace_back(tag);
  }
  if (draw.Percent(50)) person.ad_tracking = draw.Percent(50) ? "ebook" : "spring sale";
  if (draw.Percent(20)) person.misc_notes = "met at the fair";
  if (draw.Percent(60) && !list.custom_fields.empty()) {
    person.custom_fields = {{list.custom_fields[0].id, draw.Percent(50) ? "green" : "blue"}};
  }
  const std::int64_t state = draw.Below(100);
  if (state < 6) {
    person.status = SubscriberStatus::kUnconfirmed;
    return person;
  }
  person.verified = person.subscribed + Moment(std::chrono::seconds(30 + draw.Below(kHour / 2)));
  if (!list.follow_ups.empty() && draw.Percent(70)) {
    const FollowUp& last = list.follow_ups[static_cast<std::size_t>(
        draw.Below(static_cast<std::int64_t>(list.follow_ups.size())))];
    person.last_followup = last.number;
    person.last_followup_id = last.id;
    person.last_followup_sent = person.subscribed + Moment(std::chrono::hours(1));
  }
  if (state < 18) {
    person.status = SubscriberStatus::kUnsubscribed;
    person.left_by = static_cast<UnsubscribedBy>(1 + draw.Below(5));
    person.unsubscribed = person.subscribed / 2;  // half way to the present
  }
  return person;
}

Broadcast SampleBroadcast(std::int64_t id, const std::string& subject) {
  Broadcast broadcast;
  broadcast.id = id;
  broadcast.subject = subject;
  broadcast.body_html =
      "<html><body><p>Hello {!name}, read <a href=\"https://www.example.com/story\">the story</a> "
      "or see <a href=\"https://www.example.com/shop\">the shop</a>.</p></body></html>";
  broadcast.body_text =
      "Hello {!name}, read https://www.example.com/story or see https://www.example.com/shop .";
  broadcast.created = Ago(20 * kSampleDay);
  return broadcast;
}

void AddMessages(MailingList& list, std::int64_t k, AccountData& account) {
  const auto number = [k](std::int64_t first) { return first + k * 100'000; };
  for (int i = 1; i <= 3; ++i) {
    FollowUp message;
    message.id = number(5'000'000 + i);
    message.number = i;
    message.interval = i == 1 ? 1 : 7;
    message.subject = fmt::format("Lesson {}", i);
    message.body_text = "Welcome, {!name}.";
    message.body_html = "<html><body><p>Welcome, {!name}.</p></body></html>";
    list.follow_ups.Add(std::move(message));
  }
  list.broadcasts.Add(SampleBroadcast(number(4'000'001), "Issue 1"));
  Broadcast scheduled = SampleBroadcast(number(4'000'002), "Issue 2");
  scheduled.status = BroadcastStatus::kScheduled;
  scheduled.scheduled = Moment(std::chrono::hours(24));
  AddDue(account, {*scheduled.scheduled, Due::Kind::kSend, list.id, scheduled.id});
  list.broadcasts.Add(std::move(scheduled));
}

// After the subscribers are there: what was sent to them.
void AddSent(const AccountData& account, MailingList& list, std::int64_t k) {
  for (int i = 0; i < 2; ++i) {
    Broadcast sent = SampleBroadcast(4'000'003 + k * 100'000 + i, fmt::format("Issue {}", 3 + i));
    sent.status = BroadcastStatus::kSent;
    sent.scheduled = sent.sent = Ago((10 - 5 * i) * kSampleDay);
    sent.results =
        std::make_shared<Results>(DrawResults(account, list, sent, *sent.sent, kSampleSeed, false));
    list.broadcasts.Add(std::move(sent));
  }
}

void AddForms(MailingList& list, std::int64_t k) {
  const auto number = [k](std::int64_t first) { return first + k * 100'000; };
  constexpr const char* kTypes[] = {"inline", "popup", "lightbox"};
  for (int i = 0; i < 3; ++i) {
    WebForm form{.id = number(8'000'001 + i),
                 .name = fmt::format("Form {}", i + 1),
                 .type = kTypes[i],
                 .displays = 400 + 100 * i,
                 .unique_displays = 300 + 80 * i,
                 .submissions = 30 + 7 * i,
                 .tags = {"newsletter"}};
    list.web_forms.Add(std::move(form));
  }
  list.split_tests.Add({.id = number(8'050'001),
                        .name = "Short or long",
                        .parts = {{number(8'000'001), 50}, {number(8'000'002), 50}}});
  for (int i = 0; i < 2; ++i) {
    LandingPage page;
    page.id = StableUuid("landing-page", number(i));
    page.name = fmt::format("Page {}", i + 1);
    page.html = "<html><body><h1>Sign up</h1></body></html>";
    page.created = Ago((30 - i) * kSampleDay);
    page.modified = Ago((8 - i) * kSampleDay);
    if (i == 0) {
      page.published = Ago(7 * kSampleDay);
      page.published_html = page.html;
    }
    list.landing_pages.Add(std::move(page));
  }
  list.segments.Add({number(6'000'001), "Active Subscribers", false});
  list.segments.Add({number(6'000'002), "Opened in the last 30 days", false});
  list.segments.Add({number(6'000'003), "Split test A", true});
  list.custom_fields.Add({number(7'000'001), "color", true});
  list.custom_fields.Add({number(7'000'002), "company", false});
}

void AddList(AccountData& account, std::int64_t k, const std::string& name, std::int64_t people) {
  MailingList list;
  list.id = 2'000'001 + k;
  list.name = name;
  list.unique_list_id = fmt::format("awlist{}", list.id);
  list.confirmed_opt_in = k == 2;
  AddForms(list, k);
  AddMessages(list, k, account);
  Draw draw(kSampleSeed + static_cast<std::uint64_t>(k));
  for (std::int64_t i = 1; i <= people; ++i) {
    const std::int64_t id = 3'000'000 + k * 100'000 + i;
    list.subscribers.Add(k == 0 ? SampleReader(id, static_cast<int>(i))
                                : SamplePerson(id, i, people, draw, list));
  }
  AddSent(account, list, k);
  account.lists.Add(std::move(list));
}

AccountData Make(std::int64_t id, const std::string& company, std::int64_t subscribers) {
  AccountData account;
  account.id = id;
  account.company = company;
  account.uuid = fmt::format("00000000-0000-4000-8000-{:012}", id);
  AddList(account, 0, "Newsletter", 3);
  AddList(account, 1, "Customers", subscribers);
  AddList(account, 2, "Trials", 20);
  account.integrations.Add({9'000'001, "facebook", "example.company"});
  account.integrations.Add({9'000'002, "twitter", "examplecompany"});
  account.integrations.Add({9'000'003, "PayPal", "shop@example.com"});
  return account;
}

}  // namespace

AccountData SampleAccount(std::int64_t id, const std::string& company, std::int64_t subscribers) {
  static std::mutex mutex;
  static std::map<std::tuple<std::int64_t, std::string, std::int64_t>, AccountData> made;
  std::lock_guard lock(mutex);
  const auto key = std::tuple(id, company, subscribers);
  const auto found = made.find(key);
  if (found != made.end()) return found->second;
  constexpr std::size_t kMaxKept = 64;
  if (made.size() >= kMaxKept) return Make(id, company, subscribers);
  return made.emplace(key, Make(id, company, subscribers)).first->second;
}

}  // namespace aweber::mock
