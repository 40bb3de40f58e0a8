// Web forms, their split tests, and the split tests' components.
#include "mockserver/api/call.h"

namespace aweber::mock {
namespace {

void CollectForms(Call& call, Items& items) {
  for (const WebForm& one : call.list->web_forms) items.push_back({call.list, &one});
}
void CollectTests(Call& call, Items& items) {
  for (const SplitTest& one : call.list->split_tests) items.push_back({call.list, &one});
}

// ws.start and ws.size are required by the document, and left out by its examples.
bool LacksPaging(const Call& call) {
  return call.space.settings.web_forms_paging == "required" &&
         (!call.Query("ws.start") || !call.Query("ws.size"));
}
HttpResponse EveryList(Call& call, void (*collect)(Call&, Items&)) {
  if (LacksPaging(call)) {
    return Refuse(call, "WebServiceError", "Missing required argument(s): ws.start, ws.size",
                  "ws.start and ws.size must be sent (setting web_forms_paging)");
  }
  Items items;
  for (const MailingList& list : call.account.lists) {
    call.list = &list;
    collect(call, items);
  }
  return Page(call, items);
}
HttpResponse AllForms(Call& call) { return EveryList(call, CollectForms); }
HttpResponse AllTests(Call& call) { return EveryList(call, CollectTests); }

void CollectComponents(Call& call, Items& items) {
  const auto& test = call.The<SplitTest>();
  for (const SplitTestPart& part : test.parts) items.push_back({call.list, &test, &part});
}

constexpr std::string_view kErrors = "404 NotFoundError, 405 MethodNotAllowedError";

const Operation kWebFormOperations[] = {
    {.id = "getWebFormsOfAccount",
     .method = "GET",
     .path = "/1.0/accounts/{account}",
     .ws_op = "getWebForms",
     .scopes = "list.read",
     .summary = "The web forms of every list",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kWebForm,
     .collection = {.type = "web_form-page-resource"},
     .errors = kErrors,
     .handle = AllForms},
    {.id = "getWebFormSplitTestsOfAccount",
     .method = "GET",
     .path = "/1.0/accounts/{account}",
     .ws_op = "getWebFormSplitTests",
     .scopes = "list.read",
     .summary = "The split tests of every list",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kSplitTest,
     .collection = {.type = "web_form_split_test-page-resource"},
     .errors = kErrors,
     .handle = AllTests},
    {.id = "getWebForms",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/web_forms",
     .scopes = "list.read",
     .summary = "The list's web forms",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kWebForm,
     .collection = {.type = "web_form-page-resource"},
     .errors = kErrors,
     .collect = CollectForms},
    {.id = "getWebForm",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/web_forms/{web_form}",
     .scopes = "list.read",
     .summary = "One web form",
     .resource = &kWebForm,
     .errors = kErrors},
    {.id = "getWebFormSplitTests",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/web_form_split_tests",
     .scopes = "list.read",
     .summary = "The list's split tests",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kSplitTest,
     .collection = {.type = "web_form_split_test-page-resource"},
     .errors = kErrors,
     .collect = CollectTests},
    {.id = "getWebFormSplitTest",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/web_form_split_tests/{split_test}",
     .scopes = "list.read",
     .summary = "One split test",
     .resource = &kSplitTest,
     .errors = kErrors},
    {.id = "getComponents",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/web_form_split_tests/{split_test}/components",
     .scopes = "list.read",
     .summary = "The split test's forms with their weights",
     .paged = true,
     .answers = Answers::kCollection,
     .resource = &kComponent,
     .collection = {.type = "component-page-resource"},
     .errors = kErrors,
     .collect = CollectComponents},
    {.id = "getComponent",
     .method = "GET",
     .path = "/1.0/accounts/{account}/lists/{list}/web_form_split_tests/{split_test}/components/"
             "{component}",
     .scopes = "list.read",
     .summary = "One form of the split test",
     .resource = &kComponent,
     .errors = kErrors},
};

}  // namespace

std::span<const Operation> WebFormOperations() { return kWebFormOperations; }

}  // namespace aweber::mock
