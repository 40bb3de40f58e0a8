// RandomWorld: writes to the API at random, and what must hold of a world whatever was written.
//
// Purpose: property tests of the invariants and of a state's round trip.
// Ownership: refers to the subject. Thread safety: one thread.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <climits>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text/json.h"
#include "mockserver/data/dates.h"
#include "tests/support/api_subject.h"

namespace aweber::mock::testing {

class RandomWorld {
 public:
  RandomWorld(ApiSubject& api, unsigned seed) : api_(api), random_(seed) {}

  // One write, or the clock moves on.
  void Step() {
    using Write = void (RandomWorld::*)();
    static constexpr Write kWrites[] = {
        &RandomWorld::Add,           &RandomWorld::Add,      &RandomWorld::Add,
        &RandomWorld::Change,        &RandomWorld::Move,     &RandomWorld::Delete,
        &RandomWorld::DeleteByEmail, &RandomWorld::Buy,      &RandomWorld::AddBroadcast,
        &RandomWorld::Schedule,      &RandomWorld::Cancel,   &RandomWorld::ChangeBroadcast,
        &RandomWorld::DropBroadcast, &RandomWorld::AddField, &RandomWorld::ChangeField,
        &RandomWorld::DropField,     &RandomWorld::PassTime};
    (this->*kWrites[Below(static_cast<int>(std::size(kWrites)))])();
  }

  // Over the API alone.
  void CheckInvariants() {
    std::map<std::string, std::set<std::int64_t>> ids;
    for (const std::string& list : lists_) {
      CheckSubscribers(list, ids["subscriber"]);
      CheckBroadcasts(list, ids["broadcast"]);
    }
    for (const auto& [kind, live] : ids) {
      for (const std::int64_t id : gone_[kind]) EXPECT_FALSE(live.contains(id)) << kind << id;
    }
  }

  int written() const { return written_; }

  // Every entry of a collection, over all its pages.
  std::vector<Json> Entries(const std::string& first) {
    std::vector<Json> entries;
    for (std::string next = first; !next.empty();) {
      const Json page = api_.Get(next);
      for (const Json& entry : page["entries"]) entries.push_back(entry);
      next = JsonString(page, "next_collection_link").value_or("");
    }
    return entries;
  }

 private:
  int Below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  const std::string& AnyList() { return lists_[static_cast<std::size_t>(Below(2))]; }
  // However it is written, it is one subscriber's.
  std::string Email() { return fmt::format("{}{}@example.org", Below(4) ? "p" : "P", Below(60)); }
  static std::string Lower(std::string email) {
    email[0] = 'p';
    return email;
  }
  std::string Links(const std::string& list) { return DumpJson(Json::array({api_.base() + list})); }
  const std::string* Any(const std::vector<std::string>& places) {
    return places.empty()
               ? nullptr
               : &places[static_cast<std::size_t>(Below(static_cast<int>(places.size())))];
  }
  static std::int64_t IdOf(const std::string& place) {
    return std::stoll(place.substr(place.rfind('/') + 1));
  }
  HttpResponse Note(HttpResponse reply) {
    EXPECT_LT(reply.status, 500) << reply.body;
    if (reply.status < 300) ++written_;
    return reply;
  }
  // A place that a write answered: its id is not one that was deleted.
  void Place(const char* kind, std::vector<std::string>& places, const std::string& place) {
    EXPECT_FALSE(gone_[kind].contains(IdOf(place))) << place << " has returned";
    places.push_back(place);
  }
  void Gone(const char* kind, const HttpResponse& reply, std::int64_t id) {
    if (reply.status < 300) gone_[kind].insert(id);
  }

