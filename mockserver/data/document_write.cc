#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "base/os/clock.h"
#include "base/text/json.h"
#include "mockserver/data/document.h"
#include "mockserver/data/document_parts.h"
#include "mockserver/data/document_rows.h"

namespace aweber::mock {
namespace {

// RFC 3339 in UTC, with as many digits as there are.
std::string WriteInstant(UnixTime time) {
  std::string text = FormatRfc3339(time);  // ....123Z
  const auto micros = time.time_since_epoch().count() % 1'000'000;
  text.resize(text.size() - 5);
  if (micros != 0) text += fmt::format(".{:06}", (micros + 1'000'000) % 1'000'000);
  return text + "Z";
}

class DocumentWriter {
 public:
  static constexpr bool kReads = false;
  DocumentWriter(UnixTime origin, const MailingList* list) : origin_(origin), list_(list) {}

  Json Take() { return std::move(object_); }

  template <typename Id>
  void Key(const char* name, const Id& id) {
    object_[name] = id;
  }
  void Text(const char* name, const std::string& text, const MemberRule& rule) {
    if (!text.empty() || rule.required) object_[name] = text;
  }
  void Flag(const char* name, bool flag, const MemberRule&) { object_[name] = flag; }
  void Whole(const char* name, std::int64_t number, const MemberRule& rule) {
    if (number != 0 || rule.required || rule.least != 0) object_[name] = number;
  }
  void Amount(const char* name, double number, const MemberRule&) { object_[name] = number; }
  template <typename Enum, std::size_t n>
  void Choice(const char* name, Enum value, const char* const (&names)[n], const MemberRule&) {
    const char* text = names[static_cast<std::size_t>(value)];
    if (*text != '\0') object_[name] = text;
  }
  void Date(const char* name, Moment at, const MemberRule&) { object_[name] = Instant(at); }
  void Date(const char* name, const std::optional<Moment>& at, const MemberRule&) {
    if (at) object_[name] = Instant(*at);
  }
  void Texts(const char* name, const std::vector<std::string>& texts, const MemberRule&) {
    if (!texts.empty()) object_[name] = texts;
  }
  void Ids(const char* name, const std::vector<std::int64_t>& ids, const MemberRule&) {
    if (!ids.empty()) object_[name] = ids;
  }
  // A value whose field was deleted is nobody's.
  void FieldValues(const char* name, const decltype(Subscriber::custom_fields)& values,
                   const MemberRule&) {
    Json object = Json::object();
    for (const auto& [id, value] : values) {
      const CustomField* field = list_ == nullptr ? nullptr : list_->custom_fields.Find(id);
      if (field != nullptr) object[field->name] = value;
    }
    if (!object.empty()) object_[name] = std::move(object);
  }
  template <typename Event>
  void Events(const char* name, const std::vector<Event>& events, const MemberRule&) {
    if (events.empty()) return;
    Json list = Json::array();
    for (const Event& event : events) list.push_back(Show(event));
    object_[name] = std::move(list);
  }
  void Group(const char* name, const Results& results, const MemberRule&) {
    Json object = Write(results);
    if (!object.empty()) object_[name] = std::move(object);
  }
  void Group(const char* name, const std::shared_ptr<const Results>& results, const MemberRule&) {
    if (results != nullptr) object_[name] = Write(*results);
  }
  void Parts(const char* name, const std::vector<SplitTestPart>& parts, const MemberRule&) {
    Json list = Json::array();
    for (const SplitTestPart& part : parts) list.push_back(Write(part));
    object_[name] = std::move(list);
  }
  template <typename Row>
  void Rows(const char* name, const Table<Row>& rows, const MemberRule&) {
    if (rows.empty()) return;
    Json list = Json::array();
    for (const Row& row : rows) list.push_back(Write(row));
    object_[name] = std::move(list);
  }

  template <typename Row>
  Json Write(const Row& row) const {
    const MailingList* list = list_;
    if constexpr (std::is_same_v<Row, MailingList>) list = &row;
    DocumentWriter inner(origin_, list);
    Describe(inner, row);
    return inner.Take();
  }
  std::string Instant(Moment at) const { return WriteInstant(origin_ + at); }

 private:
  Json Show(const Opened& open) const { return Json::array({open.subscriber, Instant(open.at)}); }
  Json Show(const Clicked& click) const {
    return Json::array({click.subscriber, Instant(click.at), click.link});
  }
  Json Show(const std::pair<std::int64_t, Moment>& left) const {
    return Json::array({left.first, Instant(left.second)});
  }

  UnixTime origin_;
  const MailingList* list_;
  Json object_ = Json::object();
};

// Whether `text` occurs in the row. A list may have many subscribers: they are not written for it.
bool Mentions(const DocumentWriter&, const Subscriber& row, std::string_view text) {
  return row.email.find(text) != std::string::npos || row.name.find(text) != std::string::npos ||
         std::find(row.tags.begin(), row.tags.end(), text) != row.tags.end() ||
         std::to_string(row.id) == text;
}
template <typename Row>
bool Mentions(const DocumentWriter& writer, const Row& row, std::string_view text) {
  return DumpJson(writer.Write(row)).find(text) != std::string::npos;
}

}  // namespace

Json WriteAccount(const AccountData& account, UnixTime origin) {
  const DocumentWriter writer(origin, nullptr);
  Json document = writer.Write(account);
  Json leaving = Json::array();
  for (const Due& due : account.due) {
    if (due.kind != Due::Kind::kLeave) continue;  // broadcasts say themselves when they are sent
    leaving.push_back(Json::array({due.list, due.id, writer.Instant(due.at)}));
  }
  if (!leaving.empty()) document["leaving"] = std::move(leaving);
  const RateWindow& rate = account.rate;
  if (rate.count != 0 || rate.blocked_until != UnixTime()) {
    document["rate"] = {{"started", WriteInstant(rate.started)},
                        {"count", rate.count},
                        {"blocked_until", WriteInstant(rate.blocked_until)}};
  }
  return document;
}

Json WritePart(const MailingList& list, std::string_view part, std::string_view text,
               std::size_t start, std::size_t size, UnixTime origin, std::size_t& total) {
  const DocumentWriter writer(origin, &list);
  Json rows = Json::array();
  total = 0;
  WithPart(list, part, [&](const auto& table) {
    if (text.empty()) {
      total = table.size();
      for (std::size_t i = start; i < table.size() && rows.size() < size; ++i) {
        rows.push_back(writer.Write(table[i]));
      }
      return;
    }
    for (const auto& row : table) {
      if (!Mentions(writer, row, text)) continue;
      if (total++ >= start && rows.size() < size) rows.push_back(writer.Write(row));
    }
  });
  return rows;
}

Json WriteRow(const MailingList& list, std::string_view part, const std::string& id,
              UnixTime origin) {
  const DocumentWriter writer(origin, &list);
  Json row;
  WithPart(list, part, [&](const auto& table) {
    for (const auto& one : table) {
      if (fmt::format("{}", one.id) == id) row = writer.Write(one);
    }
  });
  return row;
}

}  // namespace aweber::mock
