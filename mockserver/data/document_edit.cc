// One row of a list at a time: what changes by hand do.
#include <fmt/format.h>

#include <charconv>

#include "base/text/json.h"
#include "mockserver/data/address.h"
#include "mockserver/data/document.h"
#include "mockserver/data/document_parts.h"
#include "mockserver/data/document_reader.h"
#include "mockserver/data/life.h"

namespace aweber::mock {
namespace {

// Whose id is `text`; one that is 0 or "" for what is no id.
template <typename Row>
typename Table<Row>::Id IdFrom(const std::string& text) {
  if constexpr (std::is_same_v<typename Table<Row>::Id, std::string>) {
    return text;
  } else {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc() && end == text.data() + text.size() ? id : 0;
  }
}

void Reschedule(AccountData& account, const MailingList& list, const Broadcast& row) {
  RemoveDue(account, Due::Kind::kSend, row.id);
  if (row.status == BroadcastStatus::kScheduled) {
    AddDue(account, {*row.scheduled, Due::Kind::kSend, list.id, row.id});
  }
}
template <typename Row>
void Reschedule(AccountData&, const MailingList&, const Row&) {}

}  // namespace

const std::vector<std::string>& ListPartNames() {
  static const std::vector<std::string> kNames = {"subscribers",   "broadcasts",    "follow_ups",
                                                  "custom_fields", "segments",      "web_forms",
                                                  "split_tests",   "landing_pages", "purchases"};
  return kNames;
}

std::optional<std::size_t> CountPart(const MailingList& list, std::string_view part) {
  std::optional<std::size_t> count;
  WithPart(list, part, [&](const auto& table) { count = table.size(); });
  return count;
}

Result<Json, DocumentProblem> PutRow(AccountData& account, std::int64_t list_id,
                                     std::string_view part, const Json& row, DocumentDates dates) {
  // A copy shares every row: the account changes when all is well.
  AccountData changed = account;
  MailingList list = *account.lists.Find(list_id);
  DocumentContext context{.dates = dates, .account = &changed, .list = &list};
  for (const Subscriber& one : list.subscribers) {
    if (part != "subscribers" || JsonInt(row, "id") == one.id) continue;
    context.addresses.insert(AddressKey(one.email));
  }
  Json answer;
  WithPart(list, part, [&](auto& table) {
    using Row = std::decay_t<decltype(table[0])>;
    Row read;
    DocumentReader(context, row).Read(part, read);
    if (row.contains("id") && table.Find(read.id) == nullptr) {
      context.path = {"id"};
      context.Fail(fmt::format("the list has no such {}; leave the id out to add one", part));
    }
    if (context.problem) return;
    Reschedule(changed, list, read);
    const std::string id = fmt::format("{}", table.Add(std::move(read)).id);
    DrawMissingResults(changed, list, kDrawSeed);
    answer = WriteRow(list, part, id, dates.origin);
  });
  for (const auto& [path, id] : context.list_links) {
    context.path = path;
    if (account.lists.Find(id) == nullptr)
      context.Fail(fmt::format("the account has no list {}", id));
  }
  if (context.problem) return *context.problem;
  changed.lists.Add(std::move(list));
  account = std::move(changed);
  return answer;
}

bool RemoveRow(AccountData& account, std::int64_t list_id, std::string_view part,
               const std::string& id) {
  bool removed = false;
  MailingList& list = account.lists.Edit(list_id);
  WithPart(list, part, [&](auto& table) {
    using Row = std::decay_t<decltype(table[0])>;
    const auto wanted = IdFrom<Row>(id);
    removed = table.Find(wanted) != nullptr;
    table.Remove(wanted);
    if constexpr (std::is_same_v<Row, Broadcast>) RemoveDue(account, Due::Kind::kSend, wanted);
    if constexpr (std::is_same_v<Row, Subscriber>) RemoveDue(account, Due::Kind::kLeave, wanted);
  });
  return removed;
}

}  // namespace aweber::mock