  void Add() {
    Json body = {{"email", Email()}, {"name", fmt::format("N{}", Below(9))}};
    if (Below(3) == 0) body["update_existing"] = "true";
    if (Below(3) == 0) body["tags"] = {fmt::format("tag{}", Below(9)), "New"};
    if (Below(3) == 0) body["custom_fields"] = {{"color", "red"}, {"company", "Mill"}};
    if (Below(3) == 0) body["ip_address"] = "203.0.113.77";
    const HttpResponse reply = Note(api_.PostJson(AnyList() + "/subscribers", body));
    if (reply.status == 201) Place("subscriber", people_, reply.headers.GetOr("Location"));
  }
  void Change() {
    const std::string* one = Any(people_);
    if (one == nullptr) return;
    switch (Below(4)) {
      case 0:
        Note(api_.Patch(*one, {{"status", Below(2) ? "subscribed" : "unsubscribed"}}));
        break;
      case 1:
        Note(api_.Patch(*one, {{"email", Email()}}));
        break;
      case 2:
        Note(api_.Patch(*one, {{"tags", {{"add", {"x"}}, {"remove", {"new"}}}}}));
        break;
      default:
        Note(api_.Patch(*one, {{"custom_fields", {{"color", "blue"}}}}));
    }
  }
  void Move() {
    const std::string* one = Any(people_);
    if (one == nullptr) return;
    const HttpResponse reply =
        Note(api_.PostJson(*one, {{"ws.op", "move"}, {"list_link", api_.base() + AnyList()}}));
    if (reply.status == 201) Place("subscriber", people_, reply.headers.GetOr("Location"));
  }
  void Delete() {
    const std::string* one = Any(people_);
    if (one != nullptr) Gone("subscriber", Note(api_.Send("DELETE", *one)), IdOf(*one));
  }
  void DeleteByEmail() {
    const std::string list = AnyList(), email = Email();
    std::vector<Json> found;
    for (const char* first : {"p", "P"}) {  // a find compares with case
      const std::string written = first + email.substr(1);
      const Json page =
          api_.Get(list + "/subscribers?ws.op=find&email=" + FormEncode(written))["entries"];
      found.insert(found.end(), page.begin(), page.end());
    }
    EXPECT_LE(found.size(), 1u) << email;
    const HttpResponse reply =
        Note(api_.Send("DELETE", list + "/subscribers?subscriber_email=" + FormEncode(email)));
    if (found.empty()) {
      EXPECT_EQ(reply.status, 404);
    } else {
      Gone("subscriber", reply, found[0]["id"].get<std::int64_t>());
    }
  }
  void Buy() {
    Note(api_.PostJson(AnyList() + "/purchases", {{"email", Email()},
                                                  {"ip_address", "203.0.113.9"},
                                                  {"vendor", "Shop"},
                                                  {"product_name", "Book"},
                                                  {"event_note", ""},
                                                  {"currency", "USD"},
                                                  {"value", Below(1000) / 100.0},
                                                  {"event_time", FormatRfc3339(api_.space().Now())},
                                                  {"url", "https://shop.example.com/1"}}));
  }
  void AddBroadcast() {
    const std::string list = AnyList();
    const HttpResponse reply =
        Note(api_.Form1("POST", list + "/broadcasts",
                        {{"subject", fmt::format("Issue {}", Below(100))},
                         {"body_text", "Read https://www.example.com/a"},
                         {"include_lists", Below(3) ? "[]" : Links(AnyList())},
                         {"exclude_lists", Below(5) ? "[]" : Links(AnyList())},
                         {"click_tracking_enabled", Below(2) ? "true" : "false"}}));
    ASSERT_EQ(reply.status, 200) << reply.body;
    Place("broadcast", mails_, *JsonString(*ParseJson(reply.body), "self_link"));
  }
  void Schedule() {
    const std::string* one = Any(mails_);
    if (one == nullptr) return;
    const UnixTime at = api_.space().Now() + std::chrono::minutes(Below(4000));
    Note(api_.Form1("POST", *one + "/schedule", {{"scheduled_for", FormatRfc3339(at)}}));
  }
  void Cancel() {
    if (const auto* one = Any(mails_)) Note(api_.Send("POST", *one + "/cancel"));
  }
  void ChangeBroadcast() {
    if (const auto* one = Any(mails_)) Note(api_.Form1("PUT", *one, {{"subject", "Changed"}}));
  }
  void DropBroadcast() {
    const std::string* one = Any(mails_);
    if (one == nullptr || Below(3) != 0) return;
    Gone("broadcast", Note(api_.Send("DELETE", *one)), IdOf(*one));
  }
  void AddField() {
    const HttpResponse reply =
        Note(api_.Form1("POST", AnyList() + "/custom_fields",
                        {{"ws.op", "create"}, {"name", fmt::format("field {}", Below(30))}}));
    if (reply.status == 201) Place("custom field", fields_, reply.headers.GetOr("Location"));
  }
  void ChangeField() {
    if (const auto* one = Any(fields_)) {
      Note(api_.Patch(*one, {{"name", fmt::format("field {}", Below(30))}}));
    }
  }
  void DropField() {
    const std::string* one = Any(fields_);
    if (one != nullptr) Gone("custom field", Note(api_.Send("DELETE", *one)), IdOf(*one));
  }
  void PassTime() { api_.space().Advance(std::chrono::minutes(Below(2000))); }

