// Every parameter, field and path variable that the rows limit, beyond its limit; bodies of the wrong
// kind or size. AWeber's error, never a 500, and the world equal before and after.
//
// The cases are made from the rows: a new operation, parameter or field is covered by being there.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text/json.h"
#include "mockserver/api/operation.h"
#include "mockserver/data/api_data.h"
#include "mockserver/data/document.h"
#include "tests/integration/api/row_values.h"
#include "tests/support/api_subject.h"

namespace aweber::mock {
namespace {

using testing::ApiSubject;
using testing::kForm;
using testing::kJson;

class BadInput : public ::testing::TestWithParam<const Operation*> {
 protected:
  BadInput() : api_(SettingsFor(Profile::kAWeber), 3) {
    api_.Get("/1.0/accounts");  // the account is made when it is first asked for
    before_ = Snapshot();
  }

  const Operation& operation() const { return *GetParam(); }
  bool Takes(const char* type) const {
    return operation().body == BodyType::kEither ||
           operation().body == (type == kJson ? BodyType::kJson : BodyType::kForm);
  }
  // All that AWeber keeps, but for how many requests there were.
  std::string Snapshot() {
    std::string snapshot;
    api_.space().PeekData([&](const ApiData& data) {
      for (const auto& [id, account] : data.accounts) {
        Json written = WriteAccount(account, data.origin);
        written.erase("rate");
        snapshot += DumpJson(written);
      }
    });
    return snapshot;
  }

  // Query and body with all that is required, each good.
  std::string Query(const std::string& but = "", const std::string& more = "") const {
    std::string query;
    const auto add = [&](std::string_view name, const std::string& value) {
      query += fmt::format("{}{}={}", query.empty() ? "?" : "&", name, value);
    };
    if (!operation().ws_op.empty() && operation().method == "GET")
      add("ws.op", std::string(operation().ws_op));
    for (const Parameter& parameter : operation().parameters) {
      if (parameter.required && parameter.name != but) {
        add(parameter.name, FormEncode(GoodValue(parameter)));
      }
    }
    if (!more.empty()) query += (query.empty() ? "?" : "&") + more;
    return query;
  }
  Json Body() const {
    Json body = Json::object();
    if (!operation().ws_op.empty() && operation().method != "GET")
      body["ws.op"] = operation().ws_op;
    for (const Field& field : operation().fields) {
      if (field.required) body[std::string(field.name)] = GoodValue(field);
    }
    return body;
  }
  HttpResponse Send(const std::string& path, const std::string& type, const std::string& body) {
    HttpRequest request{.method = std::string(operation().method),
                        .target = path,
                        .headers = {{"Authorization", "Bearer " + token_}},
                        .body = body};
    if (!type.empty()) request.headers.Add("Content-Type", type);
    return api_.server().Dispatch(request);
  }
  HttpResponse SendFields(const char* type, const Json& fields) {
    return Send(PathOf(operation()) + Query(), type,
                type == kJson ? DumpJson(fields) : AsForm(fields));
  }
  // Refused by one of these types (any for "": a 4xx), and nothing was written.
  void ExpectRefused(const HttpResponse& reply, const std::vector<std::string_view>& types,
                     const std::string& what) {
    EXPECT_GE(reply.status, 400) << what << "\n" << reply.body;
    EXPECT_LT(reply.status, 500) << what << "\n" << reply.body;
    const auto body = ParseJson(reply.body);
    ASSERT_TRUE(body.ok() && body->is_object()) << what << "\n" << reply.body;
    if (operation().path.starts_with("/2.0")) {
      EXPECT_TRUE(body->contains("title")) << what << reply.body;
    } else {
      const std::string type = ApiSubject::ErrorType(reply);
      EXPECT_TRUE(types.empty() || std::count(types.begin(), types.end(), type) > 0)
          << what << ": " << type << " instead of " << fmt::format("{}", fmt::join(types, ", "));
    }
    ExpectUntouched(what);
  }
  void ExpectUntouched(const std::string& what) {
    const std::string now = Snapshot();
    EXPECT_EQ(now == before_, true) << what << " has written";
    before_ = now;
  }

