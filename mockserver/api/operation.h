// Operation: one row of what AWeber publishes: method, path, scope, parameters, body, reply.
//
// Purpose: routing, scopes, parameters, bodies, paging and errors are read from these rows and
//   written once (api.cc, page.cc, body.cc); so are the OpenAPI document and docs/aweber-api.md. A
//   new operation is one row, in operations/, and at most one function beside it.
// Thread safety: constant tables.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/http/message.h"
#include "mockserver/api/resource.h"

namespace aweber::mock {

enum class ParameterKind { kText, kUuid, kWhole, kDecimal, kChoice, kDay, kFlag, kTextMap, kTexts };

// One parameter of the query.
struct Parameter {
  std::string_view name;
  ParameterKind kind = ParameterKind::kText;
  double min = 0, max = 0;        // of the number, or of the length in characters
  std::string_view choices = "";  // separated by '|'
  bool required = false;
  std::string_view bad = "BadRequestError";  // error type when the value is not taken
  std::string_view missing = "BadRequestError";
};

enum class BodyType { kNone, kForm, kJson, kEither };

enum class FieldKind {
  kText,
  kLines,  // text that may have several lines
  kEmail,
  kPublicIp,
  kWhole,
  kNumber,
  kFlag,
  kChoice,
  kInstant,
  kTextMap,    // object of text
  kTexts,      // array of text
  kTagChange,  // {"add": [...], "remove": [...]}
  kLink,
  kLinks,  // array of links
};

// One member of a JSON body or field of a form.
struct Field {
  std::string_view name;
  FieldKind kind = FieldKind::kText;
  double min = 0, max = 0;
  std::string_view choices = "";
  bool required = false;
  std::string_view bad = "WebServiceError";
  std::string_view missing = "MissingArgumentError";
};

// What a collection says beside its entries.
enum class Count { kTotal, kLink };
struct Collection {
  std::string_view type = "";           // of resource_type_link; "" leaves it out
  std::string_view document_type = "";  // what AWeber's document says instead, see the switch
  Count count = Count::kTotal;
  bool self_link = false;
  bool size_first = false;  // the order of ws.size and ws.start in links
};

// One entry to be.
struct Item {
  const MailingList* list = nullptr;
  const void* thing = nullptr;
  const void* part = nullptr;
};
using Items = std::vector<Item>;

// What a body of another type, or of none, is answered.
enum class TypeProblem {
  kUnsupported,    // 415
  kMissingIs400,   // none at all: 400, another one 415
  kFormIfMissing,  // none at all is read as a form; another one 400
};

enum class Answers { kOne, kCollection, kCursor, kArray, kTotalObject, kLink, kNothing };

struct Operation {
  std::string_view id;  // "findSubscribers"
  std::string_view method;
  std::string_view path;          // "/1.0/accounts/{account}/lists/{list}"
  std::string_view ws_op = "";    // which the query or the body must name
  std::string_view also_op = "";  // which it may name
  std::string_view scopes = "";   // "a" · "a b": both · "a|b": one of them
  std::string_view summary = "";  // "Get one list"
  std::span<const Parameter> parameters = {};
  bool paged = false;      // ws.start and ws.size
  bool countable = false;  // ws.show=total_size
  BodyType body = BodyType::kNone;
  std::span<const Field> fields = {};
  bool closed = false;  // an unknown member is refused
  TypeProblem type_problem = TypeProblem::kUnsupported;
  const Resource* writes = nullptr;  // whose members the body may name; null: `resource`'s
  int status = 200;
  Answers answers = Answers::kOne;
  const Resource* resource = nullptr;
  Collection collection = {};
  std::string_view errors = "";  // beyond every operation's: "404 NotFoundError, 409 ..."
  std::string_view no_list = "NotFoundError";
  bool thing_optional = false;  // the handler answers for a thing that does not exist
  int weight = 1;               // requests it counts as
  bool open = false;            // no access token
  bool legacy = false;          // AWeber has removed it; not one of the published ones
  // One of them; neither: the thing of the path is shown.
  HttpResponse (*handle)(Call&) = nullptr;
  void (*collect)(Call&, Items&) = nullptr;
};

// The tables, in the order of AWeber's document.
std::span<const Operation> AccountOperations();
std::span<const Operation> ListOperations();
std::span<const Operation> SubscriberReads();
std::span<const Operation> SubscriberWrites();
std::span<const Operation> BroadcastOperations();
std::span<const Operation> CampaignOperations();
std::span<const Operation> ListPartOperations();  // custom fields, segments, landing pages
std::span<const Operation> WebFormOperations();
std::span<const Operation> HostOperations();    // beta, and the authorization host
std::span<const Operation> LegacyOperations();  // removed by AWeber, still called

// All of them, the legacy ones last.
const std::vector<const Operation*>& AllOperations();

// The row that answers this, by the first parts of HandleApi's way; null when none does.
// `ws_op`: of the query or the body.
const Operation* OperationFor(std::string_view method, std::string_view path,
                              std::string_view ws_op);

}  // namespace aweber::mock
