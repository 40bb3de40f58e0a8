// Custom fields, segments, landing pages.
#include <fmt/format.h>

#include "base/text/json.h"
#include "mockserver/api/call.h"
#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

constexpr std::size_t kMaxCustomFields = 25;
constexpr Field kNewField[] = {
    {"name", FieldKind::kText, 1, 100, "", true, "WebServiceError", "BadRequestError"}};
constexpr Field kFieldChange[] = {{"name", FieldKind::kText, 1, 100},
                                  {"is_subscriber_updateable", FieldKind::kFlag}};

template <auto kTable>
void CollectTable(Call& call, Items& items) {
  for (const auto& one : call.list->*kTable) items.push_back({call.list, &one});
}

bool IsTaken(const MailingList& list, const std::string& name, std::int64_t but) {
  for (const CustomField& field : list.custom_fields) {
    if (field.name == name && field.id != but) return true;
  }
  return false;
}

HttpResponse RefuseName(Call& call) {
  return Refuse(call, "WebServiceError", "name: Must be unique",
                "the list has a custom field of this name");
}

HttpResponse CreateCustomField(Call& call) {
  const std::string name = *call.Text("name");
  if (IsTaken(*call.list, name, 0)) return RefuseName(call);
  if (call.list->custom_fields.size() >= kMaxCustomFields) {
    return Refuse(call, "WebServiceError", "You may only have 25 CustomFields",
                  "the list has 25 custom fields", 405);
  }
  CustomField field{call.account.NewId(), name, false};
  call.EditList().custom_fields.Add(field);
  return Placed(201, call.links.In(call.list->id, "custom_fields", field.id));
}

HttpResponse ChangeCustomField(Call& call) {
  CustomField field = call.The<CustomField>();
  if (const auto name = call.Text("name")) {
    if (IsTaken(*call.list, *name, field.id)) return RefuseName(call);
    field.name = *name;
  }
  field.updateable = call.Flag("is_subscriber_updateable", field.updateable);
  call.EditList().custom_fields.Edit(field.id) = field;
  return ApiJson(209, Show(kCustomField, {call, call.list, &field}));
}

HttpResponse DeleteCustomField(Call& call) {
  call.EditList().custom_fields.Remove(call.The<CustomField>().id);
  return ApiJson(200, Json::object());  // a body that parses (samples)
}

constexpr std::string_view kCustomFields = "/1.0/accounts/{account}/lists/{list}/custom_fields";
constexpr std::string_view kOneCustomField =
    "/1.0/accounts/{account}/lists/{list}/custom_fields/{custom_field}";

const Operation kListPartOperations[] = {
    {.id = "getCustomFields",
     .method = "GET",
     .path = kCustomFields,
     .scopes = "list.read",
     .summary = "The list's custom fields",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kCustomField,
     .collection = {.type = "custom_field-page-resource", .document_type = "custom_field"},
     .errors = "404 NotFoundError",
     .collect = CollectTable<&MailingList::custom_fields>},
    {.id = "addCustomField",
     .method = "POST",
     .path = kCustomFields,
     .ws_op = "create",
     .scopes = "list.write",
     .summary = "Add a custom field",
     .body = BodyType::kEither,
     .fields = kNewField,
     .type_problem = TypeProblem::kFormIfMissing,
     .writes = &kCustomField,
     .status = 201,
     .answers = Answers::kNothing,
     .errors = "400 WebServiceError, 400 BadRequestError, 404 NotFoundError, 405 WebServiceError",
     .handle = CreateCustomField},
    {.id = "getCustomField",
     .method = "GET",
     .path = kOneCustomField,
     .scopes = "list.read",
     .summary = "One custom field",
     .resource = &kCustomField,
     .errors = "404 NotFoundError"},
    {.id = "updateCustomField",
     .method = "PATCH",
     .path = kOneCustomField,
     .scopes = "list.write",
     .summary = "Change a custom field",
     .body = BodyType::kEither,
     .fields = kFieldChange,
     .status = 209,
     .resource = &kCustomField,
     .errors = "400 WebServiceError, 400 BadRequestError, 404 NotFoundError, "
               "415 InvalidContentType",
     .handle = ChangeCustomField},
    {.id = "deleteCustomField",
     .method = "DELETE",
     .path = kOneCustomField,
     .also_op = "delete",
     .scopes = "list.write",
     .summary = "Delete a custom field",
     .answers = Answers::kNothing,
     .errors = "404 NotFoundError",
     .handle = DeleteCustomField},
    {.id = "getLandingPages",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/landing_pages",
     .scopes = "landing-page.read",
     .summary = "The list's landing pages",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kLandingPage,
     .collection = {.type = "landing_page-page-resource"},
     .errors = "404 NotFoundError",
     .collect = CollectTable<&MailingList::landing_pages>},
    {.id = "getLandingPage",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/landing_pages/{landing_page}",
     .scopes = "landing-page.read|list.read",
     .summary = "One landing page",
     .resource = &kLandingPage,
     .errors = "404 NotFoundError"},
    {.id = "getSegments",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/segments",
     .scopes = "list.read",
     .summary = "The list's segments",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kSegment,
     .collection = {.type = "segment-page-resource"},
     .errors = "404 NotFoundError",
     .collect = CollectTable<&MailingList::segments>},
    {.id = "getSegment",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/segments/{segment}",
     .scopes = "list.read",
     .summary = "One segment",
     .resource = &kSegment,
     .errors = "404 NotFoundError"},
};

}  // namespace

std::span<const Operation> ListPartOperations() { return kListPartOperations; }

}  // namespace aweber::mock
