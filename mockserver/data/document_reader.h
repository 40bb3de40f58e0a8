// DocumentReader: reads one object of the customers' document strictly into its row.
//
// Purpose: the visitor of document_rows.h that changes rows. The first problem is kept; later reads do
//   nothing, so that callers read all members and ask once.
// Ownership: refers to the JSON and to the context. Thread safety: none needed.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/text/json_fwd.h"
#include "mockserver/data/document.h"
#include "mockserver/data/document_rows.h"

namespace aweber::mock {

inline constexpr std::int64_t kMostId = 2147483647;  // int32, as AWeber has it
inline constexpr std::uint64_t kDrawSeed = 21;       // of results that are left out

// What the parts of a document have in common while it is read.
struct DocumentContext {
  DocumentDates dates;
  AccountData* account = nullptr;
  MailingList* list = nullptr;  // whose rows are read
  std::vector<std::string> path = {};
  std::optional<DocumentProblem> problem = {};
  std::set<std::pair<std::string_view, std::string>> ids = {};  // collection, id
  std::set<std::string> addresses = {};                         // keys of the list's
  // Links to other lists, judged when all lists are there.
  std::vector<std::pair<std::vector<std::string>, std::int64_t>> list_links = {};

  void Fail(std::string message) {
    if (!problem) problem = DocumentProblem{.path = path, .message = std::move(message)};
  }
  std::optional<Moment> ReadMoment(const Json& value);
};

// What must hold of a row that was read; fills in what was left out.
void Complete(DocumentContext& context, Subscriber& row);
void Complete(DocumentContext& context, Broadcast& row);
void Complete(DocumentContext& context, CustomField& row);
void Complete(DocumentContext& context, SplitTest& row);
void Complete(DocumentContext& context, MailingList& row);
template <typename Row>
void Complete(DocumentContext&, Row&) {}

class DocumentReader {
 public:
  static constexpr bool kReads = true;
  DocumentReader(DocumentContext& context, const Json& object)
      : context_(context), object_(object) {
    if (!object.is_object()) context.Fail("must be an object");
  }

  void Key(const char* name, std::int64_t& id);
  void Key(const char* name, std::string& id);
  void Text(const char* name, std::string& text, const MemberRule& rule);
  void Flag(const char* name, bool& flag, const MemberRule&);
  void Whole(const char* name, std::int64_t& number, const MemberRule& rule);
  void Amount(const char* name, double& number, const MemberRule&);
  void Date(const char* name, Moment& at, const MemberRule&);
  void Date(const char* name, std::optional<Moment>& at, const MemberRule&);
  void Texts(const char* name, std::vector<std::string>& texts, const MemberRule&);
  void Ids(const char* name, std::vector<std::int64_t>& ids, const MemberRule&);
  void FieldValues(const char* name, decltype(Subscriber::custom_fields)& values,
                   const MemberRule&);
  void Events(const char* name, std::vector<Opened>& events, const MemberRule&);
  void Events(const char* name, std::vector<Clicked>& events, const MemberRule&);
  void Events(const char* name, std::vector<std::pair<std::int64_t, Moment>>& events,
              const MemberRule&);
  void Group(const char* name, Results& results, const MemberRule&);
  void Group(const char* name, std::shared_ptr<const Results>& results, const MemberRule&);
  void Parts(const char* name, std::vector<SplitTestPart>& parts, const MemberRule&);

  template <typename Enum, std::size_t n>
  void Choice(const char* name, Enum& value, const char* const (&names)[n], const MemberRule&) {
    Take(name, false, [&](const Json& json) {
      std::string all;
      for (std::size_t i = 0; i < n; ++i) {
        if (json.is_string() && json.get_ref<const std::string&>() == names[i]) {
          value = static_cast<Enum>(i);
          return;
        }
        if (*names[i] != '\0') all += (all.empty() ? "\"" : ", \"") + std::string(names[i]) + "\"";
      }
      context_.Fail("must be one of " + all);
    });
  }
  template <typename Row>
  void Rows(const char* name, Table<Row>& rows, const MemberRule&) {
    Each(name, [&](const Json& item) {
      Row row;
      MailingList* const outer = context_.list;
      if constexpr (std::is_same_v<Row, MailingList>) context_.list = &row;
      DocumentReader(context_, item).Read(name, row);
      context_.list = outer;
      if (!context_.problem) rows.Add(std::move(row));
    });
  }
  // `collection`: whose ids it may not repeat; "" for a thing without an id.
  template <typename Row>
  void Read(std::string_view collection, Row& row) {
    collection_ = collection;
    if (!context_.problem) Describe(*this, row);
    Finish();
    if (!context_.problem) Complete(context_, row);
  }
  // A member that Describe does not name, read by its caller.
  void Take(const char* name, bool required, const std::function<void(const Json&)>& read);
  void Each(const char* name, const std::function<void(const Json&)>& read);
  // No member but those that were named.
  void Finish();

 private:
  void TakeId(const std::string& id);
  void Event(const Json& item, std::size_t size, std::int64_t& subscriber, Moment& at);

  DocumentContext& context_;
  const Json& object_;
  std::string_view collection_;
  std::vector<std::string> known_;
};

}  // namespace aweber::mock
