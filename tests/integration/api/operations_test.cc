// Every published operation: its success, and each error that its row names.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "base/text/json.h"
#include "tests/support/api_subject.h"

namespace aweber::mock {
namespace {

using testing::ApiSubject;
using testing::kAccountPath;
using testing::kForm;
using testing::kJson;
using testing::kListPath;
using testing::kManyPath;
using testing::kTrialsPath;

const std::string kA = kAccountPath, kL = kListPath, kS = kL + "/subscribers/3000001",
                  kB = kL + "/broadcasts/4000001", kSent = kL + "/broadcasts/4000003",
                  kC = kL + "/campaigns/b4000003", kTest = kL + "/web_form_split_tests/8050001";
const std::string kNoAccount = "/1.0/accounts/7", kNoList = kA + "/lists/7";

struct OperationRow {
  std::string operation;
  std::string method, target, type, body;
  int status;
  std::string error = "";  // its type; "" for a success
  std::function<void(ApiSubject&)> before = nullptr;
};

const std::string kPurchase =
    R"({"email":"buyer@example.com","ip_address":"203.0.113.9","vendor":"Shop",)"
    R"("product_name":"Book","event_note":"","currency":"USD","value":12.5,)"
    R"("event_time":"2026-01-01T12:00:00Z","url":"https://shop.example.com/1"})";

void FillCustomFields(ApiSubject& api) {
  for (int i = 3; i <= 25; ++i) {
    EXPECT_EQ(api.Form1("POST", kL + "/custom_fields",
                        {{"ws.op", "create"}, {"name", fmt::format("field {}", i)}})
                  .status,
              201);
  }
}

std::vector<OperationRow> AccountRows() {
  return {
      {"getAccounts", "GET", "/1.0/accounts", "", "", 200},
      {"getAccount", "GET", kA, "", "", 200},
      {"getAccount", "GET", kNoAccount, "", "", 404, "NotFoundError"},
      {"getIntegrations", "GET", kA + "/integrations", "", "", 200},
      {"getIntegrations", "GET", kNoAccount + "/integrations", "", "", 404, "NotFoundError"},
      {"getIntegration", "GET", kA + "/integrations/9000001", "", "", 200},
      {"getIntegration", "GET", kA + "/integrations/1", "", "", 404, "NotFoundError"},
      {"getLists", "GET", kA + "/lists", "", "", 200},
      {"getLists", "GET", kA + "/lists?ws.op=seek", "", "", 400, "BadRequestError"},
      {"getLists", "GET", kNoAccount + "/lists", "", "", 404, "NotFoundError"},
      {"findLists", "GET", kA + "/lists?ws.op=find&name=Customers", "", "", 200},
      {"findLists", "GET", kA + "/lists?ws.op=find&name=%ff", "", "", 400, "BadRequestError"},
      {"findLists", "GET", kNoAccount + "/lists?ws.op=find", "", "", 404, "NotFoundError"},
      {"getList", "GET", kL, "", "", 200},
      {"getList", "GET", kNoList, "", "", 404, "NotFoundError"},
      {"getTags", "GET", kL + "/tags", "", "", 200},
      {"getTags", "GET", kNoList + "/tags", "", "", 404, "NotFoundError"},
  };
}

std::vector<OperationRow> SubscriberRows() {
  const std::string all = kL + "/subscribers";
  const std::string move = "ws.op=move&list_link=" + FormEncode("http://x" + kTrialsPath);
  return {
      {"findSubscribersOfAccount", "GET", kA + "?ws.op=findSubscribers", "", "", 200},
      {"findSubscribersOfAccount", "GET", kNoAccount + "?ws.op=findSubscribers", "", "", 404,
       "NotFoundError"},
      {"getSubscribers", "GET", all + "?sort_order=desc", "", "", 200},
      {"getSubscribers", "GET", all + "?sort_order=down", "", "", 400, "WebServiceError"},
      {"getSubscribers", "GET", kNoList + "/subscribers", "", "", 404, "NotFoundError"},
      {"findSubscribers", "GET", all + "?ws.op=find&email=reader1%40example.com", "", "", 200},
      {"findSubscribers", "GET", kNoList + "/subscribers?ws.op=find", "", "", 404, "NotFoundError"},
      {"getSubscriber", "GET", kS, "", "", 200},
      {"getSubscriber", "GET", all + "/3100001", "", "", 404, "NotFoundError"},
      {"getActivity", "GET", kS + "?ws.op=getActivity", "", "", 200},
      {"getActivity", "GET", all + "/1?ws.op=getActivity", "", "", 404, "NotFoundError"},
      {"addSubscriber", "POST", all, kJson, R"({"email":"new@example.com"})", 201},
      {"addSubscriber", "POST", all, kForm, "email=reader1%40example.com", 400, "WebServiceError"},
      {"addSubscriber", "POST", all, "", "email=a%40example.com", 400, "BadRequestError"},
      {"addSubscriber", "POST", all, kJson, R"({"name":"A"})", 400, "MissingArgumentError"},
      {"addSubscriber", "POST", all, kJson, R"({"email":"a@example.com","tags":"x"})", 400,
       "InvalidTypeError"},
      {"addSubscriber", "POST", all, kJson, R"({"email":"a@example.com","tags":"[\"x\"]"})", 400,
       "InvalidTypeError"},
      {"addSubscriber", "POST", all, kJson, R"({"email":"a@example.com","id":7})", 400,
       "BadRequestError"},
      {"addSubscriber", "POST", all, kForm, "email=a%40example.com&status=unconfirmed", 400,
       "BadRequestError"},
      {"addSubscriber", "POST", kNoList + "/subscribers", kJson, R"({"email":"a@b.co"})", 404,
       "NotFoundError"},
      {"addSubscriber", "POST", all, "text/plain", "email=a", 415, "InvalidContentType"},
      {"deleteSubscriberByEmail", "DELETE", all + "?subscriber_email=reader1%40example.com", "", "",
       200},
      {"deleteSubscriberByEmail", "DELETE", all + "?email=reader1%40example.com", "", "", 400,
       "BadRequestError"},
      {"deleteSubscriberByEmail", "DELETE", all + "?subscriber_email=nobody%40example.com", "", "",
       404, "NotFoundError"},
      {"deleteSubscriberByEmail", "DELETE",
       kTrialsPath + "/subscribers?subscriber_email=late%40example.com", "", "", 405,
       "WebServiceError",
       [](ApiSubject& api) {
         api.PostJson(kTrialsPath + "/subscribers", {{"email", "late@example.com"}});
       }},
      {"updateSubscriberByEmail", "PATCH", all + "?subscriber_email=reader1%40example.com", kJson,
       R"({"name":"New"})", 209},
      {"updateSubscriberByEmail", "PATCH", all + "?subscriber_email=reader1%40example.com", kJson,
       R"({"email":"reader2@example.com"})", 400, "WebServiceError"},
      {"updateSubscriberByEmail", "PATCH", all + "?subscriber_email=reader1%40example.com", kJson,
       R"({"id":7})", 400, "BadRequestError"},
      {"updateSubscriberByEmail", "PATCH", all + "?subscriber_email=nobody%40example.com", kJson,
       "{}", 404, "NotFoundError"},
      {"updateSubscriberByEmail", "PATCH", all + "?subscriber_email=reader1%40example.com",
       "text/xml", "<a/>", 415, "InvalidContentType"},
      {"moveSubscriber", "POST", kS, kForm, move, 201},
      {"moveSubscriber", "POST", kS, kForm, "ws.op=move", 400, "BadRequestError"},
      {"moveSubscriber", "POST", all + "/1", kForm, move, 404, "NotFoundError"},
      {"moveSubscriber", "POST", kS, kForm, "ws.op=move&list_link=http%3A%2F%2Fx" + FormEncode(kL),
       405, "WebServiceError"},
      {"moveSubscriber", "POST", kS + "?ws.op=move", "text/plain", "x", 415, "InvalidContentType"},
      {"deleteSubscriber", "DELETE", kS, "", "", 200},
      {"deleteSubscriber", "DELETE", all + "/1", "", "", 404, "NotFoundError"},
      {"deleteSubscriber", "DELETE", kTrialsPath + "/subscribers/50000001", "", "", 405,
       "WebServiceError",
       [](ApiSubject& api) {
         api.PostJson(kTrialsPath + "/subscribers", {{"email", "late@example.com"}});
       }},
      {"updateSubscriber", "PATCH", kS, kForm, "name=New", 209},
      {"updateSubscriber", "PATCH", kS, kJson, R"({"email":"reader2@example.com"})", 400,
       "WebServiceError"},
      {"updateSubscriber", "PATCH", kS, kJson, R"({"self_link":"x"})", 400, "BadRequestError"},
      {"updateSubscriber", "PATCH", all + "/1", kJson, "{}", 404, "NotFoundError"},
      {"updateSubscriber", "PATCH", kS, "text/xml", "<a/>", 415, "InvalidContentType"},
      {"createPurchase", "POST", kL + "/purchases", kJson, kPurchase, 202},
      {"createPurchase", "POST", kL + "/purchases", kJson, R"({"email":"a@example.com"})", 400,
       "BadRequestError"},
      {"createPurchase", "POST", kNoList + "/purchases", kJson, kPurchase, 404, "NotFoundError"},
      {"createPurchase", "POST", kL + "/purchases", kForm, "email=a", 415, "InvalidContentType"},
  };
}

std::vector<OperationRow> BroadcastRows() {
  const std::string all = kL + "/broadcasts";
  const std::string good = "subject=Hi&body_text=Hello";
  const auto with = [&](const std::string& more) { return good + "&" + more; };
  std::vector<OperationRow> rows = {
      {"getBroadcasts", "GET", all + "?status=sent", "", "", 200},
      {"getBroadcasts", "GET", all, "", "", 400, "MissingStatusError"},
      {"getBroadcasts", "GET", all + "?status=lost", "", "", 400, "InvalidBroadcastStatusError"},
      {"getBroadcasts", "GET", kNoList + "/broadcasts?status=sent", "", "", 404,
       "ListNotFoundError"},
      {"getBroadcastTotal", "GET", all + "/total?status=sent", "", "", 200},
      {"getBroadcastTotal", "GET", all + "/total", "", "", 400, "MissingStatusError"},
      {"getBroadcastTotal", "GET", all + "/total?status=x", "", "", 400,
       "InvalidBroadcastStatusError"},
      {"getBroadcastTotal", "GET", kNoList + "/broadcasts/total?status=sent", "", "", 404,
       "ListNotFoundError"},
      {"createBroadcast", "POST", all, kForm, good, 200},
      {"createBroadcast", "POST", all, kForm, "body_text=x", 400, "MissingArgumentError"},
      {"createBroadcast", "POST", all, kForm, "subject=%20&body_text=x", 400,
       "InvalidSubjectError"},
      {"createBroadcast", "POST", all, kForm, "subject=Hi", 400, "MissingBodyError"},
      {"createBroadcast", "POST", kNoList + "/broadcasts", kForm, good, 404, "ListNotFoundError"},
      {"createBroadcast", "POST", all, kJson, "{}", 415, "InvalidContentType"},
      {"getBroadcast", "GET", kB, "", "", 200},
      {"getBroadcast", "GET", all + "/1", "", "", 404, "BroadcastNotFoundError"},
      {"getBroadcast", "GET", kNoList + "/broadcasts/1", "", "", 404, "ListNotFoundError"},
      {"updateBroadcast", "PUT", kB, kForm, "subject=New", 200},
      {"updateBroadcast", "PUT", all + "/1", kForm, "subject=New", 404, "BroadcastNotFoundError"},
      {"updateBroadcast", "PUT", kNoList + "/broadcasts/1", kForm, "subject=New", 404,
       "ListNotFoundError"},
      {"updateBroadcast", "PUT", kB, kForm, "subject=" + std::string(121, 'a'), 400,
       "InvalidSubjectError"},
      {"updateBroadcast", "PUT", kB, kForm, "body_html=&body_text=&body_amp=", 400,
       "MissingBodyError"},
      {"updateBroadcast", "PUT", kSent, kForm, "subject=New", 409, "BroadcastSchedulingError"},
      {"updateBroadcast", "PUT", kB, kJson, "{}", 415, "InvalidContentType"},
      {"deleteBroadcast", "DELETE", kB, "", "", 204},
      {"deleteBroadcast", "DELETE", kNoList + "/broadcasts/1", "", "", 404, "ListNotFoundError"},
      {"deleteBroadcast", "DELETE", kSent, "", "", 409, "BroadcastSchedulingError"},
      {"scheduleBroadcast", "POST", kB + "/schedule", kForm,
       "scheduled_for=2199-01-01T00%3A00%3A00Z", 200},
      {"scheduleBroadcast", "POST", kB + "/schedule", kForm, "", 400, "MissingDatetimeError"},
      {"scheduleBroadcast", "POST", kB + "/schedule", kForm, "scheduled_for=soon", 400,
       "InvalidDatetimeError"},
      {"scheduleBroadcast", "POST", kB + "/schedule", kForm, "scheduled_for=2001-01-01", 400,
       "BroadcastDatetimeExpired"},
      {"scheduleBroadcast", "POST", all + "/1/schedule", kForm, "scheduled_for=2199-01-01", 404,
       "BroadcastNotFoundError"},
      {"scheduleBroadcast", "POST", kNoList + "/broadcasts/1/schedule", kForm, "", 404,
       "ListNotFoundError"},
      {"scheduleBroadcast", "POST", kSent + "/schedule", kForm, "scheduled_for=2199-01-01", 409,
       "BroadcastSchedulingError"},
      {"scheduleBroadcast", "POST", kB + "/schedule", kJson, "{}", 415, "InvalidContentType"},
      {"cancelBroadcast", "POST", all + "/4000002/cancel", "", "", 200},
      {"cancelBroadcast", "POST", all + "/1/cancel", "", "", 404, "BroadcastNotFoundError"},
      {"cancelBroadcast", "POST", kNoList + "/broadcasts/1/cancel", "", "", 404,
       "ListNotFoundError"},
      {"cancelBroadcast", "POST", kSent + "/cancel", "", "", 409, "BroadcastSchedulingError"},
  };
  const std::pair<std::string, std::string> bad_links[] = {
      {"include_lists=%5B%22http%3A%2F%2Fx%2F1%22%5D", "InvalidListURIError"},
      {"facebook_integration=https%3A%2F%2Fx%2F1", "InvalidIntegrationURIError"},
      {"segment_link=https%3A%2F%2Fx%2F1", "InvalidSegmentURIError"},
      {"segment_link=" + FormEncode("http://x" + kL + "/segments/6000003"),
       "SplitTestSegmentError"}};
  for (const auto& [field, error] : bad_links) {
    rows.push_back({"createBroadcast", "POST", all, kForm, with(field), 400, error});
    rows.push_back({"updateBroadcast", "PUT", kB, kForm, field, 400, error});
  }
  for (const std::string part : {"opens", "clicks"}) {
    const std::string id = part == "opens" ? "getBroadcastOpens" : "getBroadcastClicks";
    rows.push_back({id, "GET", kSent + "/" + part, "", "", 200});
    rows.push_back(
        {id, "GET", kSent + "/" + part + "?before=a&after=b", "", "", 400, "BadRequestError"});
    rows.push_back({id, "GET", all + "/1/" + part, "", "", 404, "BroadcastNotFoundError"});
    rows.push_back(
        {id, "GET", kNoList + "/broadcasts/1/" + part, "", "", 404, "ListNotFoundError"});
  }
  rows.push_back({"getBroadcastClicks", "GET", kManyPath + "/broadcasts/4100003/clicks?detailed=1",
                  "", "", 200});
  return rows;
}

std::vector<OperationRow> PartRows() {
  const std::string fields = kL + "/custom_fields";
  std::vector<OperationRow> rows = {
      {"getCampaigns", "GET", kL + "/campaigns", "", "", 200},
      {"getCampaigns", "GET", kNoList + "/campaigns", "", "", 404, "NotFoundError"},
      {"findCampaigns", "GET", kL + "/campaigns?ws.op=find&campaign_type=b", "", "", 200},
      {"findCampaigns", "GET", kL + "/campaigns?ws.op=find", "", "", 400, "BadRequestError"},
      {"findCampaigns", "GET", kNoList + "/campaigns?ws.op=find&campaign_type=f", "", "", 404,
       "NotFoundError"},
      {"getCampaign", "GET", kC, "", "", 200},
      {"getCampaign", "GET", kL + "/campaigns/f5000001", "", "", 200},
      {"getCampaign", "GET", kL + "/campaigns/b4000001", "", "", 404, "NotFoundError"},
      {"getStats", "GET", kC + "/stats", "", "", 200},
      {"getStats", "GET", kL + "/campaigns/f5000001/stats", "", "", 404, "NotFoundError"},
      {"getStat", "GET", kC + "/stats/unique_opens", "", "", 200},
      {"getStat", "GET", kC + "/stats/daily_sales", "", "", 200},
      {"getStat", "GET", kC + "/stats/luck", "", "", 404, "NotFoundError"},
      {"getCustomFields", "GET", fields, "", "", 200},
      {"getCustomFields", "GET", kNoList + "/custom_fields", "", "", 404, "NotFoundError"},
      {"addCustomField", "POST", fields, "", "ws.op=create&name=size", 201},
      {"addCustomField", "POST", fields, kForm, "ws.op=create&name=color", 400, "WebServiceError"},
      {"addCustomField", "POST", fields, kForm, "name=size", 400, "BadRequestError"},
      {"addCustomField", "POST", fields, kForm,
       "ws.op=create&name=size&is_subscriber_updateable=true", 400, "BadRequestError"},
      {"addCustomField", "POST", kNoList + "/custom_fields", kForm, "ws.op=create&name=a", 404,
       "NotFoundError"},
      {"addCustomField", "POST", fields, kForm, "ws.op=create&name=one%20more", 405,
       "WebServiceError", FillCustomFields},
      {"getCustomField", "GET", fields + "/7000001", "", "", 200},
      {"getCustomField", "GET", fields + "/1", "", "", 404, "NotFoundError"},
      {"updateCustomField", "PATCH", fields + "/7000001", kJson, R"({"name":"hue"})", 209},
      {"updateCustomField", "PATCH", fields + "/7000001", kJson, R"({"name":"company"})", 400,
       "WebServiceError"},
      {"updateCustomField", "PATCH", fields + "/7000001", kJson, R"({"id":1})", 400,
       "BadRequestError"},
      {"updateCustomField", "PATCH", fields + "/1", kJson, "{}", 404, "NotFoundError"},
      {"updateCustomField", "PATCH", fields + "/7000001", "text/plain", "x", 415,
       "InvalidContentType"},
      {"deleteCustomField", "DELETE", fields + "/7000001", kForm, "ws.op=delete", 200},
      {"deleteCustomField", "DELETE", fields + "/1", "", "", 404, "NotFoundError"},
  };
  const auto pair = [&](const std::string& many, const std::string& one, const std::string& path,
                        const std::string& id, const std::string& missing) {
    rows.push_back({many, "GET", kL + path, "", "", 200});
    rows.push_back({many, "GET", kNoList + path, "", "", 404, "NotFoundError"});
    rows.push_back({one, "GET", kL + path + "/" + id, "", "", 200});
    rows.push_back({one, "GET", kL + path + "/" + missing, "", "", 404, "NotFoundError"});
  };
  pair("getSegments", "getSegment", "/segments", "6000001", "6100001");
  pair("getLandingPages", "getLandingPage", "/landing_pages", StableUuid("landing-page", 0), "1");
  pair("getWebForms", "getWebForm", "/web_forms", "8000001", "-8000001");
  pair("getWebFormSplitTests", "getWebFormSplitTest", "/web_form_split_tests", "8050001",
       "8050001x");
  pair("getComponents", "getComponent", "/web_form_split_tests/8050001/components",
       "8050001-8000001", "8050001-1");
  for (const std::string op : {"getWebForms", "getWebFormSplitTests"}) {
    rows.push_back({op + "OfAccount", "GET", kA + "?ws.op=" + op, "", "", 200});
    rows.push_back(
        {op + "OfAccount", "GET", kNoAccount + "?ws.op=" + op, "", "", 404, "NotFoundError"});
  }
  // 405 is documented on all of the web forms' operations.
  for (const std::string path : {"/web_forms", "/web_form_split_tests"}) {
    const std::string name = path == "/web_forms" ? "getWebForm" : "getWebFormSplitTest";
    const std::string id = path == "/web_forms" ? "/8000001" : "/8050001";
    rows.push_back({name + "s", "PUT", kL + path, "", "", 405, "MethodNotAllowedError"});
    rows.push_back({name, "PUT", kL + path + id, "", "", 405, "MethodNotAllowedError"});
    rows.push_back({name + "sOfAccount", "PUT", kA, "", "", 405, "MethodNotAllowedError"});
  }
  rows.push_back(
      {"getComponents", "PUT", kTest + "/components", "", "", 405, "MethodNotAllowedError"});
  rows.push_back({"getComponent", "PUT", kTest + "/components/8050001-8000001", "", "", 405,
                  "MethodNotAllowedError"});
  return rows;
}

std::vector<OperationRow> HostRows() {
  const std::string report = "/2.0-beta/analytics/reports/broadcasts-links?account_id=";
  const std::string account = "00000000-0000-4000-8000-000001000001";
  const std::string broadcast = "&broadcast_id=" + StableUuid("broadcast", 4100003);
  return {
      {"getBroadcastLinks", "GET", report + account + broadcast + "&filter=clicks", "", "", 200},
      {"requestToken", "POST", "/1.0/oauth/request_token", kForm, "oauth_callback=oob", 400,
       "BadRequestError"},
      {"accessToken", "POST", "/1.0/oauth/access_token", kForm, "", 400, "BadRequestError"},
  };
}

std::vector<OperationRow> AllRows() {
  std::vector<OperationRow> all;
  for (const auto& rows :
       {AccountRows(), SubscriberRows(), BroadcastRows(), PartRows(), HostRows()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

TEST(ApiOperations, AnswerTheirSuccessAndEachOfTheirErrors) {
  ApiSubject api;
  for (const OperationRow& row : AllRows()) {
    api.Fresh();
    if (row.before) row.before(api);
    const HttpResponse reply = api.Send(row.method, row.target, row.type, row.body);
    const std::string name =
        fmt::format("{}: {} {} {}", row.operation, row.method, row.target, row.body);
    EXPECT_EQ(reply.status, row.status) << name << "\n" << reply.body;
    EXPECT_EQ(ApiSubject::ErrorType(reply), row.error) << name;
    if (row.status >= 400) {
      EXPECT_NE(api.Why(), "") << name;
    }
    const bool placed = row.status == 201 || row.status == 202;
    EXPECT_EQ(reply.headers.Has("Location"), placed) << name;
    if (placed) {
      EXPECT_EQ(reply.body, "") << name;
      EXPECT_EQ(api.Send("GET", reply.headers.GetOr("Location")).status, 200) << name;
    }
  }
}

// 57 of AWeber's document: each has a row above for its success, and for each error of its row.
TEST(ApiOperations, AreFiftySevenEachTested) {
  std::map<std::string, std::set<std::string>> seen;
  for (const OperationRow& row : AllRows()) {
    seen[row.operation].insert(row.error.empty() ? "good"
                                                 : fmt::format("{} {}", row.status, row.error));
  }
  // The token endpoint and the revocation have tables of their own; the beta host's errors are no
  // envelopes.
  for (const char* elsewhere : {"token", "revoke"}) seen[elsewhere] = {"good", "400", "401"};
  for (const char* former : {"requestToken", "accessToken"}) seen[former].insert("good");
  seen["getBroadcastLinks"].insert({"400 Request Error", "404 Not Found"});
  std::size_t published = 0;
  for (const Operation* operation : AllOperations()) {
    if (operation->legacy) continue;
    ++published;
    const auto& tested = seen[std::string(operation->id)];
    EXPECT_TRUE(tested.contains("good")) << operation->id;
    std::string_view errors = operation->errors;
    while (!errors.empty()) {
      const std::size_t end = std::min(errors.find(", "), errors.size());
      EXPECT_TRUE(tested.contains(std::string(errors.substr(0, end))))
          << operation->id << " lacks a test for " << errors.substr(0, end);
      errors.remove_prefix(std::min(end + 2, errors.size()));
    }
  }
  EXPECT_EQ(published, 57u);
  EXPECT_EQ(seen.size(), published) << "a row of this test names no operation";
}

// What every operation has in common.
TEST(ApiOperations, RefuseAStrangerALackingScopeAndABadPage) {
  ApiSubject api;
  const std::string all = api.Token({});
  const std::string none = api.Token({"account.read"});
  const std::string lists = api.Token({"list.read"});
  for (const OperationRow& row : AllRows()) {
    const Operation* operation = nullptr;
    for (const Operation* one : AllOperations()) {
      if (one->id == row.operation) operation = one;
    }
    ASSERT_NE(operation, nullptr) << row.operation;
    if (row.status >= 300 || operation->open) continue;
    api.UseToken("nobody's");
    EXPECT_EQ(api.Send(row.method, row.target, row.type, row.body).status, 401) << row.operation;
    api.UseToken(operation->scopes == "account.read" ? lists : none);
    const HttpResponse refused = api.Send(row.method, row.target, row.type, row.body);
    EXPECT_EQ(refused.status, 403) << row.operation;
    if (!operation->path.starts_with("/2.0-beta")) {
      EXPECT_EQ(ApiSubject::ErrorType(refused), "ForbiddenError") << row.operation;
    }
    api.UseToken(all);
    if (!operation->paged) continue;
    const std::string more = row.target.find('?') == std::string::npos ? "?" : "&";
    for (const char* bad : {"ws.size=0", "ws.size=101", "ws.size=x", "ws.start=-1"}) {
      const HttpResponse reply = api.Send(row.method, row.target + more + bad);
      EXPECT_EQ(reply.status, 400) << row.operation << " " << bad;
      EXPECT_EQ(ApiSubject::ErrorType(reply), "WebServiceError") << row.operation << " " << bad;
    }
  }
}

TEST(ApiOperations, TheBetaReportHasProblemsInsteadOfEnvelopes) {
  ApiSubject api;
  const std::string report = "/2.0-beta/analytics/reports/broadcasts-links";
  const HttpResponse missing = api.Send("GET", report);
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(missing.headers.GetOr("Content-Type"), "application/problem+json");
  EXPECT_EQ((*ParseJson(missing.body))["title"], "Request Error");
  const std::string account = "?filter=clicks&account_id=00000000-0000-4000-8000-000001000001";
  // However a request is refused.
  const auto refused = [&](const HttpResponse& reply, int status, const char* title,
                           const char* detail) {
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(reply.headers.GetOr("Content-Type"), "application/problem+json");
    const Json problem = {{"title", title}, {"status", status}, {"detail", detail}};
    EXPECT_EQ(*ParseJson(reply.body), problem);
    EXPECT_EQ(api.space().journal().Entries().back().error, title);
  };
  api.Set("api_www_authenticate", true);
  const std::string all = api.Token({});
  api.UseToken("nobody's");
  const HttpResponse stranger = api.Send("GET", report);
  refused(stranger, 401, "Unauthorized", "The access token is invalid or has expired");
  EXPECT_TRUE(stranger.headers.Has("WWW-Authenticate")) << "a problem has the same headers";
  api.UseToken(api.Token({"account.read"}));
  refused(api.Send("GET", report), 403, "Forbidden",
          "The access token does not have the required scope");
  api.UseToken(all);
  const HttpResponse method = api.Send("PUT", report);
  refused(method, 405, "Method Not Allowed", "Method not allowed");
  EXPECT_EQ(method.headers.GetOr("Allow"), "GET");
  refused(api.Send("GET", "/2.0-beta/analytics"), 404, "Not Found",
          "Object: None, name: 'analytics'");
  refused(api.Send("GET", report + "?account_id=7"), 400, "Request Error",
          "account_id: must be a UUID");
  const HttpResponse unknown =
      api.Send("GET", report + account + "&broadcast_id=00000000-0000-4000-8000-000000000001");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ((*ParseJson(unknown.body))["title"], "Not Found");
  const std::string page = report + account + "&broadcast_id=" + StableUuid("broadcast", 4100003) +
                           "&page_size=1&sort_asc=false";
  const HttpResponse first = api.Send("GET", page);
  EXPECT_EQ((*ParseJson(first.body)).size(), 1u);
  const std::string link = first.headers.GetOr("Link");
  ASSERT_TRUE(link.ends_with("; rel=\"next\"")) << link;
  const HttpResponse second = api.Send("GET", link.substr(1, link.find('>') - 1));
  EXPECT_EQ(second.status, 200);
  EXPECT_FALSE(second.headers.Has("Link"));
}

}  // namespace
}  // namespace aweber::mock
