// The customers' data by hand: a tree to look at, rows to change. Document rows as in a data file.
#include <fmt/format.h>

#include <algorithm>

#include "base/text/json.h"
#include "mockserver/admin/filter.h"
#include "mockserver/admin/reply.h"
#include "mockserver/admin/route.h"
#include "mockserver/data/api_data.h"
#include "mockserver/data/document.h"

namespace aweber::mock::routes {
namespace {

constexpr std::uint64_t kMostRows = 1000;

// What a path names, and the refusal when it names nothing.
struct Named {
  AccountData* account = nullptr;
  const MailingList* list = nullptr;
  std::string missing;
};

Named Find(ApiData& api, AdminCall& call) {
  Named named;
  const auto account = WholeNumber(call.path["account"]);
  const auto found = api.accounts.find(static_cast<std::int64_t>(account.value_or(0)));
  if (!account || found == api.accounts.end()) {
    named.missing = fmt::format("no account \"{}\"", call.path["account"]);
    return named;
  }
  named.account = &found->second;
  const auto list = WholeNumber(call.path["list"]);
  if (list) named.list = named.account->lists.Find(static_cast<std::int64_t>(*list));
  const auto& parts = ListPartNames();
  if (named.list == nullptr) {
    named.missing = fmt::format("the account has no list \"{}\"", call.path["list"]);
  } else if (std::find(parts.begin(), parts.end(), call.path["part"]) == parts.end()) {
    named.missing =
        fmt::format("a list has no \"{}\"; it has {}", call.path["part"], fmt::join(parts, ", "));
  }
  return named;
}

// A change by hand is told like any other.
void TellOfChange(ApiData& api, const Named& named, const std::optional<Subscriber>& before,
                  const Subscriber* after, UnixTime now) {
  const auto notify = [&](SubscriberEvent::Kind kind, const Subscriber& subscriber, bool deleted) {
    api.Notify({kind, now - api.origin, named.account->id, named.list->id, subscriber, deleted});
  };
  if (after == nullptr) {
    if (before) notify(SubscriberEvent::Kind::kUnsubscribed, *before, true);
    return;
  }
  if (!before) notify(SubscriberEvent::Kind::kAdded, *after, false);
  if (before && before->status == after->status) return;
  if (after->status == SubscriberStatus::kSubscribed) {
    notify(SubscriberEvent::Kind::kSubscribed, *after, false);
  } else if (before && after->status == SubscriberStatus::kUnsubscribed) {
    notify(SubscriberEvent::Kind::kUnsubscribed, *after, false);
  }
}

std::optional<Subscriber> SubscriberIn(const Named& named, const std::string& part,
                                       std::optional<std::int64_t> id) {
  const MailingList* list = named.account->lists.Find(named.list->id);
  if (part != "subscribers" || !id || list == nullptr) return std::nullopt;
  const Subscriber* found = list->subscribers.Find(*id);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

void PublishChange(AdminCall& call) {
  call.context.events.Publish(call.space->name(), "data",
                              DumpJson({{"list", call.path["list"]}, {"part", call.path["part"]}}));
}

}  // namespace

HttpResponse DataSchema(AdminCall&) { return AdminJson(CustomerSchema()); }

HttpResponse DataTree(AdminCall& call) {
  Json accounts = Json::array();
  call.space->UseData([&](ApiData& api) {
    for (const auto& [id, account] : api.accounts) {
      if (id == 0) continue;
      Json lists = Json::array();
      for (const MailingList& list : account.lists) {
        Json parts = Json::object();
        for (const std::string& part : ListPartNames()) parts[part] = *CountPart(list, part);
        lists.push_back({{"id", list.id}, {"name", list.name}, {"parts", std::move(parts)}});
      }
      accounts.push_back({{"id", id}, {"company", account.company}, {"lists", std::move(lists)}});
    }
  });
  return AdminJson({{"accounts", std::move(accounts)}});
}

HttpResponse ListRows(AdminCall& call) {
  const auto start = WholeNumber(call.query.GetOr("start", "0"));
  const auto size = WholeNumber(call.query.GetOr("size", "100"));
  if (!start) return AdminError(400, "invalid_query", "\"start\" must be a whole number", "start");
  if (!size) return AdminError(400, "invalid_query", "\"size\" must be a whole number", "size");
  std::string missing;
  Json rows;
  std::size_t total = 0;
  call.space->UseData([&](ApiData& api) {
    const Named named = Find(api, call);
    missing = named.missing;
    if (!missing.empty()) return;
    rows = WritePart(*named.list, call.path["part"], call.query.GetOr("text", ""), *start,
                     std::min(*size, kMostRows), api.origin, total);
  });
  if (!missing.empty()) return AdminError(404, "data.unknown", missing);
  return AdminJson({{"start", *start}, {"total", total}, {"rows", std::move(rows)}});
}

HttpResponse PutDataRow(AdminCall& call) {
  std::optional<HttpResponse> refusal;
  Json answer;
  const std::string& part = call.path["part"];
  call.space->UseData([&](ApiData& api) {
    const Named named = Find(api, call);
    if (!named.missing.empty()) {
      refusal = AdminError(404, "data.unknown", named.missing);
      return;
    }
    const UnixTime now = call.space->Now();
    const auto before = SubscriberIn(named, part, JsonInt(call.body, "id"));
    auto put = PutRow(*named.account, named.list->id, part, call.body, {api.origin, now});
    if (!put.ok()) {
      const DocumentProblem& problem = put.error();
      refusal = AdminError(FieldError{problem.code, problem.message, problem.Place()});
      return;
    }
    answer = *std::move(put);
    const Named again = Find(api, call);
    const auto after = SubscriberIn(again, part, JsonInt(answer, "id"));
    if (after) TellOfChange(api, again, before, &*after, now);
  });
  if (refusal) return *std::move(refusal);
  PublishChange(call);
  return AdminJson(answer);
}

HttpResponse DeleteDataRow(AdminCall& call) {
  std::string missing;
  const std::string& part = call.path["part"];
  const std::string& id = call.path["id"];
  call.space->UseData([&](ApiData& api) {
    const Named named = Find(api, call);
    missing = named.missing;
    if (!missing.empty()) return;
    const auto number = WholeNumber(id);
    const auto before = SubscriberIn(
        named, part, number ? std::optional(static_cast<std::int64_t>(*number)) : std::nullopt);
    const std::int64_t list = named.list->id;
    if (!RemoveRow(*named.account, list, part, id)) {
      missing = fmt::format("list {} has no {} \"{}\"", list, part, id);
      return;
    }
    TellOfChange(api, Find(api, call), before, nullptr, call.space->Now());
  });
  if (!missing.empty()) return AdminError(404, "data.unknown", missing);
  PublishChange(call);
  return AdminNoContent();
}

}  // namespace aweber::mock::routes
