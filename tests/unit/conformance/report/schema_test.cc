// The published schemas of the json and ndjson reports, and of the driver protocol, against what is
// really written; and that they refuse what is not.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/os/file.h"
#include "base/text/json.h"
#include "conformance/driver/message.h"
#include "conformance/report/formats.h"
#include "conformance/result/event_json.h"
#include "tests/support/paths.h"
#include "tests/unit/conformance/report/rendered.h"
#include "tests/unit/conformance/report/schema_file.h"

namespace aweber::conformance {
namespace {

RunModel SampleRun() {
  RunModel model;
  model.info.client.name = "client";
  model.info.profile = "aweber";
  model.info.seed = 7;
  for (const Outcome outcome : AllOutcomes()) {
    CaseResult result;
    result.index = model.cases.size();
    result.id = fmt::format("folder/{}", OutcomeName(outcome));
    result.outcome = outcome;
    result.reason = "why";
    result.checks = {{.id = "az-one", .outcome = outcome, .level = "must", .evidence = {1}}};
    result.steps.push_back({{"label", "call"},
                            {"op", "call"},
                            {"session", "A"},
                            {"requests", {1, 1}},
                            {"reply", {{"ok", {{"status", 200}}}}}});
    result.journal.push_back({{"sequence", 1},
                              {"state", "answered"},
                              {"request",
                               {{"method", "GET"},
                                {"target", "/1.0"},
                                {"headers", Json::array({Json::array({"Host", "a"})})}}},
                              {"response", {{"status", 200}, {"headers", Json::array()}}}});
    model.info.cases.push_back(result.id);
    model.cases.push_back(result);
  }
  return model;
}

TEST(ReportSchemas, TakeWhatIsWritten) {
  EXPECT_EQ(
      SchemaFile("conformance/report/json.schema.json").Refusal(Rendered("json", SampleRun())), "");
  const SchemaFile line("conformance/report/ndjson.schema.json");
  std::istringstream lines(Rendered("ndjson", SampleRun()));
  int count = 0;
  for (std::string text; std::getline(lines, text); ++count) EXPECT_EQ(line.Refusal(text), "");
  EXPECT_EQ(count, 12);
}

TEST(ReportSchemas, RefuseWhatIsNot) {
  const SchemaFile schema("conformance/report/json.schema.json");
  for (const char* const member : {"version", "summary", "cases", "exit_status", "client"}) {
    Json document = *ParseJson(Rendered("json", SampleRun()));
    document.erase(member);
    EXPECT_NE(schema.Refusal(DumpJson(document)), "") << member;
  }
  Json document = *ParseJson(Rendered("json", SampleRun()));
  document["cases"][0]["outcome"] = "passed";
  EXPECT_NE(schema.Refusal(DumpJson(document)), "");
  EXPECT_NE(
      SchemaFile("conformance/report/ndjson.schema.json").Refusal(R"({"event":"case-finished"})"),
      "");
}

struct ProtocolRow {
  const char* line;
  bool good;
};

// Every message of conformance/PROTOCOL.md, and what is none.
const ProtocolRow kProtocol[] = {
    {R"({"id":1,"op":"hello","v":1})", true},
    {R"({"id":1,"op":"hello"})", false},
    {R"({"id":1,"op":"open","case":"c","authorize_url":"u","token_url":"u","revoke_url":"u",
        "api_url":"u","client_type":"public","client_id":"i","redirect_uri":"r","scopes":["s"],
        "store_dir":"d"})",
     true},
    {R"({"id":1,"op":"open","case":"c","authorize_url":"u","token_url":"u","revoke_url":"u",
        "api_url":"u","client_type":"confidential","client_id":"i","client_secret":"s",
        "redirect_uri":"r","scopes":[],"store_dir":"d","issuer":"i","pkce":["S256"]})",
     true},
    {R"({"id":1,"op":"open","case":"c"})", false},
    {R"({"id":2,"op":"authorize","case":"c","session":"A"})", true},
    {R"({"id":2,"op":"authorize","case":"c"})", false},
    {R"({"id":3,"op":"callback","case":"c","session":"A","url":"u"})", true},
    {R"({"id":3,"op":"callback","case":"c","session":"A"})", false},
    {R"({"id":4,"op":"call","case":"c","session":"A","method":"GET","url":"u"})", true},
    {R"({"id":4,"op":"call","case":"c","session":"A","method":"POST","url":"u","body":{"a":1}})",
     true},
    {R"({"id":4,"op":"call","case":"c","session":"A","url":"u"})", false},
    {R"({"id":5,"op":"refresh","case":"c","session":"A"})", true},
    {R"({"id":6,"op":"revoke","case":"c","session":"A"})", true},
    {R"({"id":7,"op":"token","case":"c","session":"A"})", true},
    {R"({"id":8,"op":"close","case":"c"})", true},
    {R"({"id":9,"op":"bye"})", true},
    {R"({"id":9,"op":"dance"})", false},
    {R"({"op":"bye"})", false},
    {R"({"id":1,"ok":{"protocol":1,"client":{"name":"n","version":"1","language":"C"},"features":{
        "state":true,"pkce":["S256"],"auth":["basic","body","query"],
        "token_transport":["header","body","query"],"refresh":["manual","on_expiry","on_401"],
        "persist":true,"concurrent":8,"iss":true,"revoke":true,"public_clients":true,"oob":true}}})",
     true},
    {R"({"id":1,"ok":{"protocol":1,"client":{"name":"n"},"features":{"pkce":["plain"]}}})", false},
    {R"({"id":1,"ok":{"protocol":2}})", false},
    {R"({"id":1,"ok":{}})", true},
    {R"({"id":1,"ok":{"url":"https://a.test/"}})", true},
    {R"({"id":1,"ok":{"token":{"access_token":"a","refresh_token":"r","expires_at":1}}})", true},
    {R"({"id":1,"ok":{"token":{"refresh_token":"r"}}})", false},
    {R"({"id":1,"ok":{"status":401}})", true},
    {R"({"id":1,"ok":{"access_token":"a"}})", true},
    {R"({"id":1,"err":{"kind":"state_mismatch","message":"m"}})", true},
    {R"({"id":1,"err":{"kind":"provider_error","code":"access_denied"}})", true},
    {R"({"id":1,"err":{"kind":"http","status":503}})", true},
    {R"({"id":1,"err":{"kind":"tired"}})", false},
    {R"({"id":1,"err":{}})", false},
    {R"({"id":1,"unsupported":{"feature":"revoke"}})", true},
    {R"({"id":1,"unsupported":{}})", false},
    {R"({"id":1})", false},
    {R"({"id":1,"ok":{},"err":{"kind":"other"}})", false},
    {R"({"ok":{}})", false},
};

