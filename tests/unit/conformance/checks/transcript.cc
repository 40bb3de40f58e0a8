#include "tests/unit/conformance/checks/transcript.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/text/base64.h"
#include "base/text/json.h"

namespace aweber::conformance::test {

using mock::Endpoint;

Form Good(std::string_view state) {
  return {{"response_type", "code"},
          {"client_id", kClientId},
          {"redirect_uri", kRedirect},
          {"scope", "account.read list.read"},
          {"state", state}};
}

Form With(Form form, std::string_view name, std::string_view value) {
  form.Set(name, value);
  return form;
}

Form Without(Form form, std::string_view name) {
  form.Remove(name);
  return form;
}

Form Exchange(std::string_view code) {
  return {{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", kRedirect}};
}

Form Refresh(std::string_view refresh_token) {
  return {{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}};
}

std::string Tokens(std::string_view access, std::string_view refresh) {
  Json json = {{"access_token", access}, {"token_type", "bearer"}, {"expires_in", 3600}};
  if (!refresh.empty()) json["refresh_token"] = refresh;
  return DumpJson(json);
}

std::string BasicHeader(std::string_view user, std::string_view password) {
  return "Basic " + Base64Encode(fmt::format("{}:{}", user, password));
}

Transcript::Transcript() {
  journal_.reserve(200);  // references stay valid
  view_.journal = &journal_;
  view_.scenario = "test/one";
  view_.client_id = kClientId;
  view_.client_secret = kSecret;
  view_.redirect_uri = kRedirect;
  view_.base_url = kBase;
  view_.authorize_url = std::string(kBase) + "/oauth2/authorize";
  view_.scopes = {"account.read", "list.read"};
  view_.features = {"state", "iss", "refresh:on_401", "refresh:manual", "revoke", "persist"};
}

void Transcript::MakeForeign() {
  CaseView foreign;
  foreign.journal = &journal_;
  foreign.profile = view_.profile;
  view_ = foreign;
}

void Transcript::MakePublic() {
  view_.client_public = true;
  view_.client_secret.clear();
}

JournalEntry& Transcript::Entry(Endpoint endpoint, std::string method, std::string path,
                                std::string query) {
  if (journal_.size() >= 200) std::abort();
  JournalEntry entry;
  entry.sequence = journal_.size() + 1;
  entry.endpoint = endpoint;
  entry.local_path = path;
  entry.real_time = UnixTime(std::chrono::seconds(1'700'000'000 + 2 * journal_.size()));
  entry.finished_real_time = entry.real_time + std::chrono::seconds(1);
  entry.virtual_time = entry.real_time;
  entry.request.method = std::move(method);
  entry.request.target = "/s/t" + path + (query.empty() ? "" : "?" + query);
  entry.request.headers.Add("Host", "127.0.0.1:4711");
  entry.state = mock::EntryState::kAnswered;
  entry.status = 200;
  entry.facts.client_id = kClientId;
  entry.facts.client_known = true;
  entry.facts.client_public = view_.client_public;
  journal_.push_back(std::move(entry));
  return journal_.back();
}

JournalEntry& Transcript::GetRaw(std::string query) {
  return Entry(Endpoint::kAuthorize, "GET", "/oauth2/authorize", std::move(query));
}

JournalEntry& Transcript::Get(const Form& query) { return GetRaw(query.Encode()); }

JournalEntry& Transcript::Redirect(const Form& query) {
  auto& entry = Entry(Endpoint::kDecision, "POST", "/oauth2/authorize");
  entry.status = 302;
  entry.response_headers.Add("Location", fmt::format("{}?{}", kRedirect, query.Encode()));
  return entry;
}

JournalEntry& Transcript::Token(const Form& body, std::string answer) {
  auto& entry = Entry(Endpoint::kToken, "POST", "/oauth2/token");
  entry.request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
  if (!view_.client_public) {
    entry.request.headers.Add("Authorization", BasicHeader(kClientId, kSecret));
  }
  entry.request.body = body.Encode();
  if (view_.client_public) entry.request.body += fmt::format("&client_id={}", kClientId);
  entry.response_body = std::move(answer);
  entry.facts.committed = true;
  return entry;
}

JournalEntry& Transcript::Refused(const Form& body, int status, std::string error) {
  auto& entry = Token(body, DumpJson(Json{{"error", error}}));
  entry.status = status;
  entry.error = std::move(error);
  entry.facts.committed = false;
  return entry;
}

JournalEntry& Transcript::Revoke(const Form& body, int status) {
  auto& entry = Token(body, "");
  entry.endpoint = Endpoint::kRevoke;
  entry.local_path = "/oauth2/revoke";
  entry.status = status;
  return entry;
}

JournalEntry& Transcript::Api(std::string_view token, int status, std::string path) {
  auto& entry = Entry(Endpoint::kApi, "GET", "/1.0" + path);
  entry.request.headers.Add("Authorization", fmt::format("Bearer {}", token));
  entry.status = status;
  return entry;
}

StepObservation& Transcript::Step(std::string op, std::string session, StepObservation::Reply reply,
                                  const Body& body) {
  StepObservation step;
  step.label = fmt::format("{}-{}", op, view_.steps.size() + 1);
  step.op = std::move(op);
  step.session = std::move(session);
  step.reply = reply;
  if (reply == StepObservation::Reply::kErr) step.err_kind = "other";
  step.first_sequence = journal_.size() + 1;
  body();
  step.last_sequence = journal_.size();
  view_.steps.push_back(std::move(step));
  return view_.steps.back();
}

StepObservation& Transcript::Authorize(const Form& query, std::string session) {
  auto& step =
      Step("authorize", std::move(session), StepObservation::Reply::kOk, [&] { Get(query); });
  step.produced_url = view_.authorize_url + "?" + query.Encode();
  return step;
}

StepObservation& Transcript::Consent(const Form& query, std::string session) {
  auto& step =
      Step("consent", std::move(session), StepObservation::Reply::kNone, [&] { Redirect(query); });
  step.produced_url = fmt::format("{}?{}", kRedirect, query.Encode());
  return step;
}

StepObservation& Transcript::Callback(const Form& query, StepObservation::Reply reply,
                                      const Body& body, std::string session) {
  auto& step = Step("callback", std::move(session), reply, body);
  step.sent_url = fmt::format("{}?{}", kRedirect, query.Encode());
  return step;
}

void Transcript::Login(std::string_view state, std::string_view code, std::string answer,
                       std::string session) {
  const Form redirect = {{"code", code}, {"state", state}};
  Authorize(Good(state), session);
  Consent(redirect, session);
  Callback(
      redirect, StepObservation::Reply::kOk, [&] { Token(Exchange(code), answer); }, session);
}

std::vector<CheckCase> AllCases() {
  std::vector<CheckCase> all;
  for (const auto& cases :
       {AuthorizeCases(), StateCases(), PkceCases(), TokenRequestCases(), ClientAuthCases(),
        ResourceCases(), OwnTokenCases(), RefreshCases(), CallbackCases(), RedirectionCases(),
        TokenResponseCases(), TransportCases(), RevokeCases(), WebApplicationCases(), StoreCases(),
        HonestyCases(), PlaceCases(), FlowCases()}) {
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

}  // namespace aweber::conformance::test