  ApiSubject api_;
  const std::string token_ = api_.Token({});
  std::string before_;
};

TEST_P(BadInput, EachParameterBeyondItsLimit) {
  for (const Parameter& parameter : operation().parameters) {
    const std::string name(parameter.name);
    for (const std::string& value : BadValues(parameter)) {
      const std::string query = Query(name, name + "=" + value);
      const bool undecodable = value.starts_with("%ff") || value.starts_with("%c0");
      ExpectRefused(Send(PathOf(operation()) + query, "", ""),
                    {undecodable ? "BadRequestError" : parameter.bad}, query);
    }
    if (!parameter.required) continue;
    for (const std::string& query : {Query(name), Query(name, name + "=")}) {
      ExpectRefused(Send(PathOf(operation()) + query, "", ""), {parameter.missing}, query);
    }
  }
  if (!operation().paged) return;
  for (const char* bad :
       {"ws.start=-1", "ws.start=x", "ws.start=1.5", "ws.start=99999999999999999999", "ws.size=0",
        "ws.size=-1", "ws.size=101", "ws.size=x"}) {
    ExpectRefused(Send(PathOf(operation()) + Query("", bad), "", ""), {"WebServiceError"}, bad);
  }
}

TEST_P(BadInput, EachFieldBeyondItsLimit) {
  for (const Field& field : operation().fields) {
    const std::string name(field.name);
    std::vector<std::string_view> types = {field.bad, "InvalidTypeError", "BadRequestError"};
    if (field.required) types.push_back(field.missing);  // "" in a form is nothing
    for (const char* type : {kJson, kForm}) {
      if (!Takes(type)) continue;
      for (const Json& value : BadValues(field)) {
        // In a form everything is text, so a number or a flag is a good text.
        const bool text = field.kind == FieldKind::kText || field.kind == FieldKind::kLines ||
                          field.kind == FieldKind::kChoice;
        if (type == kForm && text && !value.is_string()) continue;
        const bool flag = field.kind == FieldKind::kFlag || field.kind == FieldKind::kTextMap;
        if (type == kForm && flag && value == Json::object()) continue;
        Json body = Body();
        body[name] = value;
        ExpectRefused(SendFields(type, body), types,
                      fmt::format("{} {}={}", type, name, DumpJson(value)));
      }
      if (!field.required) continue;
      Json body = Body();
      body.erase(name);
      ExpectRefused(SendFields(type, body), {field.missing}, fmt::format("{} no {}", type, name));
    }
  }
}

TEST_P(BadInput, ABodyOfAnotherKindOrSize) {
  if (operation().body == BodyType::kNone) return;
  const std::string path = PathOf(operation()) + Query("", "");
  // A move or a new field is told by ws.op of the query, so that the bad body reaches it.
  const std::string place = operation().ws_op.empty()
                                ? path
                                : path + (path.find('?') == std::string::npos ? "?" : "&") +
                                      fmt::format("ws.op={}", operation().ws_op);
  const std::string good_json = DumpJson(Body()), good_form = AsForm(Body());
  const bool required = std::any_of(operation().fields.begin(), operation().fields.end(),
                                    [](const Field& field) { return field.required; });
  for (const char* type : {"text/plain", "application/xml", "multipart/form-data"}) {
    ExpectRefused(Send(place, type, good_form), {"InvalidContentType", "BadRequestError"}, type);
  }
  if (!Takes(kJson)) ExpectRefused(Send(place, kJson, good_json), {"InvalidContentType"}, "JSON");
  if (!Takes(kForm)) ExpectRefused(Send(place, kForm, good_form), {"InvalidContentType"}, "a form");
  if (Takes(kJson)) {
    for (const char* bad : {"{", "[]", "7", "\"x\"", "{\"a\":1,\"a\":2}", "{\"email\":\"\xff\"}"}) {
      ExpectRefused(Send(place, kJson, bad), {"BadRequestError", "InvalidTypeError"}, bad);
    }
    if (required) ExpectRefused(Send(place, kJson, good_form), {}, "a form called JSON");
  }
  if (Takes(kForm)) {
    ExpectRefused(Send(place, kForm, "email=%ff&subject=%ff"), {"BadRequestError"},
                  "broken escapes");
    if (required) ExpectRefused(Send(place, kForm, good_json), {}, "JSON called a form");
  }
  const std::string megabyte(1'000'001, 'a');
  for (const char* type : {kJson, kForm}) {
    if (!Takes(type)) continue;
    Json body = Body();
    body["name"] = megabyte;
    ExpectRefused(Send(place, type, type == kJson ? DumpJson(body) : AsForm(body)),
                  {"ForbiddenError"}, "a megabyte");
  }
}

TEST_P(BadInput, EachVariableOfThePathThatNamesNothing) {
  const std::string path(operation().path);
  for (const auto& [name, variable] : Variables(operation())) {
    if (path.find("{" + name + "}") == std::string::npos) continue;
    for (const std::string& bad :
         {variable.of_another, std::string("1"), std::string("0"), std::string("-1"),
          std::string("x"), std::string("1e6"), std::string("%ff"), std::string("%2e%2e"),
          std::string("99999999999999999999"), "0" + variable.good, variable.good + "x",
          "+" + variable.good, "%20" + variable.good}) {
      if (name == "link" && bad == "1") continue;
      const HttpResponse reply =
          Takes(kForm) ? Send(PathOf(operation(), name, bad) + Query(), kForm, AsForm(Body()))
                       : Send(PathOf(operation(), name, bad) + Query(), kJson, DumpJson(Body()));
      const std::string what = fmt::format("{}={}", name, bad);
      const bool own = name != "account" && name != "list";
      if (own && operation().thing_optional && reply.status == operation().status) {
        ExpectUntouched(what);  // AWeber answers so, too
        continue;
      }
      EXPECT_EQ(reply.status, 404) << what;
      ExpectRefused(
          reply,
          {"NotFoundError", "ListNotFoundError", "BroadcastNotFoundError", "ResourceNotFoundError"},
          what);
    }
  }
}

// Unknown and repeated parameters do no harm (assumed), whatever the operation.
TEST_P(BadInput, UnknownAndRepeatedParameters) {
  const std::string path = PathOf(operation());
  if (operation().method != "GET") return;
  const int good = Send(path + Query(), "", "").status;
  EXPECT_EQ(good, operation().status);
  std::string repeated = "colour=red&ws.colour=&=&&%00=x";
  for (const Parameter& parameter : operation().parameters) {
    if (!parameter.required) continue;
    repeated += fmt::format("&{}={}", parameter.name, FormEncode(GoodValue(parameter)));
  }
  if (operation().paged) repeated += "&ws.size=1&ws.size=2&ws.start=0&ws.start=x";
  EXPECT_EQ(Send(path + Query("", repeated), "", "").status, good) << repeated;
  ExpectUntouched(repeated);
}

std::vector<const Operation*> ApiOperations() {
  std::vector<const Operation*> rows;
  for (const Operation* row : AllOperations()) {
    if (!row->open && !row->path.starts_with("/oauth2/")) rows.push_back(row);
  }
  return rows;
}

TEST(BadPage, NamesTheLimitThatWasPassed) {
  ApiSubject api(SettingsFor(Profile::kAWeber), 3);
  constexpr const char* kRows[][2] = {
      {"ws.size=101", R"(Maximum for "ws.size" parameter is 100.)"},
      {"ws.size=99999999999999999999", R"(Maximum for "ws.size" parameter is 100.)"},
      {"ws.size=0", R"(Minimum for "ws.size" parameter is 1.)"},
      {"ws.size=-99999999999999999999", R"(Minimum for "ws.size" parameter is 1.)"},
      {"ws.size=ten", R"(Minimum for "ws.size" parameter is 1.)"},
      {"ws.start=2147483648", R"(Maximum for "ws.start" parameter is 2147483647.)"},
      {"ws.start=99999999999999999999", R"(Maximum for "ws.start" parameter is 2147483647.)"},
  };
  for (const auto& [query, message] : kRows) {
    const HttpResponse reply =
        api.Send("GET", testing::kListPath + std::string("/subscribers?") + query);
    const auto body = ParseJson(reply.body);
    ASSERT_TRUE(body.ok()) << query;
    EXPECT_EQ((*body)["error"]["message"], message) << query;
  }
}

INSTANTIATE_TEST_SUITE_P(All, BadInput, ::testing::ValuesIn(ApiOperations()),
                         [](const auto& row) { return std::string(row.param->id); });

}  // namespace
}  // namespace aweber::mock