TEST(ProtocolSchema, TakesEveryMessageAndNothingElse) {
  const SchemaFile schema("conformance/driver/protocol.schema.json");
  for (const ProtocolRow& row : kProtocol) {
    EXPECT_EQ(schema.Refusal(row.line).empty(), row.good) << row.line << schema.Refusal(row.line);
  }
}

TEST(ProtocolSchema, EveryKindOfErrorIsInIt) {
  const SchemaFile schema("conformance/driver/protocol.schema.json");
  for (const char* const kind : {"state_mismatch", "issuer_mismatch", "provider_error",
                                 "invalid_response", "unsupported_token_type", "reauthorize",
                                 "http", "network", "tls", "timeout", "internal", "other"}) {
    EXPECT_EQ(schema.Refusal(fmt::format(R"({{"id":1,"err":{{"kind":"{}"}}}})", kind)), "") << kind;
  }
}

// What the code accepts of a driver's lines is what the schema accepts, except a kind of error that
// a later version may know: the runner takes that for "other", with a warning.
TEST(ProtocolSchema, AgreesWithTheReader) {
  const SchemaFile schema("conformance/driver/protocol.schema.json");
  for (const ProtocolRow& row : kProtocol) {
    const std::string line = row.line;
    if (line.find("\"op\"") != std::string::npos || line.find("tired") != std::string::npos) {
      continue;
    }
    const DriverLine read = ReadDriverLine(line);
    bool good = read.kind == DriverLine::Kind::kReply;
    if (good && line.find("\"protocol\"") != std::string::npos) good = ReadHello(read.reply).ok();
    if (line.find("plain") != std::string::npos ||
        line.find("\"token\":{\"refresh") != std::string::npos) {
      continue;  // the reader passes over what it does not use
    }
    EXPECT_EQ(good, row.good) << line << " " << read.problem;
  }
}

// The runner's own requests.
TEST(ProtocolSchema, TakesWhatIsSent) {
  const SchemaFile schema("conformance/driver/protocol.schema.json");
  EXPECT_EQ(schema.Refusal(EncodeRequest(1, "hello", {{"v", 1}})), "");
  EXPECT_EQ(schema.Refusal(EncodeRequest(2, "callback",
                                         {{"case", "c"}, {"session", "A"}, {"url", "https://a"}})),
            "");
  EXPECT_EQ(schema.Refusal(EncodeRequest(3, "bye", Json::object())), "");
}

}  // namespace
}  // namespace aweber::conformance
