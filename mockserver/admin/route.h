// Routes of the admin API: one constant table that serves requests, documents itself (OpenAPI) and
// is held to the document by a test.
//
// Purpose: adding an operation is adding one row here and one function.
// Ownership: an AdminCall lives on the stack of one request. Thread safety: handlers run on many
//   threads; what they touch (MockServer, Space, ScenarioLibrary, EventHub) is thread safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/message.h"
#include "base/text/form.h"
#include "base/text/json.h"
#include "mockserver/admin/event_hub.h"
#include "mockserver/admin/scenario_library.h"
#include "mockserver/mock_server.h"

namespace aweber::mock {

// What handlers share. `stop` is requested when the listener stops.
struct AdminContext {
  MockServer& server;
  ScenarioLibrary& scenarios;
  EventHub& events;
  std::stop_token stop;
};

struct AdminCall {
  AdminContext& context;
  std::shared_ptr<Space> space;  // the space the path names, else the default
  const HttpRequest& request;
  Form query;
  Json body;                                // parsed when the operation takes JSON
  std::map<std::string, std::string> path;  // {name} parts, decoded
};

using AdminHandler = HttpResponse (*)(AdminCall& call);

// What an operation's request body is. JSON has as many values as everywhere (base/text/form.h), a whole
// state as many as fit into a body.
enum class BodyKind { kNone, kJson, kOptionalJson, kState, kYaml };

struct AdminRoute {
  std::string_view method;
  // "/api/v1/clock". With per_space also "/api/v1/spaces/{space}/clock".
  std::string_view path;
  bool per_space;
  BodyKind body;
  std::string_view operation_id;
  std::string_view summary;
  // Query parameters, members of a JSON body, and what a reply holds: see schema_text.h. A reply that
  // is no JSON is its media type.
  std::string_view parameters, fields, reply;
  // The statuses that it may give: "200 204 400 404". From 400 on the reply is an error, but after
  // "=": "422=".
  std::string_view answers;
  AdminHandler handler;
};

const std::vector<AdminRoute>& AdminRoutes();

// The row for a method and path with its {name} parts, or null; `other_methods` then lists the
// methods that the path does have (for 405).
const AdminRoute* FindAdminRoute(std::string_view method, std::string_view path,
                                 std::map<std::string, std::string>& parts,
                                 std::vector<std::string>& other_methods);

// The OpenAPI 3.1 document made from the table.
Json AdminOpenApi();

// Handlers, by subject.
namespace routes {
// server_routes.cc
HttpResponse Livez(AdminCall&), Readyz(AdminCall&), Metrics(AdminCall&), OpenApi(AdminCall&),
    CaPem(AdminCall&), Info(AdminCall&), ListSpaces(AdminCall&), CreateSpace(AdminCall&),
    GetSpace(AdminCall&), DeleteSpace(AdminCall&), Reset(AdminCall&), GetState(AdminCall&),
    PutState(AdminCall&);
// play_routes.cc
HttpResponse GetSettings(AdminCall&), PutSettings(AdminCall&), ListClients(AdminCall&),
    PutClient(AdminCall&), ListScenarios(AdminCall&), ReloadScenarios(AdminCall&),
    GetScenario(AdminCall&), PutScenario(AdminCall&), DeleteScenario(AdminCall&),
    ValidateScenario(AdminCall&), ListFaults(AdminCall&), AddFault(AdminCall&),
    DeleteFault(AdminCall&), ListGates(AdminCall&), ReleaseGate(AdminCall&);
// token_routes.cc
HttpResponse GetClock(AdminCall&), PutClock(AdminCall&), AdvanceClock(AdminCall&),
    ListTokens(AdminCall&), IssueTokens(AdminCall&), ExpireToken(AdminCall&),
    RevokeToken(AdminCall&), ListAuthorizations(AdminCall&), Approve(AdminCall&), Deny(AdminCall&);
// webhook_routes.cc
HttpResponse AweberOpenApi(AdminCall&), ListWebhooks(AdminCall&), AddWebhook(AdminCall&),
    DeleteWebhook(AdminCall&), PutWebhookFault(AdminCall&), ListDeliveries(AdminCall&),
    ResendDelivery(AdminCall&);
// data_routes.cc
HttpResponse DataSchema(AdminCall&), DataTree(AdminCall&), ListRows(AdminCall&),
    PutDataRow(AdminCall&), DeleteDataRow(AdminCall&);
// journal_routes.cc
HttpResponse ListRequests(AdminCall&), WaitForRequest(AdminCall&), GetRequest(AdminCall&),
    ClearRequests(AdminCall&), RequestsHar(AdminCall&), Verify(AdminCall&), Events(AdminCall&);
}  // namespace routes

}  // namespace aweber::mock
