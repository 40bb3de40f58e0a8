// Transcript: makes a CaseView for a test in few lines.
//
// Purpose: each check's table has transcripts that violate it and transcripts that are clean; they
//   must be short enough to read at a glance. Defaults are those of a correct client: a test states
//   what is different.
// Ownership: owns the journal that its view points to; references returned stay valid.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/form.h"
#include "conformance/checks/check.h"

namespace aweber::conformance::test {

inline constexpr auto kOk = Verdict::kOk;
inline constexpr auto kViolation = Verdict::kViolation;
inline constexpr auto kNotSeen = Verdict::kNotSeen;

inline constexpr std::string_view kClientId = "client-0123456789";
inline constexpr std::string_view kSecret = "secret-abcdefghij";
inline constexpr std::string_view kRedirect = "https://app.example/callback";
inline constexpr std::string_view kBase = "https://127.0.0.1:4711/s/t";
// 32 random bytes each, as base64url.
inline constexpr std::string_view kState = "p7Kc2yVbQmZ0x1TfRjWnE4aGh8LsUd3oXiCqMwBvYtA";
inline constexpr std::string_view kState2 = "0uJr5dHsNqAeYk9WmTzVx3cPfLbG7iOoRvQ1nKt6XaM";
inline constexpr std::string_view kState3 = "Zy8WvUt7SrQp6OnMl5KjIh4GfEd3CbAa2Zz1Xx0WwVv";
inline constexpr std::string_view kCode = "code-AAAAAAAAAAAAAAAAA";
inline constexpr std::string_view kCode2 = "code-BBBBBBBBBBBBBBBBB";
// RFC 7636 Appendix B.
inline constexpr std::string_view kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline constexpr std::string_view kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

// The parameters of a correct authorization request.
Form Good(std::string_view state = kState);
Form With(Form form, std::string_view name, std::string_view value);
Form Without(Form form, std::string_view name);
// The body of a correct exchange, refresh, revocation.
Form Exchange(std::string_view code = kCode);
Form Refresh(std::string_view refresh_token);
// A token answer.
std::string Tokens(std::string_view access, std::string_view refresh = "");

class Transcript {
 public:
  Transcript();
  CaseView& view() { return view_; }
  // Traffic that was not played by the runner: nothing is known but the journal.
  void MakeForeign();
  void MakePublic();

  JournalEntry& Entry(mock::Endpoint endpoint, std::string method, std::string path,
                      std::string query = "");
  JournalEntry& Get(const Form& query);  // GET /oauth2/authorize
  JournalEntry& GetRaw(std::string query);
  JournalEntry& Redirect(const Form& query);  // the decision's 302
  // POST /oauth2/token with HTTP Basic; 200 with the tokens given.
  JournalEntry& Token(const Form& body,
                      std::string answer = Tokens("at-1-0123456789", "rt-1-0123456789"));
  JournalEntry& Refused(const Form& body, int status, std::string error);
  JournalEntry& Revoke(const Form& body, int status = 200);
  JournalEntry& Api(std::string_view token, int status = 200, std::string path = "/accounts");

  using Body = std::function<void()>;
  // What `body` adds to the journal arrives while the step runs.
  StepObservation& Step(
      std::string op, std::string session, StepObservation::Reply reply, const Body& body = [] {});
  StepObservation& Ok(
      std::string op, const Body& body = [] {}) {
    return Step(std::move(op), "A", StepObservation::Reply::kOk, body);
  }
  StepObservation& Err(
      std::string op, const Body& body = [] {}) {
    return Step(std::move(op), "A", StepObservation::Reply::kErr, body);
  }
  // Steps with their URLs. Authorize also opens the URL.
  StepObservation& Authorize(const Form& query, std::string session = "A");
  StepObservation& Consent(const Form& query, std::string session = "A");
  StepObservation& Callback(
      const Form& query, StepObservation::Reply reply, const Body& body = [] {},
      std::string session = "A");
  // authorize, consent, and a callback that is exchanged.
  void Login(std::string_view state = kState, std::string_view code = kCode,
             std::string answer = Tokens("at-1-0123456789", "rt-1-0123456789"),
             std::string session = "A");

 private:
  std::vector<JournalEntry> journal_;
  CaseView view_;
};

std::string BasicHeader(std::string_view user, std::string_view password);

// One row of a check's table.
struct CheckCase {
  const char* check;
  const char* name;
  Verdict want;
  std::function<void(Transcript&)> build;
  const char* message = "";  // part of it
};

// What GoogleTest prints for a row that fails.
inline void PrintTo(const CheckCase& row, std::ostream* out) {
  *out << row.check << ": " << row.name;
}

std::vector<CheckCase> AuthorizeCases();
std::vector<CheckCase> StateCases();
std::vector<CheckCase> PkceCases();
std::vector<CheckCase> TokenRequestCases();
std::vector<CheckCase> ClientAuthCases();
std::vector<CheckCase> ResourceCases();
std::vector<CheckCase> OwnTokenCases();
std::vector<CheckCase> RefreshCases();
std::vector<CheckCase> CallbackCases();
std::vector<CheckCase> RedirectionCases();
std::vector<CheckCase> TokenResponseCases();
std::vector<CheckCase> TransportCases();
std::vector<CheckCase> RevokeCases();
std::vector<CheckCase> WebApplicationCases();
std::vector<CheckCase> StoreCases();
std::vector<CheckCase> HonestyCases();
std::vector<CheckCase> PlaceCases();
std::vector<CheckCase> FlowCases();
std::vector<CheckCase> AllCases();

}  // namespace aweber::conformance::test
