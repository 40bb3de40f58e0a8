// Flow: what one sequence of `explore` does, as a value.
//
// Purpose: a flow is generated, shrunk and compared as this small value, and becomes an ordinary
//   scenario (flow_scenario.h) to be played. What an action and a server behaviour can be stands in
//   tables, whose rows a flow names by their numbers: in each table the plainest row comes first,
//   so that a smaller number is a plainer flow.
// Ownership, thread safety: plain values and constant tables.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aweber::conformance::explore {

enum class ActionKind {
  kAuthorize,     // the client builds its URL, the browser opens it
  kConsent,       // the customer answers the page
  kCallback,      // the redirect reaches the client, well or tampered with
  kCall,          // one API request
  kRefresh,       // refresh now
  kToken,         // what the client would use now
  kRevoke,        // revoke and forget
  kExpire,        // the server ends the session's access tokens
  kAdvance,       // the server's clock goes on
  kRevokeTokens,  // the customer disconnects the integration at the server
  kRestart,       // the client's process ends and starts again
  kTwoCalls,      // two API requests at the same time
};
std::string_view ActionName(ActionKind kind);  // the word of scenario files

// What a way to do an action means to the client.
enum class Meaning {
  kGenuine,    // as it should be, also in an unusual spelling
  kForged,     // must be refused: not what the server sent to this session
  kError,      // the server's refusal, or what pretends to be it
  kUndecided,  // a right client may do either
  kDenied,     // consent: the customer refuses
  kStays,      // consent: the page is still there after it
};

// One way to do an action: a row of Ways().
struct Way {
  ActionKind kind;
  std::string_view name;  // "state-flipped"; "" for the plain one
  Meaning meaning = Meaning::kGenuine;
  // Members of the step, as a JSON object. "${OTHER" stands for "${" and the other session, and
  // "$OTHER" for its name.
  std::string_view members = "{}";
  std::string_view need = "";  // of `needs`: who does not claim it is not asked
  bool issuer = false;         // only where the server names itself in every callback
  bool first_session = false;  // names the account of the first session
  bool from_other = false;     // brings what belongs to the other session
};
const std::vector<Way>& Ways();
// Of `kind`, plain first: numbers of rows.
const std::vector<std::size_t>& WaysOf(ActionKind kind);

// What the server does with the requests of one action, seen from the client.
enum class Effect {
  kLegal,           // its ordinary answer, or a variation that the RFCs allow
  kNoRefreshToken,  // good tokens, without a refresh token
  kOtherScope,      // good tokens; who asks for the scope that it was told gets another answer
  kOdd,             // a right client may take it or refuse it
  kRefused,         // a final no
  kUnauthorized,    // 401, each time
  kExpiredOnce,     // 401, the first time
  kBusy,            // try later
  kBlocked,         // try much later: a client may hold back by itself until then
  kBroken,          // no readable answer, nothing happened
  kLost,            // it happened, the answer is lost
  kUnusable,        // it happened, the answer holds no token that could be used
  kError,           // authorization: back to the client with an error
};

enum class Where { kNowhere, kAuthorize, kDecision, kToken, kApi, kRevoke };

// A server behaviour during one action: a row of Behaviours(), the first is none.
struct Behaviour {
  std::string_view name;  // "token/expires-string"
  Where where = Where::kNowhere;
  Effect effect = Effect::kLegal;
  std::string_view then = "";  // the faults, as JSON
  bool once = false;           // acts on the first request only
  bool short_life = false;     // only where access tokens live a second
};
const std::vector<Behaviour>& Behaviours();

// What holds for the whole flow: a row of Variations(), at most one of each group.
enum class WorldEffect {
  kNone,
  kIssuer,          // every callback names the issuer
  kPublic,          // the client has no secret
  kClientRefused,   // the client's secret is wrong
  kTokenTls,        // the token endpoint shows a bad certificate
  kApiTls,          // the API does
  kRevokeTls,       // the revocation endpoint does
  kOddTokens,       // each token answer is one that a client may refuse
  kNoRefreshToken,  // no refresh token is issued
  kNotRotated,      // a refresh token stays good
  kShortLife,       // access tokens live a second
  kAutoApprove,     // no consent page
};
struct Variation {
  std::string_view name;
  std::string_view group;
  WorldEffect effect = WorldEffect::kNone;
  std::string_view client = "{}";    // members of `server.client`
  std::string_view settings = "{}";  // of `server.settings`
  std::string_view rule = "";        // of `server.rules`
  std::string_view need = "";        // of `needs`
  bool aweber_only = false;          // the other profiles forbid it
};
const std::vector<Variation>& Variations();

struct Action {
  std::size_t way = 0;        // of Ways(); says the kind too
  char session = 'A';         // or 'B'
  std::size_t behaviour = 0;  // of Behaviours()

  ActionKind kind() const { return Ways()[way].kind; }
  friend bool operator==(const Action&, const Action&) = default;
};

struct Flow {
  std::vector<std::size_t> world;  // of Variations(), ascending
  std::vector<Action> actions;

  friend bool operator==(const Flow&, const Flow&) = default;
};

inline constexpr std::size_t kMostActions = 12;

// "authorize; consent deny; B: call [api/503]; with public" for people and as a key.
std::string DescribeFlow(const Flow& flow);
std::string DescribeAction(const Action& action);

}  // namespace aweber::conformance::explore