  void CheckSubscribers(const std::string& list, std::set<std::int64_t>& ids) {
    const Json shown = api_.Get(list);
    std::set<std::string> emails, fields;
    std::map<std::string, int> states, tags;
    for (const Json& field : Entries(list + "/custom_fields")) {
      EXPECT_TRUE(fields.insert(field["name"]).second) << field["name"];
    }
    EXPECT_LE(fields.size(), 25u);
    const std::vector<Json> entries = Entries(list + "/subscribers");
    for (const Json& one : entries) {
      ++states[one["status"]];
      EXPECT_TRUE(emails.insert(Lower(one["email"])).second) << one["email"];
      EXPECT_TRUE(ids.insert(one["id"].get<std::int64_t>()).second) << one["id"];
      EXPECT_NE(one["self_link"].get<std::string>().find(list + "/subscribers/"),
                std::string::npos);
      EXPECT_EQ(one["unsubscribed_at"].is_null(), one["status"] != "unsubscribed") << one["id"];
      EXPECT_EQ(one["unsubscribe_method"].is_null(), one["status"] != "unsubscribed") << one["id"];
      std::set<std::string> named;
      for (const auto& [name, value] : one["custom_fields"].items()) named.insert(name);
      EXPECT_EQ(named, fields);
      for (const Json& tag : one["tags"]) ++tags[tag];
    }
    EXPECT_EQ(shown["total_subscribers"], entries.size());
    for (const char* state : {"subscribed", "unsubscribed", "unconfirmed"}) {
      EXPECT_EQ(shown[fmt::format("total_{}_subscribers", state)], states[state]) << state;
      EXPECT_EQ(api_.Get(list + "/subscribers?ws.op=find&ws.show=total_size&status=" + state),
                states[state]);
    }
    int most = INT_MAX;
    std::size_t count = 0;
    for (const Json& tag : api_.Get(list + "/tags")) {
      EXPECT_GT(tags[tag], 0) << tag;
      EXPECT_LE(tags[tag], most) << "most used first";
      most = tags[tag];
      ++count;
    }
    EXPECT_EQ(count, tags.size());
  }

  void CheckBroadcasts(const std::string& list, std::set<std::int64_t>& ids) {
    const UnixTime now = api_.space().Now();
    for (const std::string status : {"draft", "scheduled", "sent"}) {
      const std::string all = list + "/broadcasts?status=" + status;
      const std::vector<Json> entries = Entries(all);
      EXPECT_EQ(api_.Get(list + "/broadcasts/total?status=" + status)["total_size"],
                entries.size());
      for (const Json& entry : entries) {
        EXPECT_TRUE(ids.insert(entry["broadcast_id"].get<std::int64_t>()).second);
        const auto date = [&](const char* member) {
          return entry[member].is_null() ? std::nullopt
                                         : ParseInstant(entry[member].get<std::string>());
        };
        EXPECT_EQ(date("sent_at").has_value(), status == "sent");
        if (status == "sent") {
          EXPECT_LE(*date("sent_at"), now);
        }
        if (status == "scheduled") {
          EXPECT_GE(*date("scheduled_for") + std::chrono::seconds(1), now);
        }
        if (status != "sent") continue;
        const Json whole = api_.Get(entry["self_link"]);
        std::set<std::string> who;
        for (const Json& open : Entries(whole["opens_collection_link"])) {
          EXPECT_LE(*ParseInstant(open["event_time"].get<std::string>()), now);
          EXPECT_TRUE(who.insert(open["subscriber_link"]).second) << "the first open of each";
        }
        EXPECT_EQ(whole["stats"]["unique_opens"], who.size());
        EXPECT_EQ(whole["stats"]["unique_clicks"], Entries(whole["clicks_collection_link"]).size());
      }
    }
  }

  ApiSubject& api_;
  std::mt19937 random_;
  const std::vector<std::string> lists_ = {kListPath, kTrialsPath};
  std::vector<std::string> people_, mails_, fields_;         // places, some of them gone
  std::map<std::string, std::set<std::int64_t>> gone_ = {};  // by kind
  int written_ = 0;
};

}  // namespace aweber::mock::testing
