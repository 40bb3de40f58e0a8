// The rows of the customers' document: each thing that AWeber keeps, member by member.
//
// Purpose: written once, read by three visitors: the writer, the strict reader and the schema. A new
//   member is one line here.
// A visitor has: kReads (whether rows are changed); Key, Text, Flag, Whole, Amount, Choice, Date,
//   Texts, Ids, FieldValues, Events, Group, Parts and Rows.
// Thread safety: pure templates.
#pragma once

#include <string_view>
#include <type_traits>

#include "mockserver/data/customer_data.h"

namespace aweber::mock {

struct MemberRule {
  std::string_view about = "";
  bool required = false;
  double least = 0;
  double most = 0;  // of the number, or of the length in characters; 0: no limit
};

template <typename Visitor, typename Row>
using RowOf = std::conditional_t<Visitor::kReads, Row, const Row>;

inline constexpr std::string_view kIdAbout =
    "Drawn when it is left out; unique within the account.";

template <typename V>
void Describe(V& v, RowOf<V, CustomField>& row) {
  v.Key("id", row.id);
  v.Text("name", row.name, {"Unique in the list.", true, 1, 100});
  v.Flag("is_subscriber_updateable", row.updateable, {"Whether subscribers may change it."});
}

template <typename V>
void Describe(V& v, RowOf<V, Segment>& row) {
  v.Key("id", row.id);
  v.Text("name", row.name, {"The first segment is the one of all active subscribers.", true, 1});
  v.Flag("split_test", row.split_test, {"A segment of a split test takes no broadcast."});
}

template <typename V>
void Describe(V& v, RowOf<V, Integration>& row) {
  v.Key("id", row.id);
  v.Text("service", row.service, {"\"facebook\", \"twitter\", \"PayPal\", ...", true, 1});
  v.Text("login", row.login, {"The name of the account there."});
}

template <typename V>
void Describe(V& v, RowOf<V, LandingPage>& row) {
  v.Key("id", row.id);
  v.Text("name", row.name, {"", true, 1});
  v.Text("html", row.html, {"The page as it is edited."});
  v.Text("published_html", row.published_html, {"The page as it was published."});
  v.Date("created_at", row.created, {});
  v.Date("modified_at", row.modified, {});
  v.Date("published_at", row.published, {"Absent: it was not published."});
}

template <typename V>
void Describe(V& v, RowOf<V, WebForm>& row) {
  v.Key("id", row.id);
  v.Text("name", row.name, {"", true, 1});
  v.Text("type", row.type, {"\"inline\", \"popup\", \"lightbox\", ..."});
  v.Flag("active", row.active, {});
  v.Whole("displays", row.displays, {"How often it was shown."});
  v.Whole("unique_displays", row.unique_displays, {"To how many it was shown."});
  v.Whole("submissions", row.submissions, {"How often it was sent."});
  v.Texts("tags", row.tags, {"What its subscribers are tagged with."});
}

template <typename V>
void Describe(V& v, RowOf<V, SplitTestPart>& row) {
  v.Whole("form", row.form, {"The id of a web form of the list.", true, 1});
  v.Whole("weight", row.weight, {"Percent of the visitors who see it.", false, 0, 100});
}

template <typename V>
void Describe(V& v, RowOf<V, SplitTest>& row) {
  v.Key("id", row.id);
  v.Text("name", row.name, {"", true, 1});
  v.Flag("active", row.active, {});
  v.Parts("parts", row.parts, {"The forms that are tried."});
}

template <typename V>
void Describe(V& v, RowOf<V, Results>& row) {
  v.Texts("links", row.links, {"The links of the message, in order."});
  v.Ids("recipients", row.recipients, {"Whom it was sent to."});
  v.Events("opens", row.opens, {"[subscriber, date] each."});
  v.Events("clicks", row.clicks, {"[subscriber, date, index of the link] each."});
  v.Events("left", row.left, {"[subscriber, date]: who unsubscribed by its link."});
  v.Ids("undelivered", row.undelivered, {"Whom it did not reach."});
  v.Ids("complaints", row.complaints, {"Who complained of it."});
}

template <typename V>
void Describe(V& v, RowOf<V, FollowUp>& row) {
  v.Key("id", row.id);
  v.Text("subject", row.subject, {"", true, 1, 120});
  v.Text("body_html", row.body_html, {});
  v.Text("body_text", row.body_text, {});
  v.Whole("interval", row.interval, {"Days after the message before.", false, 0, 1000});
  v.Whole("number", row.number, {"1 is sent first.", false, 1, 1000});
  v.Group("results", row.results, {"What it has led to."});
}

template <typename V>
void Describe(V& v, RowOf<V, Subscriber>& row) {
  v.Key("id", row.id);
  v.Text("email", row.email, {"Unique in the list, whatever its case.", true, 1, 50});
  v.Text("name", row.name, {"", false, 0, 60});
  v.Choice("status", row.status, kSubscriberStatuses, {});
  v.Texts("tags", row.tags, {"In lower case."});
  v.FieldValues("custom_fields", row.custom_fields, {"Name of a custom field of the list: text."});
  v.Text("ad_tracking", row.ad_tracking, {"", false, 0, 20});
  v.Text("misc_notes", row.misc_notes, {"", false, 0, 60});
  v.Text("ip_address", row.ip_address, {"A public IPv4 address; the place follows from it."});
  v.Date("subscribed_at", row.subscribed, {"Absent: when the space begins."});
  v.Choice("subscription_method", row.method, kSubscribedBy, {});
  v.Text("subscription_url", row.subscription_url, {});
  v.Date("verified_at", row.verified, {"Absent: the address was never confirmed."});
  v.Date("unsubscribed_at", row.unsubscribed, {"Of one who is unsubscribed."});
  v.Choice("unsubscribe_method", row.left_by, kUnsubscribedBy, {});
  v.Whole("last_followup_message_number_sent", row.last_followup, {"", false, 0, 1001});
  v.Whole("last_followup_id", row.last_followup_id, {"The id of that follow-up; 0: none."});
  v.Date("last_followup_sent_at", row.last_followup_sent, {});
}

template <typename V>
void Describe(V& v, RowOf<V, Broadcast>& row) {
  v.Key("id", row.id);
  v.Text("subject", row.subject, {"", true, 1, 120});
  v.Text("body_html", row.body_html, {});
  v.Text("body_text", row.body_text, {});
  v.Text("body_amp", row.body_amp, {});
  v.Flag("has_customized_body_text", row.customized_text, {});
  v.Choice("status", row.status, kBroadcastStatuses, {});
  v.Flag("click_tracking_enabled", row.click_tracking, {});
  v.Flag("is_archived", row.archived, {});
  v.Flag("notify_on_send", row.notify, {});
  v.Flag("made_by_api", row.by_api, {"Only these can be changed or deleted through the API."});
  v.Ids("include_lists", row.include_lists, {"Ids of further lists that it goes to."});
  v.Ids("exclude_lists", row.exclude_lists, {"Ids of lists: who is subscribed to one gets none."});
  v.Whole("facebook_integration", row.facebook, {"The id of an integration; 0: none."});
  v.Whole("twitter_integration", row.twitter, {"The id of an integration; 0: none."});
  v.Whole("segment", row.segment, {"The id of a segment of the list; 0: the first one."});
  v.Date("created_at", row.created, {});
  v.Date("scheduled_for", row.scheduled, {"Needed when it is scheduled: then it is sent."});
  v.Date("sent_at", row.sent, {"Needed when it was sent."});
  v.Group("results", row.results,
          {"What it led to; drawn when a broadcast that was sent has none."});
}

template <typename V>
void Describe(V& v, RowOf<V, Purchase>& row) {
  v.Key("id", row.id);
  v.Whole("subscriber", row.subscriber, {"The id of a subscriber of the list.", true, 1});
  v.Date("at", row.at, {"When it was made."});
  v.Date("visible_at", row.visible, {"From when on the activity shows it."});
  v.Text("vendor", row.vendor, {});
  v.Text("product_name", row.product, {});
  v.Text("event_note", row.note, {});
  v.Text("currency", row.currency, {"ISO 4217.", true, 3, 3});
  v.Text("url", row.url, {});
  v.Amount("value", row.value, {"In that currency."});
}

template <typename V>
void Describe(V& v, RowOf<V, MailingList>& row) {
  v.Key("id", row.id);
  v.Text("name", row.name, {"", true, 1, 32});
  v.Text("unique_list_id", row.unique_list_id,
         {"\"awlist\" and the id when left out.", false, 0, 30});
  v.Flag("confirmed_opt_in", row.confirmed_opt_in, {"Whether who is added must confirm."});
  // What others refer to comes first.
  v.Rows("custom_fields", row.custom_fields, {"At most 25."});
  v.Rows("segments", row.segments, {});
  v.Rows("web_forms", row.web_forms, {});
  v.Rows("split_tests", row.split_tests, {});
  v.Rows("landing_pages", row.landing_pages, {});
  v.Rows("follow_ups", row.follow_ups, {});
  v.Rows("subscribers", row.subscribers, {});
  v.Rows("broadcasts", row.broadcasts, {});
  v.Rows("purchases", row.purchases, {});
}

template <typename V>
void Describe(V& v, RowOf<V, AccountData>& row) {
  v.Whole("id", row.id, {"The account_id of a customer's account.", true, 1, 2147483647});
  v.Text("uuid", row.uuid, {"Made from the id when left out."});
  v.Text("company", row.company, {"The customer's when left out."});
  v.Whole("next_id", row.next_id, {"What the next new thing is called; ids never return."});
  v.Rows("integrations", row.integrations, {});
  v.Rows("lists", row.lists, {});
}

}  // namespace aweber::mock
