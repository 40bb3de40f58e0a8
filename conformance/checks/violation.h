// Violation: what a broken check means to the people who use the integration.
//
// Purpose: a check says what a client must do; a report says what it did instead, and tells the
//   worst first. One row a check, in the order of the flow.
// Thread safety: the table is constant. Errors: FindViolation answers null for an unknown id.
#pragma once

#include <string_view>
#include <vector>

namespace aweber::conformance {

// What is lost, the worst first: reports are in this order.
enum class Harm {
  kTheft,    // a token, a code or a secret reaches a stranger
  kForgery,  // a forged callback or another user's login is taken for a good one
  kLockout,  // a customer loses the connection to AWeber
  kBroken,   // a step of the flow fails
};
const char* HarmName(Harm harm);  // "theft" "forgery" "lockout" "broken flow"

struct Violation {
  std::string_view check;
  Harm harm;
  std::string_view title;         // what the client does wrong, one sentence
  std::string_view wrong, right;  // a request or a reaction of each kind, to be seen side by side
};

// The two halves of the table.
std::vector<Violation> LoginViolations();
std::vector<Violation> TokenViolations();
std::vector<Violation> WebViolations();
std::vector<Violation> StoreViolations();

const std::vector<Violation>& AllViolations();
const Violation* FindViolation(std::string_view check);

}  // namespace aweber::conformance
