// What must hold of each thing in the document, and the document as a whole.
#include <fmt/format.h>

#include <algorithm>

#include "base/text/json.h"
#include "base/text/yaml.h"
#include "mockserver/data/address.h"
#include "mockserver/data/dates.h"
#include "mockserver/data/document.h"
#include "mockserver/data/document_parts.h"
#include "mockserver/data/document_reader.h"
#include "mockserver/data/life.h"

namespace aweber::mock {
namespace {

constexpr std::size_t kMostCustomFields = 25;
constexpr std::int64_t kFirstNewId = 50'000'001;

// "2026-01-31T12:00:00.123456Z": ParseInstant reads whole seconds.
std::optional<UnixTime> ReadInstant(const std::string& text) {
  auto instant = ParseInstant(text);
  const std::size_t dot = text.find('.');
  if (!instant || dot == std::string::npos) return instant;
  std::int64_t scale = 100'000;
  for (std::size_t i = dot + 1; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
    *instant += Micros((text[i] - '0') * scale);
    scale /= 10;
  }
  return instant;
}

// The largest id that the document names, whatever it is of.
std::int64_t LargestId(const Json& document) {
  std::int64_t largest = 0;
  if (!document.is_structured()) return largest;
  if (document.is_object()) {
    const auto id = JsonInt(document, "id");
    if (id && *id <= kMostId) largest = *id;
  }
  for (const Json& part : document) {
    if (part.is_structured()) largest = std::max(largest, LargestId(part));
  }
  return largest;
}

void ReadLeaving(DocumentContext& context, const Json& item) {
  AccountData& account = *context.account;
  const bool shape = item.is_array() && item.size() == 3 && item[0].is_number_integer() &&
                     item[1].is_number_integer();
  if (!shape) return context.Fail("must be [list, subscriber, date]");
  const auto at = context.ReadMoment(item[2]);
  if (!at) return;
  AddDue(account,
         {*at, Due::Kind::kLeave, item[0].get<std::int64_t>(), item[1].get<std::int64_t>()});
}

void ReadRate(DocumentContext& context, const Json& object, RateWindow& rate) {
  DocumentReader reader(context, object);
  const auto date = [&](const char* name, UnixTime& time) {
    std::optional<Moment> at;
    reader.Date(name, at, {});
    if (at) time = context.dates.origin + *at;
  };
  date("started", rate.started);
  reader.Whole("count", rate.count, {});
  date("blocked_until", rate.blocked_until);
  reader.Finish();
}

// When every list is there: a broadcast may have gone to several of them.
void DrawAllMissing(AccountData& account) {
  std::vector<std::int64_t> ids;
  for (const MailingList& list : account.lists) ids.push_back(list.id);
  for (const std::int64_t id : ids) {
    DrawMissingResults(account, account.lists.Edit(id), kDrawSeed);
  }
}

void ScheduleSends(AccountData& account, const MailingList& list) {
  for (const Broadcast& broadcast : list.broadcasts) {
    if (broadcast.status == BroadcastStatus::kScheduled) {
      AddDue(account, {*broadcast.scheduled, Due::Kind::kSend, list.id, broadcast.id});
    }
  }
}

}  // namespace

std::string DocumentProblem::Place() const {
  std::string place;
  for (const std::string& part : path) {
    const bool index = !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
    if (index) {
      place += "[" + part + "]";
    } else {
      place += (place.empty() ? "" : ".") + part;
    }
  }
  return place;
}

std::optional<Moment> DocumentContext::ReadMoment(const Json& value) {
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  if (text.starts_with('-') || text.starts_with('+')) {
    if (const auto offset = ParseDuration(std::string_view(text).substr(1))) {
      const Micros signed_offset = text[0] == '-' ? -*offset : *offset;
      return dates.from - dates.origin + signed_offset;
    }
  } else if (const auto instant = ReadInstant(text)) {
    return *instant - dates.origin;
  }
  Fail("must be a date as \"2026-01-31T12:00:00Z\", or an offset as \"-3d\" or \"+90m\"");
  return std::nullopt;
}

void Complete(DocumentContext& context, Subscriber& row) {
  if (!context.addresses.insert(AddressKey(row.email)).second) {
    context.Fail(fmt::format("the list has another subscriber with the email {}", row.email));
  }
  if (row.status != SubscriberStatus::kUnsubscribed) {
    if (row.unsubscribed || row.left_by != UnsubscribedBy::kNone) {
      context.Fail("only who is unsubscribed has unsubscribed_at and unsubscribe_method");
    }
    return;
  }
  if (!row.unsubscribed) row.unsubscribed = row.subscribed;
  if (row.left_by == UnsubscribedBy::kNone) row.left_by = UnsubscribedBy::kLink;
}

void Complete(DocumentContext& context, Broadcast& row) {
  const auto missing = [&](const char* member) {
    context.Fail(fmt::format("a {} broadcast needs \"{}\"",
                             kBroadcastStatuses[static_cast<int>(row.status)], member));
  };
  if (row.status == BroadcastStatus::kScheduled && !row.scheduled) missing("scheduled_for");
  if (row.status == BroadcastStatus::kSent && !row.sent) missing("sent_at");
  if (row.status != BroadcastStatus::kSent && row.results != nullptr) {
    context.Fail("only a broadcast that was sent has results");
  }
  if (row.segment != 0 && context.list->segments.Find(row.segment) == nullptr) {
    context.Fail(fmt::format("the list has no segment {}", row.segment));
  }
  for (const std::int64_t integration : {row.facebook, row.twitter}) {
    if (integration != 0 && context.account->integrations.Find(integration) == nullptr) {
      context.Fail(fmt::format("the account has no integration {}", integration));
    }
  }
}

void Complete(DocumentContext& context, CustomField& row) {
  const auto& fields = context.list->custom_fields;
  for (const CustomField& other : fields) {
    if (other.name == row.name && other.id != row.id) {
      context.Fail(fmt::format("the list has another custom field \"{}\"", row.name));
    }
  }
  if (fields.Find(row.id) == nullptr && fields.size() >= kMostCustomFields) {
    context.Fail("a list has at most 25 custom fields");
  }
}

void Complete(DocumentContext& context, SplitTest& row) {
  for (const SplitTestPart& part : row.parts) {
    if (context.list->web_forms.Find(part.form) == nullptr) {
      context.Fail(fmt::format("the list has no web form {}", part.form));
    }
  }
}

void Complete(DocumentContext& context, MailingList& row) {
  if (row.unique_list_id.empty()) row.unique_list_id = fmt::format("awlist{}", row.id);
  ScheduleSends(*context.account, row);
  context.addresses.clear();
}

Result<AccountData, DocumentProblem> ReadAccount(const Json& document, DocumentDates dates) {
  AccountData account;
  account.next_id = std::max(kFirstNewId, LargestId(document) + 1);
  DocumentContext context{.dates = dates, .account = &account};
  DocumentReader reader(context, document);
  const std::int64_t first = account.next_id;
  // "next_id" is read among the members and may not make an id return.
  Describe(reader, account);
  if (account.next_id < first) context.Fail(fmt::format("\"next_id\" must be {} or more", first));
  reader.Each("leaving", [&](const Json& item) { ReadLeaving(context, item); });
  reader.Take("rate", false, [&](const Json& rate) { ReadRate(context, rate, account.rate); });
  reader.Finish();
  for (const auto& [path, id] : context.list_links) {
    if (account.lists.Find(id) != nullptr) continue;
    context.path = path;
    context.Fail(fmt::format("the account has no list {}", id));
  }
  if (account.uuid.empty())
    account.uuid = fmt::format("00000000-0000-4000-8000-{:012}", account.id);
  if (context.problem) return *context.problem;
  DrawAllMissing(account);
  return account;
}

}  // namespace aweber::mock
